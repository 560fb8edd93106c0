"""The panel in force of a round, and the groups it has to come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import Count

from bangfu.divisions.models import VillagersGroup
from bangfu.targeting.models import Panel, PanelMember


class Seats(NamedTuple):
    """A panel and how many of its members come from each group."""

    panel: Panel
    counts: Mapping[int, int]

    @property
    def size(self) -> int:
        return sum(self.counts.values())


def seated_panel(round_id: int) -> Seats | None:
    """The panel that was seated last; None before there is one."""
    panel = Panel.objects.filter(round_id=round_id, seated_on__isnull=False).last()
    return Seats(panel, counts_of(panel)) if panel else None


def counts_of(panel: Panel) -> dict[int, int]:
    """Group number → members."""
    rows = PanelMember.objects.filter(panel=panel).order_by().values_list("group_number")
    return dict(rows.annotate(n=Count("pk")))


def groups_of(village: str) -> dict[int, str]:
    """Number → name of each villagers' group of the village."""
    groups = VillagersGroup.objects.filter(village_code=village).order_by("number")
    return dict(groups.values_list("number", "name"))
