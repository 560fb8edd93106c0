"""Refusals and faults as pages in the frame, or as a sentence in the place that htmx fills."""

from __future__ import annotations

import logging
import secrets
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from bangfu.platform.errors import NotAllowed, NotFound, Refused, Stale, as_json
from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words

logger = logging.getLogger(__name__)
_STATUS: Final[tuple[tuple[type[BangfuError], int], ...]] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Stale, 409),
    (Refused, 409),
)
_TITLES: Final = {
    400: Words("请求有误", "Bad request"),
    403: Words("没有权限", "Not allowed"),
    404: Words("没有找到", "Not found"),
    405: Words("打开方式不对", "Wrong way to open this"),
    409: Words("不能办理", "Refused"),
    500: Words("系统出错", "Fault of the system"),
}


class BadRequest(BangfuError):
    """The browser sent something that no page of Bangfu sends."""

    code = "web.bad_request"
    says = Words(
        "浏览器发来的内容无法识别,没有处理。请返回上一页,刷新后重试。",
        "What the browser sent cannot be understood; nothing was done. Go back, reload and try again.",
    )


class FormExpired(BangfuError):
    """The token of a form does not fit the session."""

    code = "web.form_expired"
    says = Words(
        "页面打开时间过长,或登录已改变,为安全起见没有处理这次提交。"
        "请返回上一页,刷新后重新提交;若反复出现,请确认浏览器允许 Cookie。",
        "The page was open for too long, or the sign-in has changed, so this was not processed. Go back, "
        "reload and send it again. If it comes back, check that the browser accepts cookies.",
    )


class WrongWay(BangfuError):
    """An address that only takes forms was opened as a page, or the other way round."""

    code = "web.wrong_way"
    says = Words(
        "这个地址不能这样打开,没有处理。请从页面上的按钮进入。",
        "This address cannot be opened like that; nothing was done. Use the button on the page.",
    )


class Fault(BangfuError):
    """Something in Bangfu broke."""

    code = "web.fault"
    says = Words(
        "系统出现故障,这一步没有完成,已有数据没有改变。"
        "请稍后重试;若仍然出错,请把时间和编号 {number} 告诉管理员。",
        "The system failed at this step; nothing that was stored has changed. Try again later; if it fails "
        "again, tell the administrator the time and the number {number}.",
    )


def status_of(error: BangfuError) -> int:
    """The HTTP status of a refusal; 400 for input that cannot be used."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


def refusal(request: HttpRequest, error: BangfuError, status: int | None = None) -> HttpResponse:
    """The refusal as a page, or as a sentence where htmx asked."""
    language = get_language() or "zh-hans"
    code = status or status_of(error)
    shown = {**as_json(error, language), "title": _TITLES[code].text(language), "status": code}
    in_place = bool(getattr(request, "htmx", False))
    template = "web/parts/refusal.html" if in_place else "web/refusal.html"
    response = render(request, template, {"refusal": shown}, status=code)
    if in_place:
        response["HX-Reswap"] = "innerHTML"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler for 400."""
    return refusal(request, BadRequest(), 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler for 403."""
    return refusal(request, NotAllowed(), 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler for 404: the same answer as for a foreign object."""
    return refusal(request, NotFound(), 404)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without a fitting token."""
    return refusal(request, FormExpired(), 403)


def fault(request: Any) -> HttpResponse:
    """Django's handler for 500: a page that needs no database."""
    number = secrets.token_hex(4)
    logger.error("fault %s at %s", number, request.path)
    error = Fault(number=number)
    shown = {"texts": [error.sentence("zh"), error.sentence("en")]}
    in_place = bool(getattr(request, "htmx", False))
    return render(None, "web/parts/fault.html" if in_place else "web/fault.html", shown, status=500)
