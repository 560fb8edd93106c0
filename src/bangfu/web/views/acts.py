"""Acts on one household: each page is a form and one action."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotFound, Stale
from bangfu.policy.errors import BangfuError
from bangfu.quality.actions.consistency import close_corrected
from bangfu.registry.access import household_for, person_for
from bangfu.registry.actions.corrections import correct_household, correct_person, update_year
from bangfu.registry.actions.families import change_head
from bangfu.registry.actions.members import add_member, on_the_books
from bangfu.registry.columns import household_columns, person_columns, typed, year_columns
from bangfu.registry.models import Household, Membership, Person
from bangfu.targeting.actions import subjects
from bangfu.web import sections
from bangfu.web.forms.base import ActForm, done
from bangfu.web.forms.registry import (
    Arrival,
    Departure,
    HouseholdCorrection,
    Merge,
    Move,
    NewHead,
    PersonCorrection,
    Split,
    YearUpdate,
)
from bangfu.web.gates import Asked, needs
from bangfu.web.views.household import facts_of

_MAY = Capability.CORRECT_REGISTRY
HIDDEN = "●●●●●●"


def _reached(request: Asked, household_no: str) -> Household:
    return household_for(request.scope, household_no, _MAY)


def _at(request: Asked, household: Household) -> dict[str, Any]:
    """Which household, who, and within what: what acts that may end its cases are told."""
    return {"household_no": household.household_no, "by": request.by, "scope": request.scope}


def _page(  # noqa: PLR0917 - what a page of one act is made of
    request: Asked,
    household: Household,
    form: ActForm,
    title: str,
    act: Callable[[], object],
    said: str,
    **around: Any,
) -> HttpResponse:
    """Shows the form, or does the act and goes back to the household's file."""
    if request.method == "POST" and done(form, act):
        messages.success(request, said)
        return redirect("household", household.household_no)
    shown = {"household": household, "form": form, "title": title, **around}
    return render(request, "web/household/act.html", shown, status=form.status)


def _members(household: Household) -> list[Membership]:
    return list(
        household.memberships.on(clock.today())
        .select_related("person")
        .order_by("relation", "person__person_no")
    )


def _values(row: Any, columns: Any) -> dict[str, Any]:
    return {column.name: typed(column)(getattr(row, column.name)) for column in columns}


@needs(_MAY, "GET", "POST")
def correct(request: Asked, household_no: str) -> HttpResponse:
    """The household's own facts."""
    household = _reached(request, household_no)
    sealed = {name: HIDDEN if getattr(household, name) else "" for name in ("phone", "bank_account")}
    initial = _values(household, household_columns()) | {"revision": household.revision}
    form = HouseholdCorrection(
        request.POST if request.method == "POST" else None, initial=initial, sealed=sealed
    )

    def act() -> None:
        seen = form.cleaned_data["revision"]
        with _fresh_revision(form, household):
            correct_household(
                household=household, entered=form.entered(), seen_revision=seen, by=request.by, **form.act
            )
        close_corrected(area=household.division_code, by=request.by)

    marks = facts_of("household", sections.MARKS, household)
    return _page(request, household, form, _("更正户信息"), act, _("户信息已更正。"), marks=marks)


@needs(_MAY, "GET", "POST")
def correct_member(request: Asked, household_no: str, person_no: str) -> HttpResponse:
    """One person's facts, and the relation to the head."""
    household = _reached(request, household_no)
    person = _member(request, household, person_no)
    sealed = {
        "id_number": f"{HIDDEN}{person.id_tail}" if person.id_number else "",
        "phone": HIDDEN if person.phone else "",
    }
    spell = household.memberships.filter(person=person).latest("since")
    initial = _values(person, person_columns()) | {"revision": person.revision, "relation": spell.relation}
    form = PersonCorrection(
        request.POST if request.method == "POST" else None, initial=initial, sealed=sealed
    )

    def act() -> None:
        seen = form.cleaned_data["revision"]
        with _fresh_revision(form, person):
            correct_person(
                person=person, entered=form.entered(), seen_revision=seen, by=request.by, **form.act
            )
        close_corrected(area=household.division_code, by=request.by)

    return _page(request, household, form, _("更正人员信息"), act, _("人员信息已更正。"), person=person)


@contextmanager
def _fresh_revision(form: ActForm, row: Household | Person) -> Iterator[None]:
    """After a Stale the form carries the revision that is there now: sent again, it is a decision."""
    try:
        yield
    except Stale:
        row.refresh_from_db()
        data: Any = form.data
        changed = data.copy()
        changed["revision"] = str(row.revision)
        form.data = changed
        raise


