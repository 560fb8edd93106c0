"""From typed rows with names to a snapshot without them: facets, matches with the departments' lists, tokens.

Rows come from workbooks (``bangfu audit``) or from the database (exports); what follows is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics import identity_numbers, matching, names
from bangfu.analytics.engines import DuckDBEngine
from bangfu.analytics.matching import Links
from bangfu.analytics.places import Places
from bangfu.analytics.snapshots import Snapshot, conform, villages_of
from bangfu.policy.parameters import Parameters
from bangfu.policy.vocabulary import codes

_assistance = codes("assistance_kind")


@dataclass(frozen=True)
class Extract:
    """Typed rows with names: the vocabulary's entered columns, codes as numbers, dates as yyyymmdd, money in fen.

    Facets that the caller has already (keys, parsed numbers) are kept; the others are made here.
    """

    day: date
    persons: pa.Table
    households: pa.Table
    lists: Mapping[str, pa.Table]


@dataclass(frozen=True)
class Built:
    """A snapshot, the named rows it was made of (keys included), and by list the links that went into it."""

    snapshot: Snapshot
    named: Extract
    links: Mapping[str, Links]


def build(extract: Extract, places: Places, values: Parameters, engine: DuckDBEngine) -> Built:
    """The snapshot of an extract."""
    households = household_facets(extract.households, places)
    persons = person_facets(extract.persons, households)
    people = side(persons, "person_key", pc.cast(persons["village_code"], pa.int64()))
    score = int(values["oversight.matching.likely_score"].on(extract.day))
    lists, links, rosters = {}, {}, {}
    for name, table in extract.lists.items():
        rows = rosters[name] = list_facets(table, places)
        links[name] = matching.match(people, _list_side(rows), likely_score=score, engine=engine)
        lists[name] = conform(_linked(rows, links[name], name, extract.day), name)
    conformed = conform(households, "household")
    tables = {
        "person": conform(persons, "person"),
        "household": conformed,
        "village": villages_of(conformed, places.poor),
        **lists,
    }
    named = Extract(extract.day, persons, households, rosters)
    return Built(Snapshot(extract.day, tables, {"area": places.area}), named, links)


def household_facets(table: pa.Table, places: Places) -> pa.Table:
    """Adds household_key, village_code, place_state, foreign, household_no_copies where they are missing."""
    code = table["division_code"]
    written = pc.if_else(pc.match_substring_regex(pc.fill_null(code, ""), r"^\d{12}$"), code, None)
    number = pc.cast(written, pa.int64())
    garbled = pc.and_(pc.is_null(number), pc.greater(pc.utf8_length(pc.fill_null(code, "")), 0))
    states = pc.if_else(garbled.combine_chunks(), codes("place_state").unknown, places.states(number))
    return _with(
        table,
        household_key=lambda: _row_keys(table),
        village_code=lambda: number,
        place_state=lambda: pc.cast(states, pa.int16()),
        foreign=lambda: places.foreign(number),
        household_no_copies=lambda: _copies(table["household_no"]),
    )


def person_facets(table: pa.Table, households: pa.Table) -> pa.Table:
    """Adds the facets of the person table; ``households`` has its own already."""
    table = with_identity(table)
    first = _first_of_each(households)
    numbers = first["household_no"].combine_chunks()
    place = pc.index_in(table["household_no"], value_set=numbers, skip_nulls=True)
    return _with(
        table,
        person_key=lambda: _row_keys(table),
        household_key=lambda: first["household_key"].take(place),
        village_code=lambda: first["village_code"].take(place),
        household_known=lambda: pc.is_valid(place),
        person_no_copies=lambda: _copies(table["person_no"]),
        id_repeated=lambda: identity_numbers.repeated(table["id_key"]),
        name_state=lambda: pa.array(
            [names.state(names.clean(name)) for name in table["name"].to_pylist()], pa.int16()
        ),
    )


def list_facets(table: pa.Table, places: Places) -> pa.Table:
    """Adds to a list entry_key, the parsed number, and ``village_found``: the code of the village named in the row."""
    table = with_identity(table)
    written = table["place"].to_pylist() if "place" in table.column_names else [None] * table.num_rows
    return _with(
        table,
        entry_key=lambda: pa.array(range(table.num_rows), pa.int64()),
        village_found=lambda: pa.array([places.find(text) for text in written], pa.string()),
    )


def with_identity(table: pa.Table) -> pa.Table:
    """Adds the facets of ``id_number`` when they are not there."""
    if "id_state" in table.column_names:
        return table
    parsed = identity_numbers.parse(table["id_number"])
    for name in parsed.column_names:
        table = table.append_column(name, parsed[name])
    return table


def side(table: pa.Table, key: str, village: pa.ChunkedArray | pa.Array) -> pa.Table:
    """A table in the shape that matching takes."""
    clean = [names.clean(name) for name in table["name"].to_pylist()]
    return pa.table(
        {
            "key": table[key],
            "id_key": table["id_key"],
            "id_number": pa.array(
                [identity_numbers.clean(text) for text in table["id_number"].to_pylist()], pa.string()
            ),
            "name": pa.array([names.normal(name) if name else None for name in clean], pa.string()),
            "sound": pa.array([names.sound(name) if name else None for name in clean], pa.string()),
            "birth": pc.coalesce(table["birth_date"], table["id_birth"]),
            "sex": pc.coalesce(table["sex"], table["id_sex"]),
            "village": village,
        }
    ).cast(matching.SIDE)


def _list_side(rows: pa.Table) -> pa.Table:
    return side(_padded(rows), "entry_key", pc.cast(rows["village_found"], pa.int64()))


def _padded(rows: pa.Table) -> pa.Table:
    """With the columns by which people are compared, NULL where the list does not have them."""
    types = {"name": pa.string(), "id_number": pa.string(), "birth_date": pa.int32(), "sex": pa.int16()}
    for name, kind in types.items():
        if name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(rows.num_rows, kind))
    return rows


def _linked(rows: pa.Table, links: Links, name: str, day: date) -> pa.Table:
    """The list's rows with the person they belong to; a row that is likely two people stands twice."""
    found = links.table
    rows = rows.drop_columns([c for c in ("person_key", "link", "score") if c in rows.column_names])
    joined = rows.join(
        found.drop_columns(["reasons"]), "entry_key", right_keys="entry_key", join_type="left outer"
    )
    if name == "civil_affairs":
        joined = _with_family(joined, day)
    return joined


