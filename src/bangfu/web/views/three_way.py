"""System, archive and household compared, fact by fact (S2-46): entering it, the list and the rates."""

from __future__ import annotations

from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.platform.errors import NotFound
from bangfu.platform.files import store
from bangfu.policy import vocabulary
from bangfu.policy.sentences import show
from bangfu.policy.vocabulary import Column
from bangfu.quality import three_way
from bangfu.quality.actions.consistency import record_three_way
from bangfu.quality.enums import Agreement
from bangfu.quality.record_models import ThreeWayCheck
from bangfu.quality.three_way import Fact
from bangfu.registry.access import household_for
from bangfu.registry.overview import below
from bangfu.web.completeness import by_place
from bangfu.web.downloads import attachment
from bangfu.web.forms.base import done
from bangfu.web.forms.three_way import CompareForm
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import Heading, listing
from bangfu.web.places import area_of, names_of
from bangfu.web.speaking import language, said

_MAY: Final = Capability.ANSWER_DOUBTS
_CHECKS: Final = (
    Heading("household", gettext_lazy("户编号"), "household", fixed=True),
    Heading("place", gettext_lazy("村"), "place"),
    Heading("fact", gettext_lazy("项目"), "fact"),
    Heading("system", gettext_lazy("系统数据")),
    Heading("archive", gettext_lazy("档案资料")),
    Heading("field", gettext_lazy("实际情况")),
    Heading("agreement", gettext_lazy("结论"), "agreement"),
    Heading("day", gettext_lazy("核对日期"), "day"),
)
_ORDERS: Final = {
    "household": ("household__household_no", "column"),
    "place": ("division_code", "household__household_no"),
    "fact": ("column", "household__household_no"),
    "agreement": ("agreement", "household__household_no"),
    "day": ("checked_on", "at"),
}
#: Which side has work to do → the conclusions that give it.
_SIDES: Final = {
    "system": (Agreement.SYSTEM_WRONG, Agreement.BOTH_WRONG),
    "archive": (Agreement.ARCHIVE_WRONG, Agreement.BOTH_WRONG),
}


@needs(Capability.READ_REGISTRY)
def facts(request: Asked, household_no: str) -> HttpResponse:
    """The facts of one household that are compared, each with its last comparison."""
    household = household_for(request.scope, household_no)
    around = {
        "household": household,
        "rows": [_fact(one) for one in three_way.facts(household)],
        "may_compare": request.scope.allows(_MAY, household.division_code),
    }
    return render(request, "web/three_way/facts.html", around)


@needs(_MAY, "GET", "POST")
def compare(request: Asked, household_no: str, column: str, person_no: str = "") -> HttpResponse:
    """One fact: the system's value stands there, the archive's and the one seen are entered."""
    household = household_for(request.scope, household_no, _MAY)
    fact = _wanted(three_way.facts(household), column, person_no)
    if request.method == "POST":
        form = CompareForm(request.POST, request.FILES, column=fact.column)
    else:
        form = CompareForm(column=fact.column)

    def act() -> None:
        given = dict(form.cleaned_data)
        file = given["evidence_file"]
        given["evidence_file"] = store.keep(file, name=file.name) if file else None
        record_three_way(
            household=household,
            column=column,
            person=fact.person,
            by=request.by,
            scope=request.scope,
            **given,
        )

    if request.method == "POST" and done(form, act):
        messages.success(request, _("已记录三方核对结果。有误的一方已生成更正任务。"))
        return redirect("household-compare", household_no)
    around = {"household": household, "form": form, "fact": _fact(fact)}
    return render(request, "web/three_way/compare.html", around, status=form.status)


@needs(Capability.READ_REGISTRY)
def checks(request: Asked) -> HttpResponse:
    """How often the three agree in the villages of a division, and the comparisons behind it."""
    area = area_of(request)
    agreement, side = request.GET.get("agreement", ""), request.GET.get("side", "")
    if (agreement and agreement not in Agreement.values) or (side and side not in _SIDES):
        raise NotFound()
    within = prefix_range("division_code", scope_prefix(area))
    rows = ThreeWayCheck.objects.filter(
        request.scope.q("division_code", Capability.READ_REGISTRY), within, latest=True
    ).select_related("household", "person")
    if agreement:
        rows = rows.filter(agreement=agreement)
    if side:
        rows = rows.filter(agreement__in=_SIDES[side])
    shown = listing(request, "three-way", rows, _CHECKS, _ORDERS, "-day")
    names_of(one.division_code for one in shown.page.object_list)
    counts = three_way.by_agreement(area)
    around = {
        "area": area,
        "listing": shown,
        "rows": [_check(one) for one in shown.page.object_list],
        "counts": [(one.value, counts.get(one, 0)) for one in Agreement],
        "agreement": agreement,
        "side": side,
        "places": by_place(three_way.rates(area), below(area), "compared", "consistent", "households"),
    }
    return render(request, "web/three_way/list.html", around)


@needs(Capability.READ_REGISTRY)
def evidence(request: Asked, pk: UUID) -> FileResponse:
    """The file that a comparison rests on, for whoever may read its household."""
    reachable = ThreeWayCheck.objects.filter(request.scope.q("division_code", Capability.READ_REGISTRY))
    found = reachable.filter(pk=pk).first()
    if found is None or not found.evidence_sha256:
        raise NotFound()
    return attachment(found.evidence_sha256, found.evidence_name)


def _wanted(known: list[Fact], column: str, person_no: str) -> Fact:
    """The fact of the household, or of the member with this number. Raises NotFound."""
    for one in known:
        number = one.person.person_no if one.person else ""
        if (number, one.column.name) == (person_no, column):
            return one
    raise NotFound()


def _fact(fact: Fact) -> dict[str, Any]:
    column = fact.column
    return {
        "person": fact.person,
        "column": column,
        "title": said(column.title),
        "unit": _unit(column),
        "system": show(column, fact.system_value, language()),
        "last": _check(fact.last) if fact.last else None,
        "moved": fact.last is not None and fact.last.system_value != fact.system_value,
    }


def _check(check: ThreeWayCheck) -> dict[str, Any]:
    """A comparison with its values as people read them."""
    table = "person" if check.person_id else "household"
    column = vocabulary.table(table).columns[check.column]
    sides = ("system_value", "archive_value", "field_value")
    texts = [show(column, cast("Any", getattr(check, name)), language()) for name in sides]
    return {
        "check": check,
        "title": said(column.title),
        "unit": _unit(column),
        "values": dict(zip(("system", "archive", "field"), texts, strict=True)),
    }


def _unit(column: Column) -> str:
    return "currency-CNY" if column.kind == "money" else column.unit or ""
