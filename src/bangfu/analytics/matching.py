"""Who on a department's list is who in the registry: exact by number first, then name, birth and place (STACK).

A likely match is a doubt with its reasons. Two valid numbers that differ are two people: twins and namesakes are never
matched by likeness.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Final

import pyarrow as pa

from bangfu.analytics.engines import DuckDBEngine
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words

link = codes("link")

#: Columns of both sides. ``village`` is the 12-digit code, NULL where the list does not say.
SIDE: Final = pa.schema(
    [
        ("key", pa.int64()),
        ("id_key", pa.int64()),
        ("id_number", pa.string()),
        ("name", pa.string()),
        ("sound", pa.string()),
        ("birth", pa.int32()),
        ("sex", pa.int16()),
        ("village", pa.int64()),
    ]
)

_SIDES: Final = ("person_side", "entry_side")
_LINKS: Final = pa.schema(
    [
        ("entry_key", pa.int64()),
        ("person_key", pa.int64()),
        ("link", pa.int16()),
        ("score", pa.int32()),
        ("reasons", pa.int32()),
    ]
)

#: DuckDB's edit distances count bytes, a Chinese character has three: names are compared by their characters.
_SHARED: Final = " + ".join(f"coalesce((a.c{place} = b.c{place})::INT, 0)" for place in range(1, 5))
_ONE_CHARACTER: Final = f"""CASE
    WHEN length(a.name) > 4 OR length(b.name) > 4 THEN levenshtein(a.name, b.name) <= 3
    WHEN length(a.name) = length(b.name) THEN length(a.name) > 1 AND {_SHARED} = length(a.name) - 1
    WHEN abs(length(a.name) - length(b.name)) = 1 AND least(length(a.name), length(b.name)) > 1
    THEN a.c1 = b.c1 AND right(a.name, 1) = right(b.name, 1)
    ELSE FALSE END"""

#: Points of each part; likely from ``oversight.matching.likely_score`` on. Measured on planted truth (docs/decisions).
REASONS: Final[dict[str, tuple[str, int, Words]]] = {
    "name_equal": ("a.name = b.name", 45, Words("姓名相同", "name equal")),
    "name_sound": ("a.name <> b.name AND a.sound = b.sound", 34, Words("姓名同音", "name sounds alike")),
    "name_one_off": (
        f"a.sound <> b.sound AND {_ONE_CHARACTER}",
        26,
        Words("姓名差一字", "one character differs"),
    ),
    "birth_equal": ("a.birth = b.birth", 30, Words("出生日期相同", "birth equal")),
    "birth_one_off": (
        (
            "a.birth <> b.birth AND (damerau_levenshtein(a.birth::VARCHAR, b.birth::VARCHAR) = 1 "
            "OR (a.birth // 10000 = b.birth // 10000 "
            "AND a.birth % 100 = b.birth // 100 % 100 AND b.birth % 100 = a.birth // 100 % 100))"
        ),
        22,
        Words("出生日期差一位或月日颠倒", "one digit of the birth differs, or day and month are swapped"),
    ),
    "birth_missing": (
        "(a.birth IS NULL) <> (b.birth IS NULL)",
        8,
        Words("一方无出生日期", "birth missing on one side"),
    ),
    "number_one_off": (
        "damerau_levenshtein(a.id_number, b.id_number) = 1",
        40,
        Words("证件号码差一位", "one digit of the number differs"),
    ),
    "number_two_off": (
        "damerau_levenshtein(a.id_number, b.id_number) = 2",
        22,
        Words("证件号码差两位", "two digits of the number differ"),
    ),
    "number_differs": (
        "damerau_levenshtein(a.id_number, b.id_number) > 4",
        -15,
        Words("证件号码不同", "numbers differ"),
    ),
    "sex_equal": ("a.sex = b.sex", 5, Words("性别相同", "sex equal")),
    "sex_differs": ("a.sex <> b.sex", -20, Words("性别不同", "sex differs")),
    "same_village": ("a.village = b.village", 20, Words("同村", "same village")),
    "same_township": (
        "a.village <> b.village AND a.village // 1000 = b.village // 1000",
        10,
        Words("同乡镇", "same township"),
    ),
    "elsewhere": ("a.village // 1000 <> b.village // 1000", -8, Words("不同乡镇", "another township")),
}

#: Where likely pairs are looked for; every block is an equality join.
BLOCKS: Final = (
    "a.sound = b.sound AND a.birth = b.birth",
    "a.birth = b.birth AND a.village = b.village",
    "a.sound = b.sound AND a.village = b.village",
    "a.number_head = b.number_head AND a.birth = b.birth",
    "a.number_tail = b.number_tail AND a.sound = b.sound",
    "a.number_head = b.number_head AND a.sound = b.sound",
    "a.number_tail = b.number_tail AND a.number_head = b.number_head",
)


@dataclass(frozen=True)
class Links:
    """``table``: entry_key, person_key, link, score (0–100), reasons (bit mask over REASONS)."""

    table: pa.Table

    @staticmethod
    def reasons(mask: int) -> tuple[Words, ...]:
        """The reasons behind a mask, in words."""
        return tuple(words for place, (_, _, words) in enumerate(REASONS.values()) if mask >> place & 1)


def match(persons: pa.Table, entries: pa.Table, *, likely_score: int, engine: DuckDBEngine) -> Links:
    """Links the rows of a list to people of the registry.

    Args:
        persons, entries: tables in the shape of SIDE.
        likely_score: points from which a pair is likely the same person.

    Returns:
        One row for each pair. A row of the list that has an exact link gets no likely one; of likely pairs only the
        best of each row of the list stays, all of them if equal.
    """
    table = engine.sql(match_sql(likely_score), person_side=_side(persons), entry_side=_side(entries))
    return Links(table)


class SmallMatcher:
    """The same matching for a handful of people, while somebody waits: its plan is made once and kept.

    Planning the statement costs many times what a few rows do. Threads take turns.
    """

    def __init__(self, likely_score: int) -> None:
        self._turn = Lock()
        self._base = DuckDBEngine(threads=1).raw
        self._base.execute("PRAGMA disable_optimizer")
        for name in _SIDES:
            self._base.register("given", SIDE.empty_table())
            self._base.execute(f"CREATE TABLE {name} AS FROM given")
        self._base.execute(f"PREPARE matching AS {match_sql(likely_score)}")

    def match(self, persons: pa.Table, entries: pa.Table) -> Links:
        """Like ``match`` of the module."""
        with self._turn:
            self._base.execute("BEGIN")
            try:
                for name, table in zip(_SIDES, (persons, entries), strict=True):
                    self._base.register("given", _side(table))
                    self._base.execute(f"INSERT INTO {name} FROM given")
                rows = self._base.execute("EXECUTE matching").fetchall()
            finally:
                self._base.execute("ROLLBACK")
        columns = zip(*rows, strict=True) if rows else ([] for _ in _LINKS)
        return Links(
            pa.table(
                [pa.array(one, kind.type) for one, kind in zip(columns, _LINKS, strict=True)], schema=_LINKS
            )
        )


def _side(table: pa.Table) -> pa.Table:
    return table.select(SIDE.names).cast(SIDE)


def match_sql(likely_score: int) -> str:
    """The statement behind ``match`` over the tables ``person_side`` and ``entry_side``."""
    blocks = " UNION ".join(
        f"SELECT a.key AS a_key, b.key AS b_key FROM lone a JOIN people b ON {one}"  # noqa: S608 -- BLOCKS are constants
        for one in BLOCKS
    )
    points = " + ".join(
        f"(reasons >> {place} & 1) * {score}" for place, (_, score, _) in enumerate(REASONS.values())
    )
    mask = " + ".join(
        f"CASE WHEN {condition} THEN {1 << place} ELSE 0 END"
        for place, (condition, _, _) in enumerate(REASONS.values())
    )
    name_bits = sum(1 << place for place, key in enumerate(REASONS) if key.startswith("name_"))
    return f"""
    WITH people AS MATERIALIZED ({_with_parts("person_side")}),
    rows_of_list AS MATERIALIZED ({_with_parts("entry_side")}),
    exact AS MATERIALIZED (
        SELECT a.key AS entry_key, b.key AS person_key
        FROM rows_of_list a JOIN people b ON a.id_key = b.id_key
    ),
    lone AS MATERIALIZED (SELECT * FROM rows_of_list WHERE key NOT IN (SELECT entry_key FROM exact)),
    pairs AS ({blocks}),
    judged AS (
        SELECT a.key AS entry_key, b.key AS person_key, ({mask}) AS reasons
        FROM pairs JOIN lone a ON a.key = a_key JOIN people b ON b.key = b_key
        WHERE a.id_key IS NULL OR b.id_key IS NULL
    ),
    scored AS (SELECT *, {points} AS score FROM judged),
    best AS (
        SELECT *, max(score) OVER (PARTITION BY entry_key) AS top
        FROM scored WHERE score >= {int(likely_score)} AND reasons & {name_bits} > 0
    )
    SELECT entry_key, person_key, {link.exact}::SMALLINT AS link, 100::INTEGER AS score, 0::INTEGER AS reasons
    FROM exact
    UNION ALL
    SELECT entry_key, person_key, {link.likely}::SMALLINT, least(score, 99)::INTEGER, reasons::INTEGER
    FROM best WHERE score = top
    """  # noqa: S608 -- constants of this module and an integer


def _with_parts(source: str) -> str:
    characters = ", ".join(f"nullif(substr(name, {place}, 1), '') AS c{place}" for place in range(1, 5))
    return f"""SELECT *, CASE WHEN length(id_number) >= 15 THEN left(id_number, 12) END AS number_head,
        CASE WHEN length(id_number) >= 15 THEN right(id_number, 6) END AS number_tail,
        {characters} FROM {source}"""  # noqa: S608 -- source is one of two names written above
