"""Finding cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models

from bangfu.platform.database.prefix import prefix_range
from bangfu.platform.procedures.enums import CaseState

if TYPE_CHECKING:
    from bangfu.platform.procedures.models import Case


class CaseQuerySet(models.QuerySet["Case"]):
    """``Case.objects.of("appeal").open().at_step("hearing").within("610926")``."""

    def of(self, *procedures: str) -> Self:
        return self.filter(procedure__in=procedures)

    def open(self) -> Self:
        return self.filter(state=CaseState.OPEN)

    def at_step(self, step: str) -> Self:
        return self.open().filter(step=step)

    def within(self, division_prefix: str) -> Self:
        """Cases of a division and all under it."""
        return self.filter(prefix_range("division_code", division_prefix))

    def about(self, subject_kind: str, subject_ids: Iterable[str]) -> Self:
        return self.filter(subject_kind=subject_kind, subject_id__in=[str(one) for one in subject_ids])

    def at_step_since(self, day: date) -> Self:
        """Open cases that have stood at their step since ``day`` or longer."""
        return self.open().filter(step_since__lte=day)
