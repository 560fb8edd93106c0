"""Recognised villages: applying, and the nine and ten items that each must have (S4-55, S1-12, S1-15, S1-53)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, as_json
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy.errors import BangfuError
from bangfu.policy.villages import checklists
from bangfu.targeting.actions.deciding import VILLAGE_WORK, work_key
from bangfu.targeting.actions.villages import (
    apply_for_village,
    finish_checklist,
    report_item,
    settle_village_work,
)
from bangfu.targeting.checklists import states, village_state
from bangfu.targeting.models import Recognition
from bangfu.web import drafts
from bangfu.web.forms.base import BangfuForm
from bangfu.web.forms.cases import kept_file
from bangfu.web.forms.recognition import ApplyForm, ItemForm, NoteForm
from bangfu.web.gates import Asked, needs
from bangfu.web.places import area_of, village_within
from bangfu.web.speaking import language, said

_READ, _MAY = Capability.READ_CASES, Capability.CORRECT_REGISTRY
#: The draft of the application.
_APPLY = "recognition-apply"


@needs(_READ)
def recognition(request: Asked) -> HttpResponse:
    """Recognised villages with one checklist: how many items are met, who is late; and the form to apply."""
    return _list(request, None)


@needs(Capability.WORK_CASES, "POST")
def applying(request: Asked) -> HttpResponse:
    """A village applies to be recognised by a version of the standard."""
    form = ApplyForm(request.POST, request.FILES, scope=request.scope)
    made: list[int] = []

    def act() -> None:
        given = dict(form.cleaned_data)
        file = given.pop("file")
        case = apply_for_village(**given, files=kept_file(file), by=request.by, scope=request.scope)
        made.append(case.pk)

    if drafts.handed_in(_APPLY, form, act, request.POST, by=request.by):
        messages.success(request, _("已立案。"))
        return redirect("case", made[0])
    return _list(request, form)


def _list(request: Asked, form: ApplyForm | None) -> HttpResponse:
    area, known = area_of(request, _READ), checklists()
    key = request.GET.get("checklist", next(iter(known)))
    if key not in known:
        raise NotFound()
    found = states(request.scope, area, key, clock.today())
    only = request.GET.get("only", "")
    rows = [one for one in found if only != "overdue" or one.overdue]
    if only == "open":
        rows = [one for one in found if one.done_on is None]
    around = {
        "area": area,
        "checklist": known[key],
        "checklists": list(known.values()),
        "rows": rows,
        "only": only,
        "choices": [
            ("", _("全部"), len(found)),
            ("open", _("未完成"), sum(one.done_on is None for one in found)),
            ("overdue", _("已逾期"), sum(one.overdue for one in found)),
        ],
        "one": drafts.beside(_APPLY, lambda: ApplyForm(scope=request.scope), form, by=request.by)
        if request.scope.can(Capability.WORK_CASES)
        else None,
    }
    return render(request, "web/recognition/list.html", around, status=form.status if form else 200)


@needs(_READ)
def recognised(request: Asked, code: str) -> HttpResponse:
    """One village: every checklist item by item."""
    village_within(request.scope, code, _READ)
    return _page(request, code)


@needs(_MAY, "POST")
def item(request: Asked, code: str, checklist: str, key: str) -> HttpResponse:
    """Enter what was found of one item."""
    village_within(request.scope, code, _MAY)
    meant = checklists().get(checklist)
    chosen = meant.item(key) if meant else None
    if chosen is None:
        raise NotFound()
    form = ItemForm(request.POST, request.FILES, checklist=checklist, item=chosen)

    def act() -> None:
        given = dict(form.cleaned_data)
        file = given.pop("file")
        report_item(
            division_code=code,
            checklist=checklist,
            item=key,
            files=kept_file(file),
            by=request.by,
            scope=request.scope,
            **given,
        )

    name = f"{checklist}-{key}"
    if drafts.handed_in(_key(code, name), form, act, request.POST, by=request.by):
        messages.success(request, _("已登记。"))
        return redirect(f"{reverse('recognised', args=[code])}#{name}")
    return _page(request, code, sent={name: form})


@needs(Capability.VERIFY_DOUBTS, "POST")
def finish(request: Asked, code: str, checklist: str) -> HttpResponse:
    """Declare a checklist done: refused while one item lacks."""
    village_within(request.scope, code, Capability.VERIFY_DOUBTS)
    try:
        finish_checklist(division_code=code, checklist=checklist, by=request.by, scope=request.scope)
    except (NotFound, NotAllowed):
        raise
    except BangfuError as error:
        return _page(request, code, refused=as_json(error, language()))
    messages.success(request, _("清单已确认完成。"))
    return redirect("recognised", code)


@needs(Capability.VERIFY_DOUBTS, "POST")
def settle(request: Asked, code: str, what: str) -> HttpResponse:
    """The team is arranged, or the policies are applied: the item leaves the worklist."""
    village_within(request.scope, code, Capability.VERIFY_DOUBTS)
    form = NoteForm(request.POST, auto_id=f"{what}-%s")

    def act() -> None:
        settle_village_work(
            division_code=code,
            what=what,
            note=form.cleaned_data["reason"],
            by=request.by,
            scope=request.scope,
        )

    if drafts.handed_in(_key(code, what), form, act, request.POST, by=request.by):
        messages.success(request, _("已登记完成。"))
        return redirect("recognised", code)
    return _page(request, code, sent={what: form})


def _key(code: str, name: str) -> str:
    """The draft of an item, or of the note to what is to be done."""
    return f"recognised:{code}:{name}"


def _page(
    request: Asked, code: str, *, sent: Mapping[str, BangfuForm] | None = None, refused: Any = None
) -> HttpResponse:
    today, may = clock.today(), request.scope.allows(_MAY, code)
    sent = sent or {}

    def with_draft(name: str, make: Callable[[], BangfuForm]) -> dict[str, Any]:
        return drafts.beside(_key(code, name), make, sent.get(name), by=request.by)

    found = Recognition.objects.filter(division_code=code).order_by("-day").first()
    lists = []
    for checklist in checklists():
        state = village_state(code, checklist, today)
        works = may and found is not None and state.done_on is None
        rows = [
            (
                one,
                with_draft(
                    f"{checklist}-{one.item.key}", partial(ItemForm, checklist=checklist, item=one.item)
                )
                if works
                else None,
            )
            for one in state.items
        ]
        lists.append((state, rows))
    open_keys = {work_key(code, what): what for what in VILLAGE_WORK}
    open_work = WorkItem.objects.open().filter(key__in=list(open_keys))
    around = {
        "code": code,
        "recognition": found,
        "lists": lists,
        "refusal": refused,
        "finishes": request.scope.allows(Capability.VERIFY_DOUBTS, code),
        "work": [
            (what, said(one.title), one.due, with_draft(what, partial(NoteForm, auto_id=f"{what}-%s")))
            for one in open_work
            for what in (open_keys[one.key],)
        ],
    }
    status = 422 if refused or any(form.errors for form in sent.values()) else 200
    return render(request, "web/recognition/village.html", around, status=status)
