"""Who fell back: the rate of return, and its causes (S4-05, S4-74)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.monitoring.models import PovertyReturn
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy.exit.targets import rate
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Standing

_standing = codes("standing")


@dataclass(frozen=True)
class ReturnRate:
    """Returns in a period, of all households that had left by its end; ``share`` in 1/10 000, None where none had left.

    ``by_cause``: main cause → returns; ``unexplained``: returns without a case, whose cause nobody has named.
    """

    returns: int
    cumulative_exits: int
    by_cause: Mapping[int, int]

    @property
    def share(self) -> int | None:
        return rate(self.returns, self.cumulative_exits)

    @property
    def unexplained(self) -> int:
        return self.returns - sum(self.by_cause.values())

    def of_cause(self, *causes: int) -> int | None:
        """The share of these causes in all returns, 1/10 000 (S4-74: illness, disability, old age over 40 %)."""
        return rate(sum(self.by_cause.get(cause, 0) for cause in causes), self.returns)


def return_rate(scope: Scope, division: str, first: date, last: date) -> ReturnRate:
    """Returns from ``first`` to ``last``, both included. Raises NotFound, NotAllowed."""
    scope.require(Capability.READ_REGISTRY, division)
    here = Standing.objects.filter(prefix_range("household__division_code", scope_prefix(division)))
    back = here.filter(kind=_standing.returned, since__gte=first, since__lte=last)
    left = here.filter(kind=_standing.exited, since__lte=last)
    households = left.order_by().values("household_id").distinct().count()
    named = returns_between(scope, division, first, last).values_list("main_cause", flat=True)
    return ReturnRate(back.count(), households, Counter(named))


def returns_between(scope: Scope, division: str, first: date, last: date) -> QuerySet[PovertyReturn]:
    """The returns of a period that the scope reads: the list behind the number."""
    found = PovertyReturn.objects.select_related("household", "case").filter(
        scope.q("household__division_code", Capability.READ_REGISTRY),
        prefix_range("household__division_code", scope_prefix(division)),
    )
    return found.filter(day__gte=first, day__lte=last)
