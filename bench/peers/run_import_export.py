"""django-import-export over the same rows: ``run_import_export.py rows|bulk FOLDER HOUSEHOLDS DATABASE``.

``rows`` is its usual way, with one row of history a household; ``bulk`` is its fastest (``use_bulk``, no search for
what is there, no history), which Bangfu's import with audit, events and sealed numbers is measured against as well.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.core.management import call_command


def main(way: str, folder: Path, count: int, database: str) -> None:
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "import_export", "peer_registry"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from peer_registry.resources import resources
    from tablib import Dataset

    homes = pq.read_table(folder / "household.parquet").slice(0, count)
    people = pq.read_table(folder / "person.parquet").drop_columns("village_code")
    people = people.filter(pc.is_in(people["household_no"], value_set=homes["household_no"].combine_chunks()))
    given = []
    for table in (homes, people):
        rows = table.to_pylist()
        for row in rows:
            for name in ("identified_on", "birth_date"):
                if row.get(name):
                    row[name] = f"{row[name] // 10000}-{row[name] // 100 % 100:02d}-{row[name] % 100:02d}"
        given.append(Dataset(*(tuple(row.values()) for row in rows), headers=table.column_names))
    start, worked = time.perf_counter(), time.process_time()
    for resource, data in zip(resources(way == "bulk"), given, strict=True):
        result = resource.import_data(data, dry_run=False, raise_errors=True, use_transactions=True)
        assert not result.has_errors()
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    from peer_registry.models import Household, Person

    assert (Household.objects.count(), Person.objects.count()) == (len(homes), len(people))
    print(json.dumps({"seconds": seconds, "cpu": cpu, "households": len(homes), "people": len(people)}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
