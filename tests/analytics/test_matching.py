"""Who on a list is who in the registry: each class of error, and the people who must never be taken for each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from bangfu.analytics import extracts
from bangfu.analytics.engines import DuckDBEngine, duckdb_engine
from bangfu.analytics.identity_numbers import check_character
from bangfu.analytics.matching import REASONS, Links, SmallMatcher, match
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from tests.analytics.county import DAY

link = codes("link")
LIKELY = int(parameters()["oversight.matching.likely_score"].on(DAY))
SMALL = SmallMatcher(LIKELY)
VILLAGE, NEXT_VILLAGE, OTHER_TOWN = 610926100201, 610926100202, 610926101201


def numbered(body: str) -> str:
    return body + check_character(body)


NUMBER = numbered("61242919750305003")
LI = {"name": "李建军", "id_number": NUMBER, "birth_date": 19750305, "sex": 1, "village": VILLAGE}


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with duckdb_engine(threads=1) as made:
        yield made


def side(*people: dict[str, Any]) -> pa.Table:
    rows = extracts.with_identity(
        pa.table(
            {
                "key": pa.array(range(len(people)), pa.int64()),
                "name": pa.array([one.get("name") for one in people], pa.string()),
                "id_number": pa.array([one.get("id_number") for one in people], pa.string()),
                "birth_date": pa.array([one.get("birth_date") for one in people], pa.int32()),
                "sex": pa.array([one.get("sex") for one in people], pa.int16()),
            }
        )
    )
    return extracts.side(rows, "key", pa.array([one.get("village") for one in people], pa.int64()))


def links(
    engine: DuckDBEngine, people: list[dict[str, Any]], entries: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    found = match(side(*people), side(*entries), likely_score=LIKELY, engine=engine).table.to_pylist()
    again = SMALL.match(side(*people), side(*entries)).table.to_pylist()
    assert sorted(found, key=str) == sorted(again, key=str), "the two ways of matching answer alike"
    return sorted(found, key=lambda row: (row["entry_key"], row["person_key"]))


def one(engine: DuckDBEngine, **entry: Any) -> dict[str, Any] | None:
    """The link of a list row with these cells to 李建军, if there is one."""
    found = links(engine, [LI], [entry])
    return found[0] if found else None


def test_an_equal_number_is_exact_whatever_the_name(engine: DuckDBEngine) -> None:
    for entry in (
        {"name": "李建军", "id_number": NUMBER},
        {"name": "另一个写法", "id_number": NUMBER},
        {"name": None, "id_number": f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"},
        {"name": "李建军", "id_number": NUMBER[:6] + NUMBER[8:17]},
        {"name": "李建军", "id_number": NUMBER + "44"},
    ):
        found = one(engine, **entry)
        assert found is not None, entry
        assert (found["link"], found["score"], found["reasons"]) == (link.exact, 100, 0)


@pytest.mark.parametrize(
    ("error", "entry"),
    [
        ("number left out", {"name": "李建军", "birth_date": 19750305, "village": VILLAGE}),
        ("number and village left out", {"name": "李建军", "birth_date": 19750305}),
        (
            "one digit of the number",
            {"name": "李建军", "id_number": NUMBER[:15] + "7" + NUMBER[16:], "village": VILLAGE},
        ),
        (
            "two digits swapped",
            {"name": "李建军", "id_number": NUMBER[:14] + "030" + NUMBER[17], "village": VILLAGE},
        ),
        ("a digit left out", {"name": "李建军", "id_number": NUMBER[:9] + NUMBER[10:], "village": VILLAGE}),
        ("a name that sounds alike", {"name": "李建君", "birth_date": 19750305, "village": VILLAGE}),
        ("traditional characters", {"name": "李建軍", "birth_date": 19750305, "village": VILLAGE}),
        ("one character wrong", {"name": "李建国", "birth_date": 19750305, "village": VILLAGE}),
        ("day and month swapped", {"name": "李建军", "birth_date": 19750503, "village": VILLAGE}),
        ("a digit of the year", {"name": "李建军", "birth_date": 19760305, "village": VILLAGE}),
    ],
)
def test_each_class_of_error_is_found_as_likely(
    engine: DuckDBEngine, error: str, entry: dict[str, Any]
) -> None:
    found = one(engine, **entry)
    assert found is not None, error
    assert found["link"] == link.likely
    assert LIKELY <= found["score"] <= 99
    assert Links.reasons(found["reasons"]), "a likely match says why"


@pytest.mark.parametrize(
    ("who", "entry"),
    [
        (
            "the twin: one day, one village, next number",
            {"name": "李建国", "id_number": numbered("61242919750305005"), "village": VILLAGE},
        ),
        (
            "a namesake with a number of his own",
            {"name": "李建军", "id_number": numbered("61242919750305115"), "village": VILLAGE},
        ),
        ("a namesake of another age", {"name": "李建军", "birth_date": 19521120, "village": VILLAGE}),
        ("somebody of the same day", {"name": "王丽华", "birth_date": 19750305, "village": VILLAGE}),
        ("a namesake elsewhere, nothing else known", {"name": "李建军", "village": OTHER_TOWN}),
        ("a namesake of the village, nothing else known", {"name": "李建军", "village": VILLAGE}),
        (
            "a woman of that name and day in another township",
            {"name": "李建君", "birth_date": 19750305, "sex": 2, "village": OTHER_TOWN},
        ),
        ("nobody: an empty row", {}),
        ("nobody: a number alone that is one digit off", {"id_number": NUMBER[:15] + "7" + NUMBER[16:]}),
        ("his day and village, without a name", {"birth_date": 19750305, "village": VILLAGE}),
    ],
)
def test_people_who_are_not_the_same(engine: DuckDBEngine, who: str, entry: dict[str, Any]) -> None:
    assert one(engine, **entry) is None, who


def test_two_valid_numbers_that_differ_are_two_people(engine: DuckDBEngine) -> None:
    """Twins and namesakes are never matched by likeness, however much else is equal."""
    other = {**LI, "id_number": numbered("61242919750305117")}
    assert links(engine, [LI], [other]) == []


def test_a_row_with_several_exact_hits_is_linked_to_each(engine: DuckDBEngine) -> None:
    """The registry has one number twice: both people are on the list until somebody says which."""
    found = links(engine, [LI, {**LI, "name": "李健军"}], [{"id_number": NUMBER}])
    assert [(row["person_key"], row["link"]) for row in found] == [(0, link.exact), (1, link.exact)]


def test_a_row_with_an_exact_hit_gets_no_likely_one(engine: DuckDBEngine) -> None:
    twin = {**LI, "id_number": None}
    found = links(
        engine,
        [LI, twin],
        [{"name": "李建军", "id_number": NUMBER, "birth_date": 19750305, "village": VILLAGE}],
    )
    assert [(row["person_key"], row["link"]) for row in found] == [(0, link.exact)]


def test_only_the_best_likely_person_stays_and_ties_stay_both(engine: DuckDBEngine) -> None:
    entry = {"name": "李建军", "birth_date": 19750305, "village": VILLAGE}
    here, sounds, there = (
        LI,
        {**LI, "name": "李建君", "id_number": None},
        {**LI, "village": NEXT_VILLAGE, "id_number": None},
    )
    assert [row["person_key"] for row in links(engine, [sounds, here, there], [entry])] == [1]
    tie = [{**LI, "id_number": None}, {**LI, "id_number": None}]
    assert [row["person_key"] for row in links(engine, tie, [entry])] == [0, 1]


def test_nearer_is_likelier(engine: DuckDBEngine) -> None:
    def score(village: int | None) -> int:
        found = one(engine, name="李建军", birth_date=19750305, sex=1, village=village)
        return found["score"] if found else 0

    assert score(VILLAGE) > score(NEXT_VILLAGE) > score(None) > score(OTHER_TOWN) >= 0


def test_names_are_compared_by_characters_not_by_bytes(engine: DuckDBEngine) -> None:
    """Two characters that share bytes are still two; a name of two characters differs in half of them."""
    assert one(engine, name="李丽君", birth_date=19750305, village=VILLAGE) is None
    assert (
        links(
            engine, [{**LI, "name": "马云"}], [{"name": "马三", "birth_date": 19760305, "village": VILLAGE}]
        )
        == []
    )


def test_long_names_with_one_character_wrong(engine: DuckDBEngine) -> None:
    person = {**LI, "name": "买买提·吐尔逊"}
    entry = {"name": "买买提•吐尔洪", "birth_date": 19750305, "village": VILLAGE}
    assert len(links(engine, [person], [entry])) == 1


def test_reasons_are_told_in_both_languages() -> None:
    mask = sum(1 << place for place in range(len(REASONS)))
    words = Links.reasons(mask)
    assert len(words) == len(REASONS)
    assert all(one.zh and one.en for one in words)
    assert Links.reasons(0) == ()


def test_nobody_and_no_list(engine: DuckDBEngine) -> None:
    assert links(engine, [], [LI]) == []
    assert links(engine, [LI], []) == []


@pytest.mark.parametrize("column", ["name", "birth_date", "village", "sex", "id_number"])
def test_a_column_that_is_empty_on_both_sides_matches_nobody(engine: DuckDBEngine, column: str) -> None:
    """NULL equals nothing."""
    person = {**LI, "id_number": None, column: None}
    stranger = {"name": "王丽华", "birth_date": 19881109, "village": OTHER_TOWN, column: None}
    assert links(engine, [person], [stranger]) == []
