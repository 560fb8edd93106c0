"""A village meeting: the round, who was told, the panel, who applies, and the ballots (S4-58, S4-61..63)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, as_json
from bangfu.platform.procedures.enums import CaseState
from bangfu.policy.errors import BangfuError
from bangfu.policy.procedures import in_force
from bangfu.targeting.access import round_for
from bangfu.targeting.actions import rolls
from bangfu.targeting.actions import rounds as acts
from bangfu.targeting.actions.applying import PROCEDURE
from bangfu.targeting.actions.panels import seat_panel, set_panel
from bangfu.targeting.enums import Channel, RoundState
from bangfu.targeting.models import Round
from bangfu.targeting.notifying import fewer_than, roll_of, told
from bangfu.targeting.panels import smallest
from bangfu.targeting.queries import may_apply, panel_picture, progress, rounds_of
from bangfu.targeting.rosters import groups_of, limits_of
from bangfu.web import drafts
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.forms.rounds import (
    MendRollForm,
    RollForm,
    SeatRow,
    StartForm,
    ToldForm,
    groups_typed,
    seat_rows,
    seats_of,
)
from bangfu.web.gates import Asked, needs
from bangfu.web.listing import listing
from bangfu.web.places import area_of, names_of
from bangfu.web.roll_rows import roll_rows
from bangfu.web.speaking import language, said

_READ, _MAY = Capability.READ_CASES, Capability.CORRECT_REGISTRY
SPARE_SEATS = 5
#: The draft of the form that starts a round.
_START = "round-start"


@needs(_READ)
def rounds(request: Asked) -> HttpResponse:
    """The rounds of a division, and the form that starts one."""
    return _list(request, None)


@needs(_MAY, "POST")
def start(request: Asked) -> HttpResponse:
    """Start a round: its mobilisation meeting was held."""
    form = StartForm(request.POST, scope=request.scope)
    made: list[Round] = []

    def act() -> None:
        made.append(acts.start_round(by=request.by, scope=request.scope, **form.cleaned_data))

    if drafts.handed_in(_START, form, act, request.POST, by=request.by):
        messages.success(request, _("识别批次已启动。请告知全村每一户。"))
        return redirect("round", made[0].pk)
    return _list(request, form)


def _list(request: Asked, form: StartForm | None) -> HttpResponse:
    area = area_of(request, _READ)
    shown = listing(
        request, "rounds", rounds_of(request.scope, area), (), {"new": ("-started_on", "-pk")}, "new"
    )
    page = list(shown.page.object_list)
    names_of(one.division_code for one in page)
    rows = [(one, told(one), one.applications.count()) for one in page]
    may = request.scope.can(_MAY)
    around = {
        "area": area,
        "listing": shown,
        "rows": rows,
        "one": drafts.beside(_START, lambda: StartForm(scope=request.scope), form, by=request.by)
        if may or form
        else None,
    }
    return render(request, "web/rounds/list.html", around, status=form.status if form else 200)


@needs(_READ)
def round_page(request: Asked, pk: int) -> HttpResponse:
    """How far a round is, and the ways to its screens."""
    return _round(request, round_for(request.scope, pk, _READ), None)


def _round(request: Asked, found: Round, refused: Any) -> HttpResponse:
    definition = in_force(PROCEDURE, found.started_on, found.division_code)
    counts = {one.key: one.count for one in progress(found)}
    picture = panel_picture(found)
    around = {
        "round": found,
        "told": told(found),
        "known": fewer_than(found, clock.today()),
        "panel": picture,
        "steps": [
            (one.key, said(one.title), counts.get(one.key, 0), f"{PROCEDURE}:{one.key}")
            for one in definition.steps
        ],
        "ended": [
            (state, str(CaseState(state).label), counts.get(state, 0))
            for state in (CaseState.PASSED, CaseState.REFUSED, CaseState.WITHDRAWN, CaseState.STOPPED)
        ],
        "may": request.scope.allows(_MAY, found.division_code),
        "applicants": may_apply(found, clock.today()).count() if found.state == RoundState.APPLYING else 0,
        "refusal": refused,
    }
    return render(request, "web/rounds/round.html", around, status=422 if refused else 200)


@needs(_MAY, "POST")
def open_it(request: Asked, pk: int) -> HttpResponse:
    """Let the village apply; else the page says which households were not told yet."""
    return _change(request, round_for(request.scope, pk, _MAY), acts.open_round, _("已开始受理申请。"))


@needs(_MAY, "POST")
def end_it(request: Asked, pk: int) -> HttpResponse:
    """End the round."""
    return _change(request, round_for(request.scope, pk, _MAY), acts.end_round, _("识别批次已结束。"))


def _change(request: Asked, found: Round, act: Callable[..., object], told_: str) -> HttpResponse:
    """Back to the page; with what stands in the way where it was refused."""
    try:
        act(round_id=found.pk, by=request.by, scope=request.scope)
    except (NotFound, NotAllowed):
        raise
    except BangfuError as error:
        found.refresh_from_db()
        return _round(request, found, as_json(error, language()))
    messages.success(request, told_)
    return redirect("round", found.pk)


@needs(_READ, "GET", "POST")
def told_page(request: Asked, pk: int) -> HttpResponse:
    """The roll of the village: who was told, and how (S4-58)."""
    found = round_for(request.scope, pk, _READ if request.method == "GET" else _MAY)
    form = ToldForm(auto_id="told-%s")
    roll_form: BangfuForm = RollForm(auto_id="roll-%s")
    key = f"round:{pk}:told"
    if request.method == "POST" and "rows" in request.POST:
        roll_form = new = RollForm(request.POST, auto_id="roll-%s")

        def add() -> None:
            rolls.add_to_roll(round_id=pk, rows=new.roll_rows(), by=request.by, scope=request.scope)

        if drafts.handed_in(f"round:{pk}:roll", new, add, request.POST, by=request.by):
            messages.success(request, _("已补入户名册。"))
            return redirect("round-told", pk)
    elif request.method == "POST" and "households" in request.POST:
        mend = MendRollForm(request.POST, auto_id="mend-%s")
        if done(mend, lambda: _mend(request, found, mend)):
            messages.success(request, _("名册已更正。"))
            return redirect("round-told", pk)
        roll_form = mend
    elif request.method == "POST":
        form = ToldForm(request.POST, auto_id="told-%s")
        if drafts.handed_in(key, form, lambda: _tell(request, pk, form), request.POST, by=request.by):
            messages.success(request, _("已登记。"))
            return redirect("round-told", pk)
    return _told(request, found, form, roll_form, key)


def _mend(request: Asked, found: Round, form: MendRollForm) -> None:
    common: dict[str, Any] = {"round_id": found.pk, "by": request.by, "scope": request.scope}
    given = {name: form.cleaned_data[name] for name in ("households", "why_fewer")}
    if given["households"] != found.households or given["why_fewer"] != found.why_fewer:
        acts.correct_round(**given, **common)
    if serials := form.serials():
        entries = found.roll.filter(serial__in=serials).values_list("pk", flat=True)
        rolls.strike_from_roll(entries=list(entries), **common)


def _tell(request: Asked, pk: int, form: ToldForm) -> None:
    for group, entries in groups_typed(request.POST).items():
        rolls.set_group(round_id=pk, entries=entries, group_number=group, by=request.by, scope=request.scope)
    attempts = form.attempts(request.POST)
    if attempts or not groups_typed(request.POST):
        rolls.notify(round_id=pk, attempts=attempts, by=request.by, scope=request.scope)


def _told(request: Asked, found: Round, form: ToldForm, roll_form: BangfuForm, key: str) -> HttpResponse:
    only = request.GET.get("only", "")
    draft = drafts.kept(key, by=request.by)
    typed: Mapping[str, Any] = request.POST if form.is_bound else draft.data if draft else {}
    may = request.scope.allows(_MAY, found.division_code) and found.state != RoundState.ENDED
    sent = roll_form if isinstance(roll_form, RollForm) and roll_form.is_bound else None
    around = {
        "round": found,
        "told": told(found),
        "only": only,
        "rows": roll_rows(roll_of(found), typed, only=only, may=may),
        "channels": Channel.choices,
        "form": form,
        "roll": drafts.beside(
            f"round:{found.pk}:roll", lambda: RollForm(auto_id="roll-%s"), sent, by=request.by
        )
        if may and found.state == RoundState.PREPARING
        else None,
        "mend_form": roll_form
        if isinstance(roll_form, MendRollForm)
        else MendRollForm(
            initial={"households": found.households, "why_fewer": found.why_fewer}, auto_id="mend-%s"
        ),
        "may": may,
        "one": {"key": key, "draft": draft, "form": form},
    }
    status = form.status if form.is_bound else roll_form.status
    return render(request, "web/rounds/told.html", around, status=status)


@needs(_READ, "GET", "POST")
def panel(request: Asked, pk: int) -> HttpResponse:
    """The roster of the review panel: at least 30, and 5 of each villagers' group (S4-62)."""
    found = round_for(request.scope, pk, _READ if request.method == "GET" else _MAY)
    key, refused, rows = f"round:{pk}:panel", None, None
    if request.method == "POST":
        rows = seat_rows(request.POST.dict())
        try:
            seats = seats_of(rows, found.roll.all())
            set_panel(round_id=pk, seats=seats, by=request.by, scope=request.scope)
            drafts.drop(key, by=request.by)
            if "seat" in request.POST:
                seat_panel(round_id=pk, by=request.by, scope=request.scope)
            messages.success(request, _("评议小组已确定。") if "seat" in request.POST else _("名册已保存。"))
            return redirect("round-panel", pk)
        except (NotFound, NotAllowed):
            raise
        except BangfuError as error:
            refused = as_json(error, language())
            drafts.keep(key, request.POST, by=request.by)
    return _panel(request, found, key, rows, refused)


