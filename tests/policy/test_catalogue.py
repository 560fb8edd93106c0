"""Every rule and fact of the catalogue: texts in both languages, columns that exist, one version in force a day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from string import Formatter

import ibis
import pytest

from bangfu.policy import catalogue, facts, vocabulary
from bangfu.policy.errors import BadPolicyFile, TwoInForce, UnknownParameterRead
from bangfu.policy.facts import Columns, Summary
from bangfu.policy.keys_read import keys_read
from bangfu.policy.parameters import parameters
from bangfu.policy.rules import LIKELY, Rule, collect, refuse_overlap, rule
from bangfu.policy.who.facts import FROM_HOUSEHOLD
from bangfu.policy.words import Words

FIRST, LAST = date(2014, 1, 1), date(2026, 12, 31)
RULES = catalogue.all_rules()
HAN = range(0x4E00, 0x9FFF)


def ids(one: Rule) -> str:
    return one.key


def test_there_are_enough_rules() -> None:
    """Issue A: at least 40 checks and 12 cross-matches."""
    day = date(2015, 12, 31)
    checks = [one for one in catalogue.rules_on(day) if "matches" not in one.where]
    matches = [one for one in catalogue.rules_on(day) if "matches" in one.where and one.variant != LIKELY]
    assert len(checks) >= 40
    assert len(matches) >= 12


@pytest.mark.parametrize("one", RULES, ids=ids)
def test_texts_are_there_in_both_languages(one: Rule) -> None:
    for words in (one.title, one.sentence):
        assert words.zh.strip()
        assert words.en.strip()
        assert any(ord(character) in HAN for character in words.zh)
        assert not any(ord(character) in HAN for character in words.en)


@pytest.mark.parametrize("one", RULES, ids=ids)
def test_the_sentence_says_what_to_do(one: Rule) -> None:
    """A full sentence with a way on: two at least, closed by a full stop."""
    assert one.sentence.zh.endswith("。")
    assert one.sentence.en.endswith(".")
    assert one.sentence.zh.count("。") >= 2


@pytest.mark.parametrize("one", RULES, ids=ids)
def test_placeholders_are_columns_of_the_subject(one: Rule) -> None:
    columns = vocabulary.table(one.subject).columns
    named = [
        {name for _, name, _, _ in Formatter().parse(text) if name}
        for text in (one.sentence.zh, one.sentence.en)
    ]
    assert named[0] == named[1]
    assert named[0] <= set(columns)
    for name in named[0]:
        assert columns[name].private not in ("identity", "contact"), name


@pytest.mark.parametrize("one", RULES, ids=ids)
def test_every_rule_has_its_law(one: Rule) -> None:
    """A clause of the catalogue, a standard or a statute."""
    assert one.law
    assert one.concern in ("data", "inclusion", "exclusion", "exit", "benefit")
    assert one.severity in ("error", "warning", "notice")


def test_rules_on_status_need_two_people() -> None:
    """DESIGN §5: two different people for status. What may end somebody's help is never settled by one."""
    status = [one for one in RULES if one.concern in ("inclusion", "exit") and one.subject != "village"]
    matched = {one.key for one in status if one.matched and "job" not in one.key}
    assert matched
    assert {one.key for one in status if one.matched and "job" not in one.key and not one.two_person} == set()


def days() -> list[date]:
    return [FIRST + timedelta(days=step) for step in range((LAST - FIRST).days + 1)]


def test_no_two_versions_on_any_day_of_the_calendar() -> None:
    """DESIGN §3: walk the calendar and find at most one version of each key in force."""
    for day in days():
        keys = [one.key for one in RULES if one.in_force(day)]
        assert len(keys) == len(set(keys)), day


@pytest.mark.parametrize("day", [FIRST, date(2020, 12, 31), date(2021, 1, 1), LAST])
def test_the_catalogue_of_a_day(day: date) -> None:
    assert catalogue.rules_on(day) == tuple(one for one in RULES if one.in_force(day))
    assert catalogue.rule("id_missing", day).in_force(day)
    assert ("monitored_without_date" in catalogue.by_key(day)) == (day >= date(2021, 1, 1))


def test_every_parameter_that_a_rule_reads_has_a_value_on_every_day_it_is_in_force() -> None:
    """No undated value can stop a run between 2014 and 2026."""
    known = parameters()
    for one in RULES:
        for key, _ in keys_read(one.function):
            for day in (max(one.since, FIRST), min(one.until or LAST, LAST)):
                known[key].on(day)


def test_every_parameter_is_read_by_somebody() -> None:
    """A value that nothing reads is a value that nobody notices when it is wrong."""
    source = Path(catalogue.__file__).parents[1]
    readers = [*source.rglob("*.py"), *(source / "policy" / "procedures").glob("*.yaml")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in readers)
    composed = ("who.schooling.stage_ages.", "how.student_aid.")
    unread = {key for key in parameters() if key not in text and not key.startswith(composed)}
    assert unread == set()


def columns_of(one: Columns | Summary) -> set[str]:
    """The names that a fact gives, found by running it over an empty table."""
    table = one.table if isinstance(one, Columns) else one.source
    meanings = vocabulary.table(table).columns
    kinds = {
        name: vocabulary.SNAPSHOT_TYPES[meaning.kind]
        for name, meaning in meanings.items()
        if meaning.in_snapshot
    }
    return set(one.function(ibis.table(kinds, name=table), _Params()))


