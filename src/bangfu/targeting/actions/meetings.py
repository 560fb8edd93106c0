"""Many applications at once, as a village meeting or an audit goes through them (S4-61): all rows or none.

Every row is looked at before anything is written, so that one answer lists all that are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import Problem, WorkError
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures import checks
from bangfu.platform.procedures.actions.acting import Decided, act_together
from bangfu.platform.procedures.actions.recording import NewRecord, add_records
from bangfu.platform.procedures.errors import RecordRefused
from bangfu.platform.procedures.models import Act, Case, CaseRecord
from bangfu.platform.procedures.situations import Situation, situations
from bangfu.policy.procedures.definitions import REFUSE, RETURN, Step
from bangfu.policy.words import Words
from bangfu.targeting.access import Post, post_at, round_for
from bangfu.targeting.actions.cases import kind_of, reached, require_by_hand
from bangfu.targeting.actions.deciding import registering_together
from bangfu.targeting.errors import NothingGiven, PanelIncomplete, RowsRefused
from bangfu.targeting.panels import Ballot, ballot_problems
from bangfu.targeting.rosters import Seats, read_once, seated_panel


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotRow:
    """The vote on one application; ``revision`` is the one that was on the screen."""

    case: int
    revision: int
    ballot: Ballot


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A record of one case; ``revision`` is the one that was on the screen."""

    case: int
    revision: int
    data: Mapping[str, Any] = field(default_factory=dict)
    signatures: Sequence[str] = ()
    files: Sequence[StoredFile] = ()


@transaction.atomic
@read_once()
def record_ballots(
    *, round_id: int, rows: Sequence[BallotRow], by: Actor, scope: Scope, signatures: Sequence[str] = ()
) -> list[CaseRecord]:
    """Enter the ballot on each application of a round, and the roster of the panel that voted where it is not on
    record yet; all or none. ``signatures``: who signed the tally.

    Raises:
        NotFound, NotAllowed, NothingGiven. PanelIncomplete: no panel is seated.
        RowsRefused: with each row whose totals do not add up, that is stale, or stands at another step.
    """
    found = round_for(scope, round_id)
    cases = _cases(scope, [row.case for row in rows])
    post = _common_post(scope, cases, "ballot")
    seats = seated_panel(found.pk)
    if seats is None:
        raise PanelIncomplete()
    now = _situations(cases)
    problems = [
        *_twice(cases),
        *(problem for row in rows for problem in _ballot_row(row, now[row.case], found.pk, seats, post)),
    ]
    _refuse(problems, len(rows))
    without = [row for row in rows if not _has_roster(now[row.case], seats)]
    if without:
        roster = {"panel": seats.panel.pk, "size": seats.size}
        add_records(
            kind="review_panel",
            records=[NewRecord(case=row.case, revision=row.revision, data=roster) for row in without],
            by=by,
            **post._asdict(),
        )
    later = {row.case for row in without}
    return add_records(
        kind="ballot",
        records=[
            NewRecord(
                case=row.case,
                revision=row.revision + (row.case in later),
                data=row.ballot.as_data(panel=seats.panel.pk, size=seats.size),
                signatures=signatures,
            )
            for row in rows
        ],
        by=by,
        **post._asdict(),
    )


def _has_roster(now: Situation, seats: Seats) -> bool:
    rosters = now.records.get("review_panel")
    return rosters is not None and len(rosters) > 0 and rosters[-1].data.get("panel") == seats.panel.pk


def _ballot_row(row: BallotRow, now: Situation, round_id: int, seats: Seats, post: Post) -> Iterator[Problem]:
    where = _where(now.case)
    if now.case.about.get("round") != round_id:
        yield Problem(
            where,
            Words("这件申请不属于本批次。", "The application belongs to another round."),
            Words("请在其所属批次中登记。", "Enter it in its own round."),
        )
        return
    yield from _record_refusal(now, row.revision, "ballot", post)
    for problem in ballot_problems(row.ballot, size=seats.size):
        yield _at(where, problem)


@transaction.atomic
@read_once()
def record_many(*, kind: str, rows: Sequence[RecordRow], by: Actor, scope: Scope) -> list[CaseRecord]:
    """Put a record of one kind into each case (a nomination, a home visit); all or none.

    Raises:
        As ``put_on_record``. OnlyPublished: the kind is that of a public notice.
    """
    for case in reached(scope, [row.case for row in rows]):
        require_by_hand(case, kind)
    return put_on_record(kind=kind, rows=rows, by=by, scope=scope)


@transaction.atomic
@read_once()
def put_on_record(*, kind: str, rows: Sequence[RecordRow], by: Actor, scope: Scope) -> list[CaseRecord]:
    """What ``record_many`` does, for actions that make the record themselves: publishing makes that of a notice.

    Raises:
        NotFound, NotAllowed, NothingGiven. RowsRefused: with each row that is stale or stands at another step.
        RecordRefused: a check refuses the data of the one row; of several rows, RowsRefused names each.
    """
    cases = _cases(scope, [row.case for row in rows])
    post = _common_post(scope, cases, kind)
    now = _situations(cases)
    problems = [
        *_twice(cases),
        *(problem for row in rows for problem in _record_refusal(now[row.case], row.revision, kind, post)),
    ]
    _refuse(problems, len(rows))
    new = [
        NewRecord(
            case=row.case,
            revision=row.revision,
            data=row.data,
            files=row.files,
            signatures=row.signatures,
        )
        for row in rows
    ]
    try:
        return add_records(kind=kind, records=new, by=by, **post._asdict())
    except RecordRefused as error:
        if len(rows) == 1:
            raise
        problems = [_at(_where(now[case].case), one) for case, some in error.by_case.items() for one in some]
        raise RowsRefused(problems, rows=len(rows), refused=len(error.by_case)) from error


