"""Pictures of rounds: who may apply, how applications stand, how panels voted, what a public notice says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform.procedures.enums import CaseState
from bangfu.platform.procedures.models import Case, CaseRecord
from bangfu.platform.procedures.situations import glances
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Household, Membership, Standing
from bangfu.targeting.models import Application, PanelMember, Round
from bangfu.targeting.panels import Ballot, read_ballot, smallest
from bangfu.targeting.rosters import groups_of, limits_of, seated_panel

_relation, _standing = codes("relation"), codes("standing")


@dataclass(frozen=True)
class ApplicationLine:
    """One application of a round as a list or a batch screen shows it; ``ballot``: the newest valid one."""

    application: Application
    case: Case
    householder: str
    members: int
    ballot: Ballot | None
    records: frozenset[str]


def application_lines(one: Round, day: date, *, step: str = "") -> list[ApplicationLine]:
    """The applications of a round by household number; with ``step`` those that stand there. A few queries in all."""
    found = one.applications.select_related("case", "household").order_by("household__household_no")
    if step:
        found = found.filter(case__state=CaseState.OPEN, case__step=step)
    rows = list(found)
    heads, sizes = _families([row.household_id for row in rows], day)
    now = glances([row.case for row in rows])
    newest = {pk: one.records["ballot"][-1].pk for pk, one in now.items() if one.records.get("ballot")}
    cast = CaseRecord.objects.in_bulk(newest.values())
    return [
        ApplicationLine(
            row,
            row.case,
            heads.get(row.household_id, ""),
            sizes.get(row.household_id, 0),
            read_ballot(cast[newest[row.case_id]].data)[0] if row.case_id in newest else None,
            frozenset(now[row.case_id].records),
        )
        for row in rows
    ]


def _families(households: Sequence[object], day: date) -> tuple[dict[object, str], dict[object, int]]:
    """Household → its head's name, and → how many members it has."""
    members = Membership.objects.on(day).filter(household_id__in=households)
    heads = members.filter(relation=_relation.head).values_list("household_id", "person__name")
    sizes = members.order_by().values_list("household_id").annotate(n=Count("pk"))
    return dict(heads), dict(sizes)


@dataclass(frozen=True)
class StepCount:
    """How many applications of a round stand at a step, or ended in a state."""

    key: str
    count: int


def progress(one: Round) -> list[StepCount]:
    """Applications by step while they are open, by state when they are not; each as long as its list."""
    rows = one.applications.order_by().values_list("case__state", "case__step").annotate(n=Count("pk"))
    counts: dict[str, int] = {}
    for state, step, n in rows:
        key = step if state == CaseState.OPEN else state
        counts[key] = counts.get(key, 0) + n
    return [StepCount(key, count) for key, count in counts.items()]


def may_apply(one: Round, day: date) -> QuerySet[Household]:
    """Households of the village that have no standing, were removed, or are marginal, and no case under way."""
    under_way = Case.objects.of("household_identification").open().within(one.division_code)
    ended = Standing.objects.filter(household__division_code=one.division_code, until__isnull=False)
    still = Standing.objects.filter(household__division_code=one.division_code, until=None)
    barred = still.exclude(kind__in=(_standing.removed, _standing.marginal)).values("household_id")
    gone = ended.exclude(household__in=still.values("household_id")).values("household_id")
    busy = list(under_way.values_list("subject_id", flat=True))
    found: QuerySet[Household] = (
        Household.objects.filter(division_code=one.division_code)
        .peopled_on(day)
        .exclude(pk__in=barred)
        .exclude(pk__in=gone)
        .exclude(pk__in=busy)
    )
    return found


@dataclass(frozen=True)
class PanelPicture:
    """The panel in force, or the one being put together: its members by group, how many each group sends, and the
    least number of all: 30, or 5 for each group (S4-62)."""

    seated_on: date | None
    members: Sequence[PanelMember]
    groups: Mapping[int, str]
    counts: Mapping[int, int]
    least: int


def panel_picture(one: Round, *, being_made: bool = False) -> PanelPicture | None:
    """The seated panel, or with ``being_made`` the roster that is not seated yet; None where there is none."""
    seats = None if being_made else seated_panel(one.pk)
    panel = one.panels.filter(seated_on=None).first() if being_made else seats.panel if seats else None
    if panel is None:
        return None
    members = list(panel.members.select_related("entry"))
    counts: dict[int, int] = {}
    for member in members:
        counts[member.group_number] = counts.get(member.group_number, 0) + 1
    groups = groups_of(one.division_code)
    return PanelPicture(panel.seated_on, members, groups, counts, smallest(len(groups), **limits_of(one)))


@dataclass(frozen=True)
class NoticeLine:
    """All that a public notice says of an applicant: no number, phone, illness or income stands on it."""

    householder: str
    group: str
    members: int


def notice_lines(one: Round, step: str, day: date) -> list[NoticeLine]:
    """The applicants whose case stands at the step of the notice (S2-43)."""
    return [
        NoticeLine(line.householder, line.application.household.group_no, line.members)
        for line in application_lines(one, day, step=step)
    ]


def rounds_of(scope: Scope, division: str) -> QuerySet[Round]:
    """Rounds under the division that the scope reads, the newest first."""
    found: QuerySet[Round] = Round.objects.visible_to(scope, Capability.READ_REGISTRY).within(division)
    return found
