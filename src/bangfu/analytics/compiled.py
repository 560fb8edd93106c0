"""Expressions compiled once: for a set of rules and entitlements, a day, the values of counties, the lists supplied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bangfu.analytics.area_values import areas_of
from bangfu.analytics.asking import Asked, Question, ask
from bangfu.analytics.evaluation import key_column
from bangfu.analytics.kept import Kept, without_collecting
from bangfu.analytics.needs import needs_behind, probe_of
from bangfu.analytics.recording import Recorder, sql_of
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.wide_tables import wide_tables
from bangfu.policy.parameters import Parameters


@dataclass(frozen=True)
class Compiled:
    """Statements that answer a snapshot, and per subject table the name of the answers and what they are answers to."""

    statements: tuple[str, ...]
    answers: Mapping[str, str]
    asked: Mapping[str, tuple[Asked, ...]]
    area: str


_compiled: Final[Kept[Compiled]] = Kept(32)


def compiled(
    snapshot: Snapshot, questions: Sequence[Question], values: Parameters, *, narrow: bool = False
) -> Compiled:
    """The statements for ``questions``, compiled once for each set of questions, day, values and supplied lists.

    Args:
        narrow: derived columns that no question reads are not computed.
    """
    areas = areas_of(snapshot, values)
    key = (
        snapshot.day,
        values.fingerprint,
        tuple(questions),
        narrow,
        tuple(snapshot.tables),
        tuple((name, tuple(counties)) for name, counties in areas.items()),
    )
    return _compiled.get(key, lambda: _compile(snapshot, questions, values, narrow=narrow))


@without_collecting()
def _compile(
    snapshot: Snapshot, questions: Sequence[Question], values: Parameters, *, narrow: bool
) -> Compiled:
    recorder = Recorder()
    subjects = dict.fromkeys(one.subject for one in questions if one.subject in snapshot.tables)
    needs = (
        needs_behind(columns_of(questions, snapshot.day, values), snapshot.day, values) if narrow else None
    )
    wide = wide_tables(snapshot, recorder, values, set(subjects), needs)
    answers: dict[str, str] = {}
    asked: dict[str, tuple[Asked, ...]] = {}
    for subject in subjects:
        table, p = wide.tables[subject], wide.p(subject)
        asked[subject] = tuple(ask(one, table, p) for one in questions if one.subject == subject)
        said = {
            f"_{name}_{place}": made
            for place, one in enumerate(asked[subject])
            for name, made in one.answers.items()
        }
        read = dict.fromkeys(name for one in asked[subject] for name in one.columns)
        village = {"_village": table["village_code"]} if "village_code" in table.columns else {}
        shown = wide.over(
            subject,
            _key=table[key_column(subject)],
            **village,
            **said,
            **{name: table[name] for name in read},
        )
        answers[subject] = f"answers_{subject}"
        recorder.statements.append(f"CREATE OR REPLACE TEMP TABLE {answers[subject]} AS {sql_of(shown)}")
    return Compiled(tuple(recorder.statements), answers, asked, wide.areas[""][0])


def columns_of(questions: Sequence[Question], day: date, values: Parameters) -> dict[str, set[str]]:
    """Subject table → the columns that the questions read themselves."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in questions:
        found[one.subject] |= set(ask(one, *probe_of(one.subject, day, values)).columns)
    return found
