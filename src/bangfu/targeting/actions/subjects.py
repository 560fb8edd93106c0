"""Dynamic management (S2-42, S4-66): removal and correction by a case, and acts of the registry that end a household or
move it, with what that means for its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import parent_of
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.ending import stop_case
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.actions.recording import add_record
from bangfu.platform.procedures.models import Case
from bangfu.policy.words import Words
from bangfu.quality.access import doubt_for
from bangfu.registry.access import household_for
from bangfu.registry.actions import families, members
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Household, Person
from bangfu.targeting.access import Post, post_at
from bangfu.targeting.corrections import subject_of
from bangfu.targeting.errors import ByTownship, DoubtNeeded

_MAY = Capability.CORRECT_REGISTRY
_VILLAGE = Post("village", "village")


@transaction.atomic
def open_removal(*, household_no: str, doubt: UUID | str, by: Actor, scope: Scope) -> Case:
    """Open the case that may take a household off the books: on a doubt that was confirmed and verified by a second
    person, never by a rule alone (S1-24). Nobody else takes it off: only death, departure or a merger of all its
    members end its standing.

    Raises:
        NotFound, NotAllowed; DoubtNeeded: the doubt is about somebody else; CannotOpen: it is not verified;
        NotYours, AlreadyOpen.
    """
    return _open_on_doubt("registry_removal", household_no, doubt, by, scope)


@transaction.atomic
def open_correction(
    *,
    household_no: str,
    doubt: UUID | str,
    table: str,
    number: str,
    columns: Mapping[str, Any],
    why: str,
    by: Actor,
    scope: Scope,
    files: Sequence[StoredFile] = (),
) -> Case:
    """Propose a correction that a verified doubt asks for; another person lets it pass (S1-24).

    Args:
        table: ``household`` or ``person``; ``number``: its number.
        columns: vocabulary name → typed value (dates yyyymmdd, money fen); None empties a column.

    Raises:
        As ``open_removal``; RecordRefused: with what does not fit.
    """
    case = _open_on_doubt("registry_correction", household_no, doubt, by, scope)
    data: dict[str, Any] = {"table": table, "number": number, "columns": dict(columns), "why": why.strip()}
    subject = subject_of(data, case.subject_id)
    data["seen_revision"] = subject.revision if subject else 0
    add_record(
        case=case.pk,
        kind="correction",
        revision=case.revision,
        data=data,
        files=files,
        by=by,
        **post_at(scope, case.division_code, _VILLAGE)._asdict(),
    )
    case.refresh_from_db()
    return case


def _open_on_doubt(procedure: str, household_no: str, doubt: UUID | str, by: Actor, scope: Scope) -> Case:
    household = household_for(scope, household_no)
    found = doubt_for(scope, doubt)
    if found.household_id != household.pk:
        raise DoubtNeeded(clause="S1-24")
    return open_case(
        procedure=procedure,
        subject_id=str(household.pk),
        division_code=household.division_code,
        by=by,
        about={"doubt": str(found.pk), "rule": found.rule, "household_no": household.household_no},
        **post_at(scope, household.division_code, _VILLAGE)._asdict(),
    )


@transaction.atomic
def merge(*, source: str, target: str, day: date, reason: str, by: Actor, scope: Scope) -> list[Case]:
    """All of ``source`` (a household number) join ``target``; the cases about ``source`` stop, and are returned.

    Raises NotFound; ByTownship: one of them is on the books and the scope ends at the village; and as
    ``families.merge_households``.
    """
    gone, staying = household_for(scope, source, _MAY), household_for(scope, target, _MAY)
    for household in (gone, staying):
        _require_township(household, Words("并户", "a merger"), scope)
    families.merge_households(source=gone, target=staying, day=day, reason=reason, by=by)
    return _stop(gone, f"并入户 {target}", by)


@transaction.atomic
def split(
    *,
    household_no: str,
    leaving: Sequence[Person],
    new_head: Person,
    day: date,
    reason: str,
    by: Actor,
    scope: Scope,
) -> Household:
    """Some members become a household of their own, with the standing of the old one. A case about the old household
    goes on with it.

    Raises NotFound; ByTownship: it is on the books and the scope ends at the village; and as
    ``families.split_household``.
    """
    household = household_for(scope, household_no, _MAY)
    _require_township(household, Words("分户", "a split"), scope)
    return families.split_household(
        household=household, leaving=leaving, new_head=new_head, day=day, reason=reason, by=by
    )


def _require_township(household: Household, what: Words, scope: Scope) -> None:
    """What ends or doubles a standing is asked for by the village and done by the level above."""
    above = parent_of(household.division_code) or household.division_code
    if members.on_the_books(household) and not scope.allows(_MAY, above):
        raise ByTownship(household=household.household_no, what=what)


@transaction.atomic
def move(
    *, household_no: str, to_village: str, day: date, reason: str, by: Actor, scope: Scope
) -> list[Case]:
    """The household moves to another village; its cases stop, for other people decide there, and are returned.

    Raises NotFound: the household, or the village, lies outside the scope; and as ``families.move_household``.
    """
    household = household_for(scope, household_no, _MAY)
    scope.require(_MAY, to_village)
    families.move_household(household=household, to_village=to_village, day=day, reason=reason, by=by)
    return _stop(household, f"迁往 {to_village}", by)


@transaction.atomic
def leave(
    *,
    household_no: str,
    person: Person,
    day: date,
    kind: EventKind,
    reason: str,
    by: Actor,
    scope: Scope,
    new_head: Person | None = None,
) -> list[Case]:
    """A member dies, or leaves otherwise; when nobody is left the household's cases stop, and are returned.

    Raises NotFound, and as ``members.remove_member``.
    """
    household = household_for(scope, household_no, _MAY)
    members.remove_member(person=person, day=day, kind=kind, reason=reason, by=by, new_head=new_head)
    if household.memberships.open().exists():
        return []
    return _stop(household, "家庭成员已全部离开", by)


def _stop(household: Household, why: str, by: Actor) -> list[Case]:
    open_cases = Case.objects.open().about("household", [str(household.pk)])
    return [stop_case(case=pk, reason=why, by=by) for pk in open_cases.values_list("pk", flat=True)]
