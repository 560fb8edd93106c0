"""Dated labels of villages and counties, and villagers' groups."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from bangfu.divisions.bilingual import bilingual
from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.errors import (
    OPEN_END,
    EmptySpell,
    GroupExists,
    LabelOverlaps,
    NoDocument,
    NoOpenLabel,
    UnknownDivision,
    WrongLevel,
)
from bangfu.divisions.models import Division, DivisionAttribute, VillagersGroup
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.policy.words import Words


@transaction.atomic
def set_attribute(
    *,
    by: Actor,
    division_code: str,
    kind: DivisionAttribute.Kind,
    since: date,
    until: date | None = None,
    document: str,
) -> DivisionAttribute:
    """Gives a village or county a label from ``since`` up to, not including, ``until`` (S1-02, S2-33, X-12).

    Other kinds may stand at the same time: a county can be a provincial poor county and a key county.

    Raises:
        BadCode, UnknownDivision, WrongLevel: the division does not exist or cannot carry the label.
        NoDocument, EmptySpell, LabelOverlaps: no document; an end before the start; the label stands already.
    """
    label = DivisionAttribute.Kind(kind)
    division = _standing_at(division_code, label.level, bilingual(label.label))
    if not document.strip():
        raise NoDocument(code=division_code)
    if until is not None and until <= since:
        raise EmptySpell(since=since, until=until)
    hold_chain()
    same = DivisionAttribute.objects.filter(division_code=division_code, kind=label)
    clash = same.overlapping(since, until).order_by("since").first()
    if clash is not None:
        raise LabelOverlaps(
            label=bilingual(label.label),
            name=division.name,
            code=division_code,
            since=clash.since,
            until=clash.until or OPEN_END,
        )
    attribute = DivisionAttribute.objects.create(
        division_code=division_code, kind=label, since=since, until=until, document=document.strip()
    )
    _leave_trace("divisions.set_attribute", attribute, by=by)
    return attribute


@transaction.atomic
def end_attribute(
    *, by: Actor, division_code: str, kind: DivisionAttribute.Kind, until: date
) -> DivisionAttribute:
    """Ends the label that stands on the day before ``until``; ``until`` is its first day without.

    Raises:
        NoOpenLabel: no such label stands then.
    """
    label = DivisionAttribute.Kind(kind)
    hold_chain()
    same = DivisionAttribute.objects.filter(division_code=division_code, kind=label)
    attribute = same.lasting_beyond(until).filter(since__lt=until).first()
    if attribute is None:
        raise NoOpenLabel(label=bilingual(label.label), code=division_code, day=until)
    attribute.until = until
    attribute.save(update_fields=["until"])
    _leave_trace("divisions.end_attribute", attribute, by=by)
    return attribute


@transaction.atomic
def add_group(*, by: Actor, village_code: str, number: int, name: str) -> VillagersGroup:
    """Adds a villagers' group (村民小组, 社) to a village (S4-62: a panel counts its members by group).

    Raises:
        BadCode, UnknownDivision, WrongLevel: there is no such village.
        GroupExists: the village has this number or name already.
    """
    _standing_at(village_code, Level.VILLAGE, name)
    hold_chain()
    groups = VillagersGroup.objects.filter(village_code=village_code)
    known = groups.filter(Q(number=number) | Q(name=name.strip())).first()
    if known is not None:
        raise GroupExists(code=village_code, number=known.number, name=known.name)
    group = VillagersGroup.objects.create(village_code=village_code, number=number, name=name.strip())
    record(
        by=by,
        action="divisions.add_group",
        subject_kind="villagers_group",
        subject_id=str(group.pk),
        division_code=village_code,
        detail={"number": number, "name": group.name},
    )
    return group


def _standing_at(code: str, level: Level, what: Words | str) -> Division:
    if level_of(code) is not level:
        raise WrongLevel(what=what, code=code, level=level.title)
    division = Division.objects.filter(code=code).first()
    if division is None:
        raise UnknownDivision(code=code)
    return division


def _leave_trace(action: str, attribute: DivisionAttribute, *, by: Actor) -> None:
    record(
        by=by,
        action=action,
        subject_kind="division",
        subject_id=attribute.division_code,
        division_code=attribute.division_code,
        detail={
            "kind": str(attribute.kind),
            "since": attribute.since.isoformat(),
            "until": attribute.until.isoformat() if attribute.until else None,
            "document": attribute.document,
        },
    )
