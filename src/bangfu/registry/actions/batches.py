"""An uploaded workbook on its way: kept, checked (dry run), mapped by a clerk where needed, taken in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability, Role
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.platform.files.store import StoredFile
from bangfu.platform.jobs.actions import enqueue
from bangfu.platform.jobs.enums import UNFINISHED
from bangfu.platform.jobs.models import Job
from bangfu.platform.worklist.actions import NewItem, close_items, open_items
from bangfu.policy.words import Words
from bangfu.registry.errors import BatchNotReady, InTheFuture, NothingToConfirm, SecondPersonNeeded
from bangfu.registry.models import ImportBatch, SavedMapping

#: State → what may come next.
UPLOADED, CHECKING, CHECKED, UNMAPPED, TAKING, DONE, REFUSED = (
    "uploaded",
    "checking",
    "checked",
    "unmapped",
    "taking",
    "done",
    "refused",
)

#: Kind of work item: a batch waits for the county to confirm its changes of standings.
CONFIRM: Final = "import.confirm"
_CONFIRMATION: Final = ("confirmed_by_id", "confirmed_by_name", "confirmed_at", "confirmed_digest")


@transaction.atomic
def upload_batch(
    *, stored: StoredFile, format_key: str, division_code: str, day: date, by: Actor, scope: Scope
) -> ImportBatch:
    """Keeps the upload and queues its check.

    Raises:
        NotAllowed, NotFound: the scope may not import there. InTheFuture: the day of the data has not come.
    """
    hold_chain()
    scope.require(Capability.IMPORT, division_code)
    if day > clock.today():
        raise InTheFuture(day=day)
    batch = ImportBatch.objects.create(
        format=format_key,
        division_code=division_code,
        file_name=stored.name,
        sha256=stored.sha256,
        day=day,
        by_id=by.id,
        by_name=by.name,
        uploaded_at=clock.now(),
    )
    _tell(batch, "import.upload", by, file=stored.name, size=stored.size)
    _queue(batch, "import.check", CHECKING, Words("检查导入文件", "Checking the import"), by)
    return batch


@transaction.atomic
def map_columns(
    *, batch: ImportBatch, columns: Mapping[str, Mapping[str, Any]], by: Actor, scope: Scope
) -> None:
    """Remembers what the clerk says the columns mean, for this header and county, and checks again.

    Args:
        columns: header signature → column index (text) → [table, column].
    """
    hold_chain()
    scope.require(Capability.IMPORT, batch.division_code)
    row = _locked(batch, {UNMAPPED, CHECKED, REFUSED}, "重新对应各列")
    for signature, meaning in columns.items():
        SavedMapping.objects.update_or_create(
            format=row.format,
            division_code=county_of(row.division_code),
            signature=signature,
            defaults={"columns": dict(meaning), "by_name": by.name, "saved_at": clock.now()},
        )
    _tell(row, "import.map", by, headers=list(columns))
    _queue(row, "import.check", CHECKING, Words("检查导入文件", "Checking the import"), by)


@transaction.atomic
def forget_mapping(*, mapping_id: UUID | str, by: Actor, scope: Scope) -> None:
    """Forgets what a header means; the next upload with it is read by the titles again.

    Raises:
        NotFound: there is none, or it belongs to another county.
    """
    hold_chain()
    found = SavedMapping.objects.filter(
        scope.q("division_code", Capability.MANAGE_MAPPINGS), pk=mapping_id
    ).first()
    if found is None:
        raise NotFound()
    record(
        by=by,
        action="import.forget_mapping",
        subject_kind="mapping",
        subject_id=str(found.pk),
        division_code=found.division_code,
        detail={"format": found.format, "signature": found.signature},
    )
    found.delete()


@transaction.atomic
def accept_batch(
    *, batch: ImportBatch, admit_doubtful: bool, hold_households: bool, by: Actor, scope: Scope
) -> None:
    """Queues the taking in of the good rows; the bad ones stay in the returned workbook."""
    hold_chain()
    scope.require(Capability.IMPORT, batch.division_code)
    row = _locked(batch, {CHECKED}, "导入")
    row.options = {"admit_doubtful": admit_doubtful, "hold_households": hold_households}
    row.save(update_fields=["options"])
    _close_confirmation(row, by, "未等确认就导入,状态变动的行已退回")
    _tell(row, "import.accept", by, **row.options)
    _queue(row, "import.take", TAKING, Words("导入数据", "Taking the data in"), by)


@transaction.atomic
def confirm_standings(*, batch: ImportBatch, by: Actor, scope: Scope, operator: bool = False) -> None:
    """Lets a checked batch change the standings that its check lists (S0-48): a second person of the county does.

    What is confirmed is exactly that list; a new check asks again.

    Args:
        operator: whoever runs commands on the machine says so by an option of its own; nobody else uploaded it there.

    Raises:
        NotAllowed, NotFound: the scope does not confirm for the whole county.
        BatchNotReady; NothingToConfirm; SecondPersonNeeded: who uploaded it confirms.
    """
    hold_chain()
    scope.require(Capability.CONFIRM_STANDINGS, county_of(batch.division_code))
    row = _locked(batch, {CHECKED}, "确认状态变动")
    asked = row.report.get("standings") or {}
    if not asked.get("count") or row.confirmed_digest:
        raise NothingToConfirm(file=row.file_name)
    if by.id == row.by_id and not operator:
        raise SecondPersonNeeded(by=row.by_name)
    row.confirmed_by_id, row.confirmed_by_name, row.confirmed_at = by.id, by.name, clock.now()
    row.confirmed_digest = asked["digest"]
    row.save(update_fields=_CONFIRMATION)
    _close_confirmation(row, by, "已确认")
    _tell(
        row, "import.confirm_standings", by, count=asked["count"], digest=asked["digest"], operator=operator
    )


@transaction.atomic
def choose_format(*, batch: ImportBatch, format_key: str, by: Actor, scope: Scope) -> None:
    """The clerk says what the workbook is, where it was not recognised or recognised wrongly; it is checked again."""
    hold_chain()
    scope.require(Capability.IMPORT, batch.division_code)
    row = _locked(batch, {UNMAPPED, CHECKED, REFUSED}, "重新选择种类")
    row.format = format_key
    row.save(update_fields=["format"])
    _tell(row, "import.format", by)
    _queue(row, "import.check", CHECKING, Words("检查导入文件", "Checking the import"), by)


@transaction.atomic
def retry_batch(*, batch: ImportBatch, by: Actor, scope: Scope) -> None:
    """Checks an upload again whose check or taking in ended without being done; nothing of it had been written.

    Raises:
        BatchNotReady: its job is still waiting or under way.
    """
    hold_chain()
    scope.require(Capability.IMPORT, batch.division_code)
    row = _locked(batch, {CHECKING, TAKING, REFUSED}, "重新检查")
    if row.job_id and Job.objects.filter(pk=row.job_id, state__in=UNFINISHED).exists():
        raise BatchNotReady(state=row.state, step="重新检查")
    _tell(row, "import.retry", by)
    _queue(row, "import.check", CHECKING, Words("检查导入文件", "Checking the import"), by)


def note_format(*, batch_id: str, format_key: str) -> None:
    """Keeps what a check recognised the workbook to be; called by the job."""
    ImportBatch.objects.filter(pk=batch_id).update(format=format_key)


@transaction.atomic
def note_check(
    *, batch_id: str, state: str, report: Mapping[str, Any], by: Actor, returned_sha256: str = ""
) -> None:
    """Keeps what a check found, which nobody has confirmed yet; the county office hears of standings that wait for it.
    Called by the job."""
    hold_chain()
    row = ImportBatch.objects.select_for_update().get(pk=batch_id)
    row.state, row.report, row.returned_sha256 = state, dict(report), returned_sha256
    row.confirmed_by_id, row.confirmed_by_name, row.confirmed_at, row.confirmed_digest = "", "", None, ""
    row.save(update_fields=["state", "report", "returned_sha256", *_CONFIRMATION])
    if (report.get("standings") or {}).get("count"):
        open_items([_confirmation(row)], by=by)
    else:
        _close_confirmation(row, by, "重新检查后没有状态变动")


def note_taken(*, batch_id: str, report: Mapping[str, Any], returned_sha256: str) -> None:
    """Marks the batch done within the transaction that took its rows."""
    ImportBatch.objects.filter(pk=batch_id).update(
        state=DONE, report=dict(report), returned_sha256=returned_sha256, finished_at=clock.now()
    )


def _confirmation(batch: ImportBatch) -> NewItem:
    """The county office's item to confirm what the batch changes of standings."""
    return NewItem(
        key=f"{CONFIRM}:{batch.pk}",
        kind=CONFIRM,
        title=Words(
            f"确认导入文件的状态变动:{batch.file_name}", f"Confirm changes of standings: {batch.file_name}"
        ),
        url_name="import-batch",
        url_args={"pk": str(batch.pk)},
        division_code=county_of(batch.division_code),
        role=Role.COUNTY_OFFICE,
    )


def _close_confirmation(batch: ImportBatch, by: Actor, reason: str) -> None:
    close_items([_confirmation(batch).key], by=by, reason=reason)


def county_of(division_code: str) -> str:
    """Mappings are remembered for a county."""
    return f"{division_code[:6]:0<12}"


def _locked(batch: ImportBatch, states: set[str], step: str) -> ImportBatch:
    row = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if row.state not in states:
        raise BatchNotReady(state=row.state, step=step)
    return row


def _queue(batch: ImportBatch, kind: str, state: str, title: Words, by: Actor) -> None:
    batch.state = state
    named = Words(f"{title.zh}:{batch.file_name}", f"{title.en}: {batch.file_name}")
    job = enqueue(
        kind,
        by=by,
        title=named,
        division_code=batch.division_code,
        key=f"{kind}:{batch.pk}",
        batch_id=str(batch.pk),
    )
    batch.job_id = str(job.pk)
    batch.save(update_fields=["state", "job_id"])


def _tell(batch: ImportBatch, action: str, by: Actor, **detail: Any) -> None:
    record(
        by=by,
        action=action,
        subject_kind="batch",
        subject_id=str(batch.pk),
        division_code=batch.division_code,
        detail={"format": batch.format, **detail},
    )
