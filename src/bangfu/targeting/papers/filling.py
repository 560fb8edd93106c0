"""From the registry and the cases to what papers say: a few queries however many households."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bangfu.divisions.queries import paths
from bangfu.platform.procedures.models import Case
from bangfu.platform.procedures.situations import Situation, situations
from bangfu.policy.procedures.definitions import PASS, REFUSE, RETURN
from bangfu.policy.vocabulary import codes
from bangfu.quality.archives import papers_of
from bangfu.registry.masking import masked_tail
from bangfu.registry.models import Household, Membership
from bangfu.targeting.models import Round
from bangfu.targeting.panels import read_ballot
from bangfu.targeting.papers.archives import ArchiveSheet
from bangfu.targeting.papers.households import ApplicationForm, ApprovalForm, Decision, NominationForm
from bangfu.targeting.papers.meetings import BallotSheet, PanelSheet
from bangfu.targeting.papers.parts import Family, Member, written
from bangfu.targeting.queries import application_lines
from bangfu.targeting.rosters import groups_of, seated_panel

_relation, _sex = codes("relation"), codes("sex")
_SAID: Mapping[str, str] = {PASS: "同意", REFUSE: "不同意", RETURN: "退回"}


def families(households: Sequence[Household], day: date) -> dict[str, Family]:
    """Household (its key as text) → what papers say of it on the day; identity numbers are masked."""
    rows = (
        Membership.objects.on(day)
        .filter(household_id__in=[one.pk for one in households])
        .select_related("person")
    )
    members: dict[Any, list[Membership]] = defaultdict(list)
    for row in rows:
        members[row.household_id].append(row)
    names = paths({one.division_code for one in households})
    return {str(one.pk): _family(one, members[one.pk], names[one.division_code]) for one in households}


def _family(household: Household, rows: list[Membership], names: tuple[str, ...]) -> Family:
    rows.sort(key=_rank)
    head = next((row.person.name for row in rows if row.relation == _relation.head), "")
    return Family(
        household_no=household.household_no,
        householder=head,
        place="".join(names[2:4]),
        village=names[-1] if names else "",
        group=household.group_no,
        address=household.address,
        members=[
            Member(
                name=row.person.name,
                relation=_relation.label(row.relation),
                sex=_sex.label(row.person.sex),
                born=row.person.birth_date,
                identity=masked_tail(row.person.id_tail),
            )
            for row in rows
        ],
    )


def _rank(row: Membership) -> tuple[bool, int, date]:
    relation = _relation.not_related if row.relation is None else row.relation
    return relation != _relation.head, relation, row.person.birth_date or date.max


def application_forms(cases: Sequence[Case], day: date) -> list[ApplicationForm]:
    """The application of each case, with what its householder stated."""
    known, now = _families_of(cases, day), situations(list(cases))
    return [
        ApplicationForm(
            family=known[case.subject_id],
            statement=str(_newest(now[case.pk], "application").get("statement", "")),
            applied_on=case.opened_on,
        )
        for case in cases
        if case.subject_id in known
    ]


def nomination_forms(cases: Sequence[Case], day: date) -> list[NominationForm]:
    """One form for each villagers' group, of the households that apply from it."""
    known, now = _families_of(cases, day), situations(list(cases))
    groups: dict[tuple[str, str, str], list[tuple[Family, str]]] = defaultdict(list)
    for case in cases:
        if (family := known.get(case.subject_id)) is not None:
            reason = str(_newest(now[case.pk], "nomination").get("reason", ""))
            groups[family.place, family.village, family.group].append((family, reason))
    return [
        NominationForm(village=village, place=place, group=group, families=rows)
        for (place, village, group), rows in sorted(groups.items())
    ]


def approval_forms(cases: Sequence[Case], day: date) -> list[ApprovalForm]:
    """The way of each case so far: a box for every step, filled in where it is decided."""
    known, now = _families_of(cases, day), situations(list(cases))
    return [_approval(known[case.subject_id], now[case.pk]) for case in cases if case.subject_id in known]


def _approval(family: Family, now: Situation) -> ApprovalForm:
    ballot = read_ballot(_newest(now, "ballot"))[0]
    told = (
        f"到会{ballot.present}人,同意{ballot.in_favour}票,反对{ballot.against}票,弃权{ballot.abstain}票"
        if ballot
        else ""
    )
    return ApprovalForm(
        family=family,
        procedure=now.definition.title.zh,
        opened_on=now.case.opened_on,
        decisions=list(_decisions(now)),
        ballot=told,
        notices=list(_notices(now)),
    )


def _decisions(now: Situation) -> Iterable[Decision]:
    """The newest decision of every step after the application, which has a paper of its own."""
    last = {act.step: act for act in now.acts if act.decision}
    stands = now.definition.position(now.case.step)
    for at, step in enumerate(now.definition.steps[1:], start=1):
        act = last.get(step.key) if at < stands or not now.case.is_open else None
        if act is None:
            yield Decision(office=f"{step.title.zh}\n意见")
        else:
            said = "。".join(one for one in (_SAID.get(act.decision, ""), act.reason) if one)
            yield Decision(office=f"{step.title.zh}\n意见", text=said, by=act.by_name, day=act.day)


def _notices(now: Situation) -> Iterable[str]:
    """Where and how long each notice of the case hung."""
    for step in now.definition.steps:
        record = now.records.get(step.notice.record) if step.notice else None
        if step.notice is None or not record:
            continue
        posted = record[-1]
        over = step.notice.days.after(posted.day, now.case.division_code)
        last = date.fromordinal(over.toordinal() - 1)
        place = str(posted.data.get("place", ""))
        kind = now.definition.record(step.notice.record)
        title = kind.title.zh if kind else step.title.zh
        yield f"{title}:{written(posted.day)}至{written(last)} {place}".strip()


def panel_sheet(one: Round) -> PanelSheet | None:
    """The seated panel of a round; None before there is one."""
    seats = seated_panel(one.pk)
    if seats is None:
        return None
    names, groups = paths([one.division_code])[one.division_code], groups_of(one.division_code)
    return PanelSheet(
        village=names[-1],
        place="".join(names[2:4]),
        year=one.year,
        seated_on=seats.panel.seated_on,
        members=[
            (member.name, groups.get(member.group_number, f"{member.group_number}组"))
            for member in seats.panel.members.all()
        ],
    )


def ballot_sheet(one: Round, day: date) -> BallotSheet:
    """The ballots of a round; applications that were not voted on have an empty row."""
    names, seats = paths([one.division_code])[one.division_code], seated_panel(one.pk)
    return BallotSheet(
        village=names[-1],
        place="".join(names[2:4]),
        year=one.year,
        panel=seats.size if seats else 0,
        held_on=None,
        lines=[
            (line.householder, line.application.household.group_no, line.members, line.ballot)
            for line in application_lines(one, day)
        ],
    )


def archive_sheets(households: Sequence[Household], day: date) -> list[ArchiveSheet]:
    """The checklist of each household's archive."""
    known = families(households, day)
    return [
        ArchiveSheet(family=known[str(one.pk)], day=day, papers=papers_of(one, day)) for one in households
    ]


def _families_of(cases: Sequence[Case], day: date) -> dict[str, Family]:
    subjects = [one.subject_id for one in cases if one.subject_kind == "household"]
    return families(list(Household.objects.filter(pk__in=subjects)), day)


def _newest(now: Situation, kind: str) -> Mapping[str, Any]:
    """The data of the newest valid record of a kind; nothing where there is none."""
    rows = now.records.get(kind)
    data: Mapping[str, Any] = rows[-1].data if rows else {}
    return data
