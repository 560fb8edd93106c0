"""What every page shows around its content: navigation, the division one works in, open items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property

from bangfu.accounts.access import Scope, scope_of
from bangfu.accounts.models import User
from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.quality.queries import items_of
from bangfu.web.navigation import NAVIGATION, Entry
from bangfu.web.places import path_of, working_division


@dataclass(frozen=True)
class Link:
    """A link of the navigation as this person sees it on this page."""

    title: Any
    icon: str
    url: str
    active: bool


class Frame:
    """Reads nothing until a template asks."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self.user: User = request.user

    @cached_property
    def scope(self) -> Scope:
        return getattr(self._request, "scope", None) or scope_of(self.user, clock.today())

    @cached_property
    def division(self) -> str:
        """The code of the division one works in; "" without posts."""
        return working_division(self.user, self.scope)

    @cached_property
    def division_path(self) -> str:
        return path_of(self.division) if self.division else ""

    @cached_property
    def open_items(self) -> int:
        return int(items_of(self.scope, self.user.actor().id).count())

    @cached_property
    def may_search(self) -> bool:
        return self.scope.can(Capability.READ_REGISTRY)

    @cached_property
    def may_try(self) -> bool:
        return self.scope.can(Capability.TRY_VALUES)

    @cached_property
    def may_choose_division(self) -> bool:
        """Whether there is any other division to turn to."""
        prefixes = {prefix for _, prefix in self.scope.posts}
        return len(prefixes) > 1 or any(len(prefix) < 12 for prefix in prefixes)

    @cached_property
    def questions(self) -> list[tuple[Any, list[Link]]]:
        """The questions that have something for this person."""
        shown = [
            (one.title, [self._link(entry) for entry in one.entries if self._open(entry)])
            for one in NAVIGATION
        ]
        return [(title, links) for title, links in shown if links]

    def _open(self, entry: Entry) -> bool:
        return any(map(self.scope.can, entry.capabilities))

    def _link(self, entry: Entry) -> Link:
        url = reverse(entry.url_name)
        return Link(
            entry.title, entry.icon, f"{url}?{entry.query}" if entry.query else url, self._active(entry)
        )

    def _active(self, entry: Entry) -> bool:
        match = self._request.resolver_match
        if match is None or match.url_name not in (entry.url_name, *entry.pages):
            return False
        narrowed = self._request.GET.get("standing", "") if match.url_name == "households" else ""
        others = {one.query for question in NAVIGATION for one in question.entries if one.query}
        given = f"standing={narrowed}"
        return entry.query == given if given in others else not entry.query


def frame(request: Any) -> dict[str, Any]:
    """The context processor: ``frame`` for whoever is signed in, ``demo`` for everybody."""
    user = getattr(request, "user", None)
    around = SimpleLazyObject(lambda: Frame(request)) if user is not None and user.is_authenticated else None
    return {"frame": around, "demo": settings.BANGFU_DEMO}
