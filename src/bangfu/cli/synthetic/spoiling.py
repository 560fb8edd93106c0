"""How a department's clerk spoils the row of a person: the error classes of likely matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from random import Random

import pyarrow as pa

from bangfu.analytics import names
from bangfu.analytics.identity_numbers import parse
from bangfu.cli.synthetic.invention import homophone, one_off
from bangfu.cli.synthetic.model import Entry, Person
from bangfu.policy.vocabulary import codes
from bangfu.policy.yaml_files import HERE, read

_state = codes("id_state")
Spoiler = Callable[[Entry, Person, Random], Entry | None]


def no_number(row: Entry, one: Person, random: Random) -> Entry | None:
    """The number is left out; name, birth and village stand."""
    return Entry(row.name, None, row.place, one.birth_date, row.values)


def no_number_no_place(row: Entry, one: Person, random: Random) -> Entry | None:
    """Number and village are left out."""
    return Entry(row.name, None, None, one.birth_date, row.values)


def one_digit(row: Entry, one: Person, random: Random) -> Entry | None:
    """One digit of the number is another."""
    place = random.randrange(17)
    digit = str((int(one.true_id[place]) + random.randrange(1, 10)) % 10)
    return _with_number(row, one.true_id[:place] + digit + one.true_id[place + 1 :])


def transposed(row: Entry, one: Person, random: Random) -> Entry | None:
    """Two neighbouring digits changed places."""
    places = [p for p in range(16) if one.true_id[p] != one.true_id[p + 1]]
    p = random.choice(places)
    return _with_number(row, one.true_id[:p] + one.true_id[p + 1] + one.true_id[p] + one.true_id[p + 2 :])


def dropped(row: Entry, one: Person, random: Random) -> Entry | None:
    """A digit was left out."""
    p = random.randrange(6, 17)
    return _with_number(row, one.true_id[:p] + one.true_id[p + 1 :])


def sounds_alike(row: Entry, one: Person, random: Random) -> Entry | None:
    """No number, and a character of the same sound in the name."""
    other = homophone(one.name, random)
    return Entry(other, None, row.place, one.birth_date, row.values) if other else None


def variant(row: Entry, one: Person, random: Random) -> Entry | None:
    """No number, and a variant or traditional character in the name."""
    groups = read(HERE / "vocabulary" / "name_variants.yaml")
    for place, character in enumerate(one.name):
        for group in groups:
            if character in group and len(group) > 1:
                other = random.choice([c for c in group if c != character])
                spoilt = one.name[:place] + other + one.name[place + 1 :]
                return Entry(spoilt, None, row.place, one.birth_date, row.values)
    return None


def one_character(row: Entry, one: Person, random: Random) -> Entry | None:
    """No number, and a wrong last character in the name."""
    other = one_off(one.name, one.sex, random)
    return Entry(other, None, row.place, one.birth_date, row.values) if other else None


def day_and_month(row: Entry, one: Person, random: Random) -> Entry | None:
    """No number; day and month changed places."""
    birth = one.birth_date
    if birth.day > 12 or birth.day == birth.month:
        return None
    return Entry(row.name, None, row.place, date(birth.year, birth.day, birth.month), row.values)


def birth_digit(row: Entry, one: Person, random: Random) -> Entry | None:
    """No number; the year of birth is one off in its last digit."""
    birth = one.birth_date
    year = birth.year + (1 if birth.year % 10 < 9 else -1)
    return Entry(row.name, None, row.place, date(year, birth.month, birth.day), row.values)


SPOILERS: tuple[Spoiler, ...] = (
    no_number,
    no_number_no_place,
    one_digit,
    transposed,
    dropped,
    sounds_alike,
    variant,
    one_character,
    day_and_month,
    birth_digit,
)


def spoil(row: Entry, one: Person, random: Random, used: Counter[str]) -> tuple[Entry, str]:
    """The row spoilt in the way that was used least and can be; and the name of the way."""
    for way in sorted(SPOILERS, key=lambda one: used[one.__name__]):
        spoilt = way(row, one, random)
        if spoilt and (spoilt.id_number is None or not _valid(spoilt.id_number)) and names.clean(spoilt.name):
            return spoilt, way.__name__
    return no_number(row, one, random) or row, "no_number"


def _with_number(row: Entry, number: str) -> Entry:
    return Entry(row.name, number, row.place, row.birth_date, row.values)


def _valid(number: str) -> bool:
    return bool(parse(pa.array([number]))["id_state"][0].as_py() == _state.ok)
