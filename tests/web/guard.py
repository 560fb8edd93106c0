"""A GET never writes (DESIGN §2): during one the connection refuses every statement that would."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b", re.IGNORECASE)
#: A session whose password has changed is thrown away by Django when it is met.
_HOUSEKEEPING = re.compile(r'\s*DELETE FROM "django_session"', re.IGNORECASE)


class WroteOnGet(AssertionError):
    """A page wrote although it was only asked for."""


def no_writes_on_get(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware; it stands first."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            return get_response(request)
        with connection.execute_wrapper(_refuse):
            return get_response(request)

    return respond


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if _WRITES.match(sql) and not _HOUSEKEEPING.match(sql):
        raise WroteOnGet(sql)
    return execute(sql, params, many, context)