def _with_family(rows: pa.Table, day: date) -> pa.Table:
    """Whether anybody of the row's family is registered, and which row stands for the family (one doubt a family).

    That is the first one of those that are assisted on the day; of the others where none is.
    """
    entry = rows["entry_key"].to_pylist()
    groups = [
        number or f"row {key}" for number, key in zip(rows["family_no"].to_pylist(), entry, strict=True)
    ]
    exact, likely = codes("link").exact, codes("link").likely
    linked: dict[str, int] = {}
    first: dict[str, tuple[bool, int]] = {}
    running = _running(rows, day)
    for group, key, link, runs in zip(groups, entry, rows["link"].to_pylist(), running, strict=True):
        linked[group] = max(linked.get(group, 0), {exact: 2, likely: 1}.get(link, 0))
        first[group] = min(first.get(group, (True, key)), (not runs, key))
    verdict = {2: True, 1: None, 0: False}
    rows = rows.append_column(
        "family_linked", pa.array([verdict[linked[group]] for group in groups], pa.bool_())
    )
    firsts = [first[group][1] == key for group, key in zip(groups, entry, strict=True)]
    return rows.append_column("family_first", pa.array(firsts, pa.bool_()))


def _running(rows: pa.Table, day: date) -> list[bool]:
    """Whether each row's assistance has begun and has not ended on the day; an empty date is open."""
    on = day.year * 10_000 + day.month * 100 + day.day
    dates = zip(rows["started_on"].to_pylist(), rows["ended_on"].to_pylist(), strict=True)
    return [(begun is None or begun <= on) and (ended is None or ended > on) for begun, ended in dates]


def _first_of_each(households: pa.Table) -> pa.Table:
    """The first row of each household number."""
    numbers = households["household_no"].to_pylist()
    seen: set[str] = set()
    rows = [place for place, number in enumerate(numbers) if number not in seen and not seen.add(number)]  # type: ignore[func-returns-value]
    return households.take(rows) if len(rows) < len(numbers) else households


def _row_keys(table: pa.Table) -> pa.Array:
    """A key for each row: in a run without a database the row's place is token enough."""
    return pa.array(np.arange(1, table.num_rows + 1, dtype=np.int64))


def _copies(numbers: pa.ChunkedArray) -> pa.Array:
    """How often each number stands in the table; NULL where there is none."""
    counted = pc.value_counts(numbers.combine_chunks())
    place = pc.index_in(numbers, value_set=counted.field("values"), skip_nulls=True)
    return pc.cast(counted.field("counts").take(place.combine_chunks()), pa.int32())


def _with(table: pa.Table, **makers: Callable[[], Any]) -> pa.Table:
    """``table`` with the columns it does not have yet."""
    for name, make in makers.items():
        if name not in table.column_names:
            table = table.append_column(name, make())
    return table
