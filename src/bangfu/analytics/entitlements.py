"""What everybody is due, what came, and what is missing (应享尽享): all entitlements in one pass a subject table.

Over the same wide tables as the rules. Money is whole fen; NULL is *cannot tell*. What is not due and did not come gets
no row: that is nearly everybody for nearly every entitlement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.division_guard import refuse_unguarded
from bangfu.analytics.engines import Engine
from bangfu.analytics.evaluation import key_column
from bangfu.analytics.fields import columns_read
from bangfu.analytics.levels import sum_up
from bangfu.analytics.needs import Needs, needs_behind, needs_once, probe_of
from bangfu.analytics.snapshots import Snapshot
from bangfu.analytics.wide_tables import WideTables, column_of, wide_tables
from bangfu.policy import catalogue
from bangfu.policy.entitlements import Entitlement, status
from bangfu.policy.errors import UnknownColumn
from bangfu.policy.parameters import Parameters, parameters
from bangfu.policy.vocabulary import codes, lists

Expression = Any
said = codes("entitlement_status")
STATUSES: Final[Mapping[str, int]] = {code.key: code.code for code in said}
ROWS: Final = pa.schema(
    [
        ("subject_kind", pa.string()),
        ("key", pa.int64()),
        ("village_code", pa.int64()),
        ("entitlement", pa.string()),
        ("due", pa.int64()),
        ("received", pa.int64()),
        ("status", pa.int16()),
    ]
)
#: What is summed for each entitlement and division: subjects by status, and money in fen.
MONEY: Final = ("due", "received", "missing", "over")
TOTALS: Final = (*STATUSES, *MONEY)


@dataclass(frozen=True)
class Entitled:
    """``rows``: one for each subject and entitlement that is due, came, or cannot be told (columns ``ROWS``); ``due``
    and ``received`` are fen, NULL for what is given in kind. ``totals``: ``level``, ``division``, ``entitlement``,
    subjects by status, and the sums of fen due, received, missing and over.

    ``untold``: what nobody can be told about yet → the lists that were not supplied; its ``rows`` say nothing of a
    single subject. Whoever is surely due something that nobody can see received is not meant.
    """

    day: date
    entitlements: tuple[Entitlement, ...]
    rows: pa.Table
    totals: pa.Table
    untold: Mapping[str, tuple[str, ...]]


def entitle(
    snapshot: Snapshot,
    entitlements: Sequence[Entitlement] | None = None,
    *,
    engine: Engine,
    values: Parameters | None = None,
    with_rows: bool = True,
    wide: WideTables | None = None,
) -> Entitled:
    """What is due on the snapshot's day.

    Args:
        entitlements: those in force on the day by default.
        with_rows: without, only the totals leave the engine (a nation).
        wide: the subject tables of this snapshot, where another question has them already.

    Raises:
        UnknownColumn: an entitlement reads what the vocabulary does not have; nothing is given.
        UnguardedDivision: it divides by what can be zero.
        UndatedParameter: a parameter has no value on the day.
    """
    chosen = catalogue.entitlements_on(snapshot.day) if entitlements is None else tuple(entitlements)
    subjects = list(dict.fromkeys(one.subject for one in chosen))
    known = values or parameters()
    wide = wide or wide_tables(snapshot, engine, known, set(subjects), _needs(chosen, snapshot.day, known))
    rows, villages, surely = [ROWS.empty_table()], [], dict[str, int]()
    for subject in subjects:
        own = [one for one in chosen if one.subject == subject]
        if subject not in wide.tables:
            continue
        summed, listed = _questions(wide, subject, own, engine)
        found, sure = _by_village(engine.arrow(summed), own)
        villages.append(found)
        surely |= sure
        if with_rows:
            rows.append(_rows(engine.arrow(listed), subject, own))
    unsure = [one for one in chosen if surely.get(one.key) == 0]
    untold = _untold(unsure, villages, snapshot, known)
    return Entitled(snapshot.day, chosen, pa.concat_tables(rows), _totals(villages), untold)


def _needs(entitlements: Sequence[Entitlement], day: date, values: Parameters) -> Needs:
    """Table → the columns that matter to the entitlements."""

    def needs() -> Needs:
        direct: dict[str, set[str]] = defaultdict(set)
        for one in entitlements:
            answer = answer_of(one, *probe_of(one.subject, day, values))
            direct[one.subject].update(columns_read(*answer.values()))
        return needs_behind(direct, day, values)

    return needs_once(tuple(entitlements), day, values, needs)


def _untold(
    unsure: Sequence[Entitlement], villages: Sequence[pa.Table], snapshot: Snapshot, known: Parameters
) -> dict[str, tuple[str, ...]]:
    """Those of ``unsure`` that came to nobody and that cannot be told for more than half, where a list they read is
    not there."""
    found = {}
    for one in unsure:
        own = [table.filter(pc.equal(table["entitlement"], one.key)) for table in villages]
        count = {name: sum(pc.sum(table[name]).as_py() or 0 for table in own) for name in STATUSES}
        silent, unknown = count["not_due"], count["cannot_tell"]
        if sum(count.values()) == silent + unknown and unknown > silent:
            read = _needs([one], snapshot.day, known)
            lacking = tuple(name for name in lists() if read.get(name) and name not in snapshot.tables)
            if lacking:
                found[one.key] = lacking
    return found


def answered(wide: WideTables, subject: str, entitlements: Sequence[Entitlement]) -> Expression:
    """``key``, ``village_code``, and for the n-th entitlement ``due_n``, ``got_n`` (fen), ``status_n`` and
    ``eligible_n``."""
    table = wide.tables[subject]
    columns: dict[str, Expression] = {}
    for place, one in enumerate(entitlements):
        answer = answer_of(one, table, wide.p(subject))
        columns |= {f"{name}_{place}": answer[name] for name in ("due", "got", "status", "eligible")}
    return wide.over(subject, key=table[key_column(subject)], village_code=table["village_code"], **columns)


def answer_of(one: Entitlement, table: Expression, p: Any) -> dict[str, Expression]:
    """``eligible``, ``due`` and ``got`` in fen (0 where nothing is due; NULL in kind), and ``status``, over ``table``.

    Raises:
        UnknownColumn, UnguardedDivision: with the entitlement's file and line.
    """
    try:
        due, got = one.due(table, p), one.got(table)
    except AttributeError as error:
        raise UnknownColumn(rule=one.key, where=one.where, column=column_of(error)) from error
    nothing = ibis.null("int64")
    money = nothing
    if due.amount is not None:
        amount = (
            due.amount.cast("int64") if hasattr(due.amount, "cast") else ibis.literal(due.amount, "int64")
        )
        money = ibis.cases((due.eligible.isnull(), nothing), (due.eligible, amount), else_=0).cast("int64")
    found = {
        "eligible": due.eligible,
        "due": money,
        "got": nothing if due.amount is None else got,
        "status": status(due, got, over=one.over),
    }
    for made in found.values():
        refuse_unguarded(made, one.key, one.where)
    return found


def _questions(
    wide: WideTables, subject: str, entitlements: Sequence[Entitlement], engine: Engine
) -> tuple[Expression, Expression]:
    """The answers summed by village, and those of whoever is due something, got something or cannot be told about."""

    def questions(on: Engine) -> tuple[Expression, Expression]:
        answers = on.view(answered(wide, subject, entitlements))
        states = [answers[f"status_{place}"] for place, _ in enumerate(entitlements)]
        return _summed(answers, entitlements), answers.filter(
            ibis.or_(*(state != said.not_due for state in states))
        )

    return engine.once(("entitled", wide.key, subject, tuple(entitlements)), questions)


def _summed(answers: Expression, entitlements: Sequence[Entitlement]) -> Expression:
    """By village: subjects by status, how many are surely due, sums of fen."""
    columns: dict[str, Expression] = {}
    for place, _ in enumerate(entitlements):
        due, got, state = (answers[f"{name}_{place}"] for name in ("due", "got", "status"))
        for name, code in STATUSES.items():
            columns[f"{name}_{place}"] = answers.count(where=state == code)
        columns[f"sure_{place}"] = answers.count(where=answers[f"eligible_{place}"])
        short = state.isin([said.due_missing, said.due_partly])
        over = state == said.over_paid
        sums = {
            "due": due.sum(),
            "received": got.sum(),
            "missing": (due - got).sum(where=short),
            "over": (got - due).sum(where=over),
        }
        columns |= {f"{name}_{place}": made.fill_null(0).cast("int64") for name, made in sums.items()}
    return answers.group_by("village_code").agg(**columns)


def _by_village(wide: pa.Table, entitlements: Sequence[Entitlement]) -> tuple[pa.Table, dict[str, int]]:
    """One row a village and entitlement; and of each entitlement how many are surely due it."""
    parts, sure = [], {}
    for place, one in enumerate(entitlements):
        sure[one.key] = pc.sum(wide[f"sure_{place}"]).as_py() or 0
        own = {name: wide[f"{name}_{place}"].cast(pa.int64()) for name in TOTALS}
        key = pa.repeat(one.key, wide.num_rows).cast(pa.string())
        parts.append(pa.table({"village_code": wide["village_code"], "entitlement": key, **own}))
    return pa.concat_tables(parts), sure


def _rows(wide: pa.Table, subject: str, entitlements: Sequence[Entitlement]) -> pa.Table:
    """What is due, came, or cannot be told; everybody else was passed over in the engine."""
    parts = [ROWS.empty_table()]
    for place, one in enumerate(entitlements):
        own = wide.filter(pc.not_equal(wide[f"status_{place}"], said.not_due))
        columns = {
            "subject_kind": pa.repeat(subject, own.num_rows).cast(pa.string()),
            "key": own["key"],
            "village_code": own["village_code"],
            "entitlement": pa.repeat(one.key, own.num_rows).cast(pa.string()),
            "due": own[f"due_{place}"],
            "received": own[f"got_{place}"],
            "status": own[f"status_{place}"],
        }
        parts.append(pa.table(columns).cast(ROWS))
    return pa.concat_tables(parts)


def _totals(villages: Sequence[pa.Table]) -> pa.Table:
    if villages:
        return sum_up(pa.concat_tables(villages), by=["entitlement"])
    empty = {"village_code": pa.int64(), "entitlement": pa.string()} | dict.fromkeys(TOTALS, pa.int64())
    return sum_up(pa.schema(list(empty.items())).empty_table(), by=["entitlement"])
