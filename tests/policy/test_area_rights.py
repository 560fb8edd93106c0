"""No area lowers a right, none moves a standard that is not its own; giving more is seen (S2-02, S2-32, S2-87)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy.area_rights import above_standard, refuse_lowered
from bangfu.policy.errors import LoweredRight, PolicyError, StandardNotTheirs
from bangfu.policy.parameters import DatedValue, Parameter, Parameters, parameters, read_file
from bangfu.policy.rechecking import not_rechecked
from bangfu.policy.words import Words

FILE = """
description: 测试用的值
aid:
  description: 补助
  metadata:
    title: {zh: 补助, en: aid}
    type: money
    source: configuration
    RIGHT
    areas:
AREAS
  values:
    2014-01-01: {value: 1000, reference: 国家文件}
    2018-01-01: {value: 1500, reference: 国家文件二}
"""


def read(folder: Path, right: str, *areas: str) -> Parameter:
    path = folder / "invented.yaml"
    rows = "\n".join(f"      {area}" for area in areas)
    path.write_text(FILE.replace("RIGHT", right).replace("AREAS", rows), encoding="utf-8")
    return read_file(path, "how.invented")["how.invented.aid"]


PROVINCE = (
    "'34': {2015-01-01: {value: 1200, reference: 省文件}, 2018-01-01: {value: 1600, reference: 省文件}}"
)


@pytest.mark.parametrize(
    ("right", "areas", "line", "day"),
    [
        ("right: floor", ["'34': {2015-01-01: {value: 999, reference: 省文件}}"], 11, "2015-01-01"),
        (
            "right: floor",
            [PROVINCE, "'340826': {2016-01-01: {value: 1100, reference: 县文件}}"],
            12,
            "2016-01-01",
        ),
        # lowered by standing still: the nation and the province raise in 2018, the county does not
        (
            "right: floor",
            [PROVINCE, "'340826': {2016-01-01: {value: 1300, reference: 县文件}}"],
            12,
            "2018-01-01",
        ),
        ("right: ceiling", ["'34': {2015-01-01: {value: 1001, reference: 省文件}}"], 11, "2015-01-01"),
        ("right: standard", ["'34': {2015-01-01: {value: 900, reference: 省文件}}"], 11, "2015-01-01"),
    ],
)
def test_a_right_is_never_lowered(tmp_path: Path, right: str, areas: list[str], line: int, day: str) -> None:
    """Refused at load, with file, line, day and both values; nothing is read."""
    with pytest.raises(LoweredRight) as refusal:
        read(tmp_path, right, *areas)
    for sentence in (refusal.value.sentence("zh"), refusal.value.sentence("en")):
        assert f"invented.yaml:{line}" in sentence
        assert day in sentence
        assert "how.invented.aid" in sentence


@pytest.mark.parametrize(
    ("right", "area", "allowed"),
    [
        ("right: standard", "34", True),
        ("right: standard", "3408", False),
        ("right: standard", "340826", False),
        ("{right: standard, set_by: county}", "340826", True),
        ("{right: standard, set_by: nation}", "34", False),
        ("right: floor", "340826", True),
        ("right: floor", "340826100", False),
    ],
)
def test_a_standard_is_set_by_the_level_that_may(
    tmp_path: Path, right: str, area: str, allowed: bool
) -> None:
    """S2-02: a county sets no standard, neither lower nor higher; below the county nothing is set at all."""
    right = right.strip("{}").replace(", ", "\n    ")
    row = f"'{area}': {{2015-01-01: {{value: 2000, reference: 本级}}}}"
    if allowed:
        assert read(tmp_path, right, row).on(date(2016, 1, 1), area) == 200_000
        return
    with pytest.raises(StandardNotTheirs) as refusal:
        read(tmp_path, right, row)
    assert "invented.yaml:" in str(refusal.value)
    assert area in refusal.value.sentence("en")


def test_without_a_right_an_area_sets_what_it_likes(tmp_path: Path) -> None:
    one = read(tmp_path, "checked_on: null", "'340826': {2015-01-01: {value: 1, reference: 县文件}}")
    assert one.on(date(2016, 1, 1), "340826") == 100


def test_an_end_of_an_areas_value_lowers_nothing(tmp_path: Path) -> None:
    """The wider area's value holds again."""
    ended = "'340826': {2016-01-01: {value: 1700, reference: 县文件}, 2017-01-01: {value: null, reference: 县文件}}"
    one = read(tmp_path, "right: floor", PROVINCE, ended)
    assert one.on(date(2019, 1, 1), "340826") == 160_000


