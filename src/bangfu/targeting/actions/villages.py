"""Recognising a village, and working through its checklists afterwards (S4-55, S1-12, S1-13, S1-15, S1-53)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.models import Division, DivisionAttribute
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound, Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.actions.recording import add_record
from bangfu.platform.procedures.models import Case
from bangfu.platform.worklist.actions import close_items
from bangfu.policy.villages import Checklist, Item, checklists
from bangfu.policy.words import Words
from bangfu.targeting.access import Post, post_at
from bangfu.targeting.actions.deciding import VILLAGE_WORK, work_key
from bangfu.targeting.checklists import lacking, registered_without
from bangfu.targeting.errors import (
    AlreadyDone,
    AlreadyRecognised,
    BadItem,
    ListIncomplete,
    NotRecognised,
    NoVillage,
    UnknownItem,
)
from bangfu.targeting.models import ChecklistDone, VillageItem

PROCEDURE = "village_recognition"
_LABEL = DivisionAttribute.Kind.POOR_VILLAGE
_SHORTEST = 4


@transaction.atomic
def apply_for_village(
    *,
    division_code: str,
    standard: str,
    statement: str,
    signed_by: str,
    by: Actor,
    scope: Scope,
    files: Sequence[StoredFile] = (),
) -> Case:
    """A village applies to be recognised by a version of the standard; its application is on record at once.

    Raises:
        NotFound, NotAllowed. NoVillage: it is no village in being. AlreadyRecognised: it carries the label.
        NotYours, AlreadyOpen, RecordRefused: as the machine.
    """
    post = post_at(scope, division_code, Post("village", "village"))
    hold_chain()
    day = clock.today()
    village = Division.objects.filter(code=division_code).living_on(day).first()
    if village is None or level_of(division_code) is not Level.VILLAGE:
        raise NoVillage(division=division_code)
    label = (
        DivisionAttribute.objects.filter(division_code=division_code, kind=_LABEL).standing_on(day).first()
    )
    if label is not None:
        raise AlreadyRecognised(village=village.name, since=label.since)
    case = open_case(
        procedure=PROCEDURE,
        subject_id=division_code,
        division_code=division_code,
        by=by,
        about={"standard": standard},
        **post._asdict(),
    )
    add_record(
        case=case.pk,
        kind="village_application",
        revision=case.revision,
        data={"standard": standard, "statement": statement.strip()},
        files=files,
        signatures=[signed_by],
        by=by,
        **post._asdict(),
    )
    case.refresh_from_db()
    return case


@transaction.atomic
def report_item(
    *,
    division_code: str,
    checklist: str,
    item: str,
    met: bool,
    evidence: str,
    by: Actor,
    scope: Scope,
    households_with: int | None = None,
    households_all: int | None = None,
    certificate: str = "",
    files: Sequence[StoredFile] = (),
) -> VillageItem:
    """Enter what was found of one item. An item that is met is met by every household, or by a certificate, where the
    list says so.

    Raises:
        NotFound, NotAllowed, NotRecognised, UnknownItem, AlreadyDone.
        BadItem: with what is missing or contradicts the registry.
    """
    chosen = _recognised(division_code, checklist, scope)
    meant = chosen.item(item)
    if meant is None:
        raise UnknownItem(checklist=chosen.title, item=item)
    problems = list(_entry_problems(meant, met, evidence, households_with, households_all))
    if met:
        problems += _met_problems(division_code, meant, households_with, households_all, certificate)
    if problems:
        raise BadItem(problems, item=meant.title, clause=chosen.clause)
    row = VillageItem.objects.create(
        division_code=division_code,
        checklist=checklist,
        item=item,
        met=met,
        households_with=households_with if meant.households else None,
        households_all=households_all if meant.households else None,
        certificate=certificate.strip(),
        evidence=evidence.strip(),
        files=[{"sha256": one.sha256, "name": one.name, "size": one.size} for one in files],
        day=clock.today(),
        by_id=by.id,
        by_name=by.name,
    )
    _tell(division_code, "report_item", by, checklist=checklist, item=item, met=met)
    return row


def _entry_problems(
    item: Item, met: bool, evidence: str, with_it: int | None, every: int | None
) -> Iterator[Problem]:
    if len(evidence.strip()) < _SHORTEST:
        yield Problem(
            item.title,
            Words("没有写明依据。", "It does not say on what it rests."),
            Words("请写明验收文件、现场情况等依据。", "Name the acceptance paper or what was seen."),
        )
    del met
    counted = with_it is not None and every is not None and every > 0 and 0 <= with_it <= every
    if item.households and not counted:
        yield Problem(
            item.title,
            Words(
                "须填写达标户数和全村户数,达标户数不多于全村户数。",
                "It takes how many households have it, and of how many: no more than all.",
            ),
            Words("请填写两个户数。", "Enter both numbers."),
        )


def _met_problems(
    village: str, item: Item, with_it: int | None, every: int | None, certificate: str
) -> Iterator[Problem]:
    if item.certificate and not certificate.strip():
        yield Problem(
            item.title,
            Words(
                "没有填写医生的证书编号(S1-15)。",
                "The number of the doctor's certificate is missing (S1-15).",
            ),
            Words("请填写乡村医生证或执业(助理)医师证编号。", "Enter it."),
        )
    if not item.households or with_it is None or every is None:
        return
    if with_it < every:
        yield Problem(
            item.title,
            Words(
                f"{every}户中有{with_it}户达标,须户户达标(S1-15)。",
                f"{with_it} of {every} households have it; every one must (S1-15).",
            ),
            Words("请登记为未达标,补齐后再登记。", "Enter it as not met until every household has it."),
        )
    without = registered_without(village, item.households, clock.today())
    if without:
        named = "、".join(without[:10])
        yield Problem(
            item.title,
            Words(
                f"登记表中有{len(without)}户没有:{named}(S1-15)。",
                f"{len(without)} households of the registry do not have it: {named} (S1-15).",
            ),
            Words(
                "请核对这些户的登记,通了的请先更正。",
                "Check their records; correct those that have it by now.",
            ),
        )


@transaction.atomic
def finish_checklist(*, division_code: str, checklist: str, by: Actor, scope: Scope) -> ChecklistDone:
    """Declare that no item of a village's checklist lacks; the township or the county does it.

    Raises:
        NotFound, NotAllowed: among others for a village's own post. NotRecognised, AlreadyDone.
        ListIncomplete: with each item that lacks, or that the registry contradicts now.
    """
    scope.require(Capability.VERIFY_DOUBTS, division_code)
    chosen = _recognised(division_code, checklist, scope)
    problems = list(lacking(division_code, chosen, clock.today()))
    if problems:
        raise ListIncomplete(problems, checklist=chosen.title, clause=chosen.clause)
    done = ChecklistDone.objects.create(
        division_code=division_code, checklist=checklist, day=clock.today(), by_name=by.name or by.id
    )
    _tell(division_code, "finish_checklist", by, checklist=checklist)
    return done


@transaction.atomic
def settle_village_work(*, division_code: str, what: str, note: str, by: Actor, scope: Scope) -> int:
    """The team of a newly recognised village is arranged, or its policies are applied (``VILLAGE_WORK``): the item
    leaves the worklist with the note of what was done.

    Raises:
        NotFound, NotAllowed; ReasonMissing: an empty note.
    """
    scope.require(Capability.VERIFY_DOUBTS, division_code)
    if what not in VILLAGE_WORK:
        raise NotFound(work=what)
    closed = close_items([work_key(division_code, what)], by=by, reason=note)
    _tell(division_code, "settle_village_work", by, what=what, note=note.strip(), closed=closed)
    return closed


def _recognised(division_code: str, checklist: str, scope: Scope) -> Checklist:
    """The checklist, of a village within the scope that carries the label today and is not done with it."""
    scope.require(Capability.CORRECT_REGISTRY, division_code)
    chosen = checklists().get(checklist)
    if chosen is None:
        raise NotFound(checklist=checklist)
    hold_chain()
    day = clock.today()
    labels = DivisionAttribute.objects.filter(division_code=division_code, kind=_LABEL)
    if not labels.standing_on(day).exists():
        raise NotRecognised(village=division_code)
    done = ChecklistDone.objects.filter(division_code=division_code, checklist=checklist).first()
    if done is not None:
        raise AlreadyDone(checklist=chosen.title, day=done.day)
    return chosen


def _tell(division_code: str, action: str, by: Actor, **detail: object) -> None:
    record(
        by=by,
        action=f"targeting.{action}",
        subject_kind="division",
        subject_id=division_code,
        division_code=division_code,
        detail=detail,
    )
