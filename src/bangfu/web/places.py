"""The division that somebody works in, and names of divisions for a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext

from bangfu.accounts.access import Scope
from bangfu.accounts.models import User
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import NATION, Level, checked
from bangfu.divisions.errors import BadCode
from bangfu.divisions.models import Division
from bangfu.divisions.queries import paths
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.web.gates import Asked


def padded(prefix: str) -> str:
    """The code of the division with this prefix."""
    return prefix.ljust(12, "0")


def working_division(user: User, scope: Scope) -> str:
    """The division chosen last while a post reaches it, else that of the widest post; "" without posts."""
    if user.last_division and scope.covers(user.last_division):
        return user.last_division
    prefixes = sorted({prefix for _, prefix in scope.posts}, key=lambda one: (len(one), one))
    return padded(prefixes[0]) if prefixes else ""


def area_of(request: Asked, capability: Capability = Capability.READ_REGISTRY, name: str = "division") -> str:
    """The division that a page is about: the one in the address, else the one that somebody works in.

    Raises:
        NotFound: ``capability`` does not hold at the division in the address, or there is none.
    """
    given = request.GET.get(name, "")
    if given:
        return within(request.scope, given, capability)
    chosen = working_division(request.user, request.scope)
    if request.scope.allows(capability, chosen):
        return chosen
    return padded(request.scope.prefixes_for(capability)[0])


def within(scope: Scope, code: str, capability: Capability) -> str:
    """``code``, when the division exists and ``capability`` holds there. Raises NotFound."""
    try:
        known = scope.allows(capability, checked(code))
    except BadCode:
        raise NotFound() from None
    if not known or (code != NATION and not Division.objects.filter(code=code).exists()):
        raise NotFound()
    return code


def village_within(scope: Scope, code: str, capability: Capability) -> Division:
    """The village, when ``capability`` holds there. Raises NotFound, also for a division of another level."""
    found = Division.objects.at_level(Level.VILLAGE).filter(code=within(scope, code, capability)).first()
    if found is None:
        raise NotFound()
    return found


def name_of(code: str) -> str:
    """The division's own name; the code where it has none."""
    return names_of([code])[code]


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Own names of divisions; one query for those that were not asked of late.

    A list calls it for all its rows, so that the names its template asks for one by one are at hand.
    """
    asked = dict.fromkeys(codes)
    found = paths({code for code in asked if _is_code(code)})
    return {code: _own_name(code, found.get(code, ())) for code in asked}


def path_of(code: str) -> str:
    """The names from the county down: 平利县 城关镇 药妇沟村委会; higher ones from the province."""
    names = paths([code])[code] if _is_code(code) else ()
    if not names:
        return name_of(code)
    return " ".join(names[2:] or names[-1:])


def day_asked(asked: Mapping[str, Any]) -> date:
    """The day a page is about: ``?as_of=2015-12-31``, else today; never a day that has not come.

    Raises:
        NotFound: what stands there is no such day.
    """
    given = str(asked.get("as_of", ""))
    today = clock.today()
    if not given:
        return today
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise NotFound() from None
    if day > today:
        raise NotFound()
    return day


def _own_name(code: str, names: tuple[str, ...]) -> str:
    if code == NATION:
        return gettext("全国")
    return names[-1] if names else code


def _is_code(code: str) -> bool:
    return len(code) == 12 and code.isascii() and code.isdigit()