class _Params:
    day = 20151231

    def __getitem__(self, key: str) -> object:
        return parameters()[key].on(date(2015, 12, 31))


def test_each_derived_column_has_exactly_one_fact() -> None:
    given: list[tuple[str, str]] = []
    for one in catalogue.all_facts():
        target = one.table if isinstance(one, Columns) else one.target
        given += [(target, name) for name in columns_of(one)]
    given += [("person", name) for name in FROM_HOUSEHOLD]
    derived = [
        (table.name, column.name)
        for table in vocabulary.tables().values()
        for column in table.of_role("derived")
    ]
    assert sorted(given) == sorted(set(given)), "two facts give one column"
    assert set(given) - set(derived) == set(), "a fact gives a column that the vocabulary does not have"
    assert set(derived) - set(given) == set(), "a derived column of the vocabulary has no fact"


def test_what_persons_take_from_the_household_is_there() -> None:
    household = vocabulary.table("household").columns
    assert set(FROM_HOUSEHOLD.values()) <= set(household)


@rule("one", subject="person", since="2014-01-01", law="tests")
def older(person: object, p: object) -> object:
    return person


@rule("one", subject="person", since="2018-01-01", until="2019-12-31", law="tests")
def newer(person: object, p: object) -> object:
    return person


def test_two_versions_that_overlap_are_refused() -> None:
    with pytest.raises(TwoInForce) as refusal:
        refuse_overlap([*older.rules, *newer.rules])  # type: ignore[attr-defined]
    assert "2018-01-01" in str(refusal.value)
    assert "test_catalogue.py" in refusal.value.sentence("en")


def test_versions_that_follow_one_another_stand_side_by_side() -> None:
    """DESIGN §3: two versions stand side by side with dates."""
    first, second = older.rules[0], newer.rules[0]  # type: ignore[attr-defined]
    ended = type(first)(**{**fields_of(first), "until": date(2017, 12, 31)})
    refuse_overlap([ended, second])
    assert ended.in_force(date(2017, 12, 31))
    assert not ended.in_force(date(2018, 1, 1))
    assert second.in_force(date(2018, 1, 1))


def fields_of(one: Rule) -> dict[str, object]:
    return {name: getattr(one, name) for name in Rule.__dataclass_fields__}


def module(folder: Path, code: str, texts: str | None) -> object:
    """A rule file with its texts beside it, loaded as a module."""
    import importlib.util

    path = folder / "extra.py"
    path.write_text(code, encoding="utf-8")
    if texts is not None:
        path.with_suffix(".yaml").write_text(texts, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"extra_{folder.name}", path)
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


CODE = """
from bangfu.policy.rules import rule

@rule("always", subject="person", since="2014-01-01", law="tests", matched="deaths")
def always(person, p, how):
    return person.age > 0
"""
TEXTS = """
always:
  title: {zh: 总是, en: always}
  concern: data
  severity: error
  sentence: {zh: "{age}岁。请核对。", en: "Aged {age}. Check it."}
"""


def test_a_rule_file_and_its_texts(tmp_path: Path) -> None:
    """A rule that names a list stands twice; the likely one is never an error and says that it is only likely."""
    exact, likely = collect([module(tmp_path, CODE, TEXTS)])  # type: ignore[list-item]
    assert (exact.key, likely.key) == ("always", "always_likely")
    assert (exact.severity, likely.severity) == ("error", "warning")
    assert likely.title == Words("总是(疑似同一人)", "always (likely the same person)")
    assert likely.sentence.zh.endswith(exact.sentence.zh)


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (TEXTS.replace("always:", "never:"), "never"),
        (TEXTS + "\nunused:" + TEXTS.partition(":")[2], "unused"),
        (TEXTS.replace("severity: error", "severity: fatal"), "always/severity"),
        (TEXTS.replace(", en: always", ""), "always/title"),
    ],
)
def test_texts_that_do_not_fit_are_refused_by_file_and_place(tmp_path: Path, texts: str, named: str) -> None:
    with pytest.raises(BadPolicyFile) as refusal:
        collect([module(tmp_path, CODE, texts)])  # type: ignore[list-item]
    assert "extra.yaml" in str(refusal.value)
    assert named in refusal.value.sentence("en")


def test_a_rule_that_reads_an_unknown_value_is_refused_at_load(tmp_path: Path) -> None:
    """With file and line, before anything is evaluated."""
    code = CODE.replace("person.age > 0", "person.age > p['who.work.last_age']")
    with pytest.raises(UnknownParameterRead) as refusal:
        collect([module(tmp_path, code, TEXTS)])  # type: ignore[list-item]
    for sentence in (refusal.value.sentence("zh"), refusal.value.sentence("en")):
        assert "extra.py:6" in sentence
        assert "who.work.last_age" in sentence
        assert "always" in sentence


def test_facts_are_collected_in_the_order_written() -> None:
    """Lists fold onto persons before persons fold onto households."""
    order = [one.target if isinstance(one, Summary) else one.table for one in catalogue.all_facts()]
    to_household = order.index("household")
    folded_later = [
        one
        for one in catalogue.all_facts()[to_household:]
        if isinstance(one, Summary) and one.source in vocabulary.lists()
    ]
    assert folded_later == []
    assert facts.collect(catalogue.FACT_FILES) == catalogue.all_facts()
