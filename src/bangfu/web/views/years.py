"""The annual update (S4-57): progress by place, table or workbook of a village, before and after, confirming."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.contrib import messages
from django.db.models.fields.json import KT
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, as_json
from bangfu.platform.files import workbooks
from bangfu.policy.errors import BangfuError
from bangfu.quality.actions.consistency import close_corrected
from bangfu.quality.queries import items_of
from bangfu.registry import overview as pictures
from bangfu.targeting import years
from bangfu.targeting.actions import years as acts
from bangfu.targeting.enums import BatchState
from bangfu.targeting.year_models import YearBatch
from bangfu.targeting.year_workbook import read_workbook
from bangfu.web import drafts
from bangfu.web.completeness import PlaceCounts, by_place
from bangfu.web.downloads import attachment
from bangfu.web.forms.base import done
from bangfu.web.forms.years import ReturnForm, UploadYearForm, as_read, as_typed, strangers, typed_rows
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, kept, listing
from bangfu.web.places import area_of, names_of, village_within
from bangfu.web.speaking import language, said

_READ, _MAY, _CONFIRM = Capability.READ_REGISTRY, Capability.CORRECT_REGISTRY, Capability.CONFIRM_FIGURES
_FIRST_YEAR: Final = 2013
#: So many households stand on the screen for typing; a larger village uses the workbook.
MOST: Final = 500
_TITLES: Final = {
    years.UPDATED: gettext_lazy("已更新"),
    years.WAITING: gettext_lazy("待镇确认"),
    years.MISSING: gettext_lazy("未更新"),
}
_HEADINGS: Final = (
    Heading("no", gettext_lazy("户编号"), "no", fixed=True),
    Heading("head", gettext_lazy("户主")),
    Heading("place", gettext_lazy("村"), "place"),
    Heading("members", gettext_lazy("人数"), numeric=True),
)
_ORDERS: Final = {"no": ("household_no",), "place": ("division_code", "household_no")}


@needs(_READ)
def progress(request: Asked) -> HttpResponse:
    """How far the update of a year is, place by place, with what waits for the township."""
    area, year, today = area_of(request, _READ), _year(request), clock.today()
    names = ("households", *years.STATES)
    rows = by_place(years.progress(request.scope, area, year, today), pictures.below(area), *names)
    batches = YearBatch.objects.visible_to(request.scope, _READ).within(area).filter(year=year)
    shown = list(batches.exclude(state=BatchState.TAKEN_BACK)[:50])
    names_of(one.division_code for one in shown)
    around = {
        "area": area,
        "year": year,
        "years": _years(),
        "states": list(_TITLES.items()),
        "totals": _totals(rows),
        "rows": [
            (one, [(state, title, one.counts[state]) for state, title in _TITLES.items()]) for one in rows
        ],
        "batches": shown,
        "is_village": level_of(area) is Level.VILLAGE,
        "may": request.scope.allows(_MAY, area),
    }
    return render(request, "web/years/progress.html", around)


def _totals(rows: list[PlaceCounts]) -> list[int]:
    """The sums of the table's columns; none where there is one place only."""
    names = ("households", *years.STATES)
    return [sum(one.counts[name] for one in rows) for name in names] if len(rows) > 1 else []


@needs(_READ)
def waiting(request: Asked) -> HttpResponse:
    """The batches that wait for whoever is signed in: to be confirmed, or to be mended."""
    items = items_of(request.scope, request.by.id).filter(kind=acts.WORK)
    keys = [int(pk) for pk in items.values_list(KT("url_args__pk"), flat=True)]
    shown = list(YearBatch.objects.visible_to(request.scope, _READ).filter(pk__in=keys))
    names_of(one.division_code for one in shown)
    return render(request, "web/years/waiting.html", {"batches": shown})


@needs(_READ)
def households(request: Asked) -> HttpResponse:
    """The households behind a number of the progress."""
    area, year, today = area_of(request, _READ), _year(request), clock.today()
    state = request.GET.get("state", "")
    if state and state not in years.STATES:
        raise NotFound()
    rows = years.households_in(area, year, today, state)
    shown = listing(request, "year-households", rows, _HEADINGS, _ORDERS, "no")
    page = list(shown.page.object_list)
    names_of(one.division_code for one in page)
    heads, members = years.heads_of(page, today), years.members_of(page, today)
    around = {
        "area": area,
        "year": year,
        "state": state,
        "title": _TITLES.get(state, _("全部")),
        "listing": shown,
        "rows": [(one, heads.get(one.pk, ""), members.get(one.pk, 0)) for one in page],
    }
    return render(request, "web/years/households.html", around | kept(request, "year", "state"))


