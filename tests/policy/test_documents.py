"""The register of documents: one number once, parents that exist, every reference leads somewhere (S0-01, S0-02)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bangfu.policy import catalogue, documents
from bangfu.policy.documents import cited, clauses, register
from bangfu.policy.errors import BadPolicyFile, SameNumberTwice, Unsourced
from bangfu.policy.parameters import parameters, read_file, refuse_unsourced

TWO = """
first:
  number: 皖扶组〔2017〕8号
  title: {zh: 甲意见, en: first}
  issuer: {zh: 省, en: province}
  kind: policy
  issued_on: 2017-06-06
  areas: ['34']
second:
  number: 皖扶组〔2017〕9号
  title: {zh: 乙意见, en: second}
  issuer: {zh: 省, en: province}
  kind: policy
  issued_on: null
  parents: [first]
  areas: ['34']
"""


def written(folder: Path, text: str) -> list[Path]:
    path = folder / "invented.yaml"
    path.write_text(text, encoding="utf-8")
    return [path]


def test_two_documents_with_two_numbers_stand_side_by_side(tmp_path: Path) -> None:
    assert list(register(written(tmp_path, TWO))) == ["first", "second"]


def test_two_documents_with_one_number_are_refused(tmp_path: Path) -> None:
    """S0-01: with the file and line of both."""
    with pytest.raises(SameNumberTwice) as refusal:
        register(written(tmp_path, TWO.replace("9号", "8号")))
    for sentence in (refusal.value.sentence("zh"), refusal.value.sentence("en")):
        assert "皖扶组〔2017〕8号" in sentence
        assert "invented.yaml:2" in sentence
        assert "invented.yaml:9" in sentence


@pytest.mark.parametrize(
    ("change", "line", "named"),
    [
        (("kind: policy", "kind: rumour"), 6, "rumour"),
        (("issued_on: 2017-06-06", "issued_on: yesterday"), 7, "yesterday"),
        (("parents: [first]", "parents: [third]"), 9, "third"),
        (("parents: [first]", "parents: [second]"), 9, "second"),
        (("areas: ['34']", "areas: ['安徽']"), 8, "安徽"),
    ],
)
def test_what_does_not_fit_is_refused_by_file_and_line(
    tmp_path: Path, change: tuple[str, str], line: int, named: str
) -> None:
    with pytest.raises(BadPolicyFile) as refusal:
        register(written(tmp_path, TWO.replace(*change, 1)))
    assert f"invented.yaml:{line}" in str(refusal.value)
    assert named in refusal.value.sentence("en")


def test_issued_and_published_are_two_days() -> None:
    """S0-53: issued 2017-06-06, published 2017-06-07."""
    one = documents.documents()["wan_fuzu_2017_8"]
    assert (one.issued_on, one.published_on) == (date(2017, 6, 6), date(2017, 6, 7))
    assert [documents.documents()[key].number for key in one.parents] == ["皖发〔2015〕26号"]


def test_the_kinds_of_the_gaoyi_page_are_told_apart() -> None:
    """S1-01: a suggestion is a proposal and no rule; an interpretation explains one."""
    known = documents.documents()
    assert known["motivation_suggestions"].kind == "suggestion"
    assert not known["motivation_suggestions"].binding
    assert known["hebei_non_poor_explained"].kind == "interpretation"
    assert known["hebei_non_poor_explained"].parents == ("hebei_non_poor",)
    assert known["anqing_2018_draft"].kind == "draft"
    assert not known["anqing_2018_draft"].binding


@pytest.mark.parametrize(
    ("area", "holds"), [("340826100201", True), ("610926", False), ("34", True), ("", False)]
)
def test_a_document_speaks_for_its_area(area: str, holds: bool) -> None:
    assert documents.documents()["wan_fuzu_2017_8"].holds_in(area) is holds


def test_every_row_of_the_catalogue_of_clauses_has_its_document() -> None:
    """clauses.md: 335 rows, S0 53, S1 64, S2 93, S3 28, S4 97."""
    sizes = [sum(key.startswith(f"S{source}") for key in clauses()) for source in range(5)]
    assert sizes == [53, 64, 93, 28, 97]
    assert {key for key, one in clauses().items() if one.document.kind == "draft"} == {
        key for key in clauses() if key.startswith("S2-")
    }


def test_a_reference_leads_to_document_article_and_clause() -> None:
    law = cited("婚姻法第六条(1980);民法典第一千零四十七条")
    assert [one.key for one in law.documents] == ["marriage_law", "civil_code"]
    assert law.articles == ("第六条", "第一千零四十七条")
    row = cited("S2-22")
    assert row.clauses[0].where == "一 教育 L20"
    assert row.documents[0].key == "anqing_2018_draft"
    assert cited("configuration: no public value").configuration
    assert not cited("听说").leads_somewhere


def test_every_rule_and_entitlement_rests_on_something_registered() -> None:
    """S0-02: no rule without its basis."""
    laws = {one.law for one in (*catalogue.all_rules(), *catalogue.all_entitlements())}
    assert {law for law in laws if not cited(law).documents} == set()


def test_every_value_cites_a_document_or_says_configuration() -> None:
    refuse_unsourced(parameters().values())
    kept = [one for one in parameters().values() if not one.from_configuration]
    assert kept
    for one in kept:
        for entry in one.values:
            found = cited(entry.reference)  # a clause row names the paragraph of its document
            assert found.articles or found.clauses, f"{one.key}: {entry.reference} names no article"


def test_a_value_from_nowhere_is_refused(tmp_path: Path) -> None:
    text = """
description: 测试
one:
  description: 一个值
  metadata: {title: {zh: 一个值, en: a value}, type: count}
  values: {2014-01-01: {value: 1, reference: 听领导说}}
"""
    (path,) = written(tmp_path, text)
    with pytest.raises(Unsourced) as refusal:
        refuse_unsourced(read_file(path, "who.invented").values())
    assert "invented.yaml:3" in str(refusal.value)
    assert "听领导说" in refusal.value.sentence("en")
