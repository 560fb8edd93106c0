"""Rounds and cases in 柳林村, made by the accounts of the cast: what the screens of procedures are tested with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bangfu.divisions.actions import add_group
from bangfu.divisions.models import VillagersGroup
from bangfu.monitoring.actions.exits import open_village_exit
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.models import Case
from bangfu.registry.models import Household
from bangfu.targeting.actions.applying import Applying, apply_together
from bangfu.targeting.actions.meetings import RecordRow, act_many, record_many
from bangfu.targeting.actions.notices import Wording, publish_text
from bangfu.targeting.actions.panels import Seat, seat_panel, set_panel
from bangfu.targeting.actions.rolls import Attempt, RollRow, add_to_roll, notify, set_group
from bangfu.targeting.actions.rounds import open_round, start_round
from bangfu.targeting.actions.years import YearRow, hand_in
from bangfu.targeting.enums import Channel
from bangfu.targeting.models import Application, Round
from bangfu.targeting.notice_models import Notice
from bangfu.targeting.year_models import YearBatch
from tests.cast import office
from tests.cast.places import WILLOW
from tests.targeting.world import enter, head_of

FIRST = 501
NEIGHBOURS = 30


def acts(username: str) -> dict[str, Any]:
    """``by`` and ``scope`` of an account."""
    return {"by": office.who(username).actor(), "scope": office.scope(username)}


def a_round() -> Round:
    """The round of the village; started when there is none."""
    return Round.objects.filter(division_code=WILLOW).first() or started(0)


def a_case() -> Case:
    """A case of the village: it applies to leave."""
    found = Case.objects.filter(procedure="village_exit", division_code=WILLOW).first()
    return found or open_village_exit(
        division_code=WILLOW, statement="村里已达到出列标准", signed_by="王强", **acts("village")
    )


def a_notice() -> Notice:
    """A notice of the village: a text."""
    found = Notice.objects.filter(division_code=WILLOW).first()
    wording = Wording(
        title="村级公告",
        text="召开村民代表会议。",
        audience="全体村民",
        issuer="柳林村村委会",
        phone="0990-1234567",
        address="柳林村村委会",
        place="村公示栏",
    )
    until = clock.today() + timedelta(days=30)
    return found or publish_text(division_code=WILLOW, until=until, wording=wording, **acts("village"))


def a_year_batch() -> YearBatch:
    """What the village handed in for last year: one household, nothing changed."""
    year = clock.today().year - 1
    found = YearBatch.objects.filter(division_code=WILLOW, year=year).first()
    rows = [YearRow(household_no=f"{WILLOW}0001", figures={"savings": 120_000})]
    return found or hand_in(division_code=WILLOW, year=year, rows=rows, **acts("village"))


def started(applicants: int) -> Round:
    """A round with two groups and some neighbours on the roll; ``applicants`` households are entered as facts."""
    if not VillagersGroup.objects.filter(village_code=WILLOW, number=2).exists():
        add_group(by=Actor.system("test"), village_code=WILLOW, number=2, name="二组")
    if applicants:
        enter(applicants, first=FIRST)
    listed = Household.objects.filter(division_code=WILLOW).peopled_on(clock.today()).count()
    one = start_round(
        division_code=WILLOW,
        year=clock.today().year,
        households=listed + NEIGHBOURS,
        mobilisation="村委会召开动员大会",
        attendance=60,
        **acts("village"),
    )
    rows = [RollRow(householder=f"村民{at}", group_number=at % 2 + 1) for at in range(NEIGHBOURS)]
    add_to_roll(round_id=one.pk, rows=rows, **acts("village"))
    without = list(one.roll.filter(group_number=None).values_list("pk", flat=True))
    if without:
        set_group(round_id=one.pk, entries=without, group_number=1, **acts("village"))
    return one


def tell_all(one: Round) -> None:
    """Everybody on the roll was at the meeting."""
    attempts = [
        Attempt(entry=pk, channel=Channel.MEETING, reached=True, day=clock.today())
        for pk in one.roll.values_list("pk", flat=True)
    ]
    notify(round_id=one.pk, attempts=attempts, **acts("village"))


def seats(one: Round) -> list[Seat]:
    """15 members of each group."""
    found = []
    for number in (1, 2):
        entries = one.roll.filter(group_number=number).order_by("-serial")[:15]
        found += [Seat(entry=entry.pk, name=f"代表{entry.serial}", group_number=number) for entry in entries]
    return found


def opened(applicants: int) -> Round:
    """A round that takes applications, with its panel of thirty."""
    one = started(applicants)
    tell_all(one)
    open_round(round_id=one.pk, **acts("village"))
    set_panel(round_id=one.pk, seats=seats(one), **acts("village"))
    seat_panel(round_id=one.pk, **acts("village"))
    one.refresh_from_db()
    return one


def applied(one: Round, count: int) -> list[Application]:
    """The households that were entered apply."""
    numbers = [f"{WILLOW}{at:04d}" for at in range(FIRST, FIRST + count)]
    rows = [Applying(household_no=number, signed_by=head_of(number)) for number in numbers]
    return apply_together(round_id=one.pk, rows=rows, **acts("village"))


def fresh(cases: list[Case]) -> list[Case]:
    """The cases as they stand now."""
    found = Case.objects.in_bulk([one.pk for one in cases])
    return [found[one.pk] for one in cases]


def decided(cases: list[Case], step: str, username: str = "village") -> None:
    """All pass the step."""
    rows = [Decided(case=one.pk, decision="pass", revision=one.revision) for one in fresh(cases)]
    act_many(step=step, rows=rows, **acts(username))


def put(cases: list[Case], kind: str, data: dict[str, Any], username: str = "village") -> None:
    """A record of a kind for all."""
    rows = [RecordRow(case=one.pk, revision=one.revision, data=data) for one in fresh(cases)]
    record_many(kind=kind, rows=rows, **acts(username))


def at_review(count: int) -> tuple[Round, list[Case]]:
    """A round with so many applications at the review."""
    one = opened(count)
    cases = [application.case for application in applied(one, count)]
    decided(cases, "application")
    put(cases, "nomination", {"text": "小组会议提名"})
    decided(cases, "nomination")
    return one, fresh(cases)
