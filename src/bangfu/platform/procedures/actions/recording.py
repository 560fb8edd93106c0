"""Putting things on record for a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures import checks, registry
from bangfu.platform.procedures.actions.log import Hand, Written, add_acts, as_files, locked, save_cases, tell
from bangfu.platform.procedures.enums import ActKind
from bangfu.platform.procedures.errors import RecordOutOfTime, RecordRefused, UnknownRecord
from bangfu.platform.procedures.models import CaseRecord
from bangfu.platform.procedures.situations import Situation
from bangfu.policy.procedures.definitions import Definition, RecordKind, Step
from bangfu.policy.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """A record of one case; ``revision`` is the one that was on the screen."""

    case: int
    revision: int
    data: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[StoredFile] = ()
    signatures: Sequence[str] = ()


def add_record(
    *,
    case: int,
    kind: str,
    revision: int,
    by: Actor,
    role: str,
    level: str,
    data: Mapping[str, Any] | None = None,
    files: Sequence[StoredFile] = (),
    signatures: Sequence[str] = (),
) -> CaseRecord:
    """Put one record into one case: see ``add_records``."""
    new = NewRecord(case=case, revision=revision, data=data or {}, files=files, signatures=signatures)
    return add_records(kind=kind, records=[new], by=by, role=role, level=level)[0]


@transaction.atomic
def add_records(
    *, kind: str, records: Sequence[NewRecord], by: Actor, role: str, level: str
) -> list[CaseRecord]:
    """Put a record of one kind into each case; all or none. A newer record of a kind stands for an older one.

    The case goes to its next revision. The day is today.

    Raises:
        NotFound, NotOpen, StaleAct: as in ``act_together``.
        UnknownRecord: the procedure has no such kind.
        NotYours: another post makes this record.
        RecordOutOfTime: its step is over, or not reached and the kind may not be made early.
        RecordRefused: a file or a signature is missing, or a check of the domain refuses the data.
    """
    hand = Hand(by, role, level)
    found = locked(one.case for one in records)
    meant, wrong = [], {}
    for now, new in zip(found, records, strict=True):
        checks.require_open_or_tell(now, new.revision)
        checks.require_fresh(now, new.revision)
        step, record = _require_in_place(now, kind, hand)
        if problems := [*_incomplete(record, new), *_refused(now, step, record, new, hand)]:
            wrong[now.case.pk] = problems
        meant.append((step, record))
    if wrong:
        _refuse(found[0].definition, *meant[0], wrong)
    day = clock.today()
    acts = add_acts(
        [
            (now.case, Written(kind=ActKind.RECORDED, step=step.key, reason=record.title.zh))
            for now, (step, record) in zip(found, meant, strict=True)
        ],
        hand=hand,
    )
    rows = CaseRecord.objects.bulk_create(
        CaseRecord(
            case=now.case,
            revision=act.revision,
            step=act.step,
            kind=kind,
            data=dict(new.data),
            files=as_files(new.files),
            signatures=list(new.signatures),
            **hand.signs(day),
        )
        for now, new, act in zip(found, records, acts, strict=True)
    )
    save_cases([now.case for now in found])
    tell(((row.case, {"record": kind, "step": row.step}) for row in rows), action="record", by=by)
    return rows


def _refuse(
    definition: Definition, step: Step, record: RecordKind, wrong: Mapping[int, list[Problem]]
) -> NoReturn:
    error = RecordRefused(
        [one for some in wrong.values() for one in some],
        record=record.title,
        clause=checks.clause_of(definition, step, record.clause),
    )
    error.by_case = wrong
    raise error


def _require_in_place(now: Situation, kind: str, hand: Hand) -> tuple[Step, RecordKind]:
    step, record = now.definition.step_of_record(kind), now.definition.record(kind)
    if step is None or record is None:
        raise UnknownRecord(procedure=now.definition.title, record=kind)
    checks.require_post(now.definition, step, record.title, (record.role, record.level), hand.post)
    _require_in_time(now, step, record)
    return step, record


def _require_in_time(now: Situation, step: Step, record: RecordKind) -> None:
    at, stands = now.definition.position(step.key), now.definition.position(now.case.step)
    if at == stands or (at > stands and record.early):
        return
    over = at < stands
    raise RecordOutOfTime(
        record=record.title,
        step=step.title,
        current=now.step.title,
        how="补登" if over else "提前登记",
        how_en="added afterwards" if over else "made beforehand",
        way="如确有遗漏,请把办件退回该步骤。" if over else "请等到该步骤开始后登记。",
        way_en="If it is really missing, return the case to that step."
        if over
        else "Wait until that step begins.",
    )


def _incomplete(record: RecordKind, new: NewRecord) -> list[Problem]:
    problems = []
    if record.file and not new.files:
        problems.append(
            Problem(
                record.title,
                Words("缺少附件。", "The file is missing."),
                Words("请上传扫描件或照片。", "Attach a scan or a photograph."),
            )
        )
    signed = {name.strip() for name in new.signatures if name.strip()}
    if len(signed) < record.signers:
        problems.append(
            Problem(
                record.title,
                Words(
                    f"须由{record.signers}名不同的人签名,现有{len(signed)}名。",
                    f"{record.signers} different people must sign; {len(signed)} did.",
                ),
                Words("请补填签名人姓名。", "Enter the names of those who signed."),
            )
        )
    return problems


def _refused(now: Situation, step: Step, record: RecordKind, new: NewRecord, hand: Hand) -> list[Problem]:
    problems: list[Problem] = []
    for call in record.checks:
        entry = registry.Entry(
            case=now.case,
            definition=now.definition,
            step=step,
            call=call,
            kind=record.key,
            data=new.data,
            by=hand.by,
            role=hand.role,
            day=clock.today(),
        )
        problems += registry.check_of(call.name)(entry)
    return problems
