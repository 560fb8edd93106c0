"""Indicators on few households, computed by hand, and what must hold for any."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.analytics import extracts
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.indicators import changes, results
from bangfu.analytics.indicators.definitions import indicators, rounded
from bangfu.analytics.indicators.deprivation import DEPRIVATIONS, TOTAL_WEIGHT, deprivations
from bangfu.analytics.indicators.parts import COVERAGE, TABLES
from bangfu.analytics.indicators.results import Results, compute
from bangfu.analytics.needs import probe_of
from bangfu.policy.oversight.reconciliation import Span, figure
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from tests.analytics.county import DAY, Small, places, village

FILLED = {"是否通生活用电": "是", "是否通广播电视": "是", "教育支出": 0}
POOR = {**FILLED, "户类型": "一般贫困户", "脱贫标志": "未脱贫"}


def computed(small: Small, figures: dict[int, dict[str, int]] | None = None) -> Results:
    with duckdb_engine() as engine:
        built = extracts.build(small.extract(), places(300), parameters(), engine)
        return compute(built.snapshot, engine=engine, figures=figures, with_lines=True)


@pytest.fixture(scope="module")
def county() -> Results:
    """Two poor households in one township, an exited one in another, an ordinary one."""
    small = Small()
    small.household(
        {
            **POOR,
            "行政村代码": village(0),
            "人均纯收入": 1427.5,
            "主要致贫原因": "因病",
            "脱贫依靠": "产业、低保兜底",
        },
        [{"性别": "女", "民族": "土家族"}, {"年龄": 10}],
    )
    small.household(
        {
            **POOR,
            "行政村代码": village(1),
            "人均纯收入": 2855,
            "主要致贫原因": "因残",
            "脱贫依靠": "就业",
            "是否解决安全饮用水": "否",
        },
        [{}, {}, {"残疾等级": "一级", "残疾类别": "肢体残疾", "健康状况": "残疾"}],
    )
    small.household({**POOR, "脱贫标志": "已脱贫", "行政村代码": village(700), "人均纯收入": 9000}, [{}])
    small.household(
        {**POOR, "户类型": "一般农户", "行政村代码": village(700), "人均纯收入": 0}, [{}, {}, {}, {}]
    )
    return computed(small, {610_926_000_000: {"rural_population": 300}})


def test_counts_leave_out_the_exited_and_the_ordinary(county: Results) -> None:
    assert county.value("poor_households") == 2 * 100
    assert county.value("poor_people") == 5 * 100
    assert county.value("registered_people") == 6 * 100


@pytest.mark.parametrize(
    ("cells", "poor", "is_registered"),
    [
        ({"在册状态": "在册贫困户", "户类型": None, "脱贫标志": None}, 1, 1),
        ({"在册状态": "在册贫困户", "户类型": "脱贫户", "脱贫标志": "已脱贫"}, 1, 1),
        ({"在册状态": "返贫", "户类型": "脱贫户", "脱贫标志": "返贫"}, 1, 1),
        ({"在册状态": "已脱贫"}, 0, 1),
        ({"在册状态": "边缘户", "户类型": "监测户"}, 0, 0),
        ({"在册状态": "清退"}, 0, 0),
        ({"户类型": "监测户"}, 0, 0),
        ({"户类型": "脱贫户"}, 0, 1),
        ({"户类型": None}, 0, 0),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else str(value),
)
def test_the_standing_counts_and_the_marks_only_where_there_is_none(
    cells: dict[str, Any], poor: int, is_registered: int
) -> None:
    """Marginal and monitored households are not counted as poor. S2-31, S2-42."""
    small = Small()
    small.household({**FILLED, **cells}, [{}, {}])
    row = computed(small).row("nation")
    assert (row["poor_households"], row["poor_people"]) == (poor, 2 * poor)
    assert row["registered_people"] == 2 * is_registered
    unknown = cells == {"户类型": None}
    assert row["standing_unknown"] == int(unknown)


def test_incidence_is_over_the_rural_registered_population(county: Results) -> None:
    """5 / 300 = 1.666… % → 1.67; without the figure nothing is computed. S3-03."""
    assert county.value("poverty_incidence", "county", 610_926_000_000) == 167
    assert county.value("poverty_incidence", "nation") is None


def test_all_levels_come_from_one_pass_and_children_sum_to_the_parent(county: Results) -> None:
    rows = county.parts.to_pylist()
    levels = {
        level: [row for row in rows if row["level"] == level] for level in ("nation", "township", "village")
    }
    assert [len(levels[level]) for level in ("nation", "township", "village")] == [1, 2, 3]
    for name in county.villages.column_names[1:]:
        whole = levels["nation"][0][name]
        assert sum(row[name] for row in levels["township"]) == whole
        assert sum(row[name] for row in levels["village"]) == whole


def test_causes_are_shares_of_those_entered(county: Results) -> None:
    assert county.value("cause.illness") == 5000
    assert county.value("cause.disability") == 5000
    assert county.value("cause.schooling") == 0


def test_measures_that_make_a_family_earn(county: Results) -> None:
    """Industry, employment, and industry of the exited, of four means in all. S0-10."""
    row = county.row("nation")
    assert (row["means_industry"], row["means_employment"], row["means_safety_net"]) == (2, 1, 1)
    assert county.value("blood_making_share") == 7500


def test_income_by_its_four_kinds(county: Results) -> None:
    """Transfers are 500 yuan of 2 600 a head: 1 500 of 5 200 + 7 800 + 2 600."""
    assert county.value("income_transfer_share") == rounded(1500 * 10_000, 15_600)
    assert county.value("income_per_head") == 2600 * 100


def test_a_household_counts_in_every_group_of_the_safety_net_it_belongs_to() -> None:
    """Old, ill and disabled people live with somebody able to work; something of relief came to the second. S4-46."""
    small = Small()
    small.supplied("civil_affairs", "disability_subsidies", "medical_settlements")
    family = [{}, {"年龄": 70, "健康状况": "长期慢性病"}, {"健康状况": "残疾", "残疾等级": "一级"}]
    small.household(POOR, family)
    people = small.household(POOR, family)
    small.listed("civil_affairs", people[1], 救助类别="农村低保", 起始日期=date(2013, 1, 1))
    small.household(POOR, [{}])
    row = computed(small).row("nation")
    for group in ("net_elderly", "net_ill", "net_disabled"):
        assert (row[group], row[f"{group}_known"], row[f"{group}_unknown"]) == (1, 2, 0), group
    for group in ("net_no_labour", "net_supported"):
        assert row[f"{group}_known"] == 0, group


def test_poverty_gaps(county: Results) -> None:
    """One household of two at half the line of 2 855 yuan; the ordinary one of four has nothing. 10 people.

    FGT0 = 6/10; FGT1 = (2 × 0.5 + 4 × 1)/10; FGT2 = (2 × 0.25 + 4 × 1)/10. The line itself is not under the line.
    """
    assert [county.value(f"fgt{alpha}") for alpha in (0, 1, 2)] == [6000, 5000, 4500]


def test_special_groups_are_shares_of_poor_people(county: Results) -> None:
    row = county.row("nation")
    assert (row["minority"], row["women"], row["children"], row["disabled"], row["people_kept"]) == (
        1,
        1,
        1,
        1,
        5,
    )
    assert county.value("minority") == 2000


def test_a_missing_datum_is_in_no_numerator_and_no_denominator() -> None:
    small = Small()
    small.household({**POOR, "是否解决安全饮用水": None}, [{}])
    small.household({**POOR, "是否解决安全饮用水": "否"}, [{}])
    found = computed(small)
    assert (found.value("safe_water"), found.row("nation")["safe_water_unknown"]) == (0, 1)
    small.household({**POOR, "是否解决安全饮用水": "是"}, [{}])
    assert computed(small).value("safe_water") == 5000


def test_a_list_that_was_not_supplied_leaves_coverage_unknown(county: Results) -> None:
    assert county.value("helper") is None
    assert county.row("nation")["helper_unknown"] == 2


def test_every_coverage_has_its_list(county: Results) -> None:
    """S4-89: one line for each subject that is not covered or not known, and one for each poor household."""
    assert county.lines is not None
    counted = Counter(
        zip(county.lines["indicator"].to_pylist(), county.lines["state"].to_pylist(), strict=True)
    )
    said, whole = codes("indicator_state"), county.row("nation")
    listed = [key for key, one in indicators().items() if one.listed]
    assert set(listed) == {name for make in COVERAGE.values() for name in make(*probe_with_kept(make))}
    for key in listed:
        assert counted[key, said.lacking] == whole[f"{key}_known"] - whole[key], key
        assert counted[key, said.unknown] == whole[f"{key}_unknown"], key
    assert counted["safe_water", said.lacking] == 1
    poor = county.lines.filter(pc.equal(county.lines["indicator"], "poor_households"))
    assert poor.num_rows == whole["poor_households"]
    assert pc.sum(poor["people"]).as_py() == whole["poor_people"]


def probe_with_kept(make: Any) -> tuple[Any, Any]:
    """A person table has the standing of its household joined."""
    subject = next(name for name, one in COVERAGE.items() if one is make)
    probe, p = probe_of(subject, DAY, parameters())
    shaped = ibis.table({**dict(probe.schema().items()), "in_poor_household": "boolean"}, name=subject)
    return shaped, p


def test_types_of_county_and_village_give_four_combinations(county: Results) -> None:
    types = pa.table(
        {
            "village_code": pa.array([int(village(0)), int(village(1)), int(village(700))], pa.int64()),
            "poor_county": pa.array([True, True, False]),
            "poor_village": pa.array([True, False, None]),
        }
    )
    rows = results.by_type(county, types).to_pylist()
    said = {(row["poor_county"], row["poor_village"]): row["poor_people"] for row in rows}
    assert said == {(True, True): 2, (True, False): 3, (False, None): 0}
    (water,) = results.gaps(county, types, ["safe_water"])
    assert (water.poor_villages, water.other_villages, water.gap, water.index) == (10_000, 0, 10_000, None)
    (income,) = results.gaps(county, types, ["income_per_head"])
    assert (income.gap, income.index) == (0, 10_000)


def test_multidimensional_index_by_hand() -> None:
    """18 weights, cutoff 6. A: dwelling and water (4): not poor. B: and out of school (7), three people."""
    small = Small()
    bad = {"房屋等级": "D级", "是否危房户": "是", "是否解决安全饮用水": "否"}
    small.household({**POOR, **bad}, [{}])
    small.household({**POOR, **bad}, [{}, {}, {"年龄": 12, "在校生状况": "失学辍学"}])
    small.household({**POOR, "是否通广播电视": None}, [{}])
    found = computed(small)
    row = found.row("nation")
    assert (row["mpi_people"], row["mpi_unknown"], row["mpi_poor"]) == (4, 1, 3)
    assert results.index_of(row) == (Fraction(3, 4), Fraction(7, 18), Fraction(21, 72))
    assert (row["mpi_uncensored_water"], row["mpi_censored_water"]) == (4, 3)
    shares = results.decomposition(row)
    assert (shares["schooling"], shares["dwelling"], shares["water"]) == (
        Fraction(3, 7),
        Fraction(2, 7),
        Fraction(2, 7),
    )
    assert sum(shares.values()) == 1
    assert found.value("mpi") == rounded(21 * 10_000, 72)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 500]),
            st.sampled_from([None, -100, 0, 1000, 2854.99, 2855, 9999]),
            st.sampled_from(["A级", "D级", None]),
            st.sampled_from(["是", "否", None]),
            st.sampled_from(["是", "否"]),
            st.integers(1, 4),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_must_hold_for_any_county(rows: list[tuple[Any, ...]]) -> None:
    """Bounds of FGT, MPI = H × A, shares that add up, children that sum to the parent."""
    small = Small()
    for place, income, grade, water, insured, people in rows:
        cells = {**POOR, "行政村代码": village(place), "人均纯收入": income, "房屋等级": grade}
        cells |= {"是否危房户": None, "是否解决安全饮用水": water}
        small.household(cells, [{"是否参加基本医疗保险": insured}] * people)
    found = computed(small)
    all_rows = found.parts.to_pylist()
    for row in all_rows:
        values = [results.value_of(indicators()[f"fgt{alpha}"], row) for alpha in (0, 1, 2)]
        if values[0] is not None:
            assert 10_000 >= values[0] >= values[1] >= values[2] >= 0
        index = results.index_of(row)
        if index is not None:
            count, intensity, both = index
            assert both == count * intensity
            assert both <= count <= 1
        if row["mpi_weighted"]:
            assert sum(results.decomposition(row).values()) == 1
    villages = [row for row in all_rows if row["level"] == "village"]
    nation = found.row("nation")
    for name in found.villages.column_names[1:]:
        assert sum(row[name] for row in villages) == nation[name]
    if nation["mpi_weighted"]:
        assert sum(results.subgroup_shares(villages)) == 1


def test_values_are_rounded_half_away_from_zero() -> None:
    """四舍五入, not to even."""
    assert [rounded(5, 2), rounded(-5, 2), rounded(7, 2), rounded(1, 3)] == [3, -3, 4, 0]


def test_a_rate_changes_in_percentage_points_and_fits_the_count() -> None:
    """S3-03: 1.08 million fewer poor, incidence 1.9 points lower: a base of 55 to 59 million, which Hunan's rural
    population of some 57 million is."""
    fell = changes.change((5_000_000, 930), (3_920_000, 740))
    assert (fell.count, fell.points) == (-1_080_000, -190)
    assert fell.implied_base == 56_842_105
    base = changes.implied_base(figure("108万"), Span(Decimal("0.0185"), Decimal("0.0195")))
    assert base is not None
    assert base.holds(Decimal(57_000_000))
    assert not base.holds(Decimal(65_000_000))
    assert changes.change((1, None), (2, 5)).points is None


def test_definitions_and_parts_know_each_other() -> None:
    made = set()
    for subject, extra in (
        ("household", ("out_of_school", "schooling_unknown", "uninsured", "insurance_unknown")),
        ("person", ("in_poor_household",)),
    ):
        probe, p = probe_of(subject, DAY, parameters())
        kind = "int64" if subject == "household" else "boolean"
        shaped = ibis.table({**dict(probe.schema().items()), **dict.fromkeys(extra, kind)}, name=subject)
        made |= set(TABLES[subject](shaped, p))
        if subject == "household":
            assert set(deprivations(shaped, p)) == {one.key for one in DEPRIVATIONS}
    for one in indicators().values():
        assert {*one.of, *one.among, *one.unknown} - {"figure.rural_population"} <= made, one.key
        assert one.title.zh
        assert one.title.en
        assert not one.among or one.denominator.zh
    assert {indicators()[key].over for key in ("mpi", "mpi_intensity")} == {TOTAL_WEIGHT}


def test_every_full_coverage_has_its_target() -> None:
    full = {one.key for one in indicators().values() if one.target == 100}
    assert {"insured", "safe_water", "safe_dwelling", "in_school", "helper"} <= full


def test_the_day_is_that_of_the_snapshot(county: Results) -> None:
    assert county.day == date(2015, 12, 31)
