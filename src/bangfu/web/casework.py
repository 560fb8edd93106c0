"""What a page shows of a case, and what its reader may do there: pictures of the machine of procedures in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.divisions.models import Division
from bangfu.monitoring.models import SelfReport
from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.platform.procedures import checks
from bangfu.platform.procedures.enums import ActKind, CaseState
from bangfu.platform.procedures.models import Act, Case, CaseRecord, Objection
from bangfu.platform.procedures.queries import CasePage
from bangfu.platform.procedures.situations import situation
from bangfu.policy.procedures.definitions import DECISIONS, LEVELS, PASS, ROLES, RecordKind, is_higher
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Household, Membership
from bangfu.targeting.access import Post, post_at
from bangfu.targeting.actions.cases import opening_post
from bangfu.web.forms import exits, records
from bangfu.web.forms.records import TITLES, RecordForm
from bangfu.web.gates import Asked
from bangfu.web.procedure_words import GUARDS
from bangfu.web.speaking import language, said
from bangfu.web.ways import to_meet, to_record

#: Kind of record → its form; where two procedures mean different things by a kind, (procedure, kind).
FORMS: Final[Mapping[str | tuple[str, str], type[RecordForm]]] = {
    "nomination": records.NominationRecord,
    "review_panel": records.PanelRecord,
    "ballot": records.BallotRecord,
    "home_visit": records.VisitRecord,
    "exit_verification": exits.VerificationRecord,
    "return_cause": records.CauseRecord,
    "emergency": records.CauseRecord,
    "monitored_kind": records.MonitoredKindRecord,
    "help_decision": records.HelpRecord,
    "assessment_report": exits.RatesRecord,
    "county_application": exits.CountyApplication,
    ("village_recognition", "village_application"): records.StandardApplication,
    ("village_recognition", "village_indicators"): records.FiguresRecord,
    ("village_exit", "village_application"): records.StatementRecord,
    ("village_exit", "village_indicators"): exits.ItemsRecord,
}
#: How a case ended against which somebody may appeal.
_APPEALED: Final = (CaseState.REFUSED, CaseState.WITHDRAWN)
#: Made with the case itself, by an action of its own: not entered on the case's page.
NO_FORM: Final = frozenset({"correction"})


def form_of(case: Case, record: RecordKind) -> type[RecordForm]:
    """The form of a kind of record in the case's procedure."""
    own = FORMS.get((case.procedure, record.key))
    return own or FORMS.get(record.key, records.TextRecord)


@dataclass(frozen=True)
class Subject:
    """Whom a case is about: how it is named, and where its page is."""

    title: str
    number: str = ""
    household_no: str = ""


def subjects(cases: Sequence[Case]) -> dict[int, Subject]:
    """The subject of each case; a few queries however many."""
    households = _keys(cases, "household")
    numbers = dict(Household.objects.filter(pk__in=households).values_list("pk", "household_no"))
    heads = dict(
        Membership.objects.on(clock.today())
        .filter(household_id__in=households, relation=codes("relation").head)
        .values_list("household_id", "person__name")
    )
    reports = {
        str(one.pk): one.name for one in SelfReport.objects.filter(pk__in=_keys(cases, "report")).only("name")
    }
    places = [one.division_code for one in cases if one.subject_kind in ("village", "county")]
    names = dict(Division.objects.filter(code__in=places).values_list("code", "name"))
    found = {}
    for case in cases:
        if case.subject_kind == "household":
            key = _uuid(case.subject_id) or UUID(int=0)
            number = str(numbers.get(key, case.about.get("household_no", "")))
            found[case.pk] = Subject(str(heads.get(key, "") or number), number, number)
        elif case.subject_kind == "report":
            found[case.pk] = Subject(reports.get(case.subject_id, case.subject_id))
        elif case.subject_kind == "case":
            found[case.pk] = Subject(_("办件 %(n)s") % {"n": case.subject_id}, case.subject_id)
        else:
            found[case.pk] = Subject(str(names.get(case.division_code, case.division_code)))
    return found


def _keys(cases: Sequence[Case], kind: str) -> list[UUID]:
    return [key for one in cases if one.subject_kind == kind and (key := _uuid(one.subject_id))]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class May:
    """What the reader may do in the case now. ``records``: kinds that they may put on record."""

    decide: bool
    override: bool
    withdraw: bool
    objecting: bool
    answer: bool
    appeal: bool
    records: frozenset[str]


def may(request: Asked, case: Case) -> May:
    """By the posts of the reader; the machine proves them again."""
    scope, place, step = request.scope, case.division_code, case.current
    works = scope.allows(Capability.WORK_CASES, place)
    kinds = frozenset(
        record.key
        for record in _open_records(case)
        if works and has_post(request, place, Post(record.role, record.level))
    )
    highest = _highest(request, place)
    above = bool(highest) and is_higher(highest, step.level)
    own = works and case.is_open and has_post(request, place, Post(step.role, step.level))
    return May(
        decide=own,
        override=case.is_open and above and not own and scope.allows(Capability.OVERRIDE_STEPS, place),
        withdraw=works and case.definition.withdraw and case.is_open and (own or _opened(request, case)),
        objecting=case.is_open and scope.allows(Capability.RAISE_OBJECTIONS, place),
        answer=own or (works and case.is_open and above),
        appeal=case.state in _APPEALED and case.definition.appeal is not None and works,
        records=kinds,
    )


def may_answer(request: Asked, case: Case) -> list[Objection]:
    """The open objections that the reader did not enter, and that attack no decision of theirs."""
    now, me = situation(case), request.by.id
    return [one for one in now.open_objections() if one.by_id != me and not now.decided_before(one, me)]


