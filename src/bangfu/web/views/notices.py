"""Public notices from the inside: publishing, taking down, photographs, comments; and printing papers (S2-43)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import segno
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.platform.files import store
from bangfu.targeting.access import round_for
from bangfu.targeting.actions.consultations import answer_comment, open_consultation
from bangfu.targeting.actions.notices import Wording, attach_photo, publish_text, withdraw_notice
from bangfu.targeting.actions.printing import request_papers
from bangfu.targeting.notice_models import Comment, Notice
from bangfu.targeting.notices import is_posted, public_view
from bangfu.targeting.papers.printing import PRINTS
from bangfu.web import drafts
from bangfu.web.forms.base import done
from bangfu.web.forms.notices import (
    AnswerComment,
    PapersForm,
    PhotoForm,
    PublishForm,
    WithdrawNotice,
    wording_of,
)
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import listing
from bangfu.web.places import area_of, village_within, within

_READ, _MAY = Capability.READ_CASES, Capability.CORRECT_REGISTRY
_ORDERS: Final = {"new": ("-since", "-pk")}


@needs(_READ)
def notices(request: Asked) -> HttpResponse:
    """The notices of a division, hanging or over, and the form that publishes a text."""
    return _list(request, area_of(request, _READ), None)


@needs(_MAY, "POST")
def publish(request: Asked) -> HttpResponse:
    """Publish a text that names no household, or put a draft up for comments (S2-01)."""
    area = within(request.scope, request.POST.get("division", ""), _MAY)
    form = PublishForm(request.POST)
    made: list[Notice] = []

    def act() -> None:
        given = {"division_code": area, "until": form.cleaned_data["until"]}
        wording: Wording = wording_of(form, request)
        common: dict[str, Any] = {"wording": wording, "by": request.by, "scope": request.scope}
        if form.cleaned_data["consult"]:
            made.append(open_consultation(**given, **common).notice)
        else:
            made.append(publish_text(**given, **common))

    if drafts.handed_in(_publish_key(area), form, act, request.POST, by=request.by):
        messages.success(request, _("已发布。"))
        return redirect("notice", made[0].pk)
    return _list(request, area, form)


def _publish_key(area: str) -> str:
    return f"notice-publish:{area}"


def _list(request: Asked, area: str, form: PublishForm | None) -> HttpResponse:
    rows = Notice.objects.visible_to(request.scope, _READ).within(area)
    shown, today = listing(request, "notices", rows, (), _ORDERS, "new"), clock.today()
    around = {
        "area": area,
        "listing": shown,
        "rows": [(one, is_posted(one, today)) for one in shown.page.object_list],
        "one": drafts.beside(_publish_key(area), PublishForm, form, by=request.by)
        if request.scope.allows(_MAY, area)
        else None,
    }
    return render(request, "web/notices/list.html", around, status=form.status if form else 200)


@needs(_READ)
def notice(request: Asked, pk: int) -> HttpResponse:
    """One notice with what belongs to it."""
    return _page(request, pk)


@needs(_MAY, "POST")
def withdraw(request: Asked, pk: int) -> HttpResponse:
    """Take it down before its end."""
    form = WithdrawNotice(request.POST, auto_id="withdraw-%s")

    def act() -> None:
        withdraw_notice(notice=pk, reason=form.cleaned_data["reason"], by=request.by, scope=request.scope)

    return _carry_out(request, pk, "withdraw", form, act, _("已撤下。"))


@needs(_MAY, "POST")
def photo(request: Asked, pk: int) -> HttpResponse:
    """Keep the photograph of the notice on its board."""
    form = PhotoForm(request.POST, request.FILES)

    def act() -> None:
        file = form.cleaned_data["photo"]
        kept = store.keep(file, name=file.name)
        attach_photo(notice=pk, photo=kept, by=request.by, scope=request.scope)

    return _carry_out(request, pk, "photo", form, act, _("照片已保存。"))


@needs(_MAY, "POST")
def answer(request: Asked, pk: int, comment: int) -> HttpResponse:
    """Say whether a comment is taken up, and why."""
    if not Comment.objects.filter(pk=comment, notice=pk).exists():
        raise NotFound()
    form = AnswerComment(request.POST, auto_id=f"answer-{comment}-%s")

    def act() -> None:
        answer_comment(comment=comment, by=request.by, scope=request.scope, **form.cleaned_data)

    return _carry_out(request, pk, f"answer-{comment}", form, act, _("已答复。"))


def _carry_out(  # noqa: PLR0917 - read as a sentence
    request: Asked, pk: int, name: str, form: Any, act: Any, told: str
) -> HttpResponse:
    Notice.objects.reach(request.scope, _MAY, pk=pk)
    if drafts.handed_in(f"notice:{pk}:{name}", form, act, request.POST, by=request.by):
        messages.success(request, told)
        return redirect("notice", pk)
    return _page(request, pk, **{name: form})


def _page(request: Asked, pk: int, **sent: forms.Form) -> HttpResponse:
    found: Notice = Notice.objects.reach(request.scope, _READ, pk=pk)
    today = clock.today()
    hangs, may = is_posted(found, today), request.scope.allows(_MAY, found.division_code)

    def with_draft(name: str, make: Callable[[], forms.Form]) -> dict[str, Any]:
        return drafts.beside(f"notice:{pk}:{name}", make, sent.get(name), by=request.by)

    def answer_to(comment: Comment) -> dict[str, Any] | None:
        if not may or comment.answer:
            return None
        return with_draft(f"answer-{comment.pk}", lambda: AnswerComment(auto_id=f"answer-{comment.pk}-%s"))

    around = {
        "notice": found,
        "view": public_view(found, today),
        "hangs": hangs,
        "lines": list(found.lines.all()),
        "comments": [(one, answer_to(one)) for one in found.comments.all()],
        "public_url": request.build_absolute_uri(reverse("public-notice", args=[found.code])),
        "withdrawing": with_draft("withdraw", lambda: WithdrawNotice(auto_id="withdraw-%s"))
        if may and hangs
        else None,
        "photo_form": (sent.get("photo") or PhotoForm()) if may else None,
    }
    status = 422 if any(form.errors for form in sent.values()) else 200
    return render(request, "web/notices/notice.html", around, status=status)


@needs(_MAY, "GET", "POST")
def papers(request: Asked) -> HttpResponse:
    """Print papers of one kind for a village, a round or a notice: a job draws them (S2-43)."""
    asked = request.POST if request.method == "POST" else request.GET
    number, posted = str(asked.get("round", "")), str(asked.get("notice", ""))
    code = str(asked.get("division", ""))
    around: dict[str, Any] = {"round": None, "notice": None}
    if number.isdecimal():
        around["round"] = round_for(request.scope, int(number), _MAY)
        area = around["round"].division_code
    elif posted.isdecimal():
        around["notice"] = Notice.objects.reach(request.scope, _MAY, pk=int(posted))
        area = around["notice"].division_code
    else:
        area = within(request.scope, code, _MAY) if code else area_of(request, _MAY)
    needed = "round" if around["round"] else "notice" if around["notice"] else ""
    kinds = {key: one for key, one in PRINTS.items() if one.needs == needed}
    form = PapersForm(
        request.POST if request.method == "POST" else None,
        kinds=kinds,
        initial={"kind": request.GET.get("kind", "")},
    )
    made: list[Any] = []

    def act() -> None:
        job = request_papers(
            division_code=area,
            round_id=around["round"].pk if around["round"] else None,
            notice=around["notice"].pk if around["notice"] else None,
            by=request.by,
            scope=request.scope,
            **form.cleaned_data,
        )
        made.append(job.pk)

    if request.method == "POST" and done(form, act):
        return redirect("job", made[0])
    return render(
        request, "web/notices/papers.html", around | {"area": area, "form": form}, status=form.status
    )


@needs(_READ)
def report_code(request: Asked, code: str) -> HttpResponse:
    """The QR code with which a village leads its households to the page where they report themselves."""
    village = village_within(request.scope, code, _READ)
    link = f"{request.build_absolute_uri(reverse('self-report'))}?village={code}"
    drawn = segno.make(link, error="m").svg_inline(scale=6, omitsize=False, svgclass="qr", lineclass=None)
    # The drawing is made of squares alone.
    around = {"village": village, "link": link, "drawing": mark_safe(drawn)}  # noqa: S308
    return render(request, "web/watch/code.html", around)
