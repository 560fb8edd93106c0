"""The annual update (S4-57): a village hands its figures in, the township confirms them or gives them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability, Role
from bangfu.divisions.codes import Level
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound, Problem, Stale
from bangfu.platform.files import store
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.errors import TextNeeded
from bangfu.platform.worklist.actions import NewItem, close_items, open_items
from bangfu.policy.words import Words
from bangfu.registry.actions import corrections
from bangfu.registry.columns import year_columns
from bangfu.registry.errors import NothingChanged
from bangfu.registry.models import Household
from bangfu.registry.showing import shown_kept
from bangfu.targeting import years
from bangfu.targeting.enums import BatchState
from bangfu.targeting.errors import BatchDecided, BatchWaits, NothingGiven, OtherPersonNeeded, RowsRefused
from bangfu.targeting.year_models import YearBatch, YearLine
from bangfu.targeting.year_workbook import write_workbook

_MAY, _CONFIRM = Capability.CORRECT_REGISTRY, Capability.CONFIRM_FIGURES
#: The kind of the items that lead to a batch.
WORK = "targeting.year"
SHORTEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """The figures of one household for the year (column → fen, as the vocabulary's yearly columns)."""

    household_no: str
    figures: Mapping[str, int | None] = field(default_factory=dict)


@transaction.atomic
def hand_in(*, division_code: str, year: int, rows: Sequence[YearRow], by: Actor, scope: Scope) -> YearBatch:
    """Hand in the figures of so many households of a village; the registry stays as it is until somebody else has
    confirmed them. Net income and income per head are reckoned, not taken over.

    Raises:
        NotFound, NotAllowed, NothingGiven. BatchWaits: the village's last batch of the year has not been decided.
        RowsRefused: an unknown household, column or value; a year to come.
    """
    hold_chain()
    scope.require(_MAY, division_code)
    if not rows:
        raise NothingGiven()
    open_batch = YearBatch.objects.filter(
        division_code=division_code, year=year, state=BatchState.WAITING
    ).first()
    if open_batch is not None:
        raise BatchWaits(year=year, day=open_batch.handed_in_on, by=open_batch.by_name)
    today = clock.today()
    within = years.households_in(division_code, year, today)
    found = {
        one.household_no: one for one in within.filter(household_no__in=[row.household_no for row in rows])
    }
    _refuse_wrong(rows, found, year)
    batch = YearBatch.objects.create(
        division_code=division_code, year=year, handed_in_on=today, by_id=by.id, by_name=by.name or by.id
    )
    had, members = years.figures_of(found.values(), year), years.members_of(found.values(), today)
    YearLine.objects.bulk_create(_line(batch, found[row.household_no], row, had, members) for row in rows)
    _close(YearBatch.objects.filter(division_code=division_code, year=year), by, "已重新提交")
    _ask(batch, Role.TOWNSHIP, Words("确认", "Confirm"), by=by)
    _tell(batch, "targeting.year_hand_in", by, households=len(rows))
    return batch


def _line(
    batch: YearBatch, household: Household, row: YearRow, had: Mapping[Any, Any], members: Mapping[Any, int]
) -> YearLine:
    empty = dict.fromkeys(one.name for one in year_columns())
    before = had.get(household.pk, empty)
    after = years.with_sums(before | dict(row.figures), members.get(household.pk, 0))
    return YearLine(batch=batch, household=household, before=before, after=after)


@transaction.atomic
def confirm(*, batch: int, by: Actor, scope: Scope) -> tuple[int, int]:
    """Confirm a batch: before and after stand in the events; all or none. Returns how many households changed, and how
    many stood already.

    Raises:
        NotFound, NotAllowed, BatchDecided. OtherPersonNeeded: who handed it in does not confirm it.
        Stale: somebody changed a figure since the batch was handed in; says which.
    """
    found = _waiting(batch, scope, _CONFIRM)
    if found.by_id == by.id:
        raise OtherPersonNeeded(by=found.by_name)
    lines = list(found.lines.select_related("household"))
    _refuse_changed(found, lines)
    changed = 0
    for line in lines:
        new = {name: value for name, value in line.after.items() if value != line.before.get(name)}
        changed += _updated(line.household, found.year, new, f"{found.year}年度更新", by)
    _decide(found, BatchState.CONFIRMED, by)
    return changed, len(lines) - changed


@transaction.atomic
def give_back(*, batch: int, reason: str, by: Actor, scope: Scope) -> YearBatch:
    """Give a batch back to its village, saying why. Raises NotFound, NotAllowed, BatchDecided, TextNeeded."""
    found = _waiting(batch, scope, _CONFIRM)
    given = reason.strip()
    if len(given) < SHORTEST:
        raise TextNeeded(what=Words("退回原因", "why it is given back"), least=SHORTEST)
    found.reason = given
    _decide(found, BatchState.RETURNED, by)
    _ask(found, Role.VILLAGE, Words("改正被退回的", "Mend what was given back:"), by=by)
    return found


@transaction.atomic
def take_back(*, batch: int, by: Actor, scope: Scope) -> YearBatch:
    """The village takes its batch back before it is decided. Raises NotFound, NotAllowed, BatchDecided."""
    found = _waiting(batch, scope, _MAY)
    _decide(found, BatchState.TAKEN_BACK, by)
    return found


@transaction.atomic
def update_years(
    *, year: int, rows: Sequence[YearRow], reason: str, by: Actor, scope: Scope
) -> tuple[int, int]:
    """Set the figures of many households at once, as they are given (S4-57): before and after stand in the events; all
    or none. Returns how many changed, and how many stood already.

    Raises:
        NotFound, NotAllowed, NothingGiven. RowsRefused: an unknown household, column or value; a year to come.
    """
    if not rows:
        raise NothingGiven()
    hold_chain()
    visible = Household.objects.visible_to(scope, _MAY)
    found = {
        one.household_no: one for one in visible.filter(household_no__in=[row.household_no for row in rows])
    }
    _refuse_wrong(rows, found, year)
    changed = sum(_updated(found[row.household_no], year, row.figures, reason, by) for row in rows)
    return changed, len(rows) - changed


@transaction.atomic
def keep_workbook(*, division_code: str, year: int, by: Actor, scope: Scope) -> StoredFile:
    """The village's workbook with all that is known, kept for its download; income goes out, so the log says to whom.

    Raises NotFound, NotAllowed, NoVillage.
    """
    hold_chain()
    scope.require(_MAY, division_code)
    rows = years.sheets(scope, division_code, year, clock.today())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "year.xlsx"
        write_workbook(path, year, rows)
        with path.open("rb") as stream:
            kept = store.keep(stream, name=f"年度更新_{year}_{division_code}.xlsx")
    record(
        by=by,
        action="targeting.year_workbook",
        subject_kind="area",
        subject_id=division_code,
        division_code=division_code,
        detail={"year": year, "households": len(rows)},
    )
    return kept


def _updated(household: Household, year: int, new: Mapping[str, Any], reason: str, by: Actor) -> bool:
    """Whether anything of the household's year changed."""
    try:
        corrections.update_year(
            household=household, year=year, entered=new, day=clock.today(), reason=reason, by=by
        )
    except NothingChanged:
        return False
    return True


def _waiting(batch: int, scope: Scope, capability: Capability) -> YearBatch:
    hold_chain()
    found: YearBatch | None = YearBatch.objects.select_for_update().filter(pk=batch).first()
    if found is None:
        raise NotFound(batch=batch)
    scope.require(capability, found.division_code)
    if found.state != BatchState.WAITING:
        raise BatchDecided(
            state=str(found.get_state_display()), by=found.decided_by_name, day=found.decided_on
        )
    return found


def _decide(batch: YearBatch, state: BatchState, by: Actor) -> None:
    batch.state, batch.decided_on = state, clock.today()
    batch.decided_by_id, batch.decided_by_name = by.id, by.name or by.id
    batch.save()
    _close(YearBatch.objects.filter(pk=batch.pk), by, str(state.label))
    _tell(batch, f"targeting.year_{state}", by, households=batch.lines.count(), reason=batch.reason)


def _refuse_changed(batch: YearBatch, lines: Sequence[YearLine]) -> None:
    """Stale, where a figure of the registry is no longer what it was when the batch was handed in."""
    now = years.figures_of([line.household for line in lines], batch.year)
    titles = {one.name: one.title for one in year_columns()}
    problems = [
        Stale.changed(
            Words(f"{line.household.household_no} {title.zh}", f"{line.household.household_no} {title.en}"),
            seen=shown_kept(name, line.before.get(name)),
            found=shown_kept(name, now.get(line.household_id, {}).get(name)),
        )
        for line in lines
        for name, title in titles.items()
        if line.before.get(name) != now.get(line.household_id, {}).get(name)
    ]
    if problems:
        last = lines[0].household.events.order_by("-recorded_at").first()
        raise Stale(
            problems,
            what=f"{batch.year}",
            by=last.by_name if last else "—",
            at=last.recorded_at.astimezone(clock.HERE).strftime("%Y-%m-%d %H:%M") if last else "—",
        )


def _refuse_wrong(rows: Sequence[YearRow], found: Mapping[str, Household], year: int) -> None:
    problems = [problem for row in rows for problem in _year_problems(row, found, year)]
    if problems:
        raise RowsRefused(problems, rows=len(rows), refused=len({one.where for one in problems}))


def _year_problems(row: YearRow, found: Mapping[str, Household], year: int) -> Iterable[Problem]:
    known = {one.name: one for one in year_columns()}
    if row.household_no not in found:
        yield Problem(
            row.household_no,
            Words(
                "没有这一户,或不在您的管辖范围内。",
                "There is no such household, or it lies outside your area.",
            ),
            Words("请核对户编号。", "Check the household's number."),
        )
    if year > clock.today().year:
        yield Problem(
            row.household_no,
            Words(f"{year}年还没有到。", f"The year {year} has not come."),
            Words("请核对年度。", "Check the year."),
        )
    for name, value in row.figures.items():
        if name not in known or not (
            value is None or (isinstance(value, int) and not isinstance(value, bool))
        ):
            title = known[name].title if name in known else Words(name, name)
            yield Problem(
                Words(f"{row.household_no} {title.zh}", f"{row.household_no} {title.en}"),
                Words(
                    "不是年度收支项目,或不是整数分。",
                    "It is no figure of the year, or no whole number of fen.",
                ),
                Words("请核对这一项。", "Check it."),
            )
    if not row.figures:
        yield Problem(
            row.household_no,
            Words("没有填写任何一项。", "Not one figure is given."),
            Words("请填写或去掉这一行。", "Enter some, or leave the row out."),
        )


def _ask(batch: YearBatch, role: Role, what: Words, *, by: Actor) -> None:
    """Puts the batch on the worklist of whoever has to do something about it."""
    title = Words(f"{what.zh}{batch.year}年度更新", f"{what.en} the annual update of {batch.year}")
    level = Level.TOWNSHIP if role is Role.TOWNSHIP else Level.VILLAGE
    item = NewItem(
        key=f"{WORK}:{batch.pk}:{role}",
        kind=WORK,
        title=title,
        url_name="year-batch",
        url_args={"pk": batch.pk},
        division_code=f"{batch.division_code[: level.digits]:0<12}",
        role=role,
    )
    open_items([item], by=by)


def _close(batches: Any, by: Actor, reason: str) -> None:
    roles = (Role.TOWNSHIP, Role.VILLAGE)
    keys = [f"{WORK}:{pk}:{role}" for pk in batches.values_list("pk", flat=True) for role in roles]
    close_items(keys, by=by, reason=reason)


def _tell(batch: YearBatch, action: str, by: Actor, **detail: Any) -> None:
    record(
        by=by,
        action=action,
        subject_kind="year_batch",
        subject_id=str(batch.pk),
        division_code=batch.division_code,
        detail={"year": batch.year, **detail},
    )
