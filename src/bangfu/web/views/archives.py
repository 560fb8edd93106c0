"""Archives of households and villages: what lies there, what is missing, filing it, the scan (S2-43)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.platform.files import store
from bangfu.policy import checklists
from bangfu.quality.actions.archives import (
    file_paper,
    file_village_paper,
    withdraw_paper,
    withdraw_village_paper,
)
from bangfu.quality.archives import papers_of, village_papers_of
from bangfu.quality.record_models import ArchivedPaper, VillagePaper
from bangfu.registry.access import household_for
from bangfu.web.downloads import attachment
from bangfu.web.forms.archives import PaperForm
from bangfu.web.forms.base import done
from bangfu.web.gates import Asked, needs
from bangfu.web.places import village_within

_MAY: Final = Capability.CORRECT_REGISTRY


@needs(_MAY, "GET", "POST")
def household_archive(request: Asked, household_no: str) -> HttpResponse:
    """Which papers of a household are there, and noting another."""
    household = household_for(request.scope, household_no, _MAY)
    states = papers_of(household, clock.today())
    form = _form(request, [one.paper for one in states])

    def act() -> None:
        file_paper(household=household, by=request.by, scope=request.scope, **_given(form))

    if request.method == "POST" and done(form, act):
        messages.success(request, _("资料已归档。"))
        return redirect("household-archive", household_no)
    around = {"household": household, "states": states, "form": form}
    return render(request, "web/archives/household.html", around, status=form.status)


@needs(_MAY, "POST")
def household_paper_withdraw(request: Asked, household_no: str) -> HttpResponse:
    """The paper does not lie there after all."""
    household = household_for(request.scope, household_no, _MAY)
    paper = request.POST.get("paper", "")
    withdraw_paper(household=household, paper=paper, by=request.by, scope=request.scope)
    messages.success(request, _("已撤销归档,这份资料重新记为缺件。"))
    return redirect("household-archive", household_no)


@needs(Capability.READ_REGISTRY)
def household_scan(request: Asked, household_no: str, pk: UUID) -> FileResponse:
    """The scan of a paper of a household."""
    household = household_for(request.scope, household_no)
    return _scan(ArchivedPaper.objects.filter(household=household, pk=pk).first())


@needs(_MAY, "GET", "POST")
def village_archive(request: Asked, code: str) -> HttpResponse:
    """Which papers of a village are there, and noting another."""
    village = village_within(request.scope, code, _MAY)
    form = _form(request, checklists.village_papers())

    def act() -> None:
        file_village_paper(village_code=village.code, by=request.by, scope=request.scope, **_given(form))

    if request.method == "POST" and done(form, act):
        messages.success(request, _("资料已归档。"))
        return redirect("village-archive", code)
    around = {"village": village, "states": village_papers_of(code, clock.today()), "form": form}
    return render(request, "web/archives/village.html", around, status=form.status)


@needs(_MAY, "POST")
def village_paper_withdraw(request: Asked, code: str) -> HttpResponse:
    """The paper does not lie in the village's archive after all."""
    village = village_within(request.scope, code, _MAY)
    paper = request.POST.get("paper", "")
    withdraw_village_paper(village_code=village.code, paper=paper, by=request.by, scope=request.scope)
    messages.success(request, _("已撤销归档,这份资料重新记为缺件。"))
    return redirect("village-archive", code)


@needs(Capability.READ_REGISTRY)
def village_scan(request: Asked, code: str, pk: UUID) -> FileResponse:
    """The scan of a paper of a village."""
    village = village_within(request.scope, code, Capability.READ_REGISTRY)
    return _scan(VillagePaper.objects.filter(village_code=village.code, pk=pk).first())


def _form(request: Asked, papers: Any) -> PaperForm:
    if request.method == "POST":
        return PaperForm(request.POST, request.FILES, papers=papers)
    return PaperForm(initial={"paper": request.GET.get("paper", "")}, papers=papers)


def _given(form: PaperForm) -> dict[str, Any]:
    """What the form says, the scan kept."""
    given = dict(form.cleaned_data)
    scan = given.pop("scan")
    return given | {"scan": store.keep(scan, name=scan.name) if scan else None}


def _scan(paper: ArchivedPaper | VillagePaper | None) -> FileResponse:
    if paper is None or not paper.file_sha256:
        raise NotFound()
    return attachment(paper.file_sha256, paper.file_name)
