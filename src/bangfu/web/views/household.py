"""One household's file (一户一档), and showing a masked number to whoever may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.monitoring.watch import can_exit_by_work
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.policy.sentences import show
from bangfu.policy.vocabulary import Column
from bangfu.policy.who.form import FORM
from bangfu.quality.archives import papers_of
from bangfu.quality.help import HelpRow, help_of
from bangfu.quality.models import Doubt
from bangfu.quality.record_models import ThreeWayCheck
from bangfu.registry.access import household_for, person_for
from bangfu.registry.actions.unmasking import reveal_household, reveal_person
from bangfu.registry.columns import SEALED
from bangfu.registry.dossier import Dossier, dossier
from bangfu.registry.models import Event, HouseholdYear, Membership
from bangfu.registry.showing import ShownChange, shown, shown_changes
from bangfu.web import sections
from bangfu.web.doubting import shown_doubts
from bangfu.web.forms.registry import Unmask
from bangfu.web.forms.vocabulary import columns_named
from bangfu.web.gates import Asked, needs
from bangfu.web.sections import Section
from bangfu.web.speaking import language, said
from bangfu.web.views.explaining import entitlement_groups


@dataclass(frozen=True)
class Fact:
    """A labelled value. ``sealed`` names the column whose value is hidden; ``unit`` is the vocabulary's."""

    title: str
    text: str
    empty: bool
    unit: str = ""
    sealed: str = ""


@needs(Capability.READ_REGISTRY)
def household(request: Asked, household_no: str) -> HttpResponse:
    """Everything about one household on one page that prints."""
    found = household_for(request.scope, household_no)
    file = dossier(found, clock.today())
    doubts = shown_doubts(
        Doubt.objects.of_household(found).select_related("last_run", "person").prefetch_related("verdicts")
    )
    around = {
        "file": file,
        "household": found,
        "groups": [(one, one not in file.missing) for one in FORM],
        "members": [_member(one) for one in file.members],
        "former": [_member(one) for one in file.former],
        "sections": [(one, facts_of("household", one, found)) for one in sections.HOUSEHOLD],
        "figures": _figures(file.years),
        "open_doubts": [one for one in doubts if one.doubt.closed_at is None],
        "settled_doubts": [one for one in doubts if one.doubt.closed_at is not None],
        "history": [_event(one) for one in file.events],
        "compared": ThreeWayCheck.objects.filter(household=found, latest=True).count(),
        "may_correct": request.scope.allows(Capability.CORRECT_REGISTRY, found.division_code),
        "may_unmask": request.scope.allows(Capability.UNMASK, found.division_code),
        "by_work": can_exit_by_work([one.person.labour for one in file.members]),
    }
    around |= _head(file) | _archive(file) | _help(file) | entitlement_groups(found)
    return render(request, "web/household/file.html", around)


@needs(Capability.UNMASK, "POST")
def reveal(request: Asked, household_no: str, person_no: str = "") -> HttpResponse:
    """A sealed number, shown once: first asks why, then shows it and leaves a line in the log."""
    found = household_for(request.scope, household_no, Capability.UNMASK)
    form = Unmask(request.POST)
    if not form.is_valid():
        return render(request, "web/household/reveal.html", {"number": "", "asking": ""}, status=422)
    what = form.cleaned_data["what"]
    around: dict[str, Any] = {"household": found, "person_no": person_no, "what": what, "asking": True}
    if "reason" not in request.POST:
        return render(request, "web/household/reveal.html", around)
    given = {
        "reason": form.cleaned_data["reason"],
        "by": request.by,
        "scope": request.scope,
        "household": found,
    }
    if person_no:
        person = person_for(request.scope, person_no, Capability.UNMASK)
        if not found.memberships.filter(person=person).exists():
            raise NotFound()
        number = reveal_person(person=person, what=cast('Literal["id_number", "phone"]', what), **given)
    else:
        number = reveal_household(what=cast('Literal["phone", "bank_account"]', what), **given)
    return render(request, "web/household/reveal.html", {"number": number or _("未填"), "asking": False})


def _head(file: Dossier) -> dict[str, Any]:
    head = file.head
    return {
        "head": head,
        "title": head.person.name if head and head.person.name else file.household.household_no,
        "standing": file.standing.kind if file.standing else None,
    }


def _archive(file: Dossier) -> dict[str, Any]:
    states = papers_of(file.household, file.day)
    return {"states": states, "papers_missing": sum(1 for one in states if one.filed is None)}


def _help(file: Dossier) -> dict[str, Any]:
    """Who helps and how (S3-04), and what came from which list; whom to help is whole when no group of the form is
    missing."""
    found = help_of(file.household)
    return {
        "help": found,
        "help_rows": [_help_row(one) for one in found.who_helps],
        "help_received": [(table.title, [_help_row(one) for one in rows]) for table, rows in found.by_list],
        "who_whole": not file.missing,
    }


def _help_row(row: HelpRow) -> dict[str, Any]:
    shown_values = [
        (
            said(column.title),
            show(column, value, language()),
            "currency-CNY" if column.kind == "money" else "",
        )
        for column, value in row.values
        if value is not None
    ]
    return {"title": row.table.title, "person": row.person, "values": shown_values}


def _member(spell: Membership) -> dict[str, Any]:
    return {
        "spell": spell,
        "person": spell.person,
        "sections": [(one, facts_of("person", one, spell.person)) for one in sections.PERSON],
    }


def facts_of(table: str, section: Section, row: Any) -> list[Fact]:
    """The section's columns of a row; the relation is the membership's and shown with the name."""
    return [_fact(one, row) for one in columns_named(table, section.columns) if one.name != "relation"]


def _fact(column: Column, row: Any) -> Fact:
    kept = getattr(row, column.name)
    unit = "currency-CNY" if column.kind == "money" else column.unit or ""
    if column.name in SEALED.get(column.table, ()):
        text = (
            f"●●●●●●{row.id_tail}" if column.name == "id_number" and kept else "●●●●●●" if kept else _("未填")
        )
        return Fact(said(column.title), text, not kept, sealed=column.name if kept else "")
    empty = kept in (None, "", [])
    return Fact(said(column.title), said(shown(column, kept)), empty, "" if empty else unit)


def _figures(years: Sequence[HouseholdYear]) -> list[tuple[str, list[int | None]]]:
    """Title and the figure of each year (fen), in the order of the form."""
    names = [name for section in sections.YEAR for name in section.columns]
    columns = columns_named("household", names)
    return [(said(column.title), [getattr(year, column.name) for year in years]) for column in columns]


def _event(event: Event) -> dict[str, Any]:
    changes: list[ShownChange] = shown_changes(event.before, event.after)
    return {"event": event, "changes": changes}
