"""Opening what follows an exit: clearing a risk, a return to poverty, help in an emergency (S1-43, S4-05, S2-31)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.monitoring.access import TOWNSHIP, VILLAGE
from bangfu.monitoring.errors import BadGround, NotMarginal, NotVillageOrTownship
from bangfu.monitoring.grounds import cause_problems, text_problem, warning_problems
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.opening import open_case
from bangfu.platform.procedures.actions.recording import add_record
from bangfu.platform.procedures.models import Case
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.quality.access import doubt_for
from bangfu.registry.access import household_for
from bangfu.registry.models import Household, Standing
from bangfu.targeting.access import post_at

_standing = codes("standing")


@transaction.atomic
def open_clearance(*, household_no: str, by: Actor, scope: Scope) -> Case:
    """Open the procedure that may clear the risk of a monitored household; no date ever does (S1-43).

    Raises:
        NotFound, NotAllowed, NotYours, AlreadyOpen. CannotOpen: it is not monitored.
    """
    return _open("risk_clearance", household_for(scope, household_no), by, scope)


@transaction.atomic
def report_return(
    *,
    household_no: str,
    causes: Sequence[int],
    text: str,
    signed_by: str,
    by: Actor,
    scope: Scope,
    files: Sequence[StoredFile] = (),
) -> Case:
    """The village reports that a household fell back, with its causes (code list cause), the main one first (S4-74).

    Raises:
        NotFound, NotAllowed, NotYours, AlreadyOpen. CannotOpen: it has not left.
        RecordRefused: no known cause, no text.
    """
    data = {"causes": list(causes), "text": text.strip()}
    household = household_for(scope, household_no)
    return _open("return_to_poverty", household, by, scope, ("return_cause", data, [signed_by], files))


@transaction.atomic
def request_emergency_help(
    *,
    household_no: str,
    causes: Sequence[int],
    text: str,
    signed_by: str,
    by: Actor,
    scope: Scope,
    files: Sequence[StoredFile] = (),
) -> Case:
    """The fast path of a household near the line; it is not counted as poor by it (S2-31).

    Raises:
        NotFound, NotAllowed, NotYours, AlreadyOpen. NotMarginal: the household is registered as poor.
        RecordRefused: no known cause, no text.
    """
    household = household_for(scope, household_no)
    poor = Standing.objects.open().filter(
        household=household, kind__in=(_standing.registered, _standing.returned)
    )
    if poor.exists():
        raise NotMarginal(household=household.household_no)
    data = {"causes": list(causes), "text": text.strip()}
    return _open("marginal_emergency", household, by, scope, ("emergency", data, [signed_by], files))


@transaction.atomic
def open_monitoring(
    *,
    household_no: str,
    causes: Sequence[int],
    text: str,
    by: Actor,
    scope: Scope,
    doubt: UUID | str | None = None,
) -> Case:
    """The village, or its township, asks that a household be monitored: on a verified warning, or on what was found
    (S1-43). The first step is the village's check, whoever opened it.

    Raises:
        NotFound, NotAllowed, AlreadyOpen. CannotOpen: it is monitored. NotVillageOrTownship.
        BadGround: no known cause, too short a text, a warning that nobody verified.
    """
    household = household_for(scope, household_no)
    post = post_at(scope, household.division_code, VILLAGE)
    if post not in (VILLAGE, TOWNSHIP):
        raise NotVillageOrTownship(household=household_no)
    warning = doubt_for(scope, doubt) if doubt else None
    where = Words("情况说明", "what happened")
    problems = [*cause_problems(list(causes), "S1-43"), *text_problem(text, where, "S1-43")]
    if warning is not None:
        problems += warning_problems(warning, household)
    if problems:
        raise BadGround(problems, household=household_no)
    about = {"household_no": household_no, "causes": list(causes), "text": text.strip()}
    if warning is not None:
        about |= {"doubt": str(warning.pk), "rule": warning.rule}
    hold_chain()
    own = post == VILLAGE
    case = open_case(
        procedure="monitoring_start",
        subject_id=str(household.pk),
        division_code=household.division_code,
        by=by if own else Actor(f"system:{by.id}", by.name, by.address),
        role=post.role if own else "",
        level=post.level if own else "",
        about=about,
    )
    record(
        by=by,
        action="monitoring.open_monitoring",
        subject_kind="household",
        subject_id=household_no,
        division_code=household.division_code,
        detail={"case": case.pk, "doubt": about.get("doubt")},
    )
    return case


def _open(
    procedure: str,
    household: Household,
    by: Actor,
    scope: Scope,
    first: tuple[str, Mapping[str, Any], Sequence[str], Sequence[StoredFile]] | None = None,
) -> Case:
    """Open the case, and put its ``first`` record (kind, data, signatures, files) into it."""
    hold_chain()
    post = post_at(scope, household.division_code, VILLAGE)
    case = open_case(
        procedure=procedure,
        subject_id=str(household.pk),
        division_code=household.division_code,
        by=by,
        about={"household_no": household.household_no},
        **post._asdict(),
    )
    if first is not None:
        kind, data, signatures, files = first
        add_record(
            case=case.pk,
            kind=kind,
            revision=case.revision,
            data=data,
            signatures=signatures,
            files=files,
            by=by,
            **post._asdict(),
        )
        case.refresh_from_db()
    return case
