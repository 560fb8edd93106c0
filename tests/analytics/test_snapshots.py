"""The registry as of a day without names and numbers: written, read again, and refused when it does not fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.errors import MissingColumn, NotASnapshot
from bangfu.analytics.evaluation import evaluate
from bangfu.analytics.snapshots import Snapshot, arrow_schema, checked, conform
from bangfu.policy import vocabulary
from bangfu.policy.yaml_files import HERE
from tests.analytics.conftest import Build
from tests.analytics.county import DAY, Small


@pytest.fixture
def small() -> Small:
    small = Small()
    for _ in range(4):
        small.household({}, [{}, {"年龄": 10}])
    small.listed("deaths", small.people[0], 死亡日期=date(2015, 6, 1))
    small.listed("vehicles", small.people[2], 车辆类型="小型轿车")
    return small


def test_what_is_saved_is_what_is_loaded(
    small: Small, build: Build, tmp_path: Path, engine: DuckDBEngine
) -> None:
    snapshot = build(small).snapshot
    snapshot.save(tmp_path / "made" / "here")
    loaded = Snapshot.load(tmp_path / "made" / "here")
    assert loaded.day == DAY
    assert loaded.tables == snapshot.tables
    assert loaded.about["area"] == "610926"
    assert loaded.about["rows"] == {"person": 8, "household": 4, "village": 4, "deaths": 1, "vehicles": 1}
    first, second = (evaluate(one, engine=engine).findings.sort_by("rule") for one in (snapshot, loaded))
    assert first.num_rows
    assert first.sort_by([("rule", "ascending"), ("key", "ascending")]) == second.sort_by(
        [("rule", "ascending"), ("key", "ascending")]
    )


def test_a_snapshot_left_on_disk_answers_the_same(
    small: Small, build: Build, tmp_path: Path, engine: DuckDBEngine
) -> None:
    build(small).snapshot.save(tmp_path)
    opened = Snapshot.open(tmp_path)
    assert isinstance(opened.tables["person"], Path)
    there, here = (evaluate(one, engine=engine) for one in (opened, Snapshot.load(tmp_path)))
    assert there.tallies == here.tallies
    assert sorted(there.findings.to_pylist(), key=str) == sorted(here.findings.to_pylist(), key=str) != []
    schema = pq.read_schema(tmp_path / "person.parquet")
    table = pq.read_table(tmp_path / "person.parquet").drop_columns(schema.names[0])
    pq.write_table(table, tmp_path / "person.parquet")
    with pytest.raises(MissingColumn):
        Snapshot.open(tmp_path)


def test_nobody_can_be_named_from_what_is_on_disk(small: Small, build: Build, tmp_path: Path) -> None:
    """DESIGN §2: no names or ID numbers, keyed tokens instead."""
    build(small).snapshot.save(tmp_path)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    columns = {name for path in tmp_path.glob("*.parquet") for name in pq.read_schema(path).names}
    for person in small.people:
        assert person["姓名"].encode() not in content
        assert str(person["证件号码"]).encode() not in content
    assert columns.isdisjoint(
        {"name", "id_number", "phone", "bank_account", "address", "household_no", "person_no"}
    )


def test_a_folder_without_a_snapshot(tmp_path: Path) -> None:
    with pytest.raises(NotASnapshot, match=r"snapshot\.json"):
        Snapshot.load(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"day": "gestern", "rows": {}}', '{"rows": {}}'])
def test_a_damaged_sheet_of_contents(tmp_path: Path, content: str) -> None:
    (tmp_path / "snapshot.json").write_text(content, encoding="utf-8")
    with pytest.raises(NotASnapshot) as refusal:
        Snapshot.load(tmp_path)
    assert str(tmp_path) in refusal.value.sentence("en")


@pytest.mark.parametrize("damage", ["remove", "truncate"])
def test_a_table_that_is_gone_or_damaged(small: Small, build: Build, tmp_path: Path, damage: str) -> None:
    build(small).snapshot.save(tmp_path)
    path = tmp_path / "person.parquet"
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(NotASnapshot, match=r"person\.parquet"):
        Snapshot.load(tmp_path)


def test_a_missing_column_is_named(small: Small, build: Build, tmp_path: Path) -> None:
    """A snapshot of an older version: which table, which column, what to do now."""
    build(small).snapshot.save(tmp_path)
    path = tmp_path / "person.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["work_months"]), path)
    with pytest.raises(MissingColumn) as refusal:
        Snapshot.load(tmp_path)
    for sentence in (refusal.value.sentence("zh"), refusal.value.sentence("en")):
        assert "person" in sentence
        assert "work_months" in sentence
        assert "bangfu snapshot" in sentence
        assert str(path) in sentence
    file, line = str(refusal.value.values["where"]).split(":")
    assert "work_months:" in (HERE.parent / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_columns_of_the_future_are_left_aside(small: Small, build: Build) -> None:
    table = build(small).snapshot.tables["household"]
    wider = table.append_column("invented", pa.nulls(table.num_rows))
    assert checked(wider, "household", Path("household.parquet")) == table


def test_conform_gives_exactly_the_columns_of_the_vocabulary() -> None:
    given = pa.table(
        {"sex": pa.array([1], pa.int64()), "name": ["王小明"], "person_key": pa.array([7], pa.int64())}
    )
    found = conform(given, "person")
    assert found.schema == arrow_schema("person")
    assert found["sex"].to_pylist() == [1]
    assert found["age" if "age" in found.column_names else "marital"].to_pylist() == [None]
    assert "name" not in found.column_names


@pytest.mark.parametrize("name", ["person", "household", "village", *vocabulary.lists()])
def test_every_table_has_a_schema(name: str) -> None:
    schema = arrow_schema(name)
    assert schema.names == list(vocabulary.table(name).snapshot_schema())
    assert not [field.name for field in schema if pa.types.is_string(field.type)]
