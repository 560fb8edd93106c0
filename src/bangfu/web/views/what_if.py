"""Trying other values before a document is issued (DESIGN §1.7): who gains, who loses, what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.analytics.asking import Question
from bangfu.analytics.simulation import EFFECTS
from bangfu.platform import clock
from bangfu.platform.jobs.models import Job
from bangfu.policy import catalogue
from bangfu.policy.area_rights import refuse_lowered
from bangfu.policy.errors import LoweredRight, PolicyError, StandardNotTheirs
from bangfu.policy.parameters import Change, parameters
from bangfu.policy.vocabulary import codes
from bangfu.quality.actions.what_if import request_what_if
from bangfu.quality.entitled import day_of
from bangfu.quality.result_models import WhatIf
from bangfu.web.forms.base import done
from bangfu.web.forms.what_if import WhatIfForm
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, kept, listing
from bangfu.web.parameters import ShownParameter, shown_value
from bangfu.web.places import area_of, names_of, padded
from bangfu.web.speaking import language, said
from bangfu.web.what_if_filters import WhatIfLineFilter

#: Key of a breakdown → its title; "question" comes first.
BREAKDOWNS: Final = {
    "question": gettext_lazy("按应享待遇和规则"),
    "fund": gettext_lazy("按资金来源"),
    "division": gettext_lazy("按区划"),
    "household_kind": gettext_lazy("按户类型"),
    "main_cause": gettext_lazy("按主要致贫原因"),
}
_HEADINGS: Final = (
    Heading("household", gettext_lazy("户编号"), "household", fixed=True),
    Heading("person", gettext_lazy("对象")),
    Heading("place", gettext_lazy("村"), "place"),
    Heading("effect", gettext_lazy("变化")),
    Heading("question", gettext_lazy("应享待遇或规则")),
    Heading("before", gettext_lazy("之前(元)"), numeric=True),
    Heading("after", gettext_lazy("之后(元)"), numeric=True),
    Heading("change", gettext_lazy("增减(元)"), numeric=True),
)
_ORDERS: Final = {
    "place": ("division_code", "household__household_no", "question"),
    "household": ("household__household_no", "question"),
}


@needs(Capability.TRY_VALUES)
def what_ifs(request: Asked) -> HttpResponse:
    """The form, and the latest trials of the county."""
    return _page(request, None)


@needs(Capability.TRY_VALUES, "POST")
def start(request: Asked) -> HttpResponse:
    """Queue a trial."""
    form = WhatIfForm(request.POST, scope=request.scope)
    made: list[Job] = []

    def act() -> None:
        given = form.cleaned_data
        asked = {"area": given["division_code"], "day": given["day"], "variants": form.changes()}
        made.append(request_what_if(by=request.by, scope=request.scope, **asked))

    if done(form, act):
        return redirect("job", made[0].pk)
    return _page(request, form)


def _page(request: Asked, form: WhatIfForm | None) -> HttpResponse:
    area = area_of(request, Capability.TRY_VALUES)
    if form is None:
        first = {"key_1a": request.GET.get("key", "")}
        form = WhatIfForm(
            scope=request.scope,
            initial={"division_code": area, "day": day_of(area) or clock.today(), **first},
        )
    found = WhatIf.objects.visible_to(request.scope, Capability.TRY_VALUES)
    shown = [
        {"what_if": one, "variants": [_changes(variant["changes"]) for variant in one.variants]}
        for one in found[:20]
    ]
    around = {"form": form, "area": area, "found": shown}
    return render(request, "web/what_if/form.html", around, status=form.status)


@needs(Capability.TRY_VALUES)
def result(request: Asked, pk: UUID) -> HttpResponse:
    """Both variants side by side: money and people by question, fund, division, kind of household and cause."""
    found = _reach(request, pk)
    around: dict[str, Any] = {
        "what_if": found,
        "variants": [
            {
                "number": number,
                "changes": _changes(one["changes"]),
                "cost": one["cost"],
                "losers": one["losers"],
                "warnings": _warnings(one["changes"]),
            }
            for number, one in enumerate(found.variants, start=1)
        ],
        "tables": [_table(found, key, title) for key, title in BREAKDOWNS.items()],
        "effects": EFFECTS,
        "job": Job.objects.filter(pk=found.job_id).first(),
    }
    return render(request, "web/what_if/result.html", around)


@needs(Capability.TRY_VALUES)
def lines(request: Asked, pk: UUID) -> HttpResponse:
    """The subjects behind a number; with ``effect=loses`` the households that lose."""
    found = _reach(request, pk)
    filters = WhatIfLineFilter(request.GET, found.lines.all(), day=clock.today())
    rows = filters.rows.select_related("household", "person")
    shown = listing(request, "what-if-lines", rows, _HEADINGS, _ORDERS, "place")
    names_of(one.division_code for one in shown.page.object_list)
    titles = _titles()
    around = {
        "what_if": found,
        "listing": shown,
        "filters": filters,
        "rows": [
            (one, titles.get(one.question) or one.question or _("多项"), one.due_after - one.due_before)
            for one in shown.page.object_list
        ],
    }
    return render(request, "web/what_if/lines.html", around | kept(request))


def _reach(request: Asked, pk: UUID) -> WhatIf:
    found: WhatIf = WhatIf.objects.reach(request.scope, Capability.TRY_VALUES, pk=pk)
    return found


def _changes(texts: Sequence[str]) -> list[ShownParameter]:
    """The changes as values of their parameters; one whose parameter is gone is left out."""
    shown = []
    for text in texts:
        try:
            one = Change.read(text, parameters())
        except PolicyError:
            continue
        known = parameters()[one.key]
        place = names_of([padded(one.area)])[padded(one.area)] if one.area else _("全国")
        shown.append(
            ShownParameter(
                one.key,
                said(known.title),
                shown_value(known.kind, one.value),
                known.unit,
                one.since,
                place,
                False,
            )
        )
    return shown


def _warnings(texts: Sequence[str]) -> list[str]:
    """What an area could not do: a lowered right, a standard that is not theirs (S2-32, S2-87)."""
    found = []
    for text in texts:
        try:
            change = Change.read(text, parameters())
            refuse_lowered(parameters().with_changes([change])[change.key], {})
        except (LoweredRight, StandardNotTheirs) as error:
            found.append(error.sentence(language()))
        except PolicyError:
            continue
    return found


def _titles() -> dict[str, str]:
    """Question → title; generated rules and entitlements have keys of their own."""
    known: tuple[Question, ...] = (*catalogue.all_rules(), *catalogue.all_entitlements())
    return {one.key: said(one.title) for one in known}


def _table(found: WhatIf, key: str, title: Any) -> dict[str, Any]:
    """One row for each value of ``key`` where a variant changes something, with the figures of every variant."""
    sides: list[dict[Any, Mapping[str, Any]]] = [
        {_row_key(key, row): row for row in variant[key]} for variant in found.variants
    ]
    keys = list(dict.fromkeys(one for side in sides for one in side))
    show = _shower(key, keys)
    rows = []
    for one in keys:
        cells = []
        for number, side in enumerate(sides, start=1):
            row = side.get(one, {})
            money = row.get("due_after", 0) - row.get("due_before", 0)
            counts = [(name, row.get(name, 0)) for name in EFFECTS]
            cells.append(
                {"number": number, "counts": counts, "money": money, "after": row.get("due_after", 0)}
            )
        if any(cell["money"] or any(n for _, n in cell["counts"]) for cell in cells):
            rows.append({"key": one, "title": show(one), "cells": cells})
    return {"key": key, "title": title, "rows": rows}


def _row_key(key: str, row: Mapping[str, Any]) -> Any:
    return f"{row['division']:012d}" if key == "division" else row[key]


def _shower(key: str, keys: Sequence[Any]) -> Callable[[Any], str]:
    """How a value of a breakdown is said."""
    if key == "division":
        names = names_of(keys)
        return lambda one: names[one]
    if key == "question":
        titles = _titles()
        return lambda one: titles.get(one, one)
    if key == "fund":
        funds = {code.key: said(code.title) for code in codes("benefit_fund")}
        return lambda one: funds.get(one, one)
    listed = codes("cause" if key == "main_cause" else key)
    return lambda one: _("未填") if one is None else listed.label(one, language())
