"""Reaching one doubt, run or piece of evidence. A foreign one answers exactly like a missing one.

A doubt is reached by whoever has the capability at the place of its subject, or where it is handled.
"""

from __future__ import annotations

from uuid import UUID

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform.errors import NotFound
from bangfu.quality.models import Doubt, Run, Verdict
from bangfu.quality.queries import runs_over


def doubt_for(scope: Scope, pk: UUID | str, capability: Capability = Capability.READ_REGISTRY) -> Doubt:
    """The doubt with its run, household and person. Raises NotFound."""
    found: Doubt = Doubt.objects.select_related("last_run", "household", "person").reach(
        scope, capability, pk=pk
    )
    return found


def may(scope: Scope, capability: Capability, doubt: Doubt) -> bool:
    """Whether ``capability`` holds at the doubt's place or where it is handled."""
    return scope.allows(capability, doubt.division_code) or scope.allows(capability, doubt.handler_division)


def verdict_for(scope: Scope, pk: UUID | str) -> Verdict:
    """The verdict of a doubt that the scope may read. Raises NotFound."""
    found = Verdict.objects.select_related("doubt").filter(pk=pk).first()
    if found is None or not may(scope, Capability.READ_REGISTRY, found.doubt):
        raise NotFound()
    return found


def run_for(scope: Scope, pk: UUID | str) -> Run:
    """The run, for whoever may read some of the area it went over. Raises NotFound."""
    for prefix in scope.prefixes_for(Capability.READ_REGISTRY):
        found = runs_over(prefix.ljust(12, "0")).filter(pk=pk).first()
        if found is not None:
            return found
    raise NotFound()
