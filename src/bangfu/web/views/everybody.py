"""Pages for everybody, without an account: public notices, comments on drafts, and what a household reports itself."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bangfu.divisions.codes import lineage
from bangfu.divisions.models import Division
from bangfu.divisions.queries import search
from bangfu.monitoring.actions.reports import Receipt, submit_report
from bangfu.monitoring.reports import state_of as state_of_report
from bangfu.monitoring.reports import visitor
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.policy.parameters import parameters
from bangfu.targeting.actions.consultations import comment_on
from bangfu.targeting.actions.voices import object_to_line
from bangfu.targeting.enums import NoticeKind
from bangfu.targeting.notice_models import Notice
from bangfu.targeting.notices import posted, public_view
from bangfu.targeting.receipts import in_groups
from bangfu.targeting.voices import state_of
from bangfu.targeting.voices import visitor as visitor_of_notice
from bangfu.web.downloads import attachment
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.forms.watch import CommentForm, NoticeObjection, ReceiptForm, ReportForm
from bangfu.web.gates import address_of, public
from bangfu.web.listing import paged

_FOUND = 12


@public()
def notices(request: HttpRequest) -> HttpResponse:
    """The notices that hang today: of a county, township or village and what lies around and in it, page by page."""
    text, code = request.GET.get("q", "").strip()[:40], request.GET.get("division", "")
    area = Division.objects.filter(code=code).first() if code else None
    if code and area is None:
        raise NotFound()
    found = Notice.objects.posted_on(clock.today())
    if area is not None:
        found = found.within(code) | found.filter(division_code__in=lineage(code))
    around = {
        "listing": paged(request, "public-notices", found.order_by("-since", "-pk")),
        "area": area,
        "text": text,
        "hits": [one.division for one in search(text, limit=_FOUND) if not one.dead] if text else [],
    }
    return render(request, "web/public/notices.html", around)


@public("GET", "POST")
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """One notice: whitelisted columns and no more, as long as it hangs; and where one may object."""
    found = posted(code, clock.today())
    draft = found.kind == NoticeKind.CONSULTATION
    sent = request.POST if request.method == "POST" else None
    form: BangfuForm = CommentForm(sent) if draft else NoticeObjection(sent)
    receipts: list[str] = []

    def act() -> None:
        by = visitor_of_notice(address_of(request))
        if draft:
            receipts.append(comment_on(notice=found.pk, by=by, **form.cleaned_data).receipt)
        else:
            receipts.append(object_to_line(notice=found.pk, by=by, **form.cleaned_data).receipt)

    if sent is not None and _told(form, act):
        return render(request, "web/public/heard.html", {"receipt": in_groups(receipts[0]), "code": code})
    around = {
        "notice": public_view(found, clock.today()),
        "code": code,
        "form": form if draft or found.lines.exists() else None,
        "draft": draft,
        "photo": found.photo_name,
    }
    return render(request, "web/public/notice.html", around, status=form.status)


def _told(form: BangfuForm, act: Any) -> bool:
    """Whether it was taken; a line that is not there is said on the form."""
    try:
        return done(form, act)
    except NotFound:
        form.add_error("serial", _("公示中没有这一行。请核对序号。"))
        return False


@public("GET", "POST")
def receipt(request: HttpRequest) -> HttpResponse:
    """What came of a report, an objection or a comment, for whoever has its receipt; nobody's name stands there."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    state = None
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["receipt"]
        state = state_of_report(number) or state_of(number)
        if state is None:
            form.add_error("receipt", _("没有找到这个回执号。请核对后重新输入,或带回执号到村委会查询。"))
    return render(request, "web/public/receipt.html", {"form": form, "state": state}, status=form.status)


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
        given = {"number": in_groups(receipt[0].number), "check_by": receipt[0].check_by}
        return render(request, "web/public/received.html", {"receipt": given})
    here = form.fields["division_code"].initial or ""
    days = parameters()["exit.procedures.self_report_check_days"].on(clock.today(), here) if here else None
    around = {"form": form, "village": here, "days": days}
    return render(request, "web/public/report.html", around, status=form.status)
