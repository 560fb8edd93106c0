"""Signing in and out, the own password, language and division."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bangfu.accounts.actions import (
    change_own_password,
    choose_division,
    choose_language,
    note_failed_sign_in,
    note_sign_in,
    note_sign_out,
)
from bangfu.accounts.errors import UnknownLanguage
from bangfu.accounts.models import User
from bangfu.platform.audit.actor import Actor
from bangfu.web.forms.accounts import OwnPasswordForm, SignInForm
from bangfu.web.forms.base import done
from bangfu.web.gates import Asked, address_of, public, signed_in
from bangfu.web.middleware import LANGUAGE_COOKIE

_YEAR: Final = 365 * 24 * 60 * 60


@public("GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The way in. Failed tries are counted by name and address; too many close the door for a while."""
    if request.user.is_authenticated:
        return redirect("home")
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            login(request, user)
            note_sign_in(by=user.actor(address_of(request)), user=user)
            return redirect(_way_back(request) or "home")
        locked = bool(getattr(request, "axes_locked_out", False))
        nobody = replace(Actor.system("sign-in"), address=address_of(request))
        note_failed_sign_in(by=nobody, username=form.cleaned_data["username"], locked=locked)
        form.add_error(
            None, _("用户名或密码不正确。请重新输入;连续输错会暂停登录。忘记密码请找安全保密管理员重置。")
        )
    return render(request, "web/sign_in.html", {"form": form, "next": _way_back(request)}, status=form.status)


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """The answer after too many failed tries; the throttle puts it in the place of the page."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    form = SignInForm()
    said = _(
        "连续输错次数过多,这个用户名在本机已暂停登录 %(minutes)s 分钟。"
        "请稍后再试,或请安全保密管理员重置密码。"
    ) % {"minutes": minutes}
    return render(request, "web/sign_in.html", {"form": form, "next": "", "locked": said}, status=429)


@signed_in("POST", before_password=True)
def sign_out(request: Asked) -> HttpResponse:
    """The way out."""
    note_sign_out(by=request.by, user=request.user)
    logout(request)
    return redirect("sign-in")


@signed_in("GET", "POST", before_password=True)
def password(request: Asked) -> HttpResponse:
    """The own password; whoever has a first password comes here before anything else."""
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        given = {name: form.cleaned_data[name] for name in ("present", "password")}
        change_own_password(by=request.by, user=request.user, **given)

    if request.method == "POST" and done(form, act):
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已修改。其他设备上的登录已退出。"))
        return redirect("home")
    return render(request, "web/password.html", {"form": form}, status=form.status)


@public("POST")
def language(request: HttpRequest) -> HttpResponse:
    """The language of the screens: kept with the account, before signing in in a cookie."""
    chosen = request.POST.get("language", "")
    if isinstance(request.user, User):
        choose_language(by=request.user.actor(address_of(request)), user=request.user, language=chosen)
        return redirect(_way_back(request) or "home")
    if chosen not in dict(settings.LANGUAGES):
        raise UnknownLanguage(language=chosen)
    response = redirect(_way_back(request) or "sign-in")
    response.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@signed_in("POST")
def division(request: Asked) -> HttpResponse:
    """Turn to another division within one's posts."""
    code = request.POST.get("division_code", "")
    choose_division(by=request.by, scope=request.scope, user=request.user, division_code=code)
    return redirect(_way_back(request, without_query=True) or "home")


def _way_back(request: HttpRequest, *, without_query: bool = False) -> str:
    """Where somebody came from on this site; "" when that is elsewhere."""
    there = request.POST.get("next") or request.GET.get("next") or ""
    if without_query:
        there = there.partition("?")[0]
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return there if safe and there != resolve_url("sign-in") else ""
