"""Registered households of 柳林村, the people who let them leave, and sheets as they are found at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.monitoring.actions.exits import VerificationRow, decide_exits, open_exits, record_verifications
from bangfu.monitoring.verifications import ExitVerification, Guarantee
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.models import Case
from bangfu.policy import vocabulary
from bangfu.policy.exit.leaving import GUARANTEES_SINCE_2019
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.intake import Intake, take_in
from bangfu.registry.imports.reading import Rows
from bangfu.registry.models import Household, Standing
from bangfu.targeting.actions.cases import act_on, record_on
from bangfu.targeting.actions.notices import Noticed, publish_cases
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW, WILLOW_TOWN
from tests.targeting.world import WORDING

PROVINCE, CITY = "990000000000", "990100000000"
MONDAY = date(2026, 3, 2)
STANDING, RELATION = codes("standing"), codes("relation")
CAUSE, KIND = codes("cause"), codes("monitored_kind")
FIRST = date(2025, 4, 1)


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
TOWNSHIP = hand("镇甲", Role.TOWNSHIP, WILLOW_TOWN)
OFFICE, SECOND_OFFICE = hand("县甲", Role.COUNTY_OFFICE, COUNTY), hand("县乙", Role.COUNTY_OFFICE, COUNTY)
CITY_OFFICE = hand("市甲", Role.COUNTY_OFFICE, CITY)
PROVINCE_OFFICE = hand("省甲", Role.COUNTY_OFFICE, PROVINCE)
ELSEWHERE = hand("外县", Role.COUNTY_OFFICE, OTHER_COUNTY)
PHOTO = StoredFile("b" * 64, "照片.jpg", 10)


def enter(
    count: int = 1, *, first: int = 1, village: str = WILLOW, standing: bool = True, **facts: Any
) -> list[Household]:
    """So many households of two, registered since 2025-04-01, or entered as facts only."""
    numbers = [f"{village}{at:04d}" for at in range(first, first + count)]
    households = {
        "household_no": numbers,
        "division_code": [village] * count,
        "main_cause": [7] * count,
        "income_year": [2025] * count,
        "income_net": [320_000] * count,
        "identified_on": [20250401] * count,
        **{name: [value] * count for name, value in facts.items()},
    }
    people = {
        "household_no": [one for one in numbers for _ in range(2)],
        "person_no": [f"{one}{at:02d}" for one in numbers for at in (1, 2)],
        "name": [name for one in numbers for name in (f"户主{one[-4:]}", f"妻{one[-4:]}")],
        "relation": [kin for _ in numbers for kin in (RELATION.head, RELATION.spouse)],
        "identified_on": [20250401] * (2 * count),
    }
    intake = Intake(
        Rows(vocabulary.table("household"), households, [("", at) for at in range(count)]),
        Rows(vocabulary.table("person"), people, [("", at) for at in range(2 * count)]),
        clock.today(),
        reason="登记",
        applying=not standing,
        confirmed=True,
    )
    take_in(intake, by=CLERK.actor)
    return list(Household.objects.filter(household_no__in=numbers).order_by("household_no"))


def sheet(said: dict[str, str] | None = None, **parts: Any) -> ExitVerification:
    """A sheet of two people with 20 000 yuan of wages and every guarantee; ``said``: other answers."""
    answers = dict.fromkeys(GUARANTEES_SINCE_2019, "yes") | (said or {})
    whole = ExitVerification(
        members=2,
        income_year=2025,
        income_wage=2_000_000,
        income_business=0,
        income_property=0,
        income_transfer=0,
        production_cost=0,
        guarantees=tuple(Guarantee(key, answer, "入户查看属实") for key, answer in answers.items()),
        helper="陈丽",
        householder="户主一",
        visited_on=clock.today(),
        signed_why="代签:户主外出务工",
    )
    return replace(whole, **parts)


def fresh(case: Case | int) -> Case:
    return Case.objects.get(pk=case if isinstance(case, int) else case.pk)


def put(case: Case, kind: str, by: Hand, **parts: Any) -> None:
    record_on(case=case.pk, kind=kind, revision=fresh(case).revision, **by.acts, **parts)


def visit(*visitors: str) -> dict[str, Any]:
    """A home visit of today."""
    return {"visitors": list(visitors), "visited_on": clock.today().isoformat(), "text": "情况属实"}


def publish(cases: Sequence[Case], by: Hand) -> None:
    rows = [Noticed(one.pk, fresh(one).revision) for one in cases]
    publish_cases(cases=rows, wording=WORDING, **by.acts)


def decide(case: Case, step: str, by: Hand, decision: str = "pass", **parts: Any) -> None:
    act_on(case=case.pk, step=step, decision=decision, revision=fresh(case).revision, **by.acts, **parts)


def verified(households: Sequence[Household], **parts: Any) -> list[Case]:
    """Their exits, each with a sheet on record."""
    cases = open_exits(household_nos=[one.household_no for one in households], **CLERK.acts)
    rows = [VerificationRow(case=one.pk, revision=one.revision, sheet=sheet(**parts)) for one in cases]
    record_verifications(rows=rows, **CLERK.acts)
    return [fresh(one) for one in cases]


def pass_together(cases: Sequence[Case], step: str, by: Hand) -> None:
    rows = [Decided(case=one.pk, decision="pass", revision=fresh(one).revision) for one in cases]
    decide_exits(step=step, rows=rows, **by.acts)


def at_county(cases: Sequence[Case], day: Day) -> None:
    """Through verification, review with its notice, and audit, up to the county with its notice over."""
    pass_together(cases, "verification", CLERK)
    for case in cases:
        put(case, "review_minutes", CLERK)
        publish([case], CLERK)
    day.on(7)
    pass_together(cases, "village_review", CLERK)
    for case in cases:
        put(case, "home_visit", TOWNSHIP, data=visit("镇甲"))
    pass_together(cases, "township_audit", TOWNSHIP)
    for case in cases:
        publish([case], OFFICE)
    day.on(5)


def left(households: Sequence[Household], day: Day) -> list[Case]:
    """They have left by the whole procedure."""
    cases = verified(households)
    at_county(cases, day)
    pass_together(cases, "county_approval", OFFICE)
    return [fresh(one) for one in cases]


def stands(household: Household) -> int | None:
    return Standing.objects.open().filter(household=household).values_list("kind", flat=True).first()


def returned(household: Household, day: Day, causes: Sequence[int] = (CAUSE.illness,)) -> Case:
    """It has fallen back by the whole procedure."""
    from bangfu.monitoring.actions.watching import report_return

    case = report_return(
        household_no=household.household_no,
        causes=causes,
        text="户主突发重病住院,自付八万元。",
        signed_by="村主任",
        **CLERK.acts,
    )
    decide(case, "village_report", CLERK)
    put(case, "review_minutes", CLERK)
    publish([case], CLERK)
    day.on(7)
    decide(case, "village_review", CLERK)
    put(case, "home_visit", TOWNSHIP, data=visit("镇甲"))
    decide(case, "township_audit", TOWNSHIP)
    decide(case, "county_approval", OFFICE)
    return fresh(case)
