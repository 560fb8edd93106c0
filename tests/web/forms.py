"""Forms as a browser sends them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client


def filled(client: Client, path: str, name: str = "form", **changes: Any) -> dict[str, Any]:
    """What the form of a page holds, with ``changes``; None takes a field out."""
    form = client.get(path).context[name]
    given: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value not in (None, "", []):
            given[bound.html_name] = (
                {True: "yes", False: "no"}[value] if isinstance(value, bool) else _sent(value)
            )
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def _sent(value: Any) -> Any:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value.isoformat() if isinstance(value, date) else str(value)
