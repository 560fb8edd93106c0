"""Every entitlement of the catalogue, and what due and received make of one another."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import ibis
import pyarrow as pa
import pytest

from bangfu.analytics import extracts
from bangfu.analytics.area_values import Values
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.wide_tables import wide_tables
from bangfu.policy import catalogue, vocabulary
from bangfu.policy.entitlements import (
    Due,
    Entitlement,
    collect,
    entitlement,
    missing,
    over_paid,
    refuse_overlap,
    status,
)
from bangfu.policy.errors import BadPolicyFile, ImpureRule, TwoInForce
from bangfu.policy.how.education import highest
from bangfu.policy.how.received import AID
from bangfu.policy.how.terms import term_of
from bangfu.policy.parameters import Change, parameters
from bangfu.policy.vocabulary import SNAPSHOT_TYPES, codes
from tests.analytics.county import FOREIGN, Small, places

FIRST, LAST = date(2014, 1, 1), date(2026, 12, 31)
EVERY = catalogue.all_entitlements()
SAID = codes("entitlement_status")
HAN = range(0x4E00, 0x9FFF)


def ids(one: Entitlement) -> str:
    return one.key


def test_there_are_enough_of_them() -> None:
    """Issue B: twelve and more; every subject of issue B item 2 is there."""
    keys = {one.key for one in catalogue.entitlements_on(date(2015, 12, 31))}
    assert len(keys) >= 12
    assert {f"student_{name}" for name in AID} <= keys
    assert {
        "rain_and_dew",
        "inpatient_cap",
        "chronic_outpatient",
        "medical_relief",
        "medical_insurance",
    } <= keys
    assert {"subsistence_allowance", "extremely_poor_support", "safety_net", "disability_living"} <= keys
    assert {"disability_care", "house_renovation", "turnkey_home", "relocation_mode", "skill"} <= keys
    assert {"transfer_job", "school_leaver", "preschool_place", "compulsory_place"} <= keys


@pytest.mark.parametrize("one", EVERY, ids=ids)
def test_texts_are_plain_and_there_in_both_languages(one: Entitlement) -> None:
    """A villager reads them: one or two full sentences, and whom to ask."""
    for words in (one.title, one.sentence, one.apply, one.ask):
        assert any(ord(character) in HAN for character in words.zh)
        assert not any(ord(character) in HAN for character in words.en)
    for words in (one.sentence, one.apply):
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
    assert len(one.sentence.zh) <= 60
    assert one.sentence.zh.startswith(("您", "低保", "一级", "特困", "有经营")), "it speaks to the family"
    assert one.fund in {code.key for code in codes("benefit_fund")}


def test_no_two_versions_on_any_day_of_the_calendar() -> None:
    for step in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=step)
        keys = [one.key for one in EVERY if one.in_force(day)]
        assert len(keys) == len(set(keys)), day


def test_what_is_basic_can_never_be_suspended() -> None:
    """S1-35: allowance, support, medical care, compulsory education and housing stand; only the preferential may go."""
    basic = {one.key for one in EVERY if not one.may_be_suspended}
    assert {"subsistence_allowance", "extremely_poor_support", "safety_net", "medical_insurance"} <= basic
    assert {"medical_relief", "inpatient_cap", "compulsory_place", "student_aid_compulsory"} <= basic
    assert "house_renovation" in basic
    assert "rain_and_dew" not in basic


def probe(one: Entitlement) -> Any:
    columns = vocabulary.table(one.subject).columns.values()
    return ibis.table(
        {column.name: SNAPSHOT_TYPES[column.kind] for column in columns if column.in_snapshot},
        name=one.subject,
    )


@pytest.mark.parametrize("one", EVERY, ids=ids)
def test_it_gives_a_verdict_and_whole_fen(one: Entitlement) -> None:
    table = probe(one)
    due = one.due(table, Values(date(2015, 12, 31), parameters(), table, {}))
    assert due.eligible.type().is_boolean()
    assert due.amount is None or due.amount.type() == ibis.dtype("int64")
    assert one.got(table).type() == ibis.dtype("int64")
    money = one.received is not None and vocabulary.table(one.subject).columns[one.received].kind == "money"
    assert money == (due.amount is not None), "money against money, records against what is given in kind"


class Asked(dict[str, int]):
    """Values of a day that note which were asked for."""

    day = 20151231

    def __missing__(self, key: str) -> Any:
        self[key] = 0
        return parameters()[key].on(date(2015, 12, 31))


def test_every_value_of_how_is_read_and_has_a_value_on_every_day() -> None:
    """No undated value can stop a run between 2014 and 2026, and none is read by nobody."""
    asked = Asked()
    for one in EVERY:
        one.due(probe(one), asked)
    for key in asked:
        for day in (FIRST, date(2018, 6, 30), LAST):
            parameters()[key].on(day)
    unread = {key for key in parameters() if key.startswith("how.")} - set(asked)
    # Facts read these.
    assert unread == {
        "how.assistance.counted_transfer",
        "how.reach.exited_kept",
        "how.safety_net.elderly_age",
    }


def test_the_highest_tier_is_the_highest() -> None:
    """S2-22: whatever the order of the tiers in the file."""
    values = {
        f"how.student_aid.x.{tier}": fen for tier, fen in (("first", 1), ("second", 700), ("third", 30))
    }
    with duckdb_engine() as engine:
        one = engine.table("one", pa.table({"n": [1]}))
        assert engine.arrow(one.select(fen=highest(values, "x")))["fen"].to_pylist() == [700]


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (20150901, 20152),
        (20151231, 20152),
        (20160131, 20152),
        (20160201, 20161),
        (20160831, 20161),
        (20160229, 20161),
    ],
)
def test_the_term_of_a_day(day: int, term: int) -> None:
    assert term_of(day) == term
    assert codes("school_term").label(term)


Row = tuple[bool | None, int | None, int | None]
TRUTH, FEN = (True, False, None), (None, 0, 1, 2, 3)
ROWS: list[Row] = list(product(TRUTH, FEN, (*FEN, 4)))


def reference(eligible: bool | None, wanted: int | None, came: int | None, over: bool) -> int:
    """The status once more, in plain Python."""
    if eligible is None:
        return SAID.cannot_tell
    if not eligible:
        return SAID.over_paid if over and came else SAID.not_due
    if wanted is None or came is None:
        return SAID.cannot_tell
    if came > wanted:
        return SAID.over_paid
    if came == wanted:
        return SAID.due_received
    return SAID.due_partly if came else SAID.due_missing


def judged(*, in_kind: bool, over: bool) -> list[dict[str, Any]]:
    """Status and doubts of every row of ``ROWS``, on the engine."""
    names = ("n", "eligible", "amount", "came")
    columns = zip(*((n, *row) for n, row in enumerate(ROWS)), strict=True)
    types = (pa.int64(), pa.bool_(), pa.int64(), pa.int64())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    with duckdb_engine() as engine:
        table = engine.table("rows", pa.table(arrays, names=names))
        due = Due(table.eligible, None if in_kind else table.amount)
        asked = table.select(
            "n",
            status=status(due, table.came, over=over),
            missing=missing(due, table.came),
            over=over_paid(due, table.came),
        )
        found: list[dict[str, Any]] = engine.arrow(asked.order_by("n")).to_pylist()
    return found


@pytest.mark.parametrize("over", [True, False])
def test_money_due_against_money_received(over: bool) -> None:
    """All combinations of yes, no, cannot tell; amounts; sums received."""
    for row, said in zip(ROWS, judged(in_kind=False, over=over), strict=True):
        assert said["status"] == reference(*row, over), row


@pytest.mark.parametrize("over", [True, False])
def test_what_is_given_in_kind_counts_once(over: bool) -> None:
    """Two certificates are no overpayment."""
    for (eligible, _, came), said in zip(ROWS, judged(in_kind=True, over=over), strict=True):
        once = None if came is None else min(came, 1)
        assert said["status"] == reference(eligible, 1, once, over)


def completed(row: Row) -> Iterator[Row]:
    """Every way the values that are missing could be."""
    eligible, wanted, came = row
    return product(
        TRUTH[:2] if eligible is None else (eligible,),
        FEN[1:] if wanted is None else (wanted,),
        (*FEN[1:], 4) if came is None else (came,),
    )


def test_the_doubts_agree_with_the_status() -> None:
    """A doubt is raised exactly for those statuses, and said no only where no missing value could raise it."""
    for row, said in zip(ROWS, judged(in_kind=False, over=True), strict=True):
        assert (said["missing"] is True) == (said["status"] in (SAID.due_missing, SAID.due_partly))
        assert (said["over"] is True) == (said["status"] == SAID.over_paid)
        could = {reference(*one, over=True) for one in completed(row)}
        if said["missing"] is False:
            assert not could & {SAID.due_missing, SAID.due_partly}, row
        if said["over"] is False:
            assert SAID.over_paid not in could, row


def test_an_areas_value_holds_for_its_own_people_in_one_pass() -> None:
    """S2-32: a county pays 2 000 a term, its neighbour what the province pays; one evaluation serves both."""
    values = parameters().with_changes([Change("how.rain_and_dew.term", 200_000, date(2015, 1, 1), "610926")])
    small = Small(date(2015, 12, 31))
    small.supplied("rain_and_dew")
    student = {"年龄": 17, "在校生状况": "中等职业学校"}
    small.household({}, [student])
    small.household({"行政村代码": FOREIGN}, [student])
    one = catalogue.entitlement("rain_and_dew", small.day)
    with duckdb_engine() as engine:
        built = extracts.build(small.extract(), places(5), values, engine)
        wide = wide_tables(built.snapshot, engine, values, {"person"})
        table = wide.tables["person"]
        due = one.due(table, wide.p("person"))
        rows = engine.arrow(table.select("person_key", due=due.amount).order_by("person_key"))
    assert rows["due"].to_pylist() == [200_000, 150_000]


def test_each_entitlement_puts_its_doubts_into_the_catalogue() -> None:
    day = date(2015, 12, 31)
    rules = catalogue.by_key(day)
    for one in catalogue.entitlements_on(day):
        for kind in ("missing", "over_paid"):
            assert (f"{one.key}_{kind}" in rules) == (kind in one.doubts)
    over = rules["rain_and_dew_over_paid"]
    assert (over.concern, over.two_person, over.kind) == ("benefit", True, "eligibility")
    assert rules["rain_and_dew_missing"].concern == "exclusion"
    assert "雨露计划" in rules["rain_and_dew_missing"].title.zh
    assert "rain_and_dew_paid" in rules["rain_and_dew_missing"].sentence.zh


@entitlement("one", subject="person", period="once", since="2014-01-01", law="tests")
def older(person: Any, p: Any) -> Due:
    return Due(person.at_school)


@entitlement("one", subject="person", period="once", since="2018-01-01", law="tests")
def newer(person: Any, p: Any) -> Due:
    return Due(person.at_school)


def test_two_versions_that_overlap_are_refused_with_both_places() -> None:
    with pytest.raises(TwoInForce) as refusal:
        refuse_overlap([older.entitlement, newer.entitlement])  # type: ignore[attr-defined]
    assert "2018-01-01" in str(refusal.value)
    assert refusal.value.sentence("en").count("test_entitlements.py:") == 2


CODE = """
from bangfu.policy.entitlements import Due, entitlement

