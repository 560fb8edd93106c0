"""Why: the same answers as the mass run, inputs down to what was entered, and which datum would settle a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.analytics import compiled as compiled_module
from bangfu.analytics import extracts
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.entitlements import entitle
from bangfu.analytics.evaluation import evaluate
from bangfu.analytics.explanations import EntitlementExplanation, Explainer, Explanation
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.sources import sources_of
from bangfu.policy import catalogue
from bangfu.policy.parameters import Change, parameters
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import codes
from tests.analytics.county import DAY, Small, places

said = codes("entitlement_status")
LINE = "who.income.poverty_line"
#: What a person of the property test has or lacks.
PEOPLE = st.fixed_dictionaries(
    {},
    optional={
        "年龄": st.integers(0, 99),
        "性别": st.sampled_from(["男", "女", None]),
        "健康状况": st.sampled_from(["健康", "长期慢性病", "残疾", None]),
        "残疾等级": st.sampled_from(["一级", "三级", None]),
        "在校生状况": st.sampled_from(["非在校生", "小学", "普通高中", "本科", "失学辍学", None]),
        "劳动技能": st.sampled_from(["普通劳动力", "无劳动力", None]),
        "务工时间": st.sampled_from([0, 3, 12, None]),
        "证件号码": st.sampled_from([None, "61092619800101001X"]),
        "是否参加基本医疗保险": st.sampled_from(["是", "否", None]),
    },
)
HOUSEHOLDS = st.tuples(
    st.fixed_dictionaries(
        {},
        optional={
            "户类型": st.sampled_from(["一般贫困户", "低保贫困户", "脱贫户", None]),
            "脱贫标志": st.sampled_from(["已脱贫", "未脱贫", None]),
            "人均纯收入": st.sampled_from([0, 2854, 2855, 90_000, None]),
            "工资性收入": st.sampled_from([0, 12_000, -1, None]),
            "房屋等级": st.sampled_from(["A级", "D级", None]),
            "是否危房户": st.sampled_from(["是", "否", None]),
            "是否解决安全饮用水": st.sampled_from(["是", "否", None]),
        },
    ),
    st.lists(PEOPLE, min_size=1, max_size=4),
)
#: Lists that were supplied: none, each alone among the others, all. Each set is compiled anew, which takes seconds.
SUPPLIED = ((), ("deaths", "vehicles"), ("enrolment",), ("deaths", "enrolment", "vehicles"))


def snapshot_of(small: Small) -> Snapshot:
    with duckdb_engine() as engine:
        return extracts.build(small.extract(), places(300), parameters(), engine).snapshot


def subjects_of(snapshot: Snapshot) -> Mapping[str, list[int]]:
    return {
        "person": snapshot.tables["person"]["person_key"].to_pylist(),
        "household": snapshot.tables["household"]["household_key"].to_pylist(),
        "village": snapshot.tables["village"]["village_code"].to_pylist(),
    }


@pytest.mark.parametrize("lists", SUPPLIED, ids="+".join)
@settings(max_examples=2, deadline=None)  # the first is the plainest that there is
@given(st.lists(HOUSEHOLDS, min_size=8, max_size=12))
def test_an_explanation_says_what_the_mass_run_says(lists: tuple[str, ...], households: Any) -> None:
    """Every rule and entitlement, every subject: one code path. Few counties of many households, since a county takes
    as long to compile however large it is."""
    small = Small()
    small.supplied(*lists)
    for given_, people in households:
        small.household(given_, people)
    snapshot = snapshot_of(small)
    with duckdb_engine() as engine:
        outcome = evaluate(snapshot, engine=engine)
        due = entitle(snapshot, engine=engine)
        explainer = Explainer(snapshot, engine=engine)
        why, entitled = explainer.explain(subjects_of(snapshot)), explainer.entitled(subjects_of(snapshot))
    counted: dict[tuple[str, Verdict], int] = {}
    for one in why:
        counted[one.rule.key, one.verdict] = counted.get((one.rule.key, one.verdict), 0) + 1
    for tally in outcome.tallies:
        if tally.rule.subject in ("person", "household", "village"):
            told = tuple(
                counted.get((tally.rule.key, verdict), 0)
                for verdict in (Verdict.YES, Verdict.NO, Verdict.CANNOT_TELL)
            )
            assert told == (tally.yes, tally.no, tally.cannot_tell), tally.rule.key
    fired = {
        (one.rule.key, one.key)
        for one in why
        if one.verdict is Verdict.YES and outcome.tally(one.rule.key).status == "ok"
    }
    listed = set(zip(*(outcome.findings[name].to_pylist() for name in ("rule", "key")), strict=True))
    assert {one for one in listed if not catalogue.rule(one[0], DAY).subject.endswith("s")} == fired
    rows = {(row["entitlement"], row["key"]): row for row in due.rows.to_pylist()}
    for one in entitled:
        row = rows.get((one.entitlement.key, one.key))
        if row is None:
            assert one.status == said.not_due
        else:
            assert (one.status, one.due, one.received) == (row["status"], row["due"], row["received"])


@pytest.fixture(scope="module")
def explainer() -> Iterator[Explainer]:
    small = Small()
    small.supplied("medical_insurance")
    small.household({"人均纯收入": None}, [{}, {"健康状况": None}, {"出生日期": None, "证件号码": None}])
    small.household({"脱贫标志": None, "人均纯收入": 2000, "户类型": "一般贫困户"}, [{}])
    made = Explainer(snapshot_of(small))
    yield made
    made.close()


def of(explainer: Explainer, rule: str, key: int) -> Explanation:
    subject = catalogue.rule(rule, DAY).subject
    return next(one for one in explainer.explain({subject: [key]}) if one.rule.key == rule)


def due_of(explainer: Explainer, entitlement: str, key: int) -> EntitlementExplanation:
    own = next(one for one in catalogue.entitlements_on(DAY) if one.key == entitlement)
    return next(one for one in explainer.entitled({own.subject: [key]}) if one.entitlement.key == entitlement)


def test_the_one_missing_datum_is_named(explainer: Explainer) -> None:
    one = of(explainer, "income_outlier", 1)
    assert one.verdict is Verdict.CANNOT_TELL
    assert one.missing == ("income_per_head",)
    assert [(way.columns, way.always) for way in one.settled_by] == [(("income_per_head",), True)]


def test_what_is_derived_can_settle_it_and_nothing_needs_to_where_the_answer_is_known(
    explainer: Explainer,
) -> None:
    """Whether it has exited is not entered; the mark ``yes`` settles it, and so does ``no``."""
    one = of(explainer, "exited_below_line", 2)
    assert one.verdict is Verdict.CANNOT_TELL
    assert [(way.columns, way.always) for way in one.settled_by] == [(("has_exited",), True)]
    one = of(explainer, "exited_below_line", 1)
    assert one.verdict is Verdict.NO  # still registered: the income does not matter
    assert one.settled_by == ()


def test_two_data_that_are_needed_together_are_named_together() -> None:
    small = Small()
    small.household(
        {"户类型": "脱贫户", "脱贫标志": None, "工资性收入": None, "人均纯收入": None}, [{"劳动技能": None}]
    )
    small.household({"家庭年纯收入": None, "工资性收入": None}, [{}])
    explainer = Explainer(snapshot_of(small))
    one = of(explainer, "income_parts_total", 2)
    assert set(one.missing) == {"income_parts", "income_net"}
    assert [set(way.columns) for way in one.settled_by] == [{"income_parts", "income_net"}]
    explainer.close()


def test_inputs_lead_to_what_was_entered() -> None:
    age = sources_of("person", "age", DAY)
    assert [column.name for column in age.entered] == ["birth_date", "id_birth"]
    insured = sources_of("person", "insured_exact", DAY)
    assert [table.name for table in insured.lists] == ["medical_insurance"]
    allowance = sources_of("household", "low_income_members", DAY)
    assert "civil_affairs" in [table.name for table in allowance.lists]
    head = sources_of("person", "head_age", DAY)
    assert {column.name for column in head.entered} >= {"birth_date"}


def test_values_are_those_in_force_on_the_day(explainer: Explainer) -> None:
    (parameter, entry) = next(
        pair for pair in of(explainer, "exited_below_line", 1).values if pair[0].key == LINE
    )
    assert (entry.since, entry.value) == (date(2015, 1, 1), 285_500)
    assert parameter.from_configuration


def test_an_entitlement_is_explained_with_what_is_missing(explainer: Explainer) -> None:
    unknown = [
        one for one in explainer.entitled({"person": [2], "household": [1]}) if one.status == said.cannot_tell
    ]
    assert unknown
    assert any(one.settled_by for one in unknown)
    for one in unknown:
        assert set(one.missing) >= {name for way in one.settled_by for name in way.columns}


def test_a_set_of_rules_is_compiled_once_and_anew_for_other_values(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Small(date(2015, 6, 30))
    small.household({}, [{}])
    snapshot = snapshot_of(small)
    compiled = []
    made = compiled_module._compile

    def counting(*arguments: Any, **named: Any) -> Any:
        compiled.append(arguments)
        return made(*arguments, **named)

    monkeypatch.setattr(compiled_module, "_compile", counting)
    rules = [catalogue.rule("exited_below_line", snapshot.day)]
    for values in (None, None, parameters()):
        Explainer(snapshot, rules=rules, entitlements=(), values=values).close()
    assert len(compiled) == 1
    dearer = parameters().with_changes([Change(LINE, 300_000, date(2015, 1, 1))])
    Explainer(snapshot, rules=rules, entitlements=(), values=dearer).close()
    assert len(compiled) == 2


def test_the_values_of_the_subjects_own_county_hold() -> None:
    """Two counties in one snapshot; the line is higher in the second."""
    small = Small()
    small.household({"脱贫标志": "已脱贫", "人均纯收入": 2900}, [{}])
    small.household({"脱贫标志": "已脱贫", "人均纯收入": 2900, "行政村代码": "610924100201"}, [{}])
    values = parameters().with_changes([Change(LINE, 300_000, date(2015, 1, 1), "610924")])
    explainer = Explainer(snapshot_of(small), values=values)
    verdicts = {key: of(explainer, "exited_below_line", key) for key in (1, 2)}
    assert [verdicts[key].verdict for key in (1, 2)] == [Verdict.NO, Verdict.YES]
    shown = [next(entry.value for p, entry in verdicts[key].values if p.key == LINE) for key in (1, 2)]
    assert shown == [285_500, 300_000]
    explainer.close()
