"""Dated values with their sources: what holds when and where, and files that do not fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile, UndatedParameter, UnknownParameter
from bangfu.policy.parameters import QUESTIONS, Parameter, parameters, read_file

PINGLI, HUALONG = "610926", "630224"
LINE = """
description: 测试用的值
line:
  description: 标准
  metadata:
    title: {zh: 标准, en: line}
    type: money
    source: configuration
    areas:
      '61': {2015-01-01: {value: 3000, reference: 省文件}}
      '610926': {2016-01-01: {value: 3500, reference: 县文件}, 2018-01-01: {value: null, reference: 县文件废止}}
  unit: currency-CNY
  values:
    2014-01-01: {value: 2800, reference: 国家文件}
    2016-01-01: {value: 2952.5, reference: 国家文件}
    2021-01-01: {value: null, reference: 政策到期}
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "invented.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def line(write: Write) -> Parameter:
    return read_file(write(LINE), "who.invented")["who.invented.line"]


@pytest.mark.parametrize(
    ("day", "fen"),
    [
        (date(2014, 1, 1), 280_000),
        (date(2015, 12, 31), 280_000),
        (date(2016, 1, 1), 295_250),
        (date(2020, 12, 31), 295_250),
    ],
)
def test_the_value_of_a_day(line: Parameter, day: date, fen: int) -> None:
    assert line.on(day) == fen


@pytest.mark.parametrize("day", [date(2013, 12, 31), date(2021, 1, 1), date(2026, 1, 1)])
def test_before_the_first_and_after_the_end_there_is_none(line: Parameter, day: date) -> None:
    """A sentence that names the parameter, the day and the file."""
    with pytest.raises(UndatedParameter) as refusal:
        line.on(day)
    for sentence in (refusal.value.sentence("zh"), refusal.value.sentence("en")):
        assert "who.invented.line" in sentence
        assert day.isoformat() in sentence
        assert "invented.yaml" in sentence


@pytest.mark.parametrize(
    ("day", "area", "fen"),
    [
        (date(2015, 6, 1), "610926100201", 300_000),  # the province's
        (date(2016, 6, 1), "610926100201", 350_000),  # the county's, which is nearer
        (date(2016, 6, 1), "610924000000", 300_000),  # the neighbour has the province's
        (date(2016, 6, 1), "630224000000", 295_250),  # another province has the nation's
        (date(2014, 6, 1), "610926100201", 280_000),  # no area has a value yet
        (date(2018, 6, 1), "610926100201", 300_000),  # the county's ended: the province's again
    ],
)
def test_the_nearest_area_wins(line: Parameter, day: date, area: str, fen: int) -> None:
    """DESIGN §3: areas by division-code prefix, nearest wins; an end is an entry too."""
    assert line.on(day, area) == fen
    assert line.dated(day, area).value == fen


def test_each_value_keeps_its_source(line: Parameter) -> None:
    assert line.dated(date(2016, 6, 1), PINGLI).reference == "县文件"
    assert line.dated(date(2016, 6, 1), HUALONG).reference == "国家文件"
    assert line.from_configuration


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("money", 2800, 280_000),
        ("money", 0.07, 7),
        ("ratio", 0.95, 9_500),
        ("count", 15, 15),
        ("text", "15", "15"),
    ],
)
def test_values_are_kept_as_whole_numbers(write: Write, kind: str, written: Any, kept: Any) -> None:
    """Fen, 1/10 000: whole numbers answer alike on every engine (STACK)."""
    node = yaml.safe_load(LINE)
    node["line"]["metadata"] = {"title": {"zh": "甲", "en": "a"}, "type": kind}
    node["line"]["values"] = {"2014-01-01": {"value": written, "reference": "文件"}}
    found = read_file(write(yaml.safe_dump(node)), "who.invented")["who.invented.line"].on(date(2015, 1, 1))
    assert found == kept
    assert type(found) is type(kept)


