"""Households apply in a round that is open (S4-58, S4-61)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.platform.audit.actions import hold_chain
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound, Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.opening import Opening, open_cases
from bangfu.platform.procedures.actions.recording import NewRecord, add_records
from bangfu.platform.procedures.models import Case
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.models import Household, Standing
from bangfu.targeting.access import Post, post_at
from bangfu.targeting.actions.rounds import wrong_state
from bangfu.targeting.enums import RoundState
from bangfu.targeting.errors import NothingGiven, RowsRefused
from bangfu.targeting.models import Application, Round
from bangfu.targeting.rosters import read_once

PROCEDURE = "household_identification"
VILLAGE = Post("village", "village")
_standing = codes("standing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """A household's application: who signed it, what it says, and its paper."""

    household_no: str
    signed_by: str
    statement: str = ""
    files: Sequence[StoredFile] = ()


@transaction.atomic
@read_once()
def apply_together(*, round_id: int, rows: Sequence[Applying], by: Actor, scope: Scope) -> list[Application]:
    """Open a case for each household, with its application on record; all or none.

    Raises:
        NotFound, NotAllowed: the scope does not reach the round.
        WrongRoundState: it takes no applications. NothingGiven.
        RowsRefused: with every row that is refused and why.
        CannotOpen, NotYours: as ``opening.open_cases``.
    """
    if not rows:
        raise NothingGiven()
    hold_chain()
    found = Round.objects.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise NotFound(round=round_id)
    post = post_at(scope, found.division_code, VILLAGE)
    if found.state != RoundState.APPLYING:
        raise wrong_state(found, Words("提出申请", "apply in"))
    households = {
        one.household_no: one
        for one in Household.objects.filter(
            division_code=found.division_code, household_no__in=[row.household_no for row in rows]
        )
    }
    problems = list(_row_problems(rows, households))
    if problems:
        raise RowsRefused(problems, rows=len(rows), refused=len({one.where for one in problems}))
    openings = [
        Opening(
            subject_id=str(households[row.household_no].pk),
            division_code=found.division_code,
            about={"round": found.pk, "household_no": row.household_no},
        )
        for row in rows
    ]
    cases = open_cases(procedure=PROCEDURE, openings=openings, by=by, **post._asdict())
    papers = [
        NewRecord(
            case=case.pk,
            revision=case.revision,
            data={"statement": row.statement.strip()},
            files=row.files,
            signatures=[row.signed_by],
        )
        for case, row in zip(cases, rows, strict=True)
    ]
    add_records(kind="application", records=papers, by=by, **post._asdict())
    return Application.objects.bulk_create(
        Application(round=found, household=households[row.household_no], case=case)
        for case, row in zip(cases, rows, strict=True)
    )


def _row_problems(rows: Sequence[Applying], households: dict[str, Household]) -> Iterator[Problem]:
    keys = {one.pk for one in households.values()}
    last = {
        spell.household_id: spell
        for spell in Standing.objects.filter(household_id__in=keys).order_by("since")
    }
    under_way = set(
        Case.objects.of(PROCEDURE)
        .open()
        .about("household", [str(key) for key in keys])
        .values_list("subject_id", flat=True)
    )
    counted = Counter(row.household_no for row in rows)
    for row in rows:
        household = households.get(row.household_no)
        for why, now in _refusals(row, household, last, under_way, counted):
            yield Problem(row.household_no, why, now)


def _refusals(
    row: Applying,
    household: Household | None,
    last: dict[object, Standing],
    under_way: set[str],
    counted: Counter[str],
) -> Iterator[tuple[Words, Words]]:
    if household is None:
        yield (
            Words("该村没有录入这一户。", "The village has no such household in the registry."),
            Words("请先录入该户的六类信息。", "Enter the household first, with its six groups of facts."),
        )
        return
    if counted[row.household_no] > 1:
        yield (
            Words("这一户列了不止一次。", "The household stands more than once."),
            Words("请只保留一行。", "Leave one row."),
        )
    if not row.signed_by.strip():
        yield (
            Words("申请书没有签名(S4-61)。", "The application is not signed (S4-61)."),
            Words("请填写签名的户主或成员姓名。", "Enter who signed it."),
        )
    if str(household.pk) in under_way:
        yield (
            Words("该户已有申请正在办理。", "An application of the household is under way."),
            Words("请在原办件中继续办理。", "Go on in its case."),
        )
    spell = last.get(household.pk)
    if spell is None or (spell.until is None and spell.kind in (_standing.removed, _standing.marginal)):
        return
    if spell.until is not None:
        yield (
            Words(
                f"该户自 {spell.until} 起已并户或无人。",
                f"It was merged, or nobody is left, since {spell.until}.",
            ),
            Words("请在现在所在的户申请。", "Apply with the household where they live now."),
        )
    elif spell.kind == _standing.exited:
        yield (
            Words(f"该户 {spell.since} 已脱贫。", f"It has left poverty on {spell.since}."),
            Words("确已返贫的,请按返贫程序办理。", "If it has fallen back, use the procedure of return."),
        )
    else:
        yield (
            Words(f"该户自 {spell.since} 起已在册。", f"It has been on the books since {spell.since}."),
            Words("无需再次申请;信息有误的请更正。", "It need not apply; correct its record if it is wrong."),
        )