@needs(_MAY, "GET", "POST")
def entry(request: Asked, code: str) -> HttpResponse:
    """The table of a village: what is known stands in it; what is typed is kept as a draft."""
    village, year, key = _where(request, code)
    if request.method == "POST":
        drafts.keep(key, request.POST, by=request.by)
        return redirect(_address("year-changes", village, year))
    draft = drafts.kept(key, by=request.by)
    return _entry(request, village, year, UploadYearForm(), draft)


def _entry(request: Asked, village: str, year: int, form: UploadYearForm, draft: Any) -> HttpResponse:
    sheets = years.sheets(request.scope, village, year, clock.today())
    rows = typed_rows(sheets, draft.data if draft else None)
    titles = [said(one.title) for one in years.typed_columns()]
    around = {
        "area": village,
        "year": year,
        "columns": titles,
        "rows": [
            {
                "row": one,
                "cells": list(zip(titles, one.texts, strict=True)),
                "problems": [problem.as_json(language()) for problem in one.problems],
            }
            for one in rows[:MOST]
        ],
        "more": len(rows) > MOST,
        "most": MOST,
        "form": form,
        "here": _address("year-entry", village, year),
        "one": {"key": _key(village, year), "draft": draft, "form": form},
        "waits": YearBatch.objects.filter(division_code=village, year=year, state=BatchState.WAITING).first(),
    }
    return render(request, "web/years/entry.html", around, status=form.status)


@needs(_MAY, "POST")
def workbook(request: Asked, code: str) -> FileResponse:
    """The village's workbook with all that is known."""
    village, year, _draft = _where(request, code)
    kept_file = acts.keep_workbook(division_code=village, year=year, by=request.by, scope=request.scope)
    return attachment(kept_file.sha256, kept_file.name)


@needs(_MAY, "POST")
def upload(request: Asked, code: str) -> HttpResponse:
    """A filled workbook becomes the draft: its figures stand in the table as if they had been typed."""
    village, year, key = _where(request, code)
    form = UploadYearForm(request.POST, request.FILES)
    sheets = years.sheets(request.scope, village, year, clock.today())
    draft = drafts.kept(key, by=request.by)
    unknown: list[str] = []

    def act() -> None:
        file = form.cleaned_data["file"]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "upload"
            with path.open("wb") as target:
                target.writelines(file.chunks())
            read = read_workbook(workbooks.read(path, name=file.name).sheets)
        unknown.extend(strangers(sheets, read))
        drafts.keep(key, as_typed(read, draft.data if draft else None, sheets), by=request.by)

    if not done(form, act):
        return _entry(request, village, year, form, draft)
    if unknown:
        text = _("工作簿里有 %(n)s 户不在本村在册户中,没有读取:%(numbers)s。请核对户编号。")
        messages.warning(request, text % {"n": len(unknown), "numbers": "、".join(unknown[:10])})
    return redirect(_address("year-changes", village, year))


@needs(_MAY, "GET", "POST")
def changes(request: Asked, code: str) -> HttpResponse:
    """Before and after of what was typed; handed in from here."""
    village, year, key = _where(request, code)
    draft = drafts.kept(key, by=request.by)
    rows = typed_rows(
        years.sheets(request.scope, village, year, clock.today()), draft.data if draft else None
    )
    checked = [one for one in rows if one.checked]
    problems = [problem for one in checked for problem in one.problems]
    refused = None
    if request.method == "POST" and not problems:
        try:
            batch = acts.hand_in(
                division_code=village,
                year=year,
                rows=[one.handed_in for one in checked],
                by=request.by,
                scope=request.scope,
            )
        except (NotFound, NotAllowed):
            raise
        except BangfuError as error:
            refused = as_json(error, language())
        else:
            drafts.drop(key, by=request.by)
            messages.success(request, _("已提交,等镇里确认后写入登记。"))
            return redirect("year-batch", batch.pk)
    around = {
        "area": village,
        "year": year,
        "rows": [one.change for one in checked if not one.problems],
        "changed": sum(bool(one.change.changes) for one in checked),
        "unchecked": len(rows) - len(checked),
        "problems": [one.as_json(language()) for one in problems],
        "refusal": refused,
        "entry": _address("year-entry", village, year),
    }
    failed = request.method == "POST" and (problems or refused)
    return render(request, "web/years/changes.html", around, status=422 if failed else 200)


