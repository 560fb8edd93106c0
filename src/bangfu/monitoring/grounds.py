"""On what a case of monitoring rests: causes, what happened, or a warning that was verified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bangfu.monitoring.watch import RELAPSE
from bangfu.platform.errors import Problem
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.quality.enums import DoubtState
from bangfu.quality.models import Doubt
from bangfu.registry.models import Household

_LEAST_TEXT: Final = 10
_WARNING: Final = Words("预警", "the warning")
_cause = codes("cause")


def cause_problems(given: Any, clause: str) -> Iterator[Problem]:
    """That no known cause is named, or one twice."""
    known = {one.code for one in _cause}
    if not isinstance(given, list) or not given or len(set(given)) < len(given) or not set(given) <= known:
        yield Problem(
            Words("原因", "the cause"),
            Words(f"没有选择原因,或原因重复、不在目录中({clause})。", f"No known cause is named ({clause})."),
            Words("请从致贫原因目录中选择,主要原因列在第一。", "Choose from the list, the main one first."),
        )


def text_problem(given: Any, where: Words, clause: str) -> Iterator[Problem]:
    """That it is too short to tell what happened."""
    if len(str(given or "").strip()) < _LEAST_TEXT:
        yield Problem(
            where,
            Words(f"没有写清楚(至少{_LEAST_TEXT}个字,{clause})。", f"It is too short to tell ({clause})."),
            Words("请写明何时发生了什么、损失多少。", "Say what happened when, and what it cost."),
        )


def warning_problems(doubt: Doubt, household: Household) -> Iterator[Problem]:
    """Why nothing can rest on the warning: it is another household's, none of a relapse, or nobody found it true."""
    if doubt.household_id != household.pk or doubt.concern != RELAPSE:
        yield Problem(
            _WARNING,
            Words("不是该户的返贫预警(S1-43)。", "It is no warning about this household (S1-43)."),
            Words("请从该户的预警中选择。", "Choose one of the household's warnings."),
        )
    elif doubt.state != DoubtState.CONFIRMED:
        yield Problem(
            _WARNING,
            Words("这条预警还没有核实属实(S1-43)。", "Nobody has found this warning to be true yet (S1-43)."),
            Words(
                "请先入户核实这条预警,须复核的由另一人复核。",
                "Check it at the home first, and have it verified.",
            ),
        )