def _panel(
    request: Asked, found: Round, key: str, rows: Sequence[SeatRow] | None, refused: Any
) -> HttpResponse:
    draft, being_made = drafts.kept(key, by=request.by), panel_picture(found, being_made=True)
    if rows is None and draft is not None:
        rows = seat_rows(draft.data.dict())
    if rows is None:
        members = being_made.members if being_made else ()
        rows = [
            SeatRow(at, str(one.entry.serial), one.name, str(one.group_number))
            for at, one in enumerate(members, 1)
        ]
    groups, limits = groups_of(found.division_code), limits_of(found)
    least = smallest(len(groups), **limits)
    blank = range(len(rows) + 1, max(least, len(rows)) + SPARE_SEATS + 1)
    may = request.scope.allows(_MAY, found.division_code) and found.state != RoundState.ENDED
    around = {
        "round": found,
        "seated": panel_picture(found),
        "rows": [SeatRow(at, one.serial, one.name, one.group) for at, one in enumerate(rows, 1)]
        + [SeatRow(at) for at in blank],
        "groups": groups,
        "least": least,
        "least_per_group": limits["least_per_group"],
        "roll": found.roll.all(),
        "refusal": refused,
        "may": may,
        "one": {"key": key, "draft": None if refused else draft, "form": drafts.NoForm},
    }
    return render(request, "web/rounds/panel.html", around, status=422 if refused else 200)
