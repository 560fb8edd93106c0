"""A batch that changes standings: listed by the dry run, confirmed by a second person of the county (S0-48, S4-61)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import BangfuError, NotAllowed, NotFound
from bangfu.platform.worklist.models import WorkItem
from bangfu.registry.actions.batches import confirm_standings, retry_batch
from bangfu.registry.errors import BatchNotReady, InTheFuture, NothingToConfirm, SecondPersonNeeded
from bangfu.registry.models import Household, ImportBatch, Standing
from tests.cast import stories
from tests.cast.build import registry_workbook
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW, WILLOW_TOWN, plant_tree
from tests.postgresql import both_databases
from tests.quality.offices import CLERK, OFFICE, accept, checked, returned, taken, upload, work

SECOND = Actor("12", "方圆")
EXITED = {"户类型": "脱贫户", "脱贫标志": "已脱贫", "脱贫时间": "2015-11-30"}


@pytest.fixture(autouse=True)
def _begun(transactional_db: None, tmp_path: Path) -> None:
    """The county's first workbook: all but the last household of the cast."""
    plant_tree()
    batch = taken(registry_workbook(tmp_path / "登记.xlsx", stories.STORIES[:-1]), doubtful=True)
    assert batch.report["standings"]["count"] == 0, "a county begins without being asked"


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The whole cast, of which the first household has left."""
    first, *others = stories.STORIES
    return registry_workbook(tmp_path / "年底.xlsx", (({**first[0], **EXITED}, first[1]), *others))


def confirm(batch: ImportBatch, by: Actor = SECOND, scope: Scope = OFFICE, **given: Any) -> None:
    confirm_standings(batch=batch, by=by, scope=scope, **given)
    batch.refresh_from_db()


def asked_of() -> list[tuple[str, str, str]]:
    """Whose worklists ask for a confirmation, and where it leads."""
    items = WorkItem.objects.open().filter(kind="import.confirm")
    return [(one.division_code, one.role, one.url_args["pk"]) for one in items]


def standings() -> tuple[int, int]:
    return Standing.objects.count(), Household.objects.count()


@both_databases
def test_unconfirmed_households_come_back_whole_and_the_rest_goes_in(later: Path, tmp_path: Path) -> None:
    before = standings()
    batch = checked(later)
    assert [one["count"] for one in batch.report["standings"]["changes"]] == [1, 1]
    assert {one["household"] for one in batch.report["standings"]["shown"]} == {
        f"{WILLOW}0001",
        stories.STORIES[-1][0]["户编号"],
    }
    batch = accept(batch, doubtful=True)
    assert standings() == before
    assert asked_of() == [], "nothing of it waits any more"
    book = returned(batch, tmp_path / "back.xlsx")
    why = [row[-2].value for row in book["户"].iter_rows(min_row=2)]
    assert len(why) == 2
    assert all("县级" in one and "按程序办理" in one for one in why)
    assert book["人"].max_row == 1 + 4 + len(stories.STORIES[-1][1])


@both_databases
def test_a_second_person_lets_them_in(later: Path) -> None:
    before = standings()
    batch = checked(later)
    assert asked_of() == [(COUNTY, Role.COUNTY_OFFICE, str(batch.pk))]
    confirm(batch)
    assert asked_of() == []
    assert (batch.confirmed_by_id, batch.confirmed_by_name) == (SECOND.id, SECOND.name)
    logged = AuditRecord.objects.get(action="import.confirm_standings")
    assert (logged.actor_id, logged.subject_id) == (SECOND.id, str(batch.pk))
    batch = accept(batch, doubtful=True)
    assert standings() == (before[0] + 2, before[1] + 1)
    assert batch.report["problems"]["rows"] == 0


@pytest.mark.parametrize(
    ("by", "scope", "refusal"),
    [
        (CLERK, OFFICE, SecondPersonNeeded),
        (SECOND, Scope.of([(Role.TOWNSHIP, WILLOW_TOWN)]), NotAllowed),
        (SECOND, Scope.of([(Role.DATA_ADMIN, COUNTY)]), NotAllowed),
        (SECOND, Scope.of([(Role.COUNTY_OFFICE, OTHER_COUNTY)]), NotFound),
    ],
)
def test_who_does_not_confirm(later: Path, by: Actor, scope: Scope, refusal: type[BangfuError]) -> None:
    batch = checked(later)
    with pytest.raises(refusal):
        confirm(batch, by, scope)
    assert not AuditRecord.objects.filter(action="import.confirm_standings").exists()


def test_it_is_confirmed_once_when_there_is_something_and_while_it_waits(later: Path, tmp_path: Path) -> None:
    same = checked(registry_workbook(tmp_path / "同样.xlsx", stories.STORIES[:-1]))
    with pytest.raises(NothingToConfirm):
        confirm(same)
    batch = checked(later)
    confirm(batch)
    with pytest.raises(NothingToConfirm):
        confirm(batch)
    with pytest.raises(BatchNotReady):
        confirm(accept(batch))


def test_only_what_was_confirmed_goes_in(later: Path) -> None:
    """Meanwhile the registry has changed: the confirmation was of something else."""
    batch = checked(later)
    confirm(batch)
    Standing.objects.filter(household__household_no=f"{WILLOW}0001").update(basis="case:7")
    before = standings()
    batch = accept(batch, doubtful=True)
    assert standings() == before
    assert batch.report["confirmation_lapsed"]


def test_a_new_check_asks_again(later: Path) -> None:
    batch = checked(later)
    confirm(batch)
    ImportBatch.objects.filter(pk=batch.pk).update(state="taking")
    retry_batch(batch=batch, by=CLERK, scope=OFFICE)
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_digest, batch.confirmed_at) == ("checked", "", None)
    assert asked_of() == [(COUNTY, Role.COUNTY_OFFICE, str(batch.pk))]


def test_two_workbooks_of_a_new_county_are_two_questions(later: Path) -> None:
    """Checked while the county was empty, taken in when it was not: nobody has confirmed it."""
    scope = Scope.of([(Role.COUNTY_OFFICE, OTHER_COUNTY)])
    village = stories.FOREIGN[0]["行政村代码"]
    path = registry_workbook(later.with_name("外县.xlsx"), (stories.FOREIGN,))
    other = {**stories.FOREIGN[0], "户编号": f"{village}7777"}
    second = registry_workbook(later.with_name("外县二.xlsx"), ((other, stories.FOREIGN[1]),))
    batches = [checked(one, division=OTHER_COUNTY, scope=scope) for one in (path, second)]
    first, last = (accept(one, doubtful=True, scope=scope) for one in batches)
    assert first.report["taken"]["new_households"] == 1
    assert (last.report["taken"]["new_households"], last.report["problems"]["rows"]) == (
        0,
        1 + len(stories.FOREIGN[1]),
    )


def test_no_data_of_tomorrow(later: Path) -> None:
    with pytest.raises(InTheFuture):
        upload(later, day=stories.DAY.replace(year=2999))