@transaction.atomic
@read_once()
def act_many(*, step: str, rows: Sequence[Decided], by: Actor, scope: Scope) -> list[Act]:
    """Decide the step of each case, each with its own decision; all or none.

    Raises:
        NotFound, NotAllowed, NothingGiven.
        RowsRefused: with everything that stands in the way of each row.
    """
    cases = _cases(scope, [row.case for row in rows])
    meant = next((one for one in cases[0].definition.steps if one.key == step), cases[0].current)
    post = _one_post(scope, cases, Post(meant.role, meant.level))
    now, day = _situations(cases), clock.today()
    problems = [
        *_twice(cases),
        *(
            problem
            for row in rows
            for problem in _decision_refusal(now[row.case], row, step=step, post=post, by=by, day=day)
        ),
    ]
    _refuse(problems, len(rows))
    with registering_together():
        return act_together(step=step, decisions=rows, by=by, **post._asdict())


def _decision_refusal(
    now: Situation, row: Decided, *, step: str, post: Post, by: Actor, day: date
) -> Iterator[Problem]:
    """What stands in the way of one decision, each thing as a problem of its row."""
    where = _where(now.case)
    try:
        checks.require_open_or_tell(now, row.revision)
        checks.require_fresh(now, row.revision)
        checks.require_step(now, step)
        _require_post(now, now.step, now.step.title, Post(now.step.role, now.step.level), post)
        checks.require_decision(now, row.decision, row.to_step)
        if row.decision in (REFUSE, RETURN):
            checks.require_reason(row.reason)
    except WorkError as refusal:
        yield _said(where, refusal)
        return
    for one in checks.obstacles(now, decision=row.decision, by=by, role=post.role, day=day):
        yield _at(where, one.problem)


def _record_refusal(now: Situation, revision: int, kind: str, post: Post) -> Iterator[Problem]:
    where = _where(now.case)
    step, meant = now.definition.step_of_record(kind), now.definition.record(kind)
    try:
        checks.require_open_or_tell(now, revision)
        checks.require_fresh(now, revision)
        if step is not None and meant is not None:
            _require_post(now, step, meant.title, Post(meant.role, meant.level), post)
            if not (
                meant.early and now.definition.position(step.key) > now.definition.position(now.case.step)
            ):
                checks.require_step(now, step.key)
    except WorkError as refusal:
        yield _said(where, refusal)


def _require_post(now: Situation, step: Step, what: Words, needed: Post, given: Post) -> None:
    checks.require_post(now.definition, step, what, (needed.role, needed.level), (given.role, given.level))


def _cases(scope: Scope, numbers: Sequence[int]) -> list[Case]:
    if not numbers:
        raise NothingGiven()
    hold_chain()
    return reached(scope, list(numbers))


def _situations(cases: Iterable[Case]) -> dict[int, Situation]:
    return situations(list({case.pk: case for case in cases}.values()))


def _common_post(scope: Scope, cases: Sequence[Case], kind: str) -> Post:
    meant = kind_of(cases[0], kind)
    return _one_post(scope, cases, Post(meant.role, meant.level))


def _one_post(scope: Scope, cases: Sequence[Case], wanted: Post) -> Post:
    """The post by which the scope acts in all the cases: one that lacks somewhere is the one to be refused."""
    posts = {code: post_at(scope, code, wanted) for code in {case.division_code for case in cases}}
    return next((post for post in posts.values() if post != wanted), wanted)


def _twice(cases: Sequence[Case]) -> Iterator[Problem]:
    by_number = {case.pk: case for case in cases}
    for pk, count in Counter(case.pk for case in cases).items():
        if count > 1:
            yield Problem(
                _where(by_number[pk]),
                Words("这一件列了不止一次。", "The case stands more than once."),
                Words("请只保留一行。", "Leave one row."),
            )


def _refuse(problems: Sequence[Problem], rows: int) -> None:
    if problems:
        names = {_row_of(problem.where) for problem in problems}
        raise RowsRefused(problems, rows=rows, refused=len(names))


def _row_of(where: Words | str) -> str:
    return (where.zh if isinstance(where, Words) else where).partition(" · ")[0]


def _where(case: Case) -> str:
    """How a row is named: by its household's number, where the case knows it."""
    return str(case.about.get("household_no") or case.pk)


def _at(where: str, problem: Problem) -> Problem:
    inner = problem.where
    zh, en = (inner.zh, inner.en) if isinstance(inner, Words) else (inner, inner)
    return Problem(Words(f"{where} · {zh}", f"{where} · {en}"), problem.why, problem.now)


def _said(where: str, refusal: WorkError) -> Problem:
    """A refusal of the machine as the problem of a row."""
    told = "".join(one.why.zh for one in refusal.problems), " ".join(one.why.en for one in refusal.problems)
    return Problem(
        where,
        Words(f"{refusal.sentence('zh')}{told[0]}", f"{refusal.sentence('en')} {told[1]}".strip()),
        Words("请刷新页面,按现在的情况办理这一行。", "Reload the page and see to this row as it stands now."),
    )
