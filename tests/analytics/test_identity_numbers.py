"""Identity numbers against two second opinions (python-stdnum, id-validator), and every slip of a clerk's pen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from id_validator import validator
from stdnum.cn import ric

from bangfu.analytics.identity_numbers import PART, WORTH_THREADS, check_character, clean, known_areas, parse
from bangfu.policy.vocabulary import codes

state = codes("id_state")
EXAMPLE = "11010519491231002X"  # the example of GB 11643-1999
digits17 = st.text("0123456789", min_size=17, max_size=17)


def facets(number: str | None) -> dict[str, Any]:
    return {name: values[0] for name, values in parse(pa.array([number], pa.string())).to_pydict().items()}


def state_of(number: str | None) -> int:
    found: int = facets(number)["id_state"]
    return found


def is_day(text: str) -> bool:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).year >= 1850
    except ValueError:
        return False


@st.composite
def valid_numbers(draw: st.DrawFn) -> str:
    """18 characters that are right: a known county, a day, an order, the check character."""
    area = draw(st.sampled_from([f"{code:06d}" for code in known_areas()[::40]]))
    birth = draw(st.dates(date(1900, 1, 1), date(2015, 12, 31)))
    body = f"{area}{birth:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_character(body)


@given(digits17)
def test_the_check_character_is_that_of_python_stdnum(body: str) -> None:
    assert check_character(body) == ric.calc_check_digit(body + "0")


@given(digits17, st.sampled_from("0123456789X"))
def test_any_18_characters(body: str, check: str) -> None:
    """State by the letter of the standard: digits, a day that exists, the check character."""
    if not is_day(body[6:14]):
        expected = state.birth
    elif check != check_character(body):
        expected = state.checksum
    else:
        expected = state.ok
    assert state_of(body + check) == expected


@given(valid_numbers())
def test_valid_numbers_are_valid_to_id_validator_as_well(number: str) -> None:
    found = facets(number)
    assert found["id_state"] == state.ok
    about = validator.get_info(number)
    if about:  # it knows fewer dissolved counties
        assert found["id_birth"] == int(about["birthday_code"].replace("-", ""))
        assert found["id_sex"] % 2 == about["sex"]
        assert found["id_area"] == int(about["address_code"])


@given(valid_numbers())
def test_python_stdnum_reads_the_same_day_and_sex(number: str) -> None:
    found = facets(number)
    assert found["id_birth"] == int(ric.get_birth_date(number).strftime("%Y%m%d"))
    assert found["id_sex"] == (1 if int(number[16]) % 2 else 2)


@given(valid_numbers(), st.integers(0, 17), st.integers(1, 9))
def test_any_one_wrong_digit_is_caught(number: str, place: int, by: int) -> None:
    """ISO 7064 MOD 11-2 catches every single substitution; none of them is taken for somebody."""
    old = "0123456789X".index(number[place])
    base = 11 if place == 17 else 10
    wrong = number[:place] + "0123456789X"[(old + by) % base] + number[place + 1 :]
    if wrong != number:
        assert facets(wrong)["id_key"] is None
        assert state_of(wrong) in (state.checksum, state.birth)


@given(valid_numbers(), st.integers(0, 16))
def test_any_two_neighbours_swapped_are_caught(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert facets(swapped)["id_key"] is None


@given(valid_numbers().filter(lambda number: number[6:8] == "19"))
def test_15_and_18_digits_of_one_person_have_one_key(number: str) -> None:
    old, new = facets(number[:6] + number[8:17]), facets(number)
    assert old["id_state"] == state.legacy
    for name in ("id_key", "id_birth", "id_sex", "id_area", "id_area_known"):
        assert old[name] == new[name], name


@given(valid_numbers())
def test_how_people_type_it(number: str) -> None:
    """Full width, spaces, dashes, a quotation mark before it, a lower-case x."""
    full_width = number.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)} | {ord("X"): "Ｘ"})
    for written in (
        f" {number}",
        f"{number}\t",
        f"'{number}",
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"{number[:6]}-{number[6:14]}-{number[14:]}",
        number.lower(),
        full_width,
        f"\u3000{number}\xa0",
    ):
        assert clean(written) == number
        assert facets(written)["id_key"] == int(number[:17])


@given(valid_numbers().filter(lambda number: number[6:8] == "19"))
def test_a_legacy_number_padded_to_18_bytes_is_still_read(number: str) -> None:
    """Three spaces behind 15 digits make 18 characters, and no 18-digit number."""
    assert state_of(number[:6] + number[8:17] + "   ") == state.legacy


@given(valid_numbers(), st.integers(1, 7), st.integers(1, 4))
def test_a_disability_certificate_is_the_number_with_kind_and_grade(
    number: str, kind: int, grade: int
) -> None:
    assert facets(f"{number}{kind}{grade}")["id_key"] == int(number[:17])


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (None, "missing"),
        ("", "missing"),
        ("   ", "missing"),
        (EXAMPLE, "ok"),
        (EXAMPLE.lower(), "ok"),
        ("11010519491231002", "length"),
        ("110105194912310020000", "length"),
        ("无", "length"),
        ("1101051949123100X2", "characters"),
        ("1101O519491231002X", "characters"),
        ("11010519491231002Y", "characters"),
        ("１１０１０５", "length"),
        ("110105194902290024", "birth"),
        ("110105000012310023", "birth"),
        ("110105491231002", "legacy"),
        ("110105491331002", "birth"),
        ("11010549123100X", "characters"),
    ],
)
def test_states(number: str | None, expected: str) -> None:
    assert state_of(number) == getattr(state, expected)


def test_what_is_not_valid_says_nothing_about_the_person() -> None:
    """A wrong check digit still shows the birth that was written; sex, area and key are not to be trusted."""
    wrong = facets(EXAMPLE[:-1] + "1")
    assert wrong["id_birth"] == 19491231
    assert [wrong[name] for name in ("id_key", "id_sex", "id_area", "id_area_known")] == [None] * 4
    assert set(facets("123").values()) == {state.length, None}


@example(["000\x80\x80\x80\x80\x80ß"])  # as long as an old number, and longer in capitals
@given(st.lists(st.one_of(st.none(), st.text(max_size=22), valid_numbers()), max_size=60))
def test_rows_do_not_disturb_one_another(numbers: list[str | None]) -> None:
    """A column gives for each row what the row alone gives, whatever stands around it."""
    together = parse(pa.array(numbers, pa.string())).to_pylist()
    assert together == [facets(number) for number in numbers]


@given(st.binary(min_size=18, max_size=18))
def test_18_bytes_of_anything(content: bytes) -> None:
    """Only ASCII digits are digits; nothing else is ever taken for a valid number."""
    text = content.decode("latin-1")
    found = facets(text)
    if found["id_state"] in (state.ok, state.checksum, state.birth):
        bare = clean(text) or ""
        assert bare[:17].isascii()
        assert bare[:17].isdigit()


def test_a_long_column_is_read_as_its_parts_are() -> None:
    """Above the size from which threads share the work."""
    block = [EXAMPLE, None, "12", EXAMPLE[:-1] + "1", "110105491231002"]
    count = (PART * WORTH_THREADS) // len(block) + 1
    states = parse(pa.chunked_array([pa.array(block * count, pa.string())]))["id_state"].to_pylist()
    assert states == [state_of(number) for number in block] * count


def test_slices_of_an_array_are_read_from_their_own_start() -> None:
    numbers = pa.array(["x", EXAMPLE, EXAMPLE, "110105491231002"])
    assert parse(numbers.slice(1, 2))["id_state"].to_pylist() == [state.ok, state.ok]
    assert parse(numbers.slice(3))["id_state"].to_pylist() == [state.legacy]


def test_dissolved_counties_are_known() -> None:
    """612429 was Pingli before 2000 (GB/T 2260 of its day); 999999 never was a county."""
    known = set(known_areas().tolist())
    assert {612429, 610926, 110105, 830000} <= known
    assert 999999 not in known
