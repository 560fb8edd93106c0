"""A doubt as a page shows it: its rule and sentence in the language of the page, and how urgent it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from bangfu.platform import clock
from bangfu.policy.rules import Rule
from bangfu.policy.sentences import sentence
from bangfu.quality.enums import UNSETTLED
from bangfu.quality.models import Doubt
from bangfu.web.speaking import language, said

SOON: Final = timedelta(days=3)


@dataclass(frozen=True)
class ShownDoubt:
    """``rule`` is None when the catalogue no longer has it: then its key stands for the title."""

    doubt: Doubt
    rule: Rule | None
    title: str
    text: str
    urgency: str


def shown_doubt(doubt: Doubt, today: date | None = None) -> ShownDoubt:
    """Needs ``last_run`` at hand: ``select_related("last_run")``."""
    rule = doubt.rule_text()
    title = said(rule.title) if rule else doubt.rule
    text = sentence(rule, doubt.values, language()) if rule else ""
    return ShownDoubt(doubt, rule, title, text, _urgency(doubt, today or clock.today()))


def shown_doubts(doubts: Iterable[Doubt]) -> list[ShownDoubt]:
    today = clock.today()
    return [shown_doubt(one, today) for one in doubts]


def _urgency(doubt: Any, today: date) -> str:
    """late, soon or fine; "" for what is settled or has no last day."""
    if doubt.state not in UNSETTLED or doubt.due is None:
        return ""
    if doubt.due < today:
        return "late"
    return "soon" if doubt.due <= today + SOON else "fine"
