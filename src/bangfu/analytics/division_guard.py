"""No division by what can be zero: DuckDB answers infinity or NULL, Spark stops (STACK, traps).

Told from the expression alone, before anything runs: the divisor is a number that is not zero, or ``….nullif(0)``.
"""

from __future__ import annotations

from typing import Any

from ibis.expr import operations as ops

from bangfu.policy.errors import UnguardedDivision

Expression = Any
_DIVISIONS = (ops.Divide, ops.FloorDivide, ops.Modulus)


def refuse_unguarded(expression: Expression, key: str, where: str) -> None:
    """UnguardedDivision, with file and line of the rule, when ``expression`` divides by what can be zero."""
    if not hasattr(expression, "op"):
        return
    for node in expression.op().find(_DIVISIONS, filter=_within):
        if not _safe(node.right):
            raise UnguardedDivision(rule=key, where=where, divisor=_name(node.right))


def _within(node: Any) -> bool:
    """Stays inside the rule's own expression; the tables below it have been checked when they were made."""
    return not isinstance(node, ops.Relation)


def _safe(node: Any) -> bool:
    if isinstance(node, ops.Cast):
        return _safe(node.arg)
    if isinstance(node, ops.Literal):
        return node.value not in (0, None)
    if isinstance(node, ops.NullIf):
        return isinstance(node.null_if_expr, ops.Literal) and node.null_if_expr.value == 0
    return False


def _name(node: Any) -> str:
    fields = [one.name for one in node.find(ops.Field)]
    return fields[0] if fields else str(getattr(node, "value", node.name))
