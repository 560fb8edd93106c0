"""The annual update (S4-57): a village hands in, the township confirms; before and after, and who is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.platform.errors import NotAllowed, NotFound, Stale
from bangfu.platform.files import workbooks
from bangfu.platform.procedures.errors import TextNeeded
from bangfu.platform.worklist.models import WorkItem
from bangfu.registry.actions.corrections import update_year
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Event, HouseholdYear
from bangfu.targeting import years
from bangfu.targeting.actions.years import (
    YearRow,
    confirm,
    give_back,
    hand_in,
    take_back,
    update_years,
)
from bangfu.targeting.enums import BatchState
from bangfu.targeting.errors import (
    BatchDecided,
    BatchWaits,
    NoNumbers,
    NothingGiven,
    NoVillage,
    OtherPersonNeeded,
    RowsRefused,
)
from bangfu.targeting.year_models import YearBatch
from bangfu.targeting.year_workbook import CHECKED, read_workbook, write_workbook
from tests.cast.places import WILLOW, WILLOW_TOWN
from tests.postgresql import both_databases
from tests.targeting.test_subjects import on_books
from tests.targeting.world import CLERK, COUNTY_OFFICE, ELSEWHERE, HELPER, TOWNSHIP, Day

pytestmark = both_databases
PARTS = {"income_wage": 300_000, "income_business": 90_000, "income_property": 0, "income_transfer": 20_000}
NUMBER = f"{WILLOW}0001"


def rows(*figures: dict[str, Any]) -> list[YearRow]:
    return [YearRow(household_no=f"{WILLOW}{at:04d}", figures=one) for at, one in enumerate(figures, 1)]


def handed_in(*figures: dict[str, Any], year: int = 2025) -> YearBatch:
    return hand_in(division_code=WILLOW, year=year, rows=rows(*figures), **CLERK.acts)


def states(year: int, day: Day) -> tuple[int, int, int]:
    (one,) = years.progress(CLERK.scope, WILLOW, year, day.now)
    assert one.households == one.updated + one.waiting + one.missing
    return one.updated, one.waiting, one.missing


def test_the_registry_changes_when_the_township_confirms(day: Day) -> None:  # S4-57
    on_books(3)
    batch = handed_in({**PARTS, "production_cost": 10_000}, {"income_net": 320_000})
    assert states(2025, day) == (0, 2, 1)
    assert HouseholdYear.objects.get(household__household_no=NUMBER).income_wage is None
    assert [one.division_code for one in WorkItem.objects.open()] == [WILLOW_TOWN]
    assert confirm(batch=batch.pk, **TOWNSHIP.acts) == (1, 1)
    year = HouseholdYear.objects.get(household__household_no=NUMBER, income_year=2025)
    assert (year.income_wage, year.income_net, year.income_per_head) == (300_000, 400_000, 200_000)
    event = Event.objects.get(kind=EventKind.YEAR_UPDATE)
    assert (event.before["income_net"], event.after["income_net"]) == (320_000, 400_000)
    assert states(2025, day) == (2, 0, 1), "who was checked and did not change is not missing"
    assert not WorkItem.objects.open().exists()


def test_two_persons(day: Day) -> None:
    on_books(1)
    batch = hand_in(division_code=WILLOW, year=2025, rows=rows({"savings": 5}), **TOWNSHIP.acts)
    with pytest.raises(OtherPersonNeeded):
        confirm(batch=batch.pk, **TOWNSHIP.acts)
    for hand, refusal in ((CLERK, NotAllowed), (HELPER, NotAllowed), (ELSEWHERE, NotFound)):
        with pytest.raises(refusal):
            confirm(batch=batch.pk, **hand.acts)
    batch.refresh_from_db()
    with pytest.raises(IntegrityError), transaction.atomic():
        YearBatch.objects.update(state=BatchState.CONFIRMED, decided_by_id=batch.by_id)
    confirm(batch=batch.pk, **COUNTY_OFFICE.acts)


def test_given_back_and_handed_in_again(day: Day) -> None:
    on_books(1)
    batch = handed_in({"savings": 5})
    with pytest.raises(BatchWaits):
        handed_in({"savings": 6})
    with pytest.raises(TextNeeded):
        give_back(batch=batch.pk, reason=" ", **TOWNSHIP.acts)
    give_back(batch=batch.pk, reason="存款请再核", **TOWNSHIP.acts)
    assert [(one.role, one.division_code) for one in WorkItem.objects.open()] == [("village", WILLOW)]
    assert states(2025, day) == (0, 0, 1)
    with pytest.raises(BatchDecided):
        confirm(batch=batch.pk, **TOWNSHIP.acts)
    again = handed_in({"savings": 6})
    assert [one.url_args for one in WorkItem.objects.open()] == [{"pk": again.pk}]
    take_back(batch=again.pk, **CLERK.acts)
    assert not WorkItem.objects.open().exists()
    assert not Event.objects.filter(kind=EventKind.YEAR_UPDATE).exists()


def test_a_figure_changed_meanwhile_is_not_overwritten(day: Day) -> None:
    (household,) = on_books(1)
    batch = handed_in({"savings": 5})
    update_year(
        household=household, year=2025, entered={"savings": 9}, day=day.now, reason="更正", by=CLERK.actor
    )
    with pytest.raises(Stale) as refused:
        confirm(batch=batch.pk, **TOWNSHIP.acts)
    assert len(refused.value.problems) == 1
    assert HouseholdYear.objects.get(household=household, income_year=2025).savings == 9


WRONG: list[tuple[int, dict[str, Any]]] = [
    (2025, {"household_no": "1", "figures": {"savings": 1}}),
    (2025, {"household_no": NUMBER, "figures": {"main_cause": 1}}),
    (2025, {"household_no": NUMBER, "figures": {"savings": 1.5}}),
    (2025, {"household_no": NUMBER, "figures": {}}),
    (2027, {"household_no": NUMBER, "figures": {"savings": 1}}),
]


@pytest.mark.parametrize(("year", "row"), WRONG)
def test_all_or_none(day: Day, year: int, row: dict[str, Any]) -> None:
    on_books(2)
    good = YearRow(household_no=f"{WILLOW}0002", figures={"savings": 5})
    with pytest.raises(RowsRefused):
        hand_in(division_code=WILLOW, year=year, rows=[good, YearRow(**row)], **CLERK.acts)
    with pytest.raises(RowsRefused):
        update_years(year=year, rows=[good, YearRow(**row)], reason="核算", **CLERK.acts)
    assert not YearBatch.objects.exists()
    assert not Event.objects.filter(kind=EventKind.YEAR_UPDATE).exists()
    with pytest.raises(NothingGiven):
        hand_in(division_code=WILLOW, year=2025, rows=[], **CLERK.acts)
    with pytest.raises(NothingGiven):
        update_years(year=2025, rows=[], reason="核算", **CLERK.acts)


def test_many_at_once_without_a_batch(day: Day) -> None:
    on_books(2)
    given = rows({"income_net": 400_000}, {"income_net": 320_000})
    assert update_years(year=2025, rows=given, reason="2025年度核算", **CLERK.acts) == (1, 1)
    assert states(2025, day) == (1, 0, 1)


def test_only_within_the_scope(day: Day) -> None:
    on_books(1)
    with pytest.raises(NotFound):
        years.progress(ELSEWHERE.scope, WILLOW, 2025, day.now)
    with pytest.raises(NotFound):
        hand_in(division_code=WILLOW, year=2025, rows=rows({"savings": 1}), **ELSEWHERE.acts)
    with pytest.raises(NoVillage):
        years.sheets(TOWNSHIP.scope, WILLOW_TOWN, 2025, day.now)


def test_the_workbook_comes_back_as_it_went_out(day: Day, tmp_path: Path) -> None:
    on_books(2)
    update_years(year=2025, rows=rows({"income_wage": 123_456}), reason="核算", **CLERK.acts)
    sheets = years.sheets(CLERK.scope, WILLOW, 2026, day.now)
    assert [(one.earlier_year, one.known["income_wage"]) for one in sheets] == [(2025, 123_456), (2025, None)]
    path = tmp_path / "year.xlsx"
    write_workbook(path, 2026, sheets)
    back = read_workbook(workbooks.read(path, name=path.name).sheets)
    assert back[NUMBER] == (["1234.56", *[""] * 8], False)
    assert set(back) == {one.household.household_no for one in sheets}
    with pytest.raises(NoNumbers):
        read_workbook([workbooks.Sheet("其他", [["姓名", CHECKED], ["某人", "是"]])])


def test_sums_follow_from_the_parts() -> None:
    assert years.with_sums({**PARTS, "production_cost": None}, 3)["income_per_head"] == 136_666
    assert years.with_sums({**PARTS, "income_wage": None, "income_net": 7}, 3)["income_net"] == 7
    assert years.with_sums(PARTS, 0)["income_per_head"] is None
