"""The lists behind coverage: who does not have it, and of whom nobody can tell; and the poor households themselves.

One pass over each table; whoever is covered by everything and is not poor is passed over in the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.area_values import Values
from bangfu.analytics.evaluation import key_column
from bangfu.analytics.indicators.parts import COVERAGE
from bangfu.policy.vocabulary import codes

Expression = Any
_state = codes("indicator_state")
#: One row for each subject and indicator. ``people``: the members of a household, 1 for a person.
LINES: Final = pa.schema(
    [
        ("subject_kind", pa.string()),
        ("key", pa.int64()),
        ("village_code", pa.int64()),
        ("indicator", pa.string()),
        ("state", pa.int16()),
        ("people", pa.int32()),
    ]
)
_OF_THE_ROW: Final = ("_key", "_village", "_people")
#: The list of the poor households: as long as poor_households, its people as many as poor_people.
POOR: Final = "poor_households"


def lines(found: Mapping[str, pa.Table]) -> pa.Table:
    """``LINES`` of what ``listed`` found of households and people."""
    parts = [LINES.empty_table()]
    for subject, rows in found.items():
        states = [name for name in rows.column_names if name not in _OF_THE_ROW]
        parts += [_lines(rows, subject, name) for name in states]
    return pa.concat_tables(parts)


def listed(subject: str, table: Expression, p: Values) -> Expression:
    """Whoever is on a list: one column an indicator, of the table joined as ``results.compute`` has it."""
    states = {
        name: ibis.cases(
            (~covered.among.fill_null(False), ibis.null("int16")),
            (covered.condition.isnull(), _state.unknown),
            (~covered.condition, _state.lacking),
        ).cast("int16")
        for name, covered in COVERAGE[subject](table, p).items()
    }
    people = ibis.literal(1, "int32")
    if subject == "household":
        states[POOR] = ibis.cases((table.is_poor, _state.counted)).cast("int16")
        people = table.members.cast("int32")
    key = key_column(subject)
    chosen = table.select(_key=table[key], _village=table.village_code, _people=people, **states)
    return chosen.filter(ibis.or_(*(chosen[name].notnull() for name in states)))


def _lines(found: pa.Table, subject: str, name: str) -> pa.Table:
    own = found.filter(pc.is_valid(found[name]))
    columns = {
        "subject_kind": pa.repeat(subject, own.num_rows).cast(pa.string()),
        "key": own["_key"],
        "village_code": own["_village"],
        "indicator": pa.repeat(name, own.num_rows).cast(pa.string()),
        "state": own[name],
        "people": pc.fill_null(own["_people"], 0),
    }
    return pa.table(columns).cast(LINES)
