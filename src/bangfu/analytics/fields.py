"""Which columns of its table an expression reads."""

from __future__ import annotations

from typing import Any

from ibis.expr import operations

from bangfu.analytics.area_values import is_parameter

Expression = Any


def columns_read(*expressions: Expression) -> tuple[str, ...]:
    """The columns that the expressions read, in the order of first use; parameter columns left out."""
    return tuple(name for name in fields_read(*expressions) if not is_parameter(name))


def fields_read(*expressions: Expression) -> tuple[str, ...]:
    """The same with parameter columns. What the table itself is made of is not looked at; a plain value reads none."""
    found = (
        node.name
        for one in expressions
        if hasattr(one, "op")
        for node in one.op().find(operations.Field, filter=_above_the_table)
    )
    return tuple(dict.fromkeys(found))


def _above_the_table(node: Any) -> bool:
    return not isinstance(node, operations.Relation)
