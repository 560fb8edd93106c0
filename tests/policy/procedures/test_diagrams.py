"""Drawings come from the same YAML, break no content policy, and the docs are in step with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bangfu.policy import procedures
from bangfu.policy.procedures.definitions import Definition
from bangfu.policy.procedures.diagrams import mermaid, svg
from bangfu.policy.procedures.pages import pages
from bangfu.policy.words import Words

DOCS = Path(__file__).resolve().parents[3] / "docs" / "procedures"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "one", procedures.all_definitions(), ids=lambda one: f"{one.procedure}/{one.version}"
)
def test_the_drawing_shows_every_step_and_every_return(one: Definition, language: str) -> None:
    root = ElementTree.fromstring(svg(one, language=language, current=one.steps[-1].key))
    texts = "".join(node.text or "" for node in root.iter(f"{SVG}text")).replace(" ", "")
    for step in one.steps:
        assert step.title.text(language).replace(" ", "") in texts
    groups = list(root.iter(f"{SVG}g"))
    assert len(groups) == len(one.steps)
    assert [group.get("aria-current") for group in groups] == [None] * (len(groups) - 1) + ["step"]
    arrows = [node for node in root.iter(f"{SVG}path") if node.get("fill") == "#9a6b1f"]
    assert len(arrows) == sum(len(step.returns_to) for step in one.steps)


@pytest.mark.parametrize(
    "one", procedures.all_definitions(), ids=lambda one: f"{one.procedure}/{one.version}"
)
def test_nothing_inline_that_the_content_policy_forbids(one: Definition) -> None:
    for node in ElementTree.fromstring(svg(one)).iter():
        assert node.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject")
        assert not {name for name in node.attrib if name in ("style", "id", "href") or name.startswith("on")}


@pytest.mark.parametrize(
    "one", procedures.all_definitions(), ids=lambda one: f"{one.procedure}/{one.version}"
)
def test_the_drawing_fits_a_small_screen_and_its_boxes(one: Definition) -> None:
    root = ElementTree.fromstring(svg(one, language="en"))
    assert int(root.attrib["width"]) <= 360
    boxes = [node for node in root.iter(f"{SVG}rect") if node.get("rx") == "6"]
    edges = [(int(box.attrib["y"]), int(box.attrib["y"]) + int(box.attrib["height"])) for box in boxes]
    assert all(end < start for (_, end), (start, _) in pairwise(edges))


def test_values_are_those_of_the_place() -> None:
    one = procedures.definition("self_report", "standard")
    assert "期限2个工作日" in svg(one)
    assert "期限5个工作日" in svg(one, day=date(2026, 1, 1), area="620123100201")


def test_text_is_escaped() -> None:
    one = procedures.definition("appeal", "standard")
    hostile = replace(
        one, title=Words('<script>"&', "x"), steps=(replace(one.steps[0], title=Words("<b>&", "x")),)
    )
    root = ElementTree.fromstring(svg(hostile))
    assert root.get("aria-label", "").startswith('<script>"&')
    assert "1. <b>&" in [node.text for node in root.iter(f"{SVG}text")]


def test_mermaid_has_every_way() -> None:
    text = mermaid(procedures.definition("appeal", "standard"))
    for line in ("acceptance --> hearing", "hearing --> passed", "hearing -. 退回 .-> acceptance"):
        assert f"  {line}" in text.splitlines()


def test_the_docs_are_in_step() -> None:
    """`bangfu procedures --write docs/procedures` makes them again."""
    made = pages()
    assert {path.name for path in DOCS.glob("*.md")} == {*made, "README.md"}
    assert [name for name, text in made.items() if (DOCS / name).read_text(encoding="utf-8") != text] == []