def test_dates_are_kept_as_numbers(write: Write) -> None:
    text = LINE.replace("type: money", "type: date").replace("areas:", "areas: {}").split("      '61'")[0]
    text += "  values:\n    2014-01-01: {value: '2013-11-01', reference: 文件}\n"
    assert read_file(write(text), "who.invented")["who.invented.line"].on(date(2015, 1, 1)) == 20131101


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("type: money", "type: florin"), "line/metadata/type"),
        (("value: 2800, ", ""), "line/values/2014-01-01"),
        (("reference: 国家文件}\n    2021", "reference: ''}\n    2021"), "line/values/2016-01-01/reference"),
        (("2014-01-01: {value: 2800", "gestern: {value: 2800"), "line/values"),
        (("'610926':", "'陕西':"), "line/metadata/areas"),
        (("description: 标准\n", ""), "line"),
        (("unit: currency-CNY", "colour: red"), "line"),
        (("source: configuration", "source: hearsay"), "line/metadata/source"),
        (("title: {zh: 标准, en: line}", "title: {zh: 标准}"), "line/metadata/title"),
        (("{value: 2800", "{value: [2800]"), "line/values/2014-01-01/value"),
        (("{value: 2800", "{value: plenty"), "values/2014-01-01"),
        (("2014-01-01:", "2014-13-01:"), "2014-13-01"),
        (("    2016-01-01: {value: 2952.5", "    2014-01-01: {value: 2952.5"), "2014-01-01"),
        (("description: 测试用的值", "description: [测试用的值"), "line"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_file_that_does_not_fit_is_refused_by_name_and_place(
    write: Write, change: tuple[str, str], place: str
) -> None:
    assert change[0] in LINE
    with pytest.raises(BadPolicyFile) as refusal:
        read_file(write(LINE.replace(change[0], change[1], 1)), "who.invented")
    for sentence in (refusal.value.sentence("zh"), refusal.value.sentence("en")):
        assert "invented.yaml" in sentence
        assert place in sentence


def test_an_unknown_key_says_so() -> None:
    with pytest.raises(UnknownParameter, match=r"who\.nothing"):
        parameters()["who.nothing"]


def test_the_poverty_line() -> None:
    """outside_parameters.md; the 2 736 of S4-55 is the line of 2013."""
    line = parameters()["who.income.poverty_line"]
    assert line.on(date(2013, 6, 30)) == 273_600
    assert line.on(date(2015, 12, 31)) == 285_500
    assert line.on(date(2017, 12, 31)) == 295_200  # 2016 and 2017 share one line
    assert line.on(date(2020, 12, 31)) == 400_000
    assert line.from_configuration


def files() -> list[Path]:
    return sorted(
        path for question in QUESTIONS for path in yaml_files.HERE.glob(f"{question}/parameters/*.yaml")
    )


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_files_have_openfiscas_layout(path: Path) -> None:
    """Readable by OpenFisca unchanged. Its documented rules: a leaf has ``values`` keyed by ISO days, each with
    ``value``, and beside it at most the keys below; a node has ``description``, ``metadata`` … and children."""
    at_leaf = {"description", "documentation", "metadata", "unit", "reference", "values"}
    at_value = {"value", "metadata", "unit", "reference"}
    at_node = {"description", "documentation", "metadata", "reference", "unit"}

    def look(node: dict[str, Any]) -> int:
        if "values" in node:
            assert set(node) <= at_leaf
            for day, entry in node["values"].items():
                assert date.fromisoformat(str(day))
                assert set(entry) <= at_value
                assert isinstance(entry["value"], int | float | str | bool | None)
            return 1
        children = {name: child for name, child in node.items() if name not in at_node}
        assert all(isinstance(child, dict) for child in children.values())
        return sum(look(child) for child in children.values())

    assert look(yaml_files.read(path)) > 0


def test_a_value_that_no_document_gives_says_so() -> None:
    """clauses.md §5.2: such values are shown as configuration."""
    for one in parameters().values():
        references = [value.reference for value in one.values]
        if any("configuration" in reference for reference in references):
            assert one.from_configuration, one.key


@given(st.dates(date(2010, 1, 1), date(2026, 12, 31)))
def test_the_youngest_value_that_has_begun_holds(day: date) -> None:
    """Against a plain walk over the entries."""
    for one in parameters().values():
        begun = [value for value in one.values if value.since <= day]
        if begun and begun[-1].value is not None:
            assert one.on(day) == max(begun, key=lambda value: value.since).value
        else:
            with pytest.raises(UndatedParameter):
                one.on(day)