def test_more_than_the_wider_area_is_an_alarm(tmp_path: Path) -> None:
    """S2-87: allowed, and listed with both values while it lasts."""
    raised = "'340826': {2016-01-01: {value: 1700, reference: 县文件}, 2019-01-01: {value: null, reference: 县文件}}"
    values = Parameters({"how.invented.aid": read(tmp_path, "right: floor", PROVINCE, raised)})
    assert above_standard(date(2014, 6, 1), values) == ()
    county = {one.area: one for one in above_standard(date(2018, 6, 1), values)}
    assert set(county) == {"34", "340826"}
    assert county["340826"].value.value == 170_000
    assert county["340826"].standard.value == 160_000
    assert county["340826"].standard.reference == "省文件"
    assert [one.area for one in above_standard(date(2020, 1, 1), values)] == ["34"]


def test_the_rights_of_the_house() -> None:
    """What people are due is a floor, what they pay at most is a ceiling, the line of poverty a standard."""
    known = parameters()
    assert known["how.student_aid.senior_grant.first"].right == "floor"
    assert known["how.medical.inpatient_cap.county"].right == "ceiling"
    assert (known["who.income.poverty_line"].right, known["who.income.poverty_line"].set_by) == (
        "standard",
        "province",
    )
    amounts = [one for key, one in known.items() if key.startswith("how.") and one.kind == "money"]
    assert {one.key for one in amounts if one.right is None} == set()


AREAS = st.sampled_from(["34", "3408", "340826"])
VALUES = st.dictionaries(
    st.dates(date(2014, 1, 1), date(2020, 12, 31)), st.integers(1, 9), min_size=1, max_size=4
)


def invented(values: dict[date, int], areas: dict[str, dict[date, int]]) -> Parameter:
    def rows(dated: dict[date, int]) -> tuple[DatedValue, ...]:
        return tuple(DatedValue(day, value, "文件") for day, value in sorted(dated.items()))

    words = Words("甲", "a")
    overrides = {area: rows(dated) for area, dated in areas.items()}
    return Parameter("how.a", words, "count", "", True, "here", rows(values), overrides, right="floor")


@given(VALUES, st.dictionaries(AREAS, VALUES, min_size=1), st.dates(date(2014, 1, 1), date(2021, 12, 31)))
def test_what_is_let_through_is_nowhere_below(
    values: dict[date, int], areas: dict[str, dict[date, int]], day: date
) -> None:
    """On any day, in any area, the value is at least that of the area around it."""
    one = invented(values, areas)
    try:
        refuse_lowered(one, {})
    except PolicyError:
        return
    for area in ("340826", "3408", "34"):
        try:
            wider = one.on(day, area[:-2])
        except PolicyError:
            continue
        assert int(one.on(day, area)) >= int(wider)


def test_values_not_checked_for_a_year(tmp_path: Path) -> None:
    """By a day that is given; never checked counts as not checked."""
    checked = read(tmp_path, "checked_on: 2019-02-28", "'34': {2015-01-01: {value: 1200, reference: 省文件}}")
    values = Parameters({checked.key: checked})
    assert checked.checked_on == date(2019, 2, 28)
    assert not_rechecked(date(2020, 2, 28), values) == ()
    assert not_rechecked(date(2020, 2, 29), values) == (checked,)
    never = [one for one in not_rechecked(date(2015, 12, 31)) if one.checked_on is None]
    assert parameters()["who.income.poverty_line"] in never
