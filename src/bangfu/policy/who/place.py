"""Checks of the household's place in the administrative divisions."""

from __future__ import annotations

from typing import Any

from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

state = codes("place_state")


@rule("division_unknown", subject="household", since="2014-01-01", law="GB/T 2260")
def division_unknown(household: Expression, p: Expression) -> Expression:
    """No village code, or one that never was."""
    return household.place_state.isin([state.missing, state.unknown])


@rule("division_dead", subject="household", since="2014-01-01", law="GB/T 10114")
def division_dead(household: Expression, p: Expression) -> Expression:
    """The village was merged or abolished."""
    return household.place_state == state.dead


@rule("division_not_village", subject="household", since="2014-01-01", law="GB/T 10114")
def division_not_village(household: Expression, p: Expression) -> Expression:
    """A township's or county's code in the place of the village's."""
    return household.place_state == state.level


@rule("division_foreign", subject="household", since="2014-01-01", law="S2-45")
def division_foreign(household: Expression, p: Expression) -> Expression:
    """A village of another county."""
    return household.foreign & household.place_state.isin([state.ok, state.dead])
