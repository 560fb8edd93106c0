"""Who may open a page. Every view says it in one decorator; a test finds every address without.

``@needs(Capability.EXPORT)`` asks for a post that includes the work, ``@needs_any(…)`` for one of several,
``@signed_in`` for an account, ``@public`` for nobody. What a post reaches the view asks through the scope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django_htmx.middleware import HtmxDetails

from bangfu.accounts.access import Scope, scope_of
from bangfu.accounts.models import User
from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotAllowed
from bangfu.web.refusals import WrongWay, refusal

P = ParamSpec("P")


class Asked(HttpRequest):
    """A request that came through a gate: who asks, what their posts reach, who acts."""

    user: User
    htmx: HtmxDetails
    scope: Scope
    by: Actor


View = Callable[Concatenate[Asked, P], HttpResponseBase]
Opened = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True)
class Expectation:
    """What a view asks of whoever opens it. ``capabilities``: one of them is enough; none: an account is."""

    methods: tuple[str, ...]
    capabilities: frozenset[Capability] = frozenset()
    account: bool = True
    #: Open although the password has to be changed first.
    before_password: bool = False


def needs(capability: Capability, *methods: str) -> Callable[[View[P]], Opened[P]]:
    """Only for whoever holds ``capability`` somewhere. ``methods`` is GET where none is named."""
    return needs_any(capability, methods=methods)


def needs_any(*capabilities: Capability, methods: tuple[str, ...] = ()) -> Callable[[View[P]], Opened[P]]:
    """Only for whoever holds one of ``capabilities`` somewhere."""
    return _gate(Expectation(methods or ("GET",), frozenset(capabilities)))


def signed_in(*methods: str, before_password: bool = False) -> Callable[[View[P]], Opened[P]]:
    """For everybody with an account."""
    return _gate(Expectation(methods or ("GET",), before_password=before_password))


def public(*methods: str) -> Callable[[Opened[P]], Opened[P]]:
    """For everybody."""

    def register(view: Opened[P]) -> Opened[P]:
        expected = Expectation(methods or ("GET",), account=False)

        @wraps(view)
        def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return _wrong_method(request, expected) or view(request, *args, **kwargs)

        return _marked(opened, expected)

    return register


def _gate(expected: Expectation) -> Callable[[View[P]], Opened[P]]:
    def register(view: View[P]) -> Opened[P]:
        @wraps(view)
        def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            refused = _wrong_method(request, expected) or _sent_elsewhere(request, expected)
            if refused is not None:
                return refused
            asked = cast("Asked", request)
            asked.scope = scope_of(asked.user, clock.today())
            asked.by = asked.user.actor(address_of(request))
            if expected.capabilities and not any(map(asked.scope.can, expected.capabilities)):
                raise NotAllowed()
            response = view(asked, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return _marked(opened, expected)

    return register


def _marked(opened: Any, expected: Expectation) -> Opened[...]:
    """The view with its expectation on it, for the test that walks the addresses."""
    opened.expectation = expected
    marked: Opened[...] = opened
    return marked


def address_of(request: HttpRequest) -> str:
    """The network address that the request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _wrong_method(request: HttpRequest, expected: Expectation) -> HttpResponse | None:
    allowed = {*expected.methods, "HEAD"} if "GET" in expected.methods else set(expected.methods)
    if request.method in allowed:
        return None
    response = refusal(request, WrongWay(), 405)
    response["Allow"] = ", ".join(sorted(allowed))
    return response


def _sent_elsewhere(request: Any, expected: Expectation) -> HttpResponse | None:
    """The way to the sign-in page, or to a new password; None for whoever may pass."""
    if isinstance(request.user, AnonymousUser):
        back = request.get_full_path() if request.method == "GET" and not request.htmx else ""
        return _go(request, "sign-in", back)
    if request.user.must_change_password and not expected.before_password:
        return _go(request, "password", "")
    return None


def _go(request: Any, name: str, back: str) -> HttpResponse:
    there = resolve_url(name) + (f"?{urlencode({'next': back})}" if back and back != "/" else "")
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = there
        return response
    return redirect(there)