@needs(_READ)
def batch(request: Asked, pk: int) -> HttpResponse:
    """A batch: before and after of each household; the township confirms it or gives it back."""
    return _batch(request, pk, ReturnForm())


@needs(_CONFIRM, "POST")
def confirm(request: Asked, pk: int) -> HttpResponse:
    """The registry takes the figures."""
    found: YearBatch = YearBatch.objects.reach(request.scope, _CONFIRM, pk=pk)
    changed, same = acts.confirm(batch=found.pk, by=request.by, scope=request.scope)
    close_corrected(area=found.division_code, by=request.by)
    text = _("已确认:%(changed)s 户有变化并写入登记,%(same)s 户核实无变化。")
    messages.success(request, text % {"changed": changed, "same": same})
    return redirect("year-batch", pk)


@needs(_CONFIRM, "POST")
def give_back(request: Asked, pk: int) -> HttpResponse:
    """Back to the village, with the reason."""
    found: YearBatch = YearBatch.objects.reach(request.scope, _CONFIRM, pk=pk)
    form = ReturnForm(request.POST)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        acts.give_back(batch=found.pk, reason=reason, by=request.by, scope=request.scope)

    if done(form, act):
        messages.success(request, _("已退回村里,并写明原因。"))
        return redirect("year-batch", pk)
    return _batch(request, pk, form)


@needs(_MAY, "POST")
def take_back(request: Asked, pk: int) -> HttpResponse:
    """The village takes it back; its figures are the draft again."""
    found: YearBatch = YearBatch.objects.reach(request.scope, _MAY, pk=pk)
    acts.take_back(batch=found.pk, by=request.by, scope=request.scope)
    _again(request, found)
    messages.success(request, _("已撤回,填写的内容都在,改好后重新提交。"))
    return redirect(_address("year-entry", found.division_code, found.year))


@needs(_MAY, "POST")
def again(request: Asked, pk: int) -> HttpResponse:
    """What was given back becomes the draft: mended there and handed in anew."""
    found: YearBatch = YearBatch.objects.reach(request.scope, _MAY, pk=pk)
    _again(request, found)
    return redirect(_address("year-entry", found.division_code, found.year))


def _again(request: Asked, found: YearBatch) -> None:
    sheets = years.sheets(request.scope, found.division_code, found.year, clock.today())
    read = as_read(years.changes_of(found))
    key = _key(found.division_code, found.year)
    drafts.keep(key, as_typed(read, None, sheets), by=request.by)


def _batch(request: Asked, pk: int, form: ReturnForm) -> HttpResponse:
    found: YearBatch = YearBatch.objects.reach(request.scope, _READ, pk=pk)
    waits = found.state == BatchState.WAITING
    may = request.scope.allows(_MAY, found.division_code)
    rows = years.changes_of(found)
    around = {
        "batch": found,
        "rows": rows,
        "changed": sum(bool(one.changes) for one in rows),
        "form": form,
        "confirms": waits and request.scope.allows(_CONFIRM, found.division_code),
        "own": found.by_id == request.by.id,
        "takes_back": waits and may and not request.scope.allows(_CONFIRM, found.division_code),
        "mends": found.state == BatchState.RETURNED and may,
    }
    return render(request, "web/years/batch.html", around, status=form.status)


def _where(request: Asked, code: str) -> tuple[str, int, str]:
    """Village, year and the key of the draft that a page is about. Raises NotFound."""
    village = village_within(request.scope, code, _MAY).code
    year = _year(request)
    return village, year, _key(village, year)


def _key(village: str, year: int) -> str:
    return f"years:{village}:{year}"


def _address(name: str, village: str, year: int) -> str:
    return f"{reverse(name, args=[village])}?year={year}"


def _years() -> range:
    return range(clock.today().year, _FIRST_YEAR - 1, -1)


def _year(request: Asked) -> int:
    """The year asked; else the one before, whose figures are known by now. Raises NotFound."""
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() else clock.today().year - 1
    if year not in _years():
        raise NotFound()
    return year
