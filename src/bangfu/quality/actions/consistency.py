"""Three-way comparison (S2-46): what the system says, what the archive says, what was seen in the household."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability, Role
from bangfu.divisions.codes import scope_prefix
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database.prefix import prefix_range
from bangfu.platform.files.store import StoredFile
from bangfu.platform.worklist.actions import NewItem, close_items, open_items
from bangfu.policy import checklists, vocabulary
from bangfu.policy.sentences import show
from bangfu.policy.words import Words
from bangfu.quality.enums import Agreement
from bangfu.quality.errors import FieldEvidenceNeeded, UnknownFact
from bangfu.quality.record_models import ThreeWayCheck
from bangfu.quality.three_way import system_value
from bangfu.registry.models import Household, Person

LEAST_EVIDENCE: Final = 4
_DAYS: Final = 15
_WRONG: Final = {
    Agreement.SYSTEM_WRONG: ("system",),
    Agreement.ARCHIVE_WRONG: ("archive",),
    Agreement.BOTH_WRONG: ("system", "archive"),
    Agreement.CONSISTENT: (),
}
_TASKS: Final = {
    "system": Words("更正系统数据", "Correct the system"),
    "archive": Words("更正档案资料", "Correct the archive"),
}


@transaction.atomic
def record_three_way(
    *,
    household: Household,
    column: str,
    archive_value: Any,
    field_value: Any,
    evidence: str,
    checked_on: date,
    by: Actor,
    scope: Scope,
    person: Person | None = None,
    evidence_file: StoredFile | None = None,
) -> ThreeWayCheck:
    """Compares one fact (typed values); the system's value is read, not typed. A task goes to the side that is wrong.

    Raises:
        NotAllowed, NotFound: the scope may not answer there. UnknownFact: the fact is not on the list.
        FieldEvidenceNeeded: what was found on the spot comes without evidence.
    """
    hold_chain()
    scope.require(Capability.ANSWER_DOUBTS, household.division_code)
    table = "person" if person else "household"
    before = _before(household, person, column, evidence)
    system = system_value(household, person, column)
    if before is not None:
        before.latest = False
        before.save(update_fields=["latest"])
        _close(before, by)
    check = ThreeWayCheck.objects.create(
        household=household,
        person=person,
        column=column,
        division_code=household.division_code,
        system_value=system,
        archive_value=archive_value,
        field_value=field_value,
        agreement=judge(system, archive_value, field_value),
        evidence=evidence.strip(),
        evidence_name=evidence_file.name if evidence_file else "",
        evidence_sha256=evidence_file.sha256 if evidence_file else "",
        checked_on=checked_on,
        by_id=by.id,
        by_name=by.name,
        at=clock.now(),
    )
    open_items([_task(check, side) for side in _WRONG[Agreement(check.agreement)]], by=by)
    record(
        by=by,
        action="quality.three_way",
        subject_kind=table,
        subject_id=person.person_no if person else household.household_no,
        division_code=household.division_code,
        detail={"column": column, "agreement": check.agreement},
    )
    return check


def _before(household: Household, person: Person | None, column: str, evidence: str) -> ThreeWayCheck | None:
    """The comparison of this fact that the new one follows, held for writing. Raises as ``record_three_way``."""
    known = {one.name: one for one in checklists.three_way_columns("person" if person else "household")}
    if column not in known:
        raise UnknownFact(what=column)
    before = (
        ThreeWayCheck.objects.select_for_update()
        .filter(household=household, person=person, column=column, latest=True)
        .first()
    )
    if len(evidence.strip()) < LEAST_EVIDENCE:
        seen = show(known[column], before.field_value) if before else "—"
        raise FieldEvidenceNeeded(what=known[column].title, before=seen)
    return before


def judge(system: Any, archive: Any, field: Any) -> Agreement:
    """Who is wrong, measured by what was seen in the household."""
    right = system == field, archive == field
    return {
        (True, True): Agreement.CONSISTENT,
        (False, True): Agreement.SYSTEM_WRONG,
        (True, False): Agreement.ARCHIVE_WRONG,
        (False, False): Agreement.BOTH_WRONG,
    }[right]


@transaction.atomic
def close_corrected(*, area: str, by: Actor) -> int:
    """Closes the tasks of an area whose fact now stands in the system as it was seen; returns how many."""
    hold_chain()
    where = prefix_range("division_code", scope_prefix(area))
    wrong = ThreeWayCheck.objects.filter(where, latest=True).exclude(
        agreement__in=(Agreement.CONSISTENT, Agreement.ARCHIVE_WRONG)
    )
    mended = [
        f"three_way:{check.pk}:system"
        for check in wrong.select_related("household", "person")
        if system_value(check.household, check.person, check.column) == check.field_value
    ]
    return close_items(mended, by=by, reason="系统数据已与实际一致")


def _close(check: ThreeWayCheck, by: Actor) -> None:
    keys = [f"three_way:{check.pk}:{side}" for side in _TASKS]
    close_items(keys, by=by, reason="已重新核对")


def _task(check: ThreeWayCheck, side: str) -> NewItem:
    table = "person" if check.person_id else "household"
    column = vocabulary.table(table).columns[check.column]
    task, number = _TASKS[side], check.household.household_no
    return NewItem(
        key=f"three_way:{check.pk}:{side}",
        kind=f"quality.three_way.{side}",
        title=Words(f"{task.zh}:{column.title.zh}({number})", f"{task.en}: {column.title.en} ({number})"),
        url_name="household-compare",
        url_args={"household_no": number},
        division_code=check.division_code,
        role=Role.VILLAGE.value,
        due=clock.today() + timedelta(days=_DAYS),
        detail={"column": check.column},
    )
