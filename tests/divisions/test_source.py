"""The npm package as it is, without Django."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from bangfu.divisions import source
from bangfu.divisions.codes import Level
from bangfu.divisions.errors import BadCode, SourceMissing, SourceUnusable, UnknownArea
from bangfu.policy.vocabulary import codes
from tests.divisions.conftest import TINY, Rewrite

state = codes("place_state")


@pytest.fixture(scope="module")
def nation() -> list[source.DivisionRow]:
    return list(source.rows())


def test_the_whole_tree(nation: list[source.DivisionRow]) -> None:
    assert Counter(row.level for row in nation) == {
        Level.PROVINCE: 31,
        Level.CITY: 342,
        Level.COUNTY: 2_978,
        Level.TOWNSHIP: 41_352,
        Level.VILLAGE: 620_573,
    }
    assert all(len(row.code) == 12 for row in nation)


def test_five_rows_repeat_the_code_above_them(nation: list[source.DivisionRow]) -> None:
    times = Counter(row.code for row in nation)
    again = {code: number for code, number in times.items() if number > 1}
    assert again == {"441900000000": 2, "442000000000": 2, "460400000000": 2, "350527000000": 3}
    assert len(times) == 665_271


@pytest.mark.parametrize(
    ("prefix", "first", "number"),
    [
        ("610926", source.DivisionRow("610926000000", "平利县", 3), 164),
        ("610926000000", source.DivisionRow("610926000000", "平利县", 3), 164),
        ("610926100201", source.DivisionRow("610926100201", "药妇沟村委会", 5), 1),
        ("6100", source.DivisionRow("610000000000", "陕西省", 1), 1),
    ],
)
def test_rows_under_a_prefix(prefix: str, first: source.DivisionRow, number: int) -> None:
    found = list(source.rows(prefix))
    assert found[0] == first
    assert len(found) == number
    assert all(row.code.startswith(prefix.removesuffix("000000")) for row in found)


def test_a_wrong_prefix_is_refused() -> None:
    with pytest.raises(BadCode):
        list(source.rows("平利县"))


def test_the_environment_names_the_file(write_source: Rewrite) -> None:
    path = write_source(TINY)
    assert source.locate() == path
    assert [row.name for row in source.rows("610926100")] == ["城关镇", "药妇沟村委会", "三里垭村委会"]


def test_a_named_file_that_is_missing_is_not_replaced_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_DIVISIONS", str(tmp_path / "none.sqlite"))
    with pytest.raises(SourceMissing) as refusal:
        source.locate()
    assert str(tmp_path / "none.sqlite") in refusal.value.sentence("en")
    assert "npm install" in refusal.value.sentence("en")


def test_without_node_the_file_lies_in_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BANGFU_DIVISIONS", raising=False)
    monkeypatch.setattr(source, "_CHECKOUT", tmp_path / "site-packages")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BANGFU_VAR", raising=False)
    with pytest.raises(SourceMissing):
        source.locate()
    there = tmp_path / "var/divisions/data.sqlite"
    there.parent.mkdir(parents=True)
    there.touch()
    assert source.locate() == there


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "data.sqlite"
    monkeypatch.setenv("BANGFU_DIVISIONS", str(wrong))
    wrong.write_text("code,name\n61,陕西省\n" * 100, encoding="utf-8")
    with pytest.raises(SourceUnusable, match=r"data\.sqlite"):
        list(source.rows())
    wrong.write_bytes(b"")
    with pytest.raises(SourceUnusable, match="no such table"):
        list(source.rows())


def test_places_of_a_county_tell_foreign_level_and_dead() -> None:
    places = source.places("610926", dead=["610926100202", "612430001001"])
    neighbour = next(code for code in places.villages if code.startswith("610924"))
    wrong_level, nowhere = 610926100000, 610926999999
    written = pa.chunked_array(
        [[610926100201, 610926100202, 612430001001, wrong_level, 110000000000, int(neighbour), nowhere, None]]
    )
    assert places.states(written).to_pylist() == [
        state.ok,
        state.dead,
        state.dead,
        state.level,
        state.level,
        state.ok,
        state.unknown,
        state.missing,
    ]
    assert places.foreign(written).to_pylist() == [False, False, True, False, True, True, False, None]
    assert places.find("平利县城关镇药妇沟村三组") == "610926100201"


def test_places_of_nowhere_are_refused() -> None:
    with pytest.raises(UnknownArea, match="999999"):
        source.places("999999")


def test_the_command_line_needs_no_django() -> None:
    code = (
        "import sys; from bangfu.divisions import source; "
        "print(len(source.places('610926').villages), 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    number, with_django = done.stdout.split()
    assert int(number) > 1_000
    assert with_django == "False"
