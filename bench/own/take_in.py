"""Taking households and their people into the registry, with audit, events, years, standings, sealed numbers:
``take_in FOLDER HOUSEHOLDS DATABASE``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.own import database
from bench.own.clocked import clocked, say


def main(folder: Path, households: int, place: Path) -> None:
    database.start(place)
    from bangfu.platform.audit.actor import Actor
    from bangfu.platform.audit.models import AuditRecord
    from bangfu.policy import vocabulary
    from bangfu.registry.actions.intake import Intake, take_in
    from bangfu.registry.imports.reading import Rows
    from bangfu.registry.models import Event

    homes = pq.read_table(folder / "household.parquet").slice(0, households)
    people = pq.read_table(folder / "person.parquet").drop_columns("village_code")
    people = people.filter(pc.is_in(people["household_no"], value_set=homes["household_no"].combine_chunks()))

    def rows(name: str, table: pa.Table) -> Rows:
        return Rows(vocabulary.table(name), table.to_pydict(), [(name, row + 2) for row in range(len(table))])

    intake = Intake(rows("household", homes), rows("person", people), date(2015, 12, 31), reason="bench")
    with clocked() as took:
        taken = take_in(intake, by=Actor.system("bench"))
    say(
        seconds=took.seconds,
        cpu=took.cpu,
        households=taken.new_households,
        people=taken.new_people,
        events=Event.objects.count(),
        audit=AuditRecord.objects.count(),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
