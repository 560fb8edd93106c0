"""A million people in the database of ``DATABASE_URL``: around the demo county, which is there already with its lists,
doubts and entitlements, its neighbours are taken in by the registry's own importer: ``multitude FOLDER PEOPLE``.

What runs and lists left of the demo county is then laid over the neighbours by ``INSERT … SELECT``: only its volume and
its indexes matter to a screen of the demo county, and seventeen more runs would take a quarter of an hour.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

import django
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bangfu.cli import demo_county as demo
from bangfu.divisions import source
from bench.own import named
from bench.own.clocked import clocked, say

#: Counties of the same province, from the same two cities as the demo's.
CITIES: Final = ("6109", "6107")
NEIGHBOURS: Final = 17


def main(folder: Path, people: int) -> None:
    django.setup()
    counties = neighbours()
    with clocked() as invented:
        named.write(folder, people, seed=7, counties=counties)
    with clocked() as took:
        households = sum(_take_in(folder, county) for county in counties)
    with clocked() as laid:
        lay_over(counties)
    say(
        invented=invented.seconds, seconds=took.seconds, cpu=took.cpu, laid=laid.seconds,
        households=households, **totals(),
    )  # fmt: skip


def neighbours() -> list[str]:
    """The counties that are filled."""
    rows = (row.code[:6] for city in CITIES for row in source.rows(city) if row.level == 3)
    return [code for code in rows if code != demo.COUNTY][:NEIGHBOURS]


def _take_in(folder: Path, county: str) -> int:
    """One county in one transaction, as a workbook of a county comes in."""
    from bangfu.platform.audit.actor import Actor
    from bangfu.policy import vocabulary
    from bangfu.registry.actions.intake import Intake, take_in
    from bangfu.registry.imports.reading import Rows

    def rows(name: str) -> Rows:
        table = pq.read_table(folder / f"{name}.parquet")
        table = table.filter(pc.starts_with(table["household_no"], county))
        table = table.drop_columns([one for one in ("village_code",) if one in table.column_names])
        return Rows(vocabulary.table(name), table.to_pydict(), [(name, row + 2) for row in range(len(table))])

    intake = Intake(rows("household"), rows("person"), date(2015, 12, 31), reason="bench")
    return take_in(intake, by=Actor.system("bench")).new_households


#: The demo county's households and those of a neighbour, each with its place in the order of their numbers.
_PAIRS: Final = """
CREATE TEMP TABLE pair AS
WITH placed AS (
    SELECT id, household_no, division_code, left(division_code, 6) AS county,
           row_number() OVER (PARTITION BY left(division_code, 6) ORDER BY household_no) AS place
    FROM registry_household
), headed AS (
    SELECT m.household_id, p.id AS person_id, p.id_token, p.id_tail, p.name
    FROM registry_membership m JOIN registry_person p ON p.id = m.person_id
    WHERE m.until IS NULL AND m.relation = 2
)
SELECT a.id AS demo_id, b.id, b.household_no, b.division_code, b.county, h.person_id, h.id_token, h.id_tail, h.name
FROM placed a JOIN placed b ON a.place = b.place AND b.county = ANY(%s)
JOIN headed h ON h.household_id = b.id
WHERE a.county = %s
"""
#: What is laid over: table → columns that differ, as expressions over the demo's row ``o`` and the neighbour ``n``.
_LAID: Final[dict[str, dict[str, str]]] = {
    "quality_doubt": {
        "id": "gen_random_uuid()",
        "subject_id": "n.household_no || o.id::text",
        "household_id": "n.id",
        "person_id": "CASE WHEN o.person_id IS NULL THEN NULL ELSE n.person_id END",
        "subject_name": "n.name",
        "division_code": "n.division_code",
        "area": "rpad(n.county, 12, '0')",
        "handler_division": "rpad(left(n.division_code, length(rtrim(o.handler_division, '0'))), 12, '0')",
    },
    "quality_entitlementline": {
        "id": "gen_random_uuid()",
        "household_id": "n.id",
        "person_id": "CASE WHEN o.person_id IS NULL THEN NULL ELSE n.person_id END",
        "division_code": "n.division_code",
    },
}


def lay_over(counties: list[str]) -> None:
    """The demo county's doubts, entitlements, work and lists for every neighbour; then ANALYZE."""
    from django.db import connection

    with connection.cursor() as cursor:
        # What is laid over is a copy of rows that were checked: it is not checked again, row by row.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_PAIRS, [counties, demo.COUNTY])
        cursor.execute("CREATE INDEX ON pair (demo_id); ANALYZE pair")
        for table, differing in _LAID.items():
            _lay(cursor, table, differing, f"{table} o JOIN pair n ON n.demo_id = o.household_id")
        _lay_lists(cursor)
        _lay_work(cursor)
        cursor.execute("ANALYZE")


def _lay(cursor: Any, table: str, differing: dict[str, str], rows: str) -> None:
    """Insert into the table what ``rows`` joins: the demo's columns but for those that differ."""
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    columns = [name for (name,) in cursor.fetchall()]
    chosen = ", ".join(differing.get(one, f'o."{one}"') for one in columns)
    listed = ", ".join(f'"{one}"' for one in columns)
    cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {chosen} FROM {rows}")


def _lay_lists(cursor: Any) -> None:
    """A row of a list about somebody of the demo county is repeated for the head of each neighbour's household."""
    differing = {
        "id": "gen_random_uuid()", "division_code": "rpad(n.county, 12, '0')", "name": "n.name",
        "id_token": "n.id_token", "id_tail": "n.id_tail", "id_number": "NULL",
    }  # fmt: skip
    rows = """quality_listentry o
        JOIN registry_person p ON p.id_token = o.id_token
        JOIN registry_membership m ON m.person_id = p.id AND m.until IS NULL
        JOIN pair n ON n.demo_id = m.household_id"""
    _lay(cursor, "quality_listentry", differing, rows)


def _lay_work(cursor: Any) -> None:
    """The work items of the doubts that were laid over."""
    cursor.execute(
        """INSERT INTO worklist_workitem (key, kind, title, url_name, url_args, division_code, role, assignee_id, due,
            opened_at, closed_by, close_reason, detail)
        SELECT 'doubt:' || d.id, w.kind, w.title, w.url_name, jsonb_build_object('pk', d.id), d.handler_division,
            d.handler_role, '', d.due, w.opened_at, '', '', jsonb_build_object('rule', d.rule)
        FROM quality_doubt d JOIN pair n ON n.id = d.household_id
        CROSS JOIN LATERAL (SELECT * FROM worklist_workitem w WHERE w.kind = 'quality.doubt' LIMIT 1) w
        WHERE d.state = 'open'"""
    )


def totals() -> dict[str, int]:
    """How much there is in all."""
    from bangfu.quality.models import Doubt, ListEntry
    from bangfu.registry.models import Household, Membership, Person

    return {
        "people": Person.objects.count(),
        "in_households": Membership.objects.open().count(),
        "all_households": Household.objects.count(),
        "doubts": Doubt.objects.count(),
        "list_rows": ListEntry.objects.count(),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
