"""Reaching one household or person. Who may: whoever has a post that covers the village, with the capability asked.

A foreign household answers exactly like a missing one.
"""

from __future__ import annotations

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform.errors import NotFound
from bangfu.registry.models import Household, ImportBatch, Person


def household_for(
    scope: Scope, household_no: str, capability: Capability = Capability.READ_REGISTRY
) -> Household:
    """The household with this number.

    Raises:
        NotFound: it does not exist, or lies outside the scope.
    """
    found: Household = Household.objects.reach(scope, capability, household_no=household_no)
    return found


def person_for(scope: Scope, person_no: str, capability: Capability = Capability.READ_REGISTRY) -> Person:
    """The person with this number, reached through a household of theirs.

    Raises:
        NotFound: there is none, or no household of theirs lies within the scope.
    """
    found: Person = Person.objects.reach(scope, capability, person_no=person_no)
    return found


def batch_for(scope: Scope, batch_id: str) -> ImportBatch:
    """The import batch, for whoever may import where it belongs.

    Raises:
        NotFound: there is none, or it belongs elsewhere.
    """
    found = ImportBatch.objects.filter(scope.q("division_code", Capability.IMPORT), pk=batch_id).first()
    if found is None:
        raise NotFound()
    return found
