"""The log, jobs and remembered column mappings."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform.audit import queries as log
from bangfu.platform.errors import NotFound
from bangfu.platform.jobs.models import Job
from bangfu.policy import vocabulary
from bangfu.registry.actions.batches import forget_mapping
from bangfu.registry.batches import REGISTRY
from bangfu.registry.models import SavedMapping
from bangfu.web.downloads import attachment
from bangfu.web.gates import Asked, needs, signed_in
from bangfu.web.listing import Heading, listing
from bangfu.web.speaking import language, said

#: How many rows of the log are recomputed at a push of the button; the command line checks all of it.
VERIFIED_ROWS: Final = 200_000
_LOG: Final = (
    Heading("seq", gettext_lazy("序号"), fixed=True),
    Heading("at", gettext_lazy("时间")),
    Heading("who", gettext_lazy("操作人")),
    Heading("action", gettext_lazy("操作")),
    Heading("subject", gettext_lazy("对象")),
    Heading("place", gettext_lazy("区划")),
    Heading("detail", gettext_lazy("内容")),
)
_JOBS: Final = (
    Heading("title", gettext_lazy("任务"), fixed=True),
    Heading("state", gettext_lazy("状态")),
    Heading("by", gettext_lazy("发起人")),
    Heading("place", gettext_lazy("区划")),
    Heading("at", gettext_lazy("提交时间"), "at"),
)
_FILTERS: Final = ("actor", "action", "kind", "subject", "first", "last")


@needs(Capability.READ_AUDIT)
def audit(request: Asked) -> HttpResponse:
    """The log of one's area, newest first."""
    given = {name: request.GET.get(name, "").strip() for name in _FILTERS}
    rows = _within(
        request.scope,
        log.records(action=given["action"], first=_day(given["first"]), last=_day(given["last"])),
    )
    if given["actor"]:
        rows = rows.filter(actor_name__contains=given["actor"])
    if given["kind"] or given["subject"]:
        about = {"subject_kind": given["kind"], "subject_id": given["subject"]}
        rows = rows.filter(**{name: value for name, value in about.items() if value})
    shown = listing(request, "audit", rows, _LOG, {"seq": ("seq",)}, "-seq")
    around = {"listing": shown, "given": given, "in_use": any(given.values())}
    return render(request, "web/audit/list.html", around)


@needs(Capability.READ_AUDIT, "POST")
def verify(request: Asked) -> HttpResponse:
    """Recompute the chain of the latest rows, and say whether it is whole."""
    end = log.head()
    found = log.verify(max(1, end.seq - VERIFIED_ROWS + 1))
    if found.broken is None:
        said_ = _(
            "已核对 %(count)s 条,校验链完整。末条序号 %(seq)s,校验值 %(hash)s。请另行抄存,以便日后比对。"
        )
        messages.success(
            request, said_ % {"count": found.checked, "seq": found.head.seq, "hash": found.head.hash}
        )
    else:
        said_ = _("校验链在第 %(seq)s 条处断开:%(why)s 请立即报告,并保全数据库。")
        messages.error(request, said_ % {"seq": found.broken.seq, "why": said(found.broken.why)})
    return redirect("audit")


def _within(scope: Scope, rows: Any) -> Any:
    return (
        rows.filter(scope.q("division_code", Capability.READ_AUDIT))
        if "" not in scope.prefixes_for(Capability.READ_AUDIT)
        else rows
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _jobs(request: Asked) -> Any:
    """One's own jobs, and those of the divisions whose jobs one may see."""
    return Job.objects.filter(Q(by_id=request.by.id) | request.scope.q("division_code", Capability.READ_JOBS))


@signed_in()
def jobs(request: Asked) -> HttpResponse:
    """Long work, latest first."""
    shown = listing(request, "jobs", _jobs(request), _JOBS, {"at": ("created",)}, "-at")
    return render(request, "web/jobs/list.html", {"listing": shown})


def _job(request: Asked, pk: UUID) -> Job:
    found: Job | None = _jobs(request).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@signed_in()
def job(request: Asked, pk: UUID) -> HttpResponse:
    """How far a job is, what came of it, or why it was not done."""
    found = _job(request, pk)
    around = {"job": found, "refusal": found.refusal_in(language()), "file": _has_file(request, found)}
    return render(request, "web/jobs/job.html", around)


@signed_in()
def progress(request: Asked, pk: UUID) -> HttpResponse:
    """The progress alone, asked every second; when the job has ended the page loads anew."""
    found = _job(request, pk)
    if found.is_finished:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "web/parts/job_progress.html", {"job": found})


def _has_file(request: Asked, found: Job) -> bool:
    """Whether the job left a file that this person may take: their own, or where they may export.

    Numbers that are not masked need the right to unmask as well.
    """
    result = found.result or {}
    if "sha256" not in result:
        return False
    if found.by_id == request.by.id:
        return True
    needed = [Capability.EXPORT, *([Capability.UNMASK] if result.get("plain") else [])]
    return all(request.scope.allows(one, found.division_code) for one in needed)


@signed_in()
def job_file(request: Asked, pk: UUID) -> FileResponse:
    """The file that a job left."""
    found = _job(request, pk)
    if not _has_file(request, found) or found.result is None:
        raise NotFound()
    return attachment(found.result["sha256"], found.result["name"])


@needs(Capability.MANAGE_MAPPINGS)
def mappings(request: Asked) -> HttpResponse:
    """What clerks said the columns of a header mean."""
    rows = SavedMapping.objects.filter(request.scope.q("division_code", Capability.MANAGE_MAPPINGS)).order_by(
        "-saved_at"
    )
    names = {
        REGISTRY: _("扶贫对象登记"),
        **{name: said(one.title) for name, one in vocabulary.lists().items()},
    }
    known = [
        {"mapping": one, "format": names.get(one.format, one.format), "columns": _meanings(one)}
        for one in rows
    ]
    return render(request, "web/mappings/list.html", {"rows": known})


def _meanings(mapping: SavedMapping) -> list[tuple[int, str]]:
    """Column (counted from 1) and what it means."""
    tables = vocabulary.tables()
    found = []
    for place, (table, column) in sorted(mapping.columns.items(), key=lambda one: int(one[0])):
        known = tables[table].columns.get(column) if table in tables else None
        found.append((int(place) + 1, said(known.title) if known else column))
    return found


@needs(Capability.MANAGE_MAPPINGS, "POST")
def forget(request: Asked, pk: UUID) -> HttpResponse:
    """Forget a mapping; the next upload with this header asks again."""
    forget_mapping(mapping_id=pk, by=request.by, scope=request.scope)
    messages.success(request, _("已删除。下次遇到这个表头会重新询问。"))
    return redirect("mappings")
