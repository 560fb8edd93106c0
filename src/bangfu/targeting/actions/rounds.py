"""A round from its mobilisation to its end, and when it opens (S4-58); its roll stands in ``rolls``."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.models import Division
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.models import Household, Membership
from bangfu.targeting.enums import RoundState
from bangfu.targeting.errors import (
    MobilisationNeeded,
    NotEverybodyTold,
    NoVillage,
    RoundRunning,
    UnderWay,
    WrongRoundState,
)
from bangfu.targeting.models import Application, RollHousehold, Round
from bangfu.targeting.notifying import fewer_problems, untold_problems
from bangfu.targeting.rosters import group_number, groups_of

_MAY = Capability.CORRECT_REGISTRY
_SHORTEST = 4
_relation = codes("relation")


@transaction.atomic
def start_round(
    *,
    division_code: str,
    year: int,
    households: int,
    mobilisation: str,
    attendance: int,
    by: Actor,
    scope: Scope,
) -> Round:
    """Start a round in a village: its mobilisation meeting was held. Every household that the registry has there goes
    on the roll by itself.

    Raises:
        NotAllowed, NotFound: the scope does not reach the village. NoVillage: it is none.
        MobilisationNeeded: the meeting, its attendance or the number of households is missing.
        RoundRunning: another round has not ended.
    """
    scope.require(_MAY, division_code)
    day = clock.today()
    if (
        level_of(division_code) is not Level.VILLAGE
        or not Division.objects.filter(code=division_code).living_on(day).exists()
    ):
        raise NoVillage(division=division_code)
    if len(mobilisation.strip()) < _SHORTEST or attendance < 1 or households < 1:
        raise MobilisationNeeded()
    hold_chain()
    running = Round.objects.filter(division_code=division_code).running().first()
    if running is not None:
        raise RoundRunning(since=running.started_on)
    made = Round.objects.create(
        division_code=division_code,
        year=year,
        households=households,
        mobilisation=mobilisation.strip(),
        attendance=attendance,
        started_on=day,
        started_by=by.name or by.id,
    )
    listed = _list_registered(made, day)
    tell_round(made, "start_round", by, year=year, households=households, listed=listed)
    return made


@transaction.atomic
def correct_round(*, round_id: int, households: int, by: Actor, scope: Scope, why_fewer: str = "") -> Round:
    """Correct how many households the village has, while the round is being prepared; ``why_fewer``: why that is less
    than what is known of it.

    Raises:
        NotFound, NotAllowed; WrongRoundState: it takes applications already. MobilisationNeeded: no number.
    """
    found = locked_round(round_id, scope, RoundState.PREPARING, Words("更正全村户数", "correct the number"))
    if households < 1:
        raise MobilisationNeeded()
    before, found.households = found.households, households
    found.why_fewer = why_fewer.strip() or found.why_fewer
    found.save(update_fields=["households", "why_fewer"])
    tell_round(found, "correct_round", by, before=before, after=households, why_fewer=found.why_fewer)
    return found


@transaction.atomic
def open_round(*, round_id: int, by: Actor, scope: Scope) -> Round:
    """Let the village apply: every household was told, or an attempt is on record; a number of households that is
    less than what is known has its reason.

    Raises:
        NotFound, NotAllowed, WrongRoundState; NotEverybodyTold.
    """
    found = locked_round(round_id, scope, RoundState.PREPARING, Words("开始受理", "be opened"))
    problems = [*fewer_problems(found), *untold_problems(found)]
    if problems:
        raise NotEverybodyTold(problems)
    found.state, found.opened_on = RoundState.APPLYING, clock.today()
    found.save(update_fields=["state", "opened_on"])
    tell_round(found, "open_round", by)
    return found


@transaction.atomic
def end_round(*, round_id: int, by: Actor, scope: Scope) -> Round:
    """End a round of which no application is under way. Raises NotFound, NotAllowed, WrongRoundState, UnderWay."""
    found = locked_round(round_id, scope, None, Words("结束", "be ended"))
    under_way = Application.objects.filter(round=found, case__state="open").count()
    if under_way:
        raise UnderWay(count=under_way)
    found.state, found.ended_on = RoundState.ENDED, clock.today()
    found.save(update_fields=["state", "ended_on"])
    tell_round(found, "end_round", by)
    return found


def _list_registered(made: Round, day: date) -> int:
    """Every household that the registry has in the village, under its head's name and group."""
    heads = Membership.objects.on(day).filter(
        household__division_code=made.division_code, relation=_relation.head
    )
    names = dict(heads.values_list("household_id", "person__name"))
    groups = groups_of(made.division_code)
    found = Household.objects.filter(division_code=made.division_code).peopled_on(day)
    rows = RollHousehold.objects.bulk_create(
        RollHousehold(
            round=made,
            serial=at,
            householder=names.get(one.pk) or one.household_no,
            group_number=group_number(one.group_no, groups),
            household=one,
        )
        for at, one in enumerate(found.order_by("household_no"), 1)
    )
    return len(rows)


def locked_round(round_id: int, scope: Scope, state: RoundState | None, what: Words) -> Round:
    """The round within the scope, locked, at ``state`` (None: at any but its end)."""
    hold_chain()
    found: Round = Round.objects.select_for_update().reach(scope, _MAY, pk=round_id)
    if found.state == RoundState.ENDED or (state is not None and found.state != state):
        raise wrong_state(found, what)
    return found


def wrong_state(found: Round, what: Words) -> WrongRoundState:
    """The refusal of something that a round is too early or too late for."""
    ended = found.state == RoundState.ENDED
    preparing = found.state == RoundState.PREPARING
    return WrongRoundState(
        state=RoundState(found.state).label,
        state_en=found.state,
        what=what.zh,
        what_en=what.en,
        way="请启动新的识别批次。" if ended else "请先开始受理。" if preparing else "受理后不能再改。",
        way_en="Start another round."
        if ended
        else "Open it first."
        if preparing
        else "It takes applications already.",
    )


def tell_round(found: Round, action: str, by: Actor, **detail: object) -> None:
    record(
        by=by,
        action=f"targeting.{action}",
        subject_kind="round",
        subject_id=str(found.pk),
        division_code=found.division_code,
        detail=detail,
    )