@entitlement("invented", subject="person", period="once", since="2014-01-01", law="tests")
def invented(person, p):
    return Due(person.at_school)
"""
TEXTS = """
invented:
  title: {zh: 虚构, en: invented}
  sentence: {zh: 您有。, en: It is yours.}
  fund: education
  nature: basic
  apply: {zh: 申请。, en: Apply.}
  ask: {zh: 村委会, en: village}
  handler: village
"""


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Any]:
    def loaded(code: str, texts: str) -> ModuleType:
        path = tmp_path / "extra.py"
        path.write_text(code, encoding="utf-8")
        path.with_suffix(".yaml").write_text(texts, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(f"entitled_{tmp_path.name}", path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return loaded


def test_an_entitlement_and_its_texts(load: Any) -> None:
    (one,) = collect([load(CODE, TEXTS)])
    assert (one.key, one.fund, one.may_be_suspended) == ("invented", "education", False)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("invented:", "other:"), "other"),
        (("fund: education", "fund: lottery"), "lottery"),
        (("nature: basic", "nature: optional"), "extra.yaml:6"),
        (("handler: village", "handler: moon"), "extra.yaml:9"),
        (("  ask: {zh: 村委会, en: village}\n", ""), "extra.yaml:2"),
    ],
)
def test_texts_that_do_not_fit_are_refused(load: Any, change: tuple[str, str], named: str) -> None:
    with pytest.raises(BadPolicyFile) as refusal:
        collect([load(CODE, TEXTS.replace(*change))])
    assert "extra.yaml" in str(refusal.value)
    assert named in refusal.value.sentence("en")


def test_an_entitlement_cannot_ask_the_clock(load: Any) -> None:
    with pytest.raises(ImpureRule) as refusal:
        load(
            CODE.replace("person.at_school", "person.at_school & (person.age > open('/tmp/age').read())"),
            TEXTS,
        )
    assert "extra.py:4" in str(refusal.value)
