"""Whether a doubt was verified, so that a case may rest on it (S1-24)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from bangfu.platform.errors import Problem
from bangfu.policy.words import Words
from bangfu.quality.enums import DoubtState, Finding
from bangfu.quality.models import Doubt, Verdict
from bangfu.registry.models import Household

_DOUBT = Words("疑点", "the doubt")


def verified_doubts(household: Household) -> QuerySet[Doubt]:
    """Doubts about the household and its members that somebody found to be true and that are not mended yet."""
    found: QuerySet[Doubt] = Doubt.objects.of_household(household).filter(state=DoubtState.CONFIRMED)
    return found


def doubt_problems(pk: object, household_id: str, *, by_two: bool) -> Iterator[Problem]:
    """Why nothing can rest on the doubt: another household's, not verified; ``by_two``: not by a second person."""
    doubt = _doubt(pk)
    if doubt is None or str(doubt.household_id) != household_id:
        yield Problem(
            _DOUBT,
            Words("没有对应该户的疑点(S1-24)。", "There is no such doubt about the household (S1-24)."),
            Words("请在该户已核实的疑点中选择。", "Choose one of the household's verified doubts."),
        )
        return
    verdict = Verdict.objects.filter(doubt=doubt).order_by("-at").first()
    confirmed = doubt.state == DoubtState.CONFIRMED and verdict and verdict.finding == Finding.CONFIRMED
    if not confirmed or (by_two and not (verdict and verdict.verified)):
        yield Problem(
            _DOUBT,
            Words(
                "该疑点没有经实地核实属实,或没有由另一人复核(S1-24)。",
                "The doubt has not been confirmed on the spot, or not verified by a second person (S1-24).",
            ),
            Words(
                "请先核实并由另一人复核;系统不会自动清退任何一户。",
                "Have it checked and verified by another person; nobody is ever removed by itself.",
            ),
        )


def _doubt(pk: object) -> Doubt | None:
    try:
        key = UUID(str(pk))
    except ValueError:
        return None
    return Doubt.objects.filter(pk=key).first()
