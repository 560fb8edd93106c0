"""Targets by year from county to village, the plan by household, exits at each of their steps (S2-03, S4-35, S4-76)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count

from bangfu.cli.demo_story.hands import Teller, fresh, post_up, pretended
from bangfu.divisions.models import Division
from bangfu.monitoring.actions.exits import VerificationRow, decide_exits, open_exits, record_verifications
from bangfu.monitoring.actions.targets import PlannedRow, divide_target, plan_exits, set_target
from bangfu.monitoring.enums import TargetKind
from bangfu.monitoring.verifications import ExitVerification, Guarantee
from bangfu.platform import clock
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.models import Case
from bangfu.policy.exit.leaving import GUARANTEES_SINCE_2019
from bangfu.policy.vocabulary import codes
from bangfu.quality.help import helpers_of
from bangfu.registry.models import Household, Membership
from bangfu.targeting.actions.cases import record_on

_standing, _grade = codes("standing"), codes("dwelling_grade")
#: The year after the registry's; its targets stand beside those of this year.
FIRST_YEAR: Final = 2016
#: Share of the registered households that is to leave in a year.
_SHARE: Final = 8
_PLANNED: Final = 18


def tell_targets(teller: Teller) -> None:
    """A target of the county, divided to its townships, and that of the township to its villages."""
    for year in sorted({FIRST_YEAR, teller.today.year}):
        with pretended(date(year, 1, 11)):
            _divide(teller, year)


def _divide(teller: Teller, year: int) -> None:
    place, kind = teller.place, TargetKind.HOUSEHOLDS
    townships = _parts(place.county, 9)
    common: dict[str, Any] = {"year": year, "kind": kind, **teller.county}
    set_target(
        division_code=place.county,
        value=sum(townships.values()),
        document=f"县脱贫攻坚领导小组〔{year}〕1号",
        **common,
    )
    divide_target(division_code=place.county, parts=townships, **common)
    villages = _parts(place.township, 12)
    if sum(villages.values()) < townships.get(
        place.township, 0
    ):  # households that are entered at the township itself
        villages[place.village] += townships[place.township] - sum(villages.values())
    divide_target(division_code=place.township, parts=villages, **common)


def _parts(division: str, digits: int) -> dict[str, int]:
    """Child → its part: a share of the households that it has, rounded up."""
    children = Division.objects.children_of(division).values_list("code", flat=True)
    counts: dict[str, int] = dict.fromkeys(children, 0)
    rows = Household.objects.filter(division_code__startswith=division.rstrip("0")).order_by()
    for code, n in rows.values_list("division_code").annotate(n=Count("pk")):
        child = f"{code[:digits]:0<12}"
        if child in counts:
            counts[child] += n
    return {code: -(-n * _SHARE // 100) for code, n in counts.items()}


def tell_exits(teller: Teller) -> None:
    """The plan of the village; one exit at each step, one that cannot be told, one that has left."""
    ready = _ready(teller)
    _plan(teller, ready)
    if not ready:
        return
    chosen = dict(zip(("gone", "county", "township", "review", "doubtful", "new"), ready, strict=False))
    with teller.ago(30):
        first = [number for stage, number in chosen.items() if stage != "new"]
        cases = dict(zip(chosen, open_exits(household_nos=first, **teller.village), strict=False))
        _verify(teller, cases)
        cases.pop("doubtful", None)
        _decide(list(cases.values()), "verification", teller.village)
    with teller.ago(28):
        _review(teller, [case for stage, case in cases.items() if stage != "review"])
    with teller.ago(20):
        audited = [cases[one] for one in ("gone", "county", "township") if one in cases]
        _decide(audited, "village_review", teller.village)
    with teller.ago(18):
        _audit(teller, [cases[one] for one in ("gone", "county") if one in cases])
    with teller.ago(16):
        post_up([cases["gone"]], "拟退出贫困户", "县政府网站", "县扶贫办", teller.county)
    with teller.ago(10):
        _decide([cases["gone"]], "county_approval", teller.county)
    with teller.ago(2):
        if "review" in cases:
            _review(teller, [cases["review"]])
        if "new" in chosen:
            open_exits(household_nos=[chosen["new"]], **teller.village)


def _ready(teller: Teller) -> list[str]:
    """Registered households of the village of which the registry says nothing against an exit."""
    found = Household.objects.in_division(teller.place.village, teller.today)
    found = found.standing_on(teller.today, _standing.registered).exclude(safe_water=False)
    found = found.exclude(dangerous_dwelling=True).exclude(dwelling_grade__in=(_grade.c, _grade.d))
    return list(found.order_by("household_no").values_list("household_no", flat=True)[:_PLANNED])


def _plan(teller: Teller, numbers: Sequence[str]) -> None:
    """A third of them this year, a third the next, a third the year after."""
    year = teller.today.year
    rows = [
        PlannedRow(household_no=number, year=year + at * 3 // len(numbers))
        for at, number in enumerate(numbers)
    ]
    if rows:
        plan_exits(rows=rows, **teller.county)


def _verify(teller: Teller, cases: Mapping[str, Case]) -> None:
    rows = [
        VerificationRow(case=case.pk, revision=case.revision, sheet=_sheet(case, stage))
        for stage, case in cases.items()
    ]
    record_verifications(rows=rows, **teller.village)


def _sheet(case: Case, stage: str) -> ExitVerification:
    """Everything is there; of the doubtful one the water has not been tested yet."""
    members = Membership.objects.on(clock.today()).filter(household_id=case.subject_id)
    head = members.filter(relation=codes("relation").head).values_list("person__name", flat=True).first()
    count = members.count()
    home = Household.objects.get(pk=case.subject_id)
    listed = helpers_of([home]).get(home.pk, [])
    open_water = {"water": ("cannot_tell", "水质检测报告还没有出来")} if stage == "doubtful" else {}
    said = {key: open_water.get(key, ("yes", "入户查看属实")) for key in GUARANTEES_SINCE_2019}
    return ExitVerification(
        members=count,
        income_year=clock.today().year,
        income_wage=count * 620_000,
        income_business=count * 180_000,
        income_property=0,
        income_transfer=count * 45_000,
        production_cost=count * 60_000,
        guarantees=tuple(Guarantee(key, answer, why) for key, (answer, why) in said.items()),
        helper=listed[0] if listed else "陈丽",
        householder=head or "户主",
        visited_on=clock.today(),
    )


def _review(teller: Teller, cases: list[Case]) -> None:
    """The representatives agreed, and the notice hangs."""
    for case in cases:
        record_on(
            case=case.pk,
            kind="review_minutes",
            revision=fresh(case).revision,
            data={"text": "村民代表评议,一致同意退出。"},
            **teller.village,
        )
    if cases:
        post_up(cases, "拟退出贫困户", "村公示栏", teller.names[teller.place.village], teller.village)


def _audit(teller: Teller, cases: list[Case]) -> None:
    for case in cases:
        data = {"visitors": ["李静"], "visited_on": clock.today().isoformat(), "text": "核查属实。"}
        revision = fresh(case).revision
        record_on(case=case.pk, kind="home_visit", revision=revision, data=data, **teller.township)
    _decide(cases, "township_audit", teller.township)


def _decide(cases: Sequence[Case], step: str, acts: dict[str, Any]) -> None:
    rows = [Decided(case=one.pk, decision="pass", revision=fresh(one).revision) for one in cases]
    decide_exits(step=step, rows=rows, **acts)
