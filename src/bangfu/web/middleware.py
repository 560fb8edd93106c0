"""The language of a response, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from bangfu.policy.errors import BangfuError
from bangfu.web.refusals import refusal

#: Chosen before somebody signs in; afterwards the account remembers.
LANGUAGE_COOKIE: Final = "bangfu_language"
Next = Callable[[HttpRequest], HttpResponse]


def language(get_response: Next) -> Next:
    """The language of the account, else of the cookie, else Chinese; not what the browser prefers."""
    known = dict(settings.LANGUAGES)

    def respond(request: Any) -> HttpResponse:
        chosen = (
            request.user.language if request.user.is_authenticated else request.COOKIES.get(LANGUAGE_COOKIE)
        )
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            patch_vary_headers(response, ["Cookie"])
            return response

    return respond


class Refusals:
    """A refusal that a view did not show itself becomes a page, or for htmx a sentence in place."""

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal(request, error) if isinstance(error, BangfuError) else None
