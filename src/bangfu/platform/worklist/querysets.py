"""Reading the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, Q

from bangfu.platform.database.prefix import prefix_range

if TYPE_CHECKING:
    from bangfu.platform.worklist.models import WorkItem


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """``WorkItem.objects.for_posts(posts, me).late(today)``."""

    def open(self) -> Self:
        """What is still to be done."""
        return self.filter(closed_at=None)

    def for_posts(self, posts: Iterable[tuple[str, str]], assignee_id: str = "") -> Self:
        """The open items of a person: assigned to the person, or to nobody but for one of the person's posts.

        ``posts`` are pairs of role and division prefix (``""`` for the nation); an item for one person is
        nobody else's.
        """
        # Each arm says that the item is open: only so does SQLite use the partial index for it.
        mine = Q(closed_at=None, assignee_id=assignee_id) if assignee_id else Q(pk__in=())
        for role, prefix in posts:
            mine |= Q(closed_at=None, assignee_id="", role=role) & prefix_range("division_code", prefix)
        return self.filter(mine)

    def within(self, division_prefix: str) -> Self:
        """Items of a division and all under it."""
        return self.filter(prefix_range("division_code", division_prefix))

    def late(self, day: date) -> Self:
        """Open items whose last day lies before ``day``."""
        return self.open().filter(due__lt=day)

    def soonest_first(self) -> Self:
        """By last day, items without one at the end."""
        return self.order_by(F("due").asc(nulls_last=True), "id")

    def counts_by_kind(self) -> dict[str, int]:
        """How many items there are of each kind; kinds without any are left out."""
        counted = self.order_by().values_list("kind").annotate(count=Count("pk")).order_by("kind")
        return dict(counted)
