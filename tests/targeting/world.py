"""A round of identification in 柳林村, acted as its people act it: posts, applicants, a panel of thirty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.divisions.actions import add_group
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.models import Case
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.intake import Intake, take_in
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import Household
from bangfu.targeting.actions.applying import Applying, apply_together
from bangfu.targeting.actions.cases import act_on
from bangfu.targeting.actions.meetings import BallotRow, RecordRow, act_many, record_ballots, record_many
from bangfu.targeting.actions.notices import Noticed, Wording, publish_cases
from bangfu.targeting.actions.panels import Seat, seat_panel, set_panel
from bangfu.targeting.actions.rolls import Attempt, RollRow, add_to_roll, notify
from bangfu.targeting.actions.rounds import open_round, start_round
from bangfu.targeting.enums import Channel
from bangfu.targeting.models import Round
from bangfu.targeting.notice_models import Notice
from bangfu.targeting.panels import Ballot
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW, WILLOW_TOWN

MONDAY = date(2026, 3, 2)
STANDING = codes("standing")
RELATION = codes("relation")


WORDING = Wording(
    title="名单公示",
    text="经评议和审查,现予公示。",
    audience="全体村民",
    issuer="柳林村村民委员会",
    phone="0990-12345",
    address="柳林村村委会办公室",
    place="村公示栏",
)


@dataclass
class Day:
    """A clock that tests turn on."""

    now: date

    def on(self, days: int) -> None:
        self.now += timedelta(days=days)


@dataclass(frozen=True)
class Hand:
    """Somebody at work: ``**hand.acts`` is what an action is told."""

    actor: Actor
    scope: Scope

    @property
    def acts(self) -> dict[str, Any]:
        return {"by": self.actor, "scope": self.scope}


def hand(name: str, role: Role, division: str) -> Hand:
    return Hand(Actor(f"{role}-{name}", name), Scope.of([(role, division)]))


CLERK, SECOND_CLERK = hand("村甲", Role.VILLAGE, WILLOW), hand("村乙", Role.VILLAGE, WILLOW)
TOWNSHIP, SECOND_TOWNSHIP = hand("镇甲", Role.TOWNSHIP, WILLOW_TOWN), hand("镇乙", Role.TOWNSHIP, WILLOW_TOWN)
COUNTY_OFFICE = hand("县甲", Role.COUNTY_OFFICE, COUNTY)
ELSEWHERE = hand("外县", Role.COUNTY_OFFICE, OTHER_COUNTY)
HELPER = hand("帮扶", Role.HELPER, WILLOW)
PHOTO = StoredFile("b" * 64, "公示.jpg", 10)


def groups(*names: str, village: str = WILLOW) -> None:
    for number, name in enumerate(names, 1):
        add_group(by=Actor.system("test"), village_code=village, number=number, name=name)


def enter(count: int, *, first: int = 1, village: str = WILLOW, **facts: Any) -> list[Household]:
    """So many households of two, entered as facts only, in turn of the groups 1组 and 2组."""
    numbers = [f"{village}{at:04d}" for at in range(first, first + count)]
    households = {
        "household_no": numbers,
        "division_code": [village] * count,
        "group_no": [f"{at % 2 + 1}组" for at in range(count)],
        "main_cause": [7] * count,
        "income_year": [2025] * count,
        "income_net": [320_000] * count,
        **{name: [value] * count for name, value in facts.items()},
    }
    people = {
        "household_no": [one for one in numbers for _ in range(2)],
        "person_no": [f"{one}{at:02d}" for one in numbers for at in (1, 2)],
        "name": [name for one in numbers for name in (head_of(one), f"妻{one[-4:]}")],
        "relation": [kin for _ in numbers for kin in (RELATION.head, RELATION.spouse)],
    }
    places = [("", at) for at in range(count)]
    members = [("", at) for at in range(2 * count)]
    take_in(
        Intake(
            Rows(vocabulary.table("household"), households, places),
            Rows(vocabulary.table("person"), people, members),
            clock.today(),
            reason="申请识别",
            applying=True,
        ),
        by=CLERK.actor,
    )
    return list(Household.objects.filter(household_no__in=numbers).order_by("household_no"))


def head_of(household_no: str) -> str:
    return f"户主{household_no[-4:]}"


def started(households: int, **parts: Any) -> Round:
    return start_round(
        **{
            "division_code": WILLOW,
            "year": 2026,
            "households": households,
            "mobilisation": "村委会召开动员大会",
            "attendance": 60,
            **CLERK.acts,
            **parts,
        }
    )


def tell_all(one: Round) -> None:
    attempts = [
        Attempt(entry=pk, channel=Channel.MEETING, reached=True, day=clock.today())
        for pk in one.roll.values_list("pk", flat=True)
    ]
    notify(round_id=one.pk, attempts=attempts, **CLERK.acts)


def seats(one: Round, per_group: int = 15) -> list[Seat]:
    """So many members of each group, each of a household of their own on the roll."""
    found = []
    for number in (1, 2):
        entries = one.roll.filter(group_number=number).order_by("serial")[:per_group]
        found += [Seat(entry=entry.pk, name=f"代表{entry.serial}", group_number=number) for entry in entries]
    return found


def opened(applicants: int, *, others: int = 30) -> Round:
    """A round that takes applications, with a seated panel of 30 members of two groups."""
    groups("1组", "2组")
    enter(applicants)
    one = started(applicants + others)
    rows = [RollRow(householder=f"村民{at}", group_number=at % 2 + 1) for at in range(others)]
    if rows:
        add_to_roll(round_id=one.pk, rows=rows, **CLERK.acts)
    tell_all(one)
    open_round(round_id=one.pk, **CLERK.acts)
    set_panel(round_id=one.pk, seats=seats(one), **CLERK.acts)
    seat_panel(round_id=one.pk, **CLERK.acts)
    one.refresh_from_db()
    return one


def apply_all(one: Round, households: Sequence[Household] | None = None) -> list[Case]:
    """The households (all of the village that were entered) apply; their cases by number."""
    chosen = households or list(Household.objects.filter(division_code=WILLOW).order_by("household_no"))
    rows = [Applying(household_no=h.household_no, signed_by=head_of(h.household_no)) for h in chosen]
    made = apply_together(round_id=one.pk, rows=rows, **CLERK.acts)
    return [fresh(application.case) for application in made]


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def revision(case: Case) -> int:
    return int(Case.objects.values_list("revision", flat=True).get(pk=case.pk))


def ballot(present: int = 28, in_favour: int = 25, against: int = 2, abstain: int = 1) -> Ballot:
    return Ballot(present=present, in_favour=in_favour, against=against, abstain=abstain)


def vote(one: Round, cases: Sequence[Case], cast: Ballot | None = None) -> None:
    rows = [BallotRow(case=case.pk, revision=revision(case), ballot=cast or ballot()) for case in cases]
    record_ballots(round_id=one.pk, rows=rows, **CLERK.acts)


def put(cases: Sequence[Case], kind: str, who: Hand, **parts: Any) -> None:
    record_many(
        kind=kind, rows=[RecordRow(case=one.pk, revision=revision(one), **parts) for one in cases], **who.acts
    )


def publish(cases: Sequence[Case], who: Hand, wording: Wording = WORDING, **parts: Any) -> Notice:
    rows = [Noticed(one.pk, revision(one)) for one in cases]
    return publish_cases(cases=rows, wording=wording, **who.acts, **parts)


def decide(cases: Sequence[Case], step: str, who: Hand, decision: str = "pass", **parts: Any) -> None:
    rows = [Decided(case=one.pk, revision=revision(one), decision=decision, **parts) for one in cases]
    act_many(step=step, rows=rows, **who.acts)


def act(case: Case, step: str, who: Hand, decision: str = "pass", **parts: Any) -> None:
    act_on(case=case.pk, step=step, decision=decision, revision=revision(case), **who.acts, **parts)


def to_review(cases: Sequence[Case]) -> None:
    decide(cases, "application", CLERK)
    put(cases, "nomination", CLERK)
    decide(cases, "nomination", CLERK)


def to_village_check(one: Round, cases: Sequence[Case]) -> None:
    to_review(cases)
    vote(one, cases)
    decide(cases, "review", CLERK)


def to_township(one: Round, cases: Sequence[Case], day: Day) -> None:
    to_village_check(one, cases)
    put(cases, "village_check", CLERK, data={"opinion": "同意"})
    publish(cases, CLERK)
    day.on(7)
    decide(cases, "village_check", CLERK)


def visit_all(cases: Sequence[Case], **parts: Any) -> None:
    visit = {"visitors": ["镇干部李"], "visited_on": clock.today().isoformat(), **parts}
    put(cases, "home_visit", TOWNSHIP, data=visit)


def to_county(one: Round, cases: Sequence[Case], day: Day) -> None:
    to_township(one, cases, day)
    visit_all(cases)
    decide(cases, "township_audit", TOWNSHIP)


def to_the_end(one: Round, cases: Sequence[Case], day: Day) -> None:
    """Through every step to the approval."""
    to_county(one, cases, day)
    publish(cases, COUNTY_OFFICE)
    day.on(5)
    decide(cases, "county_approval", COUNTY_OFFICE)
