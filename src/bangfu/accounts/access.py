"""Who reaches what, in one place: a post reaches the rows whose division code begins with the post's.

Rows are reached through ``visible_to`` and ``reach``; nothing else filters by division.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from bangfu.accounts.roles import CAPABILITIES, Capability, Role
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database.prefix import prefix_range
from bangfu.platform.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from bangfu.accounts.models import User

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Scope:
    """What somebody may do where: pairs of a role and the code prefix under which it holds."""

    posts: frozenset[tuple[Role, str]] = frozenset()

    @classmethod
    def of(cls, posts: Iterable[tuple[str, str]]) -> Scope:
        """From pairs of role and 12-digit division code. Raises BadCode."""
        return cls(frozenset((Role(role), scope_prefix(code)) for role, code in posts))

    def prefixes_for(self, capability: Capability) -> tuple[str, ...]:
        """The prefixes under which ``capability`` holds, sorted; one that lies under another is left out."""
        found: list[str] = []
        for prefix in sorted({prefix for role, prefix in self.posts if capability in CAPABILITIES[role]}):
            if not any(prefix.startswith(wider) for wider in found):
                found.append(prefix)
        return tuple(found)

    def can(self, capability: Capability) -> bool:
        """Whether ``capability`` holds anywhere."""
        return bool(self.prefixes_for(capability))

    def allows(self, capability: Capability, division_code: str) -> bool:
        """Whether ``capability`` holds at the division. An empty code belongs to the nation."""
        return division_code.startswith(self.prefixes_for(capability))

    def covers(self, division_code: str) -> bool:
        """Whether any post reaches the division."""
        return division_code.startswith(tuple(prefix for _role, prefix in self.posts))

    def require(self, capability: Capability, division_code: str) -> None:
        """Lets nobody pass who may not do this here.

        Raises:
            NotAllowed: no post includes the work.
            NotFound: a post does, but elsewhere: the answer for a division that does not exist.
        """
        if not self.can(capability):
            raise NotAllowed()
        if not self.allows(capability, division_code):
            raise NotFound()

    def q(self, field: str, capability: Capability) -> Q:
        """A filter for rows whose ``field``, a 12-digit code, lies where ``capability`` holds."""
        prefixes = self.prefixes_for(capability)
        nothing = Q(pk__in=())
        if "" in prefixes:
            return ~nothing
        found = Q() if prefixes else nothing
        for prefix in prefixes:
            found |= prefix_range(field, prefix)
        return found


def scope_of(user: User, on: date) -> Scope:
    """The scope of the posts that ``user`` holds on the day; an empty one for a deactivated user."""
    if not user.is_active:
        return Scope()
    return Scope.of(user.posts.standing_on(on).values_list("role", "division_code"))


def require_self(by: Actor, user: User) -> None:
    """Lets nobody pass but ``user``. Raises NotAllowed."""
    if by.id != user.actor().id:
        raise NotAllowed()


class ScopedQuerySet(models.QuerySet[Row]):
    """Rows that belong to a division; ``division_field`` names the column, or the way to it."""

    division_field: ClassVar[str] = "division_code"

    def visible_to(self, scope: Scope, capability: Capability = Capability.READ_REGISTRY) -> Self:
        """The rows where ``capability`` holds: exactly those whose code begins with one of the prefixes.

        Where ``division_field`` leads through a to-many relation a row may come twice: ``distinct()``.
        """
        return self.filter(scope.q(self.division_field, capability))

    def reach(self, scope: Scope, capability: Capability = Capability.READ_REGISTRY, **lookup: Any) -> Row:
        """The one row of ``lookup`` that ``scope`` may reach.

        Raises:
            NotFound: there is no such row, or it lies elsewhere: one answer for both.
        """
        found: Row | None = self.visible_to(scope, capability).filter(**lookup).first()
        if found is None:
            raise NotFound()
        return found
