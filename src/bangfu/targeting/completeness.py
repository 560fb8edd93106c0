"""The three blocks of every household's record: whom to help, who helps, how (S3-04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.quality.help import HOW, WHO_HELPS
from bangfu.quality.models import ListEntry
from bangfu.registry.models import Household, Membership


@dataclass(frozen=True)
class Blocks:
    """One household: whether each of the three blocks is there."""

    household: Household
    whom: bool
    who_helps: bool
    how: bool

    @property
    def complete(self) -> bool:
        return self.whom and self.who_helps and self.how


def three_blocks(scope: Scope, division: str, day: date) -> list[Blocks]:
    """The blocks of every household on the books on the day: identified with its main cause; a helper; a measure.

    Raises NotFound, NotAllowed.
    """
    scope.require(Capability.READ_REGISTRY, division)
    households = list(Household.objects.in_division(division, day).counted_on(day).order_by("household_no"))
    tokens = _tokens(division, day)
    helped, measured = _listed(division, WHO_HELPS), _listed(division, HOW)
    return [
        Blocks(
            one,
            one.identified_on is not None and one.main_cause is not None,
            bool(tokens[one.pk] & helped),
            bool(tokens[one.pk] & measured),
        )
        for one in households
    ]


def _tokens(division: str, day: date) -> dict[Any, set[bytes]]:
    """Household → the tokens of its members' identity numbers."""
    found: dict[Any, set[bytes]] = defaultdict(set)
    rows = Membership.objects.on(day).in_division(division, day).exclude(person__id_token=None)
    for household, token in rows.values_list("household_id", "person__id_token"):
        found[household].add(bytes(token))
    return found


def _listed(division: str, lists: Iterable[str]) -> set[bytes]:
    """The tokens that stand on one of the lists of the counties concerned."""
    where = prefix_range("division_code", scope_prefix(division)[:6])
    rows = ListEntry.objects.filter(where, list_name__in=tuple(lists)).exclude(id_token=None)
    return {bytes(token) for token in rows.values_list("id_token", flat=True) if token}