@needs(_MAY, "GET", "POST")
def year(request: Asked, household_no: str) -> HttpResponse:
    """Income, spending, savings and debts of one year."""
    household = _reached(request, household_no)
    known = {one.income_year: one for one in household.years.all()}
    given = request.GET.get("year", "")
    number = int(given) if given.isdigit() and 1949 <= int(given) <= clock.today().year else _latest(known)
    initial = _values(known[number], year_columns()) if number in known else {}
    form = YearUpdate(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> None:
        update_year(household=household, year=number, entered=form.entered(), by=request.by, **form.act)
        close_corrected(area=household.division_code, by=request.by)

    years = sorted({*known, clock.today().year, clock.today().year - 1, number}, reverse=True)
    said = _("%(year)s 年收入支出已保存。") % {"year": number}
    return _page(request, household, form, _("年度收入支出"), act, said, years=years, year=number)


def _latest(known: Mapping[int, Any]) -> int:
    return max(known, default=clock.today().year)


@needs(_MAY, "GET", "POST")
def add(request: Asked, household_no: str) -> HttpResponse:
    """Somebody comes into the household."""
    household = _reached(request, household_no)
    form = Arrival(request.POST if request.method == "POST" else None)

    def act() -> None:
        entered = form.entered()
        kin = entered.pop("relation")
        kind = form.cleaned_data["kind"]
        add_member(
            household=household, relation_code=kin, kind=kind, entered=entered, by=request.by, **form.act
        )

    like = {"village": household.division_code, "prefix": ""}
    return _page(request, household, form, _("增加家庭成员"), act, _("成员已增加。"), like=like)


@needs(_MAY, "GET", "POST")
def remove(request: Asked, household_no: str, person_no: str) -> HttpResponse:
    """Somebody leaves the household."""
    household = _reached(request, household_no)
    person = _member(request, household, person_no)
    form = Departure(
        request.POST if request.method == "POST" else None,
        members=[one for one in _members(household) if one.person_id != person.pk],
    )

    def act() -> None:
        kind = form.cleaned_data["kind"]
        subjects.leave(
            person=person, kind=kind, new_head=form.person(), **_at(request, household), **form.act
        )

    last = not form.members and on_the_books(household)
    return _page(request, household, form, _("成员离户"), act, _("已办理离户。"), person=person, last=last)


@needs(_MAY, "GET", "POST")
def head(request: Asked, household_no: str) -> HttpResponse:
    """Another member becomes the head."""
    household = _reached(request, household_no)
    form = NewHead(request.POST if request.method == "POST" else None, members=_members(household))

    def act() -> None:
        change_head(household=household, head=form.person(), by=request.by, **form.act)

    return _page(request, household, form, _("变更户主"), act, _("户主已变更。"))


@needs(_MAY, "GET", "POST")
def split(request: Asked, household_no: str) -> HttpResponse:
    """Some members become a household of their own."""
    household = _reached(request, household_no)
    form = Split(request.POST if request.method == "POST" else None, members=_members(household))
    made: list[Household] = []

    def act() -> None:
        made.append(
            subjects.split(
                leaving=form.people(), new_head=form.person(), **_at(request, household), **form.act
            )
        )

    response = _page(request, household, form, _("分户"), act, _("已分户,下面是新户的档案。"))
    return redirect("household", made[0].household_no) if made else response


@needs(_MAY, "GET", "POST")
def merge(request: Asked, household_no: str) -> HttpResponse:
    """All members join another household."""
    household = _reached(request, household_no)
    form = Merge(request.POST if request.method == "POST" else None)
    into: list[Household] = []

    def act() -> None:
        target = _target(request, form.cleaned_data["target"])
        subjects.merge(
            source=household_no,
            target=target.household_no,
            by=request.by,
            scope=request.scope,
            **form.act,
        )
        into.append(target)

    response = _page(request, household, form, _("并户"), act, _("已并户,下面是并入的户的档案。"))
    return redirect("household", into[0].household_no) if into else response


def _target(request: Asked, number: str) -> Household:
    """The household to join; a refusal beside the field where it is not reached."""
    try:
        return _reached(request, number.strip())
    except NotFound as error:
        raise _NoTarget() from error


class _NoTarget(BangfuError):
    code = "web.no_target"
    says = NotFound.says


@needs(_MAY, "GET", "POST")
def move(request: Asked, household_no: str) -> HttpResponse:
    """The whole household moves to another village."""
    household = _reached(request, household_no)
    form = Move(request.POST if request.method == "POST" else None, scope=request.scope)

    def act() -> None:
        village = form.cleaned_data["to_village"]
        subjects.move(to_village=village, **_at(request, household), **form.act)

    return _page(request, household, form, _("整户迁移"), act, _("整户迁移已办理,两个村的总数随之变化。"))


def _member(request: Asked, household: Household, person_no: str) -> Person:
    """The person, when they belong to this household now. Raises NotFound."""
    person = person_for(request.scope, person_no, _MAY)
    if not household.memberships.on(clock.today()).filter(person=person).exists():
        raise NotFound()
    return person