def _opened(request: Asked, case: Case) -> bool:
    """Whether the reader holds the post that opened the case."""
    opener = opening_post(case)
    return opener is not None and has_post(request, case.division_code, opener)


def _open_records(case: Case) -> list[RecordKind]:
    """The kinds that can go on record now: those of the step, and later ones that may be early."""
    if not case.is_open:
        return []
    stands = case.definition.position(case.step)
    return [
        record
        for at, step in enumerate(case.definition.steps)
        for record in step.records
        if (at == stands or (at > stands and record.early)) and record.key not in NO_FORM
    ]


def has_post(request: Asked, place: str, wanted: Post) -> bool:
    """Whether the reader holds the post at the place."""
    try:
        return post_at(request.scope, place, wanted) == wanted
    except (NotFound, NotAllowed):
        return False


def _highest(request: Asked, place: str) -> str:
    try:
        return post_at(request.scope, place, Post("", "")).level
    except (NotFound, NotAllowed):
        return ""


@dataclass(frozen=True)
class Need:
    """Something that the step asks for: ``met`` or why not, what to do now, and where (``link``; ``way`` says it)."""

    title: str
    clause: str
    met: bool
    why: str = ""
    now: str = ""
    record: str = ""
    overridable: bool = False
    link: str = ""
    way: str = ""


def needs_of(case: Case, request: Asked, mine: Collection[str]) -> list[Need]:
    """Records, waiting times and rules of the present step, each with its state, clause and way on; ``mine``: kinds of
    record that the reader may make."""
    if not case.is_open:
        return []
    state, day, step = situation(case), clock.today(), case.current
    found = checks.obstacles(state, decision=PASS, by=request.by, role=step.role, day=day)
    lacking = [one for one in found if one.name]
    rest = [one for one in found if not one.name]
    lines = []
    for record in step.records:
        if record.needed:
            problem = next((one.problem for one in lacking if one.name == record.key), None)
            need = _need(
                said(record.title), record.clause or step.clause, problem, record.key, step.overridable
            )
            lines.append(need if need.met else _with_way(need, to_record(case, record, mine)))
    for call in step.guards:
        guard = GUARDS[call.name]
        title = said(guard.title)
        problems = [one.problem for one in lacking if one.name == call.name]
        for problem in problems or (None,):
            where = f"{title}:{said(problem.where)}" if problem else title
            need = _need(where, call.clause or step.clause, problem, call.name, step.overridable)
            lines.append(need if need.met else _with_way(need, to_meet(case, guard, mine)))
    for one in rest:
        lines.append(_need(said(one.problem.where), step.clause, one.problem, "", ()))
    return lines


def _need(title: str, clause: str, problem: Any, name: str, overridable: Sequence[str]) -> Need:
    if problem is None:
        return Need(title, clause, True, record=name)
    return Need(title, clause, False, said(problem.why), said(problem.now), name, name in overridable)


def _with_way(need: Need, way: tuple[str, str]) -> Need:
    return replace(need, link=way[0], way=way[1])


@dataclass(frozen=True)
class ShownRecord:
    """A record as a page shows it: its values under their titles."""

    record: CaseRecord
    title: str
    values: Sequence[tuple[str, str]]


def shown_records(page: CasePage) -> list[ShownRecord]:
    """Every valid record, the newest first."""
    rows = [(kind, record) for kind, some in page.records.items() for record in some]
    rows.sort(key=lambda row: -row[1].pk)
    found = []
    for kind, record in rows:
        meant = page.definition.record(kind)
        found.append(ShownRecord(record, said(meant.title) if meant else kind, _values(record)))
    return found


def _values(record: CaseRecord) -> list[tuple[str, str]]:
    if record.kind == "exit_verification":
        return []  # its own part of the page shows it
    shown = []
    for key, value in record.data.items():
        if key in TITLES:
            shown.append((str(TITLES[key]), _text(key, value)))
        elif isinstance(value, Mapping):
            shown += [(str(name), _text(name, one)) for name, one in value.items()]
    return [(title, text) for title, text in shown if text]


def _text(key: str, value: Any) -> str:
    if key == "causes" and isinstance(value, list):
        return "、".join(codes("cause").label(one, language()) for one in value)
    if key == "kind" and isinstance(value, int):
        return codes("monitored_kind").label(value, language())
    if key == "amount" and isinstance(value, int):
        return f"{value / 100:,.2f}"
    if isinstance(value, Mapping):
        met = value.get("met")
        mark = _("达标") if met else _("未达标")
        return f"{mark if met is not None else ''} {value.get('evidence', '')}".strip()
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)


@dataclass(frozen=True)
class ShownAct:
    """A line of the history in words."""

    act: Act
    step: str
    kind: str
    decision: str
    post: str
    to_step: str
    reason: str


def shown_acts(page: CasePage) -> list[ShownAct]:
    """The log, the newest first."""
    titles = {one.key: said(one.title) for one in page.definition.steps}
    # The log names a record by its Chinese title.
    records = {one.title.zh: said(one.title) for step in page.definition.steps for one in step.records}
    return [
        ShownAct(
            act,
            titles.get(act.step, act.step),
            str(ActKind(act.kind).label),
            said(DECISIONS.get(act.decision)),
            " · ".join(filter(None, [said(ROLES.get(act.role)), said(LEVELS.get(act.level))])),
            titles.get(act.to_step, act.to_step),
            records.get(act.reason, act.reason) if act.kind == ActKind.RECORDED else act.reason,
        )
        for act in reversed(page.acts)
    ]


def days_left(due: date | None) -> str:
    """The lamp of a last day: late, soon or fine; none without one."""
    if due is None:
        return ""
    left = (due - clock.today()).days
    return "late" if left < 0 else "soon" if left <= 2 else "fine"
