"""docs/coverage.md: a line for every clause of the requirements, true to what code and tests cite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.architecture.citations import COVERAGE, citing, renewed
from tests.architecture.documents import QUOTED, rows
from tests.architecture.sources import PROJECT, SOURCE, TESTS

HOW = "python -m tests.architecture.citations writes the last column of docs/coverage.md; then look at the states"
#: Family → how many clauses the catalogue of requirements has.
FAMILIES = {"S0": 53, "S1": 64, "S2": 93, "S3": 28, "S4": 97, "R": 48, "X": 22}
STATES = {"here", "partly", "planned", "human work", "no sum"}
DELIVERED = {"here", "partly"}


@dataclass(frozen=True)
class Line:
    """What the document says of one clause; ``tests`` are files, or folders of cases."""

    clause: str
    title: str
    state: str
    where: str
    tests: tuple[str, ...]


@cache
def lines() -> Mapping[str, Line]:
    return {
        clause: Line(clause, title, state, where, tuple(QUOTED.findall(tests)))
        for clause, title, state, where, tests in rows(COVERAGE, 5)
    }


@cache
def cited_by_tests() -> Mapping[str, set[str]]:
    return citing(TESTS)


def under(path: str, named: Iterable[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in named)


def unsaid(cited: Mapping[str, set[str]], said: Mapping[str, Line]) -> list[str]:
    """Citations in tests that the document does not know of."""
    return [
        f"Add `{path}` to the line of {clause} in docs/coverage.md"
        for clause, paths in sorted(cited.items())
        for path in sorted(paths)
        if clause not in said or not under(path, said[clause].tests)
    ]


def untrue(cited: Mapping[str, set[str]], said: Mapping[str, Line]) -> list[str]:
    """Tests that the document names and that do not cite the clause."""
    return [
        f"`{test}` does not cite {one.clause}: cite it there, or take it out of docs/coverage.md"
        for one in said.values()
        for test in one.tests
        if not any(under(path, [test]) for path in cited.get(one.clause, ()))
    ]


def test_every_clause_has_one_line() -> None:
    counted = Counter(clause for clause, *_ in rows(COVERAGE, 5))
    expected = {f"{family}-{number:02}" for family, last in FAMILIES.items() for number in range(1, last + 1)}
    assert sum(FAMILIES.values()) - FAMILIES["R"] - FAMILIES["X"] == 335
    assert expected - set(counted) == set()
    assert set(counted) - expected == set()
    assert [clause for clause, count in counted.items() if count > 1] == []
    assert list(counted) == sorted(
        expected, key=lambda one: list(FAMILIES).index(one.partition("-")[0]) * 100 + int(one[-2:])
    )


def test_every_line_is_complete() -> None:
    for one in lines().values():
        assert one.title, one.clause
        assert one.state in STATES, one.clause
        assert len(one.where) >= 4, (
            f"{one.clause}: say where it lives, where it will, or why no software can do it"
        )
        if one.state == "here":
            assert one.tests, f"{one.clause} is said to be here: name the test that cites it"
        if one.state in DELIVERED:
            assert QUOTED.search(one.where), f"{one.clause}: name the file where it lives"
        else:
            assert not one.tests, f"{one.clause} is {one.state}, and yet a test cites it"


def test_every_path_is_there() -> None:
    missing = [
        f"{one.clause}: {path}"
        for one in lines().values()
        for path in (*QUOTED.findall(one.where), *one.tests)
        if not (SOURCE / path).exists() and not (PROJECT / path).exists()
    ]
    assert missing == []


def test_what_tests_cite_is_said() -> None:
    assert len(cited_by_tests()) > 70
    assert unsaid(cited_by_tests(), lines()) == [], HOW


def test_what_is_said_is_cited() -> None:
    assert untrue(cited_by_tests(), lines()) == [], HOW


def test_what_the_code_cites_is_at_least_partly_there() -> None:
    """A clause that the code names is no mere plan."""
    early = [
        f"{clause} is {lines()[clause].state} in docs/coverage.md, but {sorted(paths)[0]} cites it"
        for clause, paths in sorted(citing(SOURCE).items())
        if lines()[clause].state not in DELIVERED
    ]
    assert early == []


def test_the_last_column_can_be_written() -> None:
    text = "| S0-03 | 不落一人 | here | `a.py` | – |\n| S0-04 | 扶志 | planned | society | `gone.py` |\n| id | 中文 |\n"
    cases = {"tests/policy/cases/who/a.yaml", "tests/policy/cases/who/b.yaml", "tests/web/test_home.py"}
    assert renewed(text, {"S0-03": cases}).splitlines() == [
        "| S0-03 | 不落一人 | here | `a.py` | `tests/policy/cases/who` · `tests/web/test_home.py` |",
        "| S0-04 | 扶志 | planned | society | – |",
        "| id | 中文 |",
    ]


def test_the_comparison_sees_both_ways() -> None:
    cited = {"S0-03": {"tests/policy/cases/who/a.yaml"}}
    folder = Line("S0-03", "t", "here", "w", ("tests/policy/cases/who",))
    other = Line("S0-03", "t", "here", "w", ("tests/policy/case",))
    assert unsaid(cited, {"S0-03": folder}) == []
    assert untrue(cited, {"S0-03": folder}) == []
    assert unsaid(cited, {"S0-03": other}) == [
        "Add `tests/policy/cases/who/a.yaml` to the line of S0-03 in docs/coverage.md"
    ]
    assert len(untrue(cited, {"S0-03": other})) == 1
    assert len(unsaid(cited, {})) == 1
