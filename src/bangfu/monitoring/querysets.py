"""Finding targets and reports."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db.models import Q

from bangfu.accounts.access import ScopedQuerySet
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range


class TargetQuerySet(ScopedQuerySet[Any]):
    """``Target.objects.of(2018, "households").parts_of("610926000000")``."""

    division_field = "division_code"

    def of(self, year: int, kind: str) -> Self:
        return self.filter(year=year, kind=kind)

    def parts_of(self, codes: list[str]) -> Self:
        """The targets of these divisions that came from dividing a higher one."""
        return self.filter(division_code__in=codes, part=True)


class SelfReportQuerySet(ScopedQuerySet[Any]):
    """``SelfReport.objects.visible_to(scope).within("610926000000")``."""

    division_field = "division_code"

    def within(self, division: str) -> Self:
        """Reports of a division and all under it. Raises BadCode."""
        return self.filter(prefix_range("division_code", scope_prefix(division)))

    def alike(self, day: date, address: bytes, number: bytes) -> Self:
        """Reports of the day from the same network address, or with the same number."""
        return self.filter(Q(address_token=address) | Q(number_token=number), day=day)
