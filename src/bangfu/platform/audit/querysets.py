"""Reading the log: the filters of a reader's page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models

from bangfu.platform import clock
from bangfu.platform.database.prefix import prefix_range

if TYPE_CHECKING:
    from bangfu.platform.audit.models import AuditRecord


class AuditQuerySet(models.QuerySet["AuditRecord"]):
    """``AuditRecord.objects.by_actor(…).within("610926").between(…)``."""

    def by_actor(self, actor_id: str) -> Self:
        return self.filter(actor_id=actor_id)

    def of_action(self, prefix: str) -> Self:
        """Actions that start with ``prefix``: ``registry`` also finds ``registry.correct``."""
        return self.filter(action__startswith=prefix)

    def about(self, kind: str, subject_id: str = "") -> Self:
        """Records about one subject, or all of one kind."""
        found = self.filter(subject_kind=kind)
        return found.filter(subject_id=subject_id) if subject_id else found

    def within(self, division_prefix: str) -> Self:
        """Records of a division and all under it; records of no division only for the empty prefix."""
        return self.filter(prefix_range("division_code", division_prefix))

    def between(self, first: date | None, last: date | None) -> Self:
        """Records of the days ``first`` to ``last``, both included, as days in Asia/Shanghai; None leaves it
        open."""
        found = self
        if first is not None:
            found = found.filter(at__gte=clock.start_of(first))
        if last is not None:
            found = found.filter(at__lt=clock.start_of(last + timedelta(days=1)))
        return found
