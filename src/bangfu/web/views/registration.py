"""Entering a household with its people, for a case to register; the hint that somebody may be registered already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.platform import clock
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.families import enter_household
from bangfu.registry.masking import masked_tail
from bangfu.registry.models import Household, Membership
from bangfu.registry.queries import Likeness, like_this
from bangfu.web.forms.base import done
from bangfu.web.forms.registry import NewPerson, Registration
from bangfu.web.forms.vocabulary import VocabularyField, columns_named
from bangfu.web.gates import Asked, needs
from bangfu.web.places import path_of, working_division

_MAY: Final = Capability.CORRECT_REGISTRY
MOST_PEOPLE: Final = 30
SHOWN_LIKENESSES: Final = 5
_COMPARED: Final = ("name", "id_number", "birth_date", "sex")
_relation = codes("relation")


@needs(_MAY, "GET", "POST")
def register(request: Asked) -> HttpResponse:
    """A new household: all six groups of the form, and at least one person (S4-59)."""
    village = working_division(request.user, request.scope)
    here = village if village and level_of(village) is Level.VILLAGE else ""
    initial = {"division_code": here, "income_year": clock.today().year}
    form = Registration(
        request.POST if request.method == "POST" else None, scope=request.scope, initial=initial
    )
    people = _people(request.POST) if request.method == "POST" else [_person_form(0, None, first=True)]
    made: list[Household] = []

    def act() -> None:
        entered = form.entered()
        entered["stated_members"] = entered["stated_members"] or len(people)
        given = [one.entered() for one in people]
        made.append(enter_household(household=entered, people=given, by=request.by, **form.act))

    if request.method == "POST":
        wrong = [one for one in people if not one.is_valid()]
        if wrong:
            form.is_valid()
            form.add_error(None, _("家庭成员的信息有需要改正的地方,已在下面标出。"))
        elif done(form, act):
            messages.success(request, _("已录入。请核对下面的档案;建档须经识别程序。"))
            return redirect("household", made[0].household_no)
    shown = {"form": form, "people": people, "village": here, "next": len(people)}
    return render(request, "web/household/register.html", shown, status=form.status)


@needs(_MAY)
def another_person(request: Asked) -> HttpResponse:
    """An empty block for one more person."""
    given = request.GET.get("n", "")
    number = int(given) if given.isdigit() and int(given) < MOST_PEOPLE else 1
    form = _person_form(number, None)
    village = working_division(request.user, request.scope)
    return render(
        request, "web/household/person_block.html", {"one": form, "village": village, "next": number + 1}
    )


def _people(data: QueryDict) -> list[NewPerson]:
    numbers = [int(one) for one in data.getlist("person") if one.isdigit() and int(one) < MOST_PEOPLE]
    return [
        _person_form(number, data, first=place == 0)
        for place, number in enumerate(dict.fromkeys(numbers) or [0])
    ]


def _person_form(number: int, data: Any, *, first: bool = False) -> NewPerson:
    initial = {"relation": _relation.head} if first else {}
    return NewPerson(data, prefix=f"person-{number}", initial=initial)


@dataclass(frozen=True)
class Hint:
    """Somebody who may be the person typed. Beyond one's own area only the place is told."""

    likeness: Likeness
    name: str
    where: str
    number: str
    household: str


@needs(_MAY, "POST")
def like(request: Asked) -> HttpResponse:
    """Who may be the person that is being typed. A POST, so that no name or number enters an address."""
    prefix, village = request.POST.get("like_prefix", ""), request.POST.get("like_village", "")
    entered: dict[str, Any] = {}
    for column in columns_named("person", _COMPARED):
        try:
            entered[column.name] = VocabularyField(column).clean(
                request.POST.get(f"{prefix}{column.name}", "")
            )
        except forms.ValidationError:
            entered[column.name] = None
    told = entered["id_number"] or (entered["name"] and entered["birth_date"])
    found = like_this(entered, village or None)[:SHOWN_LIKENESSES] if told else []
    return render(request, "web/household/like.html", {"hints": [_hint(request, one) for one in found]})


def _hint(request: Asked, one: Likeness) -> Hint:
    spell = Membership.objects.on(clock.today()).filter(person=one.person).select_related("household").first()
    code = spell.household.division_code if spell else ""
    if spell is not None and request.scope.allows(Capability.READ_REGISTRY, code):
        number = masked_tail(one.person.id_tail)
        return Hint(one, one.person.name, path_of(code), number, spell.household.household_no)
    return Hint(one, "", path_of(f"{code[:9]}000") if code else "", "", "")
