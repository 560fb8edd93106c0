"""Master figures of divisions (S4-02, S4-52)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.policy import vocabulary
from bangfu.registry.errors import SourceNeeded
from bangfu.registry.models import StatedFigure


@transaction.atomic
def state_figure(
    *, division_code: str, figure: str, value: int, as_of: date, source: str, by: Actor, scope: Scope
) -> StatedFigure:
    """Notes what a document states; another statement of the same day replaces it, and the log keeps both.

    Args:
        figure: key of ``vocabulary.figures``. ``value``: hundredths of its unit.

    Raises:
        NotAllowed, NotFound: the scope may not correct there. SourceNeeded: no document is named.
        KeyError: unknown figure.
    """
    hold_chain()
    scope.require(Capability.CORRECT_REGISTRY, division_code)
    if not source.strip():
        raise SourceNeeded()
    known = vocabulary.figures()[figure]
    row, _ = StatedFigure.objects.update_or_create(
        division_code=division_code,
        figure=known.key,
        as_of=as_of,
        defaults={"value": value, "source": source.strip()},
    )
    record(
        by=by,
        action="registry.state_figure",
        subject_kind="division",
        subject_id=division_code,
        division_code=division_code,
        detail={"figure": figure, "value": value, "as_of": as_of.isoformat(), "source": source.strip()},
    )
    return row
