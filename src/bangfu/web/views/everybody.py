"""Pages for everybody, without an account: public notices, comments on drafts, and what a household reports itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.monitoring.actions.reports import Receipt, submit_report
from bangfu.monitoring.reports import visitor
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.targeting.actions.consultations import comment_on
from bangfu.targeting.actions.notices import object_to_line
from bangfu.targeting.enums import NoticeKind
from bangfu.targeting.notice_models import Notice
from bangfu.targeting.notices import posted, public_view
from bangfu.web.downloads import attachment
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.forms.watch import CommentForm, NoticeObjection, ReportForm
from bangfu.web.gates import address_of, public

_SHOWN = 100


@public()
def notices(request: HttpRequest) -> HttpResponse:
    """The notices that hang today."""
    found = Notice.objects.posted_on(clock.today()).order_by("-since", "-pk")
    return render(request, "web/public/notices.html", {"notices": found[:_SHOWN]})


@public("GET", "POST")
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """One notice: whitelisted columns and no more, as long as it hangs; and where one may object."""
    found = posted(code, clock.today())
    draft = found.kind == NoticeKind.CONSULTATION
    sent = request.POST if request.method == "POST" else None
    form: BangfuForm = CommentForm(sent) if draft else NoticeObjection(sent)

    def act() -> None:
        by = Actor.system("public notice")
        if draft:
            comment_on(notice=found.pk, by=by, **form.cleaned_data)
        else:
            object_to_line(notice=found.pk, by=by, **form.cleaned_data)

    if sent is not None and _told(request, form, act):
        return redirect("public-notice", code)
    around = {
        "notice": public_view(found, clock.today()),
        "code": code,
        "form": form if draft or found.lines.exists() else None,
        "draft": draft,
        "photo": found.photo_name,
    }
    return render(request, "web/public/notice.html", around, status=form.status)


def _told(request: HttpRequest, form: BangfuForm, act: Any) -> bool:
    """Whether it was taken; a line that is not there is said on the form."""
    try:
        taken = done(form, act)
    except NotFound:
        form.add_error("serial", _("公示中没有这一行。请核对序号。"))
        return False
    if taken:
        messages.success(request, _("已收到,将按规定核实并答复。"))
    return taken


@public()
def photo(request: HttpRequest, code: str) -> FileResponse:
    """The photograph of the notice on its board."""
    found = posted(code, clock.today())
    if not found.photo_sha256:
        raise NotFound()
    return attachment(found.photo_sha256, found.photo_name)


@public("GET", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """A household reports that it is in trouble, in five fields. Nothing that was typed is shown again afterwards."""
    village = str(request.GET.get("village", ""))
    sent = request.POST if request.method == "POST" else None
    form = ReportForm(sent, village=village)
    receipt: list[Receipt] = []

    def act() -> None:
        receipt.append(submit_report(by=visitor(address_of(request)), **form.cleaned_data))

    if sent is not None and done(form, act):
        return render(request, "web/public/received.html", {"receipt": receipt[0]})
    around = {"form": form, "village": form.fields["division_code"].initial or ""}
    return render(request, "web/public/report.html", around, status=form.status)
