"""Which standings count as what: one definition for rules, indicators and the registry's own counts (S2-31, S2-42).

The standing of the day comes from the registry's spells. Only where there is none (a bare workbook) do the marks of the
national form speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bangfu.policy.logic import known
from bangfu.policy.vocabulary import codes

Expression = Any

_standing, _kinds, _marks = codes("standing"), codes("household_kind"), codes("exit_mark")
#: Counted as poor. A marginal or monitored household is not (S2-31).
POOR: Final = (_standing.registered, _standing.returned)
#: Registered as poor, whether it has left or not.
REGISTERED: Final = (*POOR, _standing.exited)
#: Somebody looks after it now: poor, or marginal.
KEPT: Final = (*POOR, _standing.marginal)
_POOR_KINDS: Final = (_kinds.general, _kinds.low_income, _kinds.extremely_poor)


def has_exited(household: Expression) -> Expression:
    """It has left and has not come back."""
    return _stands(household, [_standing.exited], _marked_exited(household))


def kept(household: Expression) -> Expression:
    """On the books, and has not left."""
    return _stands(household, KEPT, ~_marked_exited(household))


def registered(household: Expression) -> Expression:
    """Registered as poor, exited or not; ordinary and marginal households are not."""
    return _stands(household, REGISTERED, household.household_kind.isin([*_POOR_KINDS, _kinds.exited]))


def monitored(household: Expression) -> Expression:
    """Marginal, or marked as monitored; and the risk is not cleared. Never NULL: without such a mark it is not."""
    marked = household.monitored_kind.notnull() | known(household.standing == _standing.marginal)
    return marked & ~known(household.risk_cleared)


def watched(household: Expression) -> Expression:
    """It has left, or is monitored (S1-43). Never NULL: a household of which nothing of the kind is known is not."""
    return known(has_exited(household)) | monitored(household)


def in_care(household: Expression) -> Expression:
    """Preferential policies are for it: registered as poor, or monitored. Emergency help alone makes nobody that."""
    by_kind = household.household_kind.isin([*_POOR_KINDS, _kinds.exited, _kinds.monitored])
    named = household.monitored_kind.notnull() & ~known(household.risk_cleared)
    watched = known(household.standing == _standing.marginal) & (
        named | known(household.household_kind == _kinds.monitored)
    )
    return _stands(household, REGISTERED, by_kind) | watched


def _marked_exited(household: Expression) -> Expression:
    return (household.exit_mark == _marks.exited) | (household.household_kind == _kinds.exited)


def _stands(household: Expression, wanted: Sequence[int], marked: Expression) -> Expression:
    return household.standing.isin(wanted).coalesce(marked)
