"""What happened in the demo county lately: rounds of identification, exits, reports, notices, a recognised village.

The real actions open and decide everything on pretended days (demo mode), by the accounts of the demo: it is what the
screens would have made. It stands or falls as one transaction, and is told once.
"""

from __future__ import annotations

from django.db import transaction

from bangfu.cli.demo_story.hands import Place, Teller
from bangfu.cli.demo_story.leaving import tell_exits, tell_targets
from bangfu.cli.demo_story.rounds import tell_rounds
from bangfu.cli.demo_story.villages import tell_notices, tell_recognition
from bangfu.cli.demo_story.watching import tell_watching
from bangfu.platform.procedures.models import Case
from bangfu.targeting.models import Round

__all__ = ["Place", "stands", "tell"]


def stands(place: Place) -> bool:
    """Whether it was told already, or people have begun to work there themselves."""
    return Round.objects.filter(division_code=place.village).exists()


@transaction.atomic
def tell(place: Place) -> int:
    """Tell it up to today; returns how many cases came of it. Nothing happens where it stands already.

    Raises NotFound: the demo's accounts or divisions are not there.
    """
    if stands(place):
        return 0
    before = Case.objects.count()
    teller = Teller(place)
    tell_targets(teller)
    tell_rounds(teller)
    tell_exits(teller)
    tell_watching(teller)
    tell_recognition(teller)
    tell_notices(teller)
    return Case.objects.count() - before
