"""The tree of divisions: browsing, one division's page, and what the data administrator changes there."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.actions import add_group, end_attribute, record_change, set_attribute
from bangfu.divisions.codes import NATION, Level, lineage
from bangfu.divisions.models import Division, DivisionAttribute, Successor, VillagersGroup
from bangfu.divisions.queries import current_codes_of, search
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.registry.queries import totals
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.forms.divisions import EndLabelForm, GroupForm, LabelForm, RecodeForm
from bangfu.web.gates import Asked, needs, needs_any
from bangfu.web.places import names_of, padded, within, working_division

_READ: Final = (Capability.READ_REGISTRY, Capability.MANAGE_DIVISIONS)


@needs_any(*_READ)
def divisions(request: Asked) -> HttpResponse:
    """Where somebody's posts are, and a search below them."""
    text = request.GET.get("q", "").strip()[:40]
    prefixes = _prefixes(request.scope)
    hits = [hit for prefix in prefixes for hit in search(text, prefix=prefix, limit=40)] if text else []
    here = working_division(request.user, request.scope)
    start = here if _reads(request.scope, here) else padded(prefixes[0])
    tops = Division.objects.children_of(start) if start == NATION else Division.objects.filter(code=start)
    around = {"text": text, "hits": hits, "tops": [(one, _below(one)) for one in tops]}
    return render(request, "web/divisions/list.html", around)


def _below(one: Division) -> list[Division]:
    return list(Division.objects.children_of(one.code))


def _prefixes(scope: Scope) -> list[str]:
    return sorted({prefix for capability in _READ for prefix in scope.prefixes_for(capability)})


def _reads(scope: Scope, code: str) -> bool:
    return any(scope.allows(capability, code) for capability in _READ)


def _reached(request: Asked, code: str, capability: Capability | None = None) -> Division:
    """The division, where one of the capabilities (or the one named) holds. Raises NotFound."""
    wanted = [capability] if capability else [one for one in _READ if request.scope.can(one)]
    for one in wanted:
        try:
            within(request.scope, code, one)
        except NotFound:
            continue
        found = Division.objects.filter(code=code).first()
        if found is not None:
            return found
    raise NotFound()


@needs_any(*_READ)
def division(request: Asked, code: str) -> HttpResponse:
    """One division: what is below it, its labels over time, what became of it, its groups, its numbers."""
    return _page(request, _reached(request, code))


def _page(request: Asked, found: Division, **forms: BangfuForm) -> HttpResponse:
    today = clock.today()
    code, level = found.code, Level(found.level)
    manages = request.scope.allows(Capability.MANAGE_DIVISIONS, code)
    successors = [one for one in current_codes_of([code], today)[code] if one != code]
    around: dict[str, Any] = {
        "division": found,
        "level": level.title,
        "dead": not found.lives_on(today),
        "above": [(one, name) for one, name in names_of(lineage(code)[:-1]).items()],
        "below": Division.objects.children_of(code),
        "labels": DivisionAttribute.objects.filter(division_code=code).order_by("-since"),
        "successors": [(one, name) for one, name in names_of(successors).items()],
        "steps": Successor.objects.filter(old_code=code).order_by("changed_on"),
        "predecessors": Successor.objects.filter(new_code=code).order_by("changed_on"),
        "groups": VillagersGroup.objects.filter(village_code=code).order_by("number"),
        "totals": totals(code, today) if request.scope.allows(Capability.READ_REGISTRY, code) else None,
        "manages": manages,
        "is_village": level is Level.VILLAGE,
        "reachable": {one for one, _name in names_of(lineage(code)).items() if _reads(request.scope, one)},
        "today": today,
    }
    if manages:
        carries = any(kind.level is level for kind in DivisionAttribute.Kind)
        around["label_form"] = forms.get("label") or (LabelForm(level=level) if carries else None)
        around["end_form"] = forms.get("end") or EndLabelForm()
        around["group_form"] = forms.get("group") or (GroupForm() if level is Level.VILLAGE else None)
    status = next((form.status for form in forms.values()), 200)
    return render(request, "web/divisions/division.html", around, status=status)


@needs(Capability.MANAGE_DIVISIONS, "POST")
def label(request: Asked, code: str) -> HttpResponse:
    """Give a village or county a dated label."""
    found = _reached(request, code, Capability.MANAGE_DIVISIONS)
    form = LabelForm(request.POST, level=Level(found.level))

    def act() -> None:
        given = dict(form.cleaned_data)
        kind = DivisionAttribute.Kind(given.pop("kind"))
        set_attribute(by=request.by, division_code=code, kind=kind, **given)

    if done(form, act):
        messages.success(request, _("标记已登记。"))
        return redirect("division", code)
    return _page(request, found, label=form)


@needs(Capability.MANAGE_DIVISIONS, "POST")
def end_label(request: Asked, code: str) -> HttpResponse:
    """End a label."""
    found = _reached(request, code, Capability.MANAGE_DIVISIONS)
    form = EndLabelForm(request.POST)

    def act() -> None:
        kind = DivisionAttribute.Kind(form.cleaned_data["kind"])
        end_attribute(by=request.by, division_code=code, kind=kind, until=form.cleaned_data["until"])

    if done(form, act):
        messages.success(request, _("标记已结束。"))
        return redirect("division", code)
    return _page(request, found, end=form)


@needs(Capability.MANAGE_DIVISIONS, "POST")
def group(request: Asked, code: str) -> HttpResponse:
    """Add a villagers' group."""
    found = _reached(request, code, Capability.MANAGE_DIVISIONS)
    form = GroupForm(request.POST)

    def act() -> None:
        add_group(by=request.by, village_code=code, **form.cleaned_data)

    if done(form, act):
        messages.success(request, _("村民小组已登记。"))
        return redirect("division", code)
    return _page(request, found, group=form)


@needs(Capability.MANAGE_DIVISIONS, "GET", "POST")
def recode(request: Asked, code: str) -> HttpResponse:
    """Record what became of a code: first a preview of what would change, then the change."""
    found = _reached(request, code, Capability.MANAGE_DIVISIONS)
    form = RecodeForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        names = form.cleaned_data["successors"]
        record_change(
            by=request.by,
            old_code=code,
            new_codes=list(names),
            changed_on=form.cleaned_data["changed_on"],
            document=form.cleaned_data["document"],
            names={new: name for new, name in names.items() if name},
        )

    preview = None
    if request.method == "POST" and "confirmed" in request.POST:
        if done(form, act):
            messages.success(request, _("区划变更已登记,原代码仍可查到。"))
            return redirect("division", code)
    elif request.method == "POST" and form.is_valid():
        preview = _preview(found, form.cleaned_data["successors"])
    around = {"division": found, "form": form, "preview": preview}
    return render(request, "web/divisions/recode.html", around, status=form.status)


def _preview(found: Division, names: dict[str, str]) -> dict[str, Any]:
    """What a re-coding would do: new codes, whether the old one ends, the households concerned."""
    known = set(Division.objects.filter(code__in=names).values_list("code", flat=True))
    return {
        "ends": found.code not in names,
        "successors": [(code, name or found.name, code in known) for code, name in names.items()],
        "totals": totals(found.code, clock.today()),
    }
