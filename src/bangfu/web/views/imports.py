"""The import wizard: upload, check, map the columns, accept, result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models.fields.json import KT
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.platform.errors import NotFound
from bangfu.platform.files import store
from bangfu.platform.jobs.models import Job
from bangfu.policy import vocabulary
from bangfu.quality.queries import items_of
from bangfu.registry.access import batch_for
from bangfu.registry.actions.batches import (
    CHECKED,
    CHECKING,
    CONFIRM,
    TAKING,
    UNMAPPED,
    accept_batch,
    choose_format,
    confirm_standings,
    county_of,
    map_columns,
    retry_batch,
    upload_batch,
)
from bangfu.registry.batches import AUTO, REGISTRY, candidate_tables
from bangfu.registry.models import ImportBatch
from bangfu.web.downloads import attachment
from bangfu.web.forms.base import done
from bangfu.web.forms.imports import AcceptForm, FormatForm, UploadForm
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, listing
from bangfu.web.places import area_of
from bangfu.web.speaking import language, said

_MAY: Final = Capability.IMPORT
_ORDERS: Final = {"uploaded": ("uploaded_at",)}


@needs(_MAY)
def imports(request: Asked) -> HttpResponse:
    """Uploads of one's area, latest first; with ``work`` those that wait for oneself."""
    rows = ImportBatch.objects.filter(request.scope.q("division_code", _MAY))
    work = request.GET.get("work") == CONFIRM
    if work:
        items = items_of(request.scope, request.by.id).filter(kind=CONFIRM)
        rows = rows.filter(pk__in=[UUID(pk) for pk in items.values_list(KT("url_args__pk"), flat=True)])
    shown = listing(request, "imports", rows, _headings(), _ORDERS, "-uploaded")
    around = {"listing": shown, "formats": _format_names(), "work": work}
    return render(request, "web/imports/list.html", around)


def _headings() -> list[Heading]:
    return [
        Heading("file", _("文件"), fixed=True),
        Heading("format", _("种类")),
        Heading("place", _("范围")),
        Heading("day", _("数据日期")),
        Heading("state", _("状态")),
        Heading("by", _("上传人")),
        Heading("at", _("上传时间"), "uploaded"),
    ]


def _format_names() -> dict[str, str]:
    names = {name: said(one.title) for name, one in vocabulary.lists().items()}
    return {REGISTRY: _("扶贫对象登记"), AUTO: _("待识别"), **names}


@needs(_MAY, "GET", "POST")
def new(request: Asked) -> HttpResponse:
    """Choose what it is and of which day, hand the file over; its check begins at once."""
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        scope=request.scope,
        initial={"division_code": area_of(request, _MAY)},
    )
    made: list[ImportBatch] = []

    def act() -> None:
        given = form.cleaned_data
        stored = store.keep(given["file"], name=given["file"].name)
        made.append(
            upload_batch(
                stored=stored,
                format_key=given["format"],
                division_code=given["division_code"],
                day=given["day"],
                by=request.by,
                scope=request.scope,
            )
        )

    if request.method == "POST" and done(form, act):
        return redirect("import-batch", made[0].pk)
    return render(request, "web/imports/new.html", {"form": form}, status=form.status)


@needs(_MAY)
def batch(request: Asked, pk: UUID) -> HttpResponse:
    """Where one upload stands: progress, what was found, what came of it."""
    found = batch_for(request.scope, str(pk))
    job = Job.objects.filter(pk=found.job_id).first() if found.job_id else None
    stuck = found.state in (CHECKING, TAKING) and (job is None or job.is_finished)
    around = {
        "batch": found,
        "job": job,
        "formats": _format_names(),
        "under_way": found.state in (CHECKING, TAKING) and not stuck,
        "stuck": stuck,
        "refusal": _refusal(found, job),
        "problems": _problems(found),
        "accept": AcceptForm(initial=found.options) if found.state == CHECKED else None,
        "which": FormatForm(initial={"format": found.format}) if found.state in (UNMAPPED, CHECKED) else None,
        "may_run": request.scope.can(Capability.RUN_CHECKS),
        "standings": _standings(request, found),
        "step": {CHECKING: 2, UNMAPPED: 2, CHECKED: 3, TAKING: 3, "done": 4}.get(found.state, 2),
    }
    return render(request, "web/imports/batch.html", around)


def _refusal(batch: ImportBatch, job: Job | None) -> Mapping[str, Any] | None:
    """Why it went no further, in the language of the page."""
    kept = batch.report.get("refusal")
    if kept:
        return dict(kept["en" if language().startswith("en") else "zh"])
    return job.refusal_in(language()) if job is not None else None


def _problems(batch: ImportBatch) -> dict[str, Any] | None:
    """The problems of a check in the language of the page."""
    kept = batch.report.get("problems")
    if not kept:
        return None
    tongue = "en" if language().startswith("en") else "zh"
    reasons = [{**one, "reason": one.get(tongue, one.get("reason"))} for one in kept["by_reason"]]
    shown = [{**one, "sentence": one[tongue]} for one in kept["shown"]]
    return {**kept, "by_reason": reasons, "shown": shown}


