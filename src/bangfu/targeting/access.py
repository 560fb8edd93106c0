"""Reaching rounds and cases, and proving the post by which somebody acts in a case.

Who may: whoever has a post that covers the division. A foreign case answers exactly like a missing one.
"""

from __future__ import annotations

from typing import NamedTuple

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability, Role
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.platform.procedures.models import Case, Objection
from bangfu.targeting.models import Round

#: How many digits of its division the prefix of a post has → the level at which the post stands.
_LEVELS = {0: "province", 2: "province", 4: "city", 6: "county", 9: "township", 12: "village"}


class Post(NamedTuple):
    """As what somebody acts: a role and a level, as the machine of procedures wants them."""

    role: str
    level: str


def round_for(scope: Scope, pk: int, capability: Capability = Capability.READ_REGISTRY) -> Round:
    """The round, for whoever has the capability in its village. Raises NotFound."""
    found: Round = Round.objects.reach(scope, capability, pk=pk)
    return found


def case_for(scope: Scope, pk: int, capability: Capability = Capability.READ_REGISTRY) -> Case:
    """The case, for whoever has the capability at its division. Raises NotFound."""
    found = Case.objects.filter(scope.q("division_code", capability), pk=pk).first()
    if found is None:
        raise NotFound(case=pk)
    return found


def objection_for(scope: Scope, pk: int) -> Objection:
    """The objection, for whoever reaches its case. Raises NotFound."""
    found = Objection.objects.select_related("case").filter(pk=pk).first()
    if found is None or not scope.allows(Capability.READ_REGISTRY, found.case.division_code):
        raise NotFound(objection=pk)
    return found


def post_at(scope: Scope, division_code: str, wanted: Post) -> Post:
    """The post by which the scope acts at the division: ``wanted`` where it has it, else the highest that it has.

    The machine refuses any other than the wanted one, with the sentence that says whose work it is. A post at a village
    stands for its groups as well (S4-61).

    Raises:
        NotFound: no post of the scope covers the division. NotAllowed: none of those that do works in cases.
    """
    covering = [(role, prefix) for role, prefix in scope.posts if division_code.startswith(prefix)]
    if not covering:
        raise NotFound()
    posts = {Post(str(role), _LEVELS[len(prefix)]) for role, prefix in covering}
    posts |= {Post(role, "group") for role, level in posts if level == "village" and role == Role.VILLAGE}
    if wanted in posts:
        return wanted
    working = [one for one in posts if one.role in {str(role) for role in _WORKING}]
    if not working:
        raise NotAllowed()
    order = list(_LEVELS.values())
    return min(working, key=lambda one: (order.index(one.level) if one.level in order else 9, one.role))


_WORKING = (Role.COUNTY_OFFICE, Role.TOWNSHIP, Role.VILLAGE, Role.HELPER, Role.INSPECTOR)
