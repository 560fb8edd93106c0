"""Finding rounds."""

from __future__ import annotations

from typing import Any, Self

from bangfu.accounts.access import ScopedQuerySet
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.targeting.enums import RoundState


class RoundQuerySet(ScopedQuerySet[Any]):
    """``Round.objects.visible_to(scope).within("610926000000").running()``."""

    division_field = "division_code"

    def within(self, division: str) -> Self:
        """Rounds of a division and all under it. Raises BadCode."""
        return self.filter(prefix_range("division_code", scope_prefix(division)))

    def running(self) -> Self:
        return self.exclude(state=RoundState.ENDED)

    def applying(self) -> Self:
        """Rounds that take applications and act on them."""
        return self.filter(state=RoundState.APPLYING)