@needs(_MAY, "POST")
def accept(request: Asked, pk: UUID) -> HttpResponse:
    """Queue the taking in of what was checked."""
    found = batch_for(request.scope, str(pk))
    form = AcceptForm(request.POST)
    form.is_valid()
    options = {name: bool(form.cleaned_data.get(name)) for name in ("admit_doubtful", "hold_households")}
    accept_batch(batch=found, by=request.by, scope=request.scope, **options)
    return redirect("import-batch", pk)


def _standings(request: Asked, batch: ImportBatch) -> dict[str, Any] | None:
    """What the check lists of standings, in the language of the page, and whether it is this person's to confirm."""
    kept = batch.report.get("standings") or {}
    if not kept.get("count"):
        return None
    tongue = "en" if language().startswith("en") else "zh"
    rows = {
        name: [{**one, "before": one["from"][tongue], "after": one["to"][tongue]} for one in kept[name]]
        for name in ("changes", "shown")
    }
    county = county_of(batch.division_code)
    waits = batch.state == CHECKED and not batch.confirmed_digest
    confirms = request.scope.allows(Capability.CONFIRM_STANDINGS, county) and request.by.id != batch.by_id
    return {**kept, **rows, "waits": waits, "may_confirm": waits and confirms}


@needs(Capability.CONFIRM_STANDINGS, "POST")
def confirm(request: Asked, pk: UUID) -> HttpResponse:
    """A second person of the county lets the batch change the standings that its check lists."""
    confirm_standings(batch=batch_for(request.scope, str(pk)), by=request.by, scope=request.scope)
    messages.success(request, _("状态变动已确认,现在可以导入。"))
    return redirect("import-batch", pk)


@needs(_MAY, "POST")
def which(request: Asked, pk: UUID) -> HttpResponse:
    """Say what the workbook is."""
    found = batch_for(request.scope, str(pk))
    form = FormatForm(request.POST)
    if form.is_valid():
        choose_format(batch=found, format_key=form.cleaned_data["format"], by=request.by, scope=request.scope)
    return redirect("import-batch", pk)


@needs(_MAY, "POST")
def retry(request: Asked, pk: UUID) -> HttpResponse:
    """Check an upload again that broke off."""
    retry_batch(batch=batch_for(request.scope, str(pk)), by=request.by, scope=request.scope)
    return redirect("import-batch", pk)


@needs(_MAY)
def returned(request: Asked, pk: UUID) -> FileResponse:
    """The clerk's own workbook with the bad rows and the reasons."""
    found = batch_for(request.scope, str(pk))
    if not found.returned_sha256:
        raise NotFound()
    stem = found.file_name.rpartition(".")[0] or found.file_name
    return attachment(found.returned_sha256, f"{_('退回')}_{stem}.xlsx")


@needs(_MAY, "GET", "POST")
def columns(request: Asked, pk: UUID) -> HttpResponse:
    """Say what each column means; remembered for this header and county."""
    found = batch_for(request.scope, str(pk))
    sheets = found.report.get("sheets") or found.report.get("columns") or []
    if found.format == AUTO or not sheets:
        messages.error(request, _("请先选择这是什么工作簿,再对应各列。"))
        return redirect("import-batch", pk)
    if request.method == "POST":
        chosen = _chosen(request.POST, sheets)
        map_columns(batch=found, columns=chosen, by=request.by, scope=request.scope)
        messages.success(request, _("已记住各列的含义,正在重新检查。"))
        return redirect("import-batch", pk)
    choices = [
        (
            said(table.title),
            [(f"{table.name}.{one.name}", said(one.title), one.required) for one in table.entered],
        )
        for table in candidate_tables(found)
    ]
    around = {"batch": found, "sheets": [_sheet(one) for one in sheets], "choices": choices}
    return render(request, "web/imports/columns.html", around)


def _sheet(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a sheet with their first values and what they mean so far."""
    rows = [
        {
            "place": place,
            "title": title,
            "samples": [row[place] for row in sheet.get("samples", ()) if place < len(row) and row[place]],
            "meaning": ".".join(sheet["mapping"].get(str(place), ())),
        }
        for place, title in enumerate(sheet["titles"])
        if title
    ]
    return {**sheet, "rows": rows}


def _chosen(given: Mapping[str, str], sheets: list[Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Header signature → column → [table, column], from selects named ``<signature>.<column>``."""
    known = {f"{name}.{column}" for name, table in vocabulary.tables().items() for column in table.columns}
    found: dict[str, dict[str, list[str]]] = {}
    for sheet in sheets:
        signature = sheet["signature"]
        said_ = {str(place): given.get(f"{signature}.{place}", "") for place in range(len(sheet["titles"]))}
        found[signature] = {place: meaning.split(".") for place, meaning in said_.items() if meaning in known}
    return found
