"""The one table of marks: where Ibis or Spark would answer differently from DuckDB, and how each gap is closed.

A gap is closed here, in the expression or in its SQL, never in a rule. ``tests/analytics/test_engine_gaps.py`` shows
that each gap is real (the mark goes when Ibis mends it) and that it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis
from ibis.expr import operations as ops
from sqlglot import expressions as sql

Expression = Any


@dataclass(frozen=True)
class Gap:
    """``engine`` would do ``difference``; ``closed`` says how it is kept from that."""

    engine: str
    difference: str
    closed: str


GAPS: Final[Mapping[str, Gap]] = {
    "null_of_not": Gap(
        "both",
        "(~x).isnull() is written NOT x IS NULL and read as NOT (x IS NULL), likewise notnull",
        "rewritten to x.isnull(), which says the same",
    ),
    "count_where": Gap(
        "spark",
        "count(where=…) is SUM(CAST(… AS BIGINT)): NULL, not 0, where every condition of the group is NULL",
        "rewritten to COUNT(IF(…, 1, NULL))",
    ),
    "sum_of_whole_numbers": Gap(
        "duckdb",
        "SUM of whole numbers is a HUGEINT, which Ibis believes to be int64: what is built on it counts in 128 bits",
        "cast to BIGINT, which is an error where it would not fit",
    ),
    "predicate_in_comparison": Gap(
        "spark",
        "a = b IN (…) is read as (a = b) IN (…), likewise IS, BETWEEN and LIKE; x IN (…) IS NULL is not read at all",
        "the predicate gets its brackets",
    ),
    "division_by_zero": Gap(
        "both",
        "x / 0 is infinity or NULL on DuckDB and an error on Spark",
        "division_guard refuses the rule before anything runs",
    ),
    "collect_nothing": Gap(
        "both",
        "collect(where=…) of nobody is NULL on DuckDB and an empty list on Spark",
        "evaluation reads lists only of groups that have a yes",
    ),
    "float": Gap(
        "both",
        "sums of floats depend on the order of rows, round(2.5) and decimal division differ",
        "snapshots hold whole numbers only: fen, hundredths, yyyymmdd, 1/10 000; no rule sums or rounds floats",
    ),
}
#: DuckDB's own count of what is true, a HUGEINT; NULL where nothing is known.
_count_if: Final = ibis.udf.agg.builtin(
    lambda condition: None, name="count_if", signature=(("boolean",), "int64")
)
_PREDICATES: Final = (sql.In, sql.Is, sql.Between, sql.Like)
_COMPARISONS: Final = (sql.EQ, sql.NEQ, sql.LT, sql.LTE, sql.GT, sql.GTE)


def for_duckdb(expression: Expression, *, many_groups: bool = False) -> Expression:
    """``expression`` so that Ibis compiles it to what it says.

    Args:
        many_groups: it counts by household or person; only then is a filtered count the faster one.
    """
    return expression.op().replace(_summed if many_groups else _counted_if).to_expr()


def for_spark(expression: Expression) -> Expression:
    """``expression`` so that Ibis compiles it to what DuckDB answers."""
    return expression.op().replace(_counted).to_expr()


def _null_of_not(node: Any, changed: Mapping[str, Any] | None) -> Any:
    """null_of_not."""
    if changed:
        node = node.__recreate__(changed)
    if isinstance(node, ops.IsNull | ops.NotNull) and isinstance(node.arg, ops.Not):
        return type(node)(node.arg.arg)
    return node


def _summed(node: Any, changed: Mapping[str, Any] | None) -> Any:
    """null_of_not, and sum_of_whole_numbers."""
    node = _null_of_not(node, changed)
    if isinstance(node, ops.Sum) and node.dtype.is_integer():
        return ops.Cast(node, "int64")
    return node


def _counted_if(node: Any, changed: Mapping[str, Any] | None) -> Any:
    """What ``_summed`` does; and counts of a whole table or of villages are several times faster by ``count_if``."""
    node = _summed(node, changed)
    if isinstance(node, ops.CountStar) and node.where is not None:
        counted = _count_if(node.where.to_expr()).op()
        return ops.Cast(ops.Coalesce((counted, ops.Literal(0, "int64"))), "int64")
    return node


def _counted(node: Any, changed: Mapping[str, Any] | None) -> Any:
    """null_of_not, and count_where."""
    node = _null_of_not(node, changed)
    if isinstance(node, ops.CountStar) and node.where is not None:
        one, nothing = ops.Literal(1, "int8"), ops.Literal(None, "int8")
        return ops.Count(ops.IfElse(node.where, one, nothing))
    return node


def bracketed(tree: sql.Expression) -> sql.Expression:
    """predicate_in_comparison."""
    for comparison in list(tree.find_all(*_COMPARISONS, sql.Is)):
        for side in ("this", "expression"):
            inner = comparison.args.get(side)
            if isinstance(inner, _PREDICATES):
                comparison.set(side, sql.Paren(this=inner))
    return tree
