"""Writing what a run found: doubts are opened, kept, closed by fact, or opened again; the right people get the work."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.platform.worklist.actions import NewItem, assign, close_items, open_items
from bangfu.policy.parameters import parameters
from bangfu.policy.rules import Rule
from bangfu.policy.words import Words
from bangfu.quality.actions.consistency import close_corrected
from bangfu.quality.actions.entitled import keep_entitlements, keep_indicators
from bangfu.quality.enums import UNSETTLED, Closing, DoubtState
from bangfu.quality.findings import Found, findings_of
from bangfu.quality.handlers import Handler, handler_of
from bangfu.quality.models import Doubt, Run, RunVillage
from bangfu.quality.runs import Evaluated
from bangfu.registry.models import new_id

_NEW: Final = (
    "id",
    "rule",
    "subject_kind",
    "subject_id",
    "household_id",
    "person_id",
    "subject_name",
    "division_code",
    "area",
    "concern",
    "severity",
    "two_person",
    "state",
    "values",
    "score",
    "reasons",
    "handler_division",
    "handler_role",
    "due",
    "opened_at",
    "times_opened",
    "last_run_id",
    "closed_by",
)
_BY_FACT = Words("规则不再命中,自动销号。", "The rule no longer fires; closed by fact.")


@dataclass
class _Book:
    """The doubts of an area on their way through one run."""

    run: Run
    evaluated: Evaluated
    now: datetime
    due: date
    known: dict[tuple[str, str, str], Doubt]
    households: dict[str, UUID]
    new: list[tuple[Any, ...]] = field(default_factory=list)
    items: list[NewItem] = field(default_factory=list)
    kept: list[Doubt] = field(default_factory=list)
    again: list[Doubt] = field(default_factory=list)
    moved: list[Doubt] = field(default_factory=list)


@transaction.atomic
def record_run(evaluated: Evaluated, *, started_at: datetime, by: Actor) -> Run:
    """Keeps one doubt for each subject and rule, through all runs (idempotent: the same facts change nothing).

    A rule that is not believed, or that fired for many last time and for nobody now, closes nothing.
    """
    hold_chain()
    run = _new_run(evaluated, started_at, by)
    days = int(parameters()["oversight.doubts.days_to_answer"].on(evaluated.outcome.day))
    known = {
        (one.rule, one.subject_kind, one.subject_id): one for one in Doubt.objects.checked_in(evaluated.area)
    }
    book = _Book(
        run, evaluated, clock.now(), clock.today() + timedelta(days=days), known, _household_ids(evaluated)
    )
    seen = {_take(found, book) for found in findings_of(evaluated.outcome, evaluated.built)}
    bulk.insert(Doubt, _NEW, book.new)
    bulk.update(Doubt, _UPDATED, (_updated(doubt) for doubt in book.kept + book.again))
    open_items(book.items, by=by)
    _hand_over(book.moved, by)
    closed = _close_by_fact(book, seen, by)
    close_corrected(area=evaluated.area, by=by)
    run.opened, run.reopened, run.closed = len(book.new), len(book.again), closed
    run.standing_doubts = Doubt.objects.filter(area=evaluated.area).unsettled().count()
    run.finished_at = clock.now()
    run.save()
    _count_villages(run, evaluated)
    keep_entitlements(run=run, evaluated=evaluated)
    keep_indicators(run=run, evaluated=evaluated)
    detail = {
        "day": run.day.isoformat(),
        "opened": run.opened,
        "reopened": run.reopened,
        "closed": run.closed,
    }
    record(
        by=by,
        action="quality.run",
        subject_kind="run",
        subject_id=str(run.pk),
        division_code=run.division_code,
        detail=detail,
    )
    return run


_UPDATED: Final = (
    "values",
    "score",
    "reasons",
    "last_run_id",
    "state",
    "closed_at",
    "closed_by",
    "times_opened",
    "opened_at",
    "due",
    "household_id",
    "subject_name",
    "area",
    "division_code",
    "handler_division",
    "handler_role",
)


def _updated(doubt: Doubt) -> tuple[Any, ...]:
    return (doubt.pk, *(getattr(doubt, name) for name in _UPDATED))


def _new_run(evaluated: Evaluated, started_at: datetime, by: Actor) -> Run:
    outcome, tables = evaluated.outcome, evaluated.built.snapshot.tables
    return Run.objects.create(
        division_code=evaluated.area,
        day=outcome.day,
        started_at=started_at,
        by_id=by.id,
        by_name=by.name,
        households=tables["household"].num_rows,
        people=tables["person"].num_rows,
        lists={name: table.num_rows for name, table in evaluated.built.named.lists.items()},
        untold=dict(evaluated.entitled.untold),
        tallies={
            tally.rule.key: {
                "yes": tally.yes,
                "no": tally.no,
                "cannot_tell": tally.cannot_tell,
                "status": tally.status,
            }
            for tally in outcome.tallies
        },
    )


def _take(found: Found, book: _Book) -> tuple[str, str, str]:
    """Opens, keeps or reopens the doubt of one finding."""
    rule = found.rule
    key = (rule.key, rule.subject, found.subject)
    known = book.known.get(key)
    if known is None:
        book.new.append(_new_doubt(found, book))
        return key
    values = dict(found.values)
    changed = known.values != values
    known.household_id, known.subject_name = book.households.get(found.household_no), found.name[:60]
    known.values, known.score, known.reasons, known.last_run = values, found.score, found.reasons, book.run
    _follow(known, found, book)
    if known.state != DoubtState.CLOSED:
        book.kept.append(known)
    elif known.closed_by == Closing.FACT or changed:
        known.state, known.closed_at, known.closed_by = DoubtState.OPEN.value, None, ""
        known.times_opened, known.opened_at, known.due = known.times_opened + 1, book.now, book.due
        book.again.append(known)
        book.items.append(
            _item(
                known.pk,
                rule,
                known.subject_name,
                Handler(known.handler_division, known.handler_role),
                book.due,
            )
        )
    return key


def _follow(known: Doubt, found: Found, book: _Book) -> None:
    """A doubt goes with its subject: where it lives now, somebody else settles it."""
    place = found.division_code or book.evaluated.area
    known.area = book.evaluated.area
    if place != known.division_code:
        handler = handler_of(found.rule, place)
        known.division_code, known.handler_division, known.handler_role = place, *handler
        book.moved.append(known)


def _hand_over(moved: Iterable[Doubt], by: Actor) -> None:
    """Gives the open work of doubts that moved to whoever settles them now."""
    keys: dict[Handler, list[str]] = defaultdict(list)
    for doubt in moved:
        keys[Handler(doubt.handler_division, doubt.handler_role)].append(doubt.work_key)
    for handler, some in keys.items():
        assign(some, by=by, division_code=handler.division_code, role=handler.role, assignee_id="")


def _new_doubt(found: Found, book: _Book) -> tuple[Any, ...]:
    rule, named = found.rule, book.evaluated.built.named
    place = found.division_code or book.evaluated.area
    handler = handler_of(rule, place)
    key = new_id()
    person = UUID(named.persons["id"][found.row].as_py()) if rule.subject == "person" else None
    book.items.append(_item(key, rule, found.name, handler, book.due))
    return (
        key,
        rule.key,
        rule.subject,
        found.subject,
        book.households.get(found.household_no),
        person,
        found.name[:60],
        place,
        book.evaluated.area,
        rule.concern,
        rule.severity,
        rule.two_person,
        DoubtState.OPEN.value,
        dict(found.values),
        found.score,
        found.reasons,
        handler.division_code,
        handler.role,
        book.due,
        book.now,
        1,
        book.run.pk,
        "",
    )


def _item(key: UUID, rule: Rule, name: str, handler: Handler, due: date) -> NewItem:
    return NewItem(
        key=f"doubt:{key}",
        kind="quality.doubt",
        title=Words(
            f"{rule.title.zh}:{name}" if name else rule.title.zh,
            f"{rule.title.en}: {name}" if name else rule.title.en,
        ),
        url_name="doubt",
        url_args={"pk": str(key)},
        division_code=handler.division_code,
        role=handler.role,
        due=due,
        detail={"rule": rule.key},
    )


def _close_by_fact(book: _Book, seen: set[tuple[str, str, str]], by: Actor) -> int:
    """Closes what no longer fires, rule by rule; a rule that cannot be believed closes nothing."""
    gone: dict[str, list[Doubt]] = defaultdict(list)
    for key, doubt in book.known.items():
        if key not in seen and doubt.state in UNSETTLED:
            gone[doubt.rule].append(doubt)
    trusted = _trusted(book, gone)
    closing = [doubt for rule, some in gone.items() if rule in trusted for doubt in some]
    for doubt in closing:
        doubt.state, doubt.closed_at, doubt.closed_by, doubt.last_run = (
            DoubtState.CLOSED.value,
            book.now,
            Closing.FACT.value,
            book.run,
        )
    bulk.update(Doubt, _UPDATED, map(_updated, closing))
    keys = [key for doubt in closing for key in (doubt.work_key, doubt.verify_key)]
    close_items(keys, by=by, reason=_BY_FACT.zh)
    return len(closing)


def _trusted(book: _Book, gone: dict[str, list[Doubt]]) -> set[str]:
    """Rules whose silence is believed: they judged, were not disabled, and did not fall from many to nobody at once."""
    many = int(parameters()["oversight.plausibility.collapse_from"].on(book.run.day))
    trusted = set()
    for tally in book.evaluated.outcome.tallies:
        fallen = tally.yes == 0 and len(gone.get(tally.rule.key, ())) >= many
        if tally.status == "ok" and not fallen:
            trusted.add(tally.rule.key)
        elif fallen:
            book.run.tallies[tally.rule.key]["status"] = "collapsed"
    return trusted


def _count_villages(run: Run, evaluated: Evaluated) -> None:
    """Households, people and unsettled doubts of each village after the run."""
    named = evaluated.built.named
    households = Counter(named.households["division_code"].to_pylist())
    people = Counter(_codes_of_people(evaluated))
    doubts: Counter[str] = Counter()
    doubtful: dict[str, set[str]] = defaultdict(set)
    open_ones = Doubt.objects.filter(area=evaluated.area).unsettled()
    for code, household in open_ones.values_list("division_code", "household_id"):
        doubts[code] += 1
        if household:
            doubtful[code].add(str(household))
    rows = (
        (run.pk, code, count, people[code], doubts[code], len(doubtful[code]))
        for code, count in households.items()
        if code
    )
    bulk.insert(
        RunVillage, ("run_id", "village_code", "households", "people", "doubts", "doubtful_households"), rows
    )


def _household_ids(evaluated: Evaluated) -> dict[str, UUID]:
    named = evaluated.built.named.households
    return dict(zip(named["household_no"].to_pylist(), map(UUID, named["id"].to_pylist()), strict=True))


def _codes_of_people(evaluated: Evaluated) -> Iterable[str]:
    return (f"{code:012d}" for code in evaluated.built.named.persons["village_code"].to_pylist() if code)
