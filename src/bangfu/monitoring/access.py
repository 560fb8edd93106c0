"""Reaching a self-report, and proving the posts of monitoring.

Who may: whoever has a post that covers the village. A foreign report answers exactly like a missing one. Cases are
reached, and posts in them proved, by ``targeting.access``.
"""

from __future__ import annotations

from uuid import UUID

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.monitoring.models import SelfReport
from bangfu.targeting.access import Post

VILLAGE = Post("village", "village")
TOWNSHIP = Post("township", "township")
COUNTY = Post("county_office", "county")


def report_for(scope: Scope, pk: UUID | str, capability: Capability = Capability.READ_REGISTRY) -> SelfReport:
    """The report with its case. Raises NotFound."""
    found: SelfReport = SelfReport.objects.select_related("case").reach(scope, capability, pk=pk)
    return found
