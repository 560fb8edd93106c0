"""People who sign in, and their posts: the security administrator's pages."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.accounts.actions import (
    create_user,
    deactivate_user,
    end_post,
    grant_post,
    reactivate_user,
    set_password,
)
from bangfu.accounts.models import Post, User
from bangfu.accounts.roles import Capability, Role
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.web.forms.accounts import EndPostForm, FirstPassword, NewUserForm, PostForm
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, listing

_MAY: Final = Capability.MANAGE_USERS
_HEADINGS: Final = (
    Heading("username", gettext_lazy("用户名"), "username", fixed=True),
    Heading("name", gettext_lazy("姓名"), "name"),
    Heading("posts", gettext_lazy("岗位")),
    Heading("active", gettext_lazy("状态"), "active"),
)
_ORDERS: Final = {
    "username": ("username",),
    "name": ("display_name", "username"),
    "active": ("-is_active", "username"),
}


@needs(_MAY)
def users(request: Asked) -> HttpResponse:
    """Everybody whom one may manage."""
    text = request.GET.get("q", "").strip()[:60]
    rows = User.objects.managed_by(request.scope, clock.today())
    if text:
        rows = rows.filter(Q(username__contains=text.casefold()) | Q(display_name__contains=text))
    standing = Prefetch("posts", Post.objects.lasting_beyond(clock.today()).order_by("since"))
    shown = listing(request, "users", rows.prefetch_related(standing), _HEADINGS, _ORDERS, "username")
    return render(request, "web/users/list.html", {"listing": shown, "text": text})


@needs(_MAY, "GET", "POST")
def new(request: Asked) -> HttpResponse:
    """An account without posts."""
    form = NewUserForm(request.POST if request.method == "POST" else None)
    made: list[User] = []

    def act() -> None:
        made.append(create_user(by=request.by, scope=request.scope, **form.cleaned_data))

    if request.method == "POST" and done(form, act):
        messages.success(request, _("账号已建立。请授予岗位,并把刚才的初始密码告知本人。"))
        return redirect("user", made[0].pk)
    return render(request, "web/users/new.html", {"form": form}, status=form.status)


def _reached(request: Asked, pk: int) -> User:
    """Somebody whom one may manage. Raises NotFound."""
    found = User.objects.managed_by(request.scope, clock.today()).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@needs(_MAY)
def user(request: Asked, pk: int) -> HttpResponse:
    """One account with its posts."""
    return _page(request, _reached(request, pk))


def _page(request: Asked, found: User, **forms: BangfuForm) -> HttpResponse:
    today = clock.today()
    posts = list(found.posts.order_by("-since"))
    around: dict[str, Any] = {
        "user_shown": found,
        "standing": [one for one in posts if one.until is None or one.until > today],
        "ended": [one for one in posts if one.until is not None and one.until <= today],
        "post_form": forms.get("post") or PostForm(scope=request.scope),
        "end_form": forms.get("end") or EndPostForm(),
        "password_form": forms.get("password") or FirstPassword(),
        "is_self": found.pk == request.user.pk,
    }
    status = next((form.status for form in forms.values()), 200)
    return render(request, "web/users/user.html", around, status=status)


@needs(_MAY, "POST")
def grant(request: Asked, pk: int) -> HttpResponse:
    """Grant a post."""
    found = _reached(request, pk)
    form = PostForm(request.POST, scope=request.scope)

    def act() -> None:
        given = form.cleaned_data
        grant_post(
            by=request.by,
            scope=request.scope,
            user=found,
            role=Role(given["role"]),
            division_code=given["division_code"],
            since=given["since"],
            until=given["until"],
        )

    if done(form, act):
        messages.success(request, _("岗位已授予。"))
        return redirect("user", pk)
    return _page(request, found, post=form)


@needs(_MAY, "POST")
def end(request: Asked, pk: int) -> HttpResponse:
    """End a post."""
    found = _reached(request, pk)
    form = EndPostForm(request.POST)

    def act() -> None:
        post = found.posts.filter(pk=form.cleaned_data["post"]).first()
        if post is None:
            raise NotFound()
        end_post(by=request.by, scope=request.scope, post=post, until=form.cleaned_data["until"])

    if done(form, act):
        messages.success(request, _("岗位已结束。"))
        return redirect("user", pk)
    return _page(request, found, end=form)


@needs(_MAY, "POST")
def password(request: Asked, pk: int) -> HttpResponse:
    """Give somebody a new first password; a closed account opens with it."""
    found = _reached(request, pk)
    form = FirstPassword(request.POST)

    def act() -> None:
        write = set_password if found.is_active else reactivate_user
        write(by=request.by, scope=request.scope, user=found, password=form.cleaned_data["password"])

    if done(form, act):
        messages.success(request, _("密码已重置。请把刚才的密码告知本人,首次登录时须自行修改。"))
        return redirect("user", pk)
    return _page(request, found, password=form)


@needs(_MAY, "POST")
def deactivate(request: Asked, pk: int) -> HttpResponse:
    """Close an account."""
    deactivate_user(by=request.by, scope=request.scope, user=_reached(request, pk))
    messages.success(request, _("账号已停用,岗位已结束,记录保留。"))
    return redirect("user", pk)
