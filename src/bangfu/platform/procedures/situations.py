"""Everything that decides what may happen in a case now, read for many cases at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from django.db.models import Q

from bangfu.platform.procedures.enums import ActKind, ObjectionState
from bangfu.platform.procedures.models import Act, Case, CaseRecord, Objection
from bangfu.policy.procedures.definitions import PASS, RETURN, Definition, Step

Record = TypeVar("Record", "CaseRecord", "RecordLine")


@dataclass(frozen=True, slots=True)
class Situation:
    """A case with its log and what hangs on it. ``records`` are the valid ones by kind, oldest first."""

    case: Case
    definition: Definition
    acts: Sequence[Act]
    records: Mapping[str, Sequence[CaseRecord]]
    objections: Sequence[Objection]

    @property
    def step(self) -> Step:
        return self.definition.step(self.case.step)

    def passed_by(self, step: str) -> frozenset[str]:
        """Everybody who ever let the case pass ``step``."""
        return frozenset(act.by_id for act in self.acts if act.step == step and act.decision == PASS)

    def since(self, revision: int) -> Sequence[Act]:
        """What happened after ``revision``."""
        return [act for act in self.acts if act.revision > revision]

    def open_objections(self) -> Sequence[Objection]:
        return [one for one in self.objections if one.state == ObjectionState.OPEN]

    def decided_before(self, objection: Objection, person: str) -> Step | None:
        """The step under attack that ``person`` let pass: the one at which somebody objected, or the one before it,
        whose outcome hung there."""
        at = self.definition.position(objection.step)
        attacked = self.definition.steps[max(at - 1, 0) : at + 1]
        return next((one for one in reversed(attacked) if person in self.passed_by(one.key)), None)

    def unheeded(self) -> Sequence[Objection]:
        """Objections that were upheld and have not led back to an earlier step since."""
        last = max((act.revision for act in self.acts if act.decision == RETURN), default=0)
        return [
            one
            for one in self.objections
            if one.state == ObjectionState.UPHELD and (one.answered_revision or 0) > last
        ]


def situations(cases: Iterable[Case]) -> dict[int, Situation]:
    """The situation of each case by its number: three queries, however many cases."""
    by_id = {case.pk: case for case in cases}
    acts: dict[int, list[Act]] = defaultdict(list)
    for act in Act.objects.filter(case_id__in=by_id).order_by("case_id", "revision"):
        acts[act.case_id].append(act)
    records: dict[int, list[CaseRecord]] = defaultdict(list)
    for record in CaseRecord.objects.filter(case_id__in=by_id).order_by("case_id", "id"):
        records[record.case_id].append(record)
    objections: dict[int, list[Objection]] = defaultdict(list)
    for objection in Objection.objects.filter(case_id__in=by_id).order_by("case_id", "id"):
        objections[objection.case_id].append(objection)
    return {
        pk: Situation(
            case, case.definition, acts[pk], _valid(case.definition, acts[pk], records[pk]), objections[pk]
        )
        for pk, case in by_id.items()
    }


class RecordLine(NamedTuple):
    """A record as far as a list asks for it: not what is written in it."""

    pk: int
    case_id: int
    kind: str
    step: str
    revision: int


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list shows of a case: its valid records by kind, oldest first, and how many objections are open."""

    records: Mapping[str, Sequence[RecordLine]]
    open_objections: int


def glances(cases: Iterable[Case]) -> dict[int, Glance]:
    """A glance at each case by its number: three queries that read no content, however many cases."""
    by_id = {case.pk: case for case in cases}
    returns: dict[int, list[Act]] = defaultdict(list)
    back = Q(decision=RETURN) | Q(kind=ActKind.REOPENED)
    for act in Act.objects.filter(back, case_id__in=by_id).order_by("case_id", "revision"):
        returns[act.case_id].append(act)
    records: dict[int, list[RecordLine]] = defaultdict(list)
    rows = CaseRecord.objects.filter(case_id__in=by_id).order_by("case_id", "id")
    for line in map(RecordLine._make, rows.values_list(*RecordLine._fields)):
        records[line.case_id].append(line)
    objections = Objection.objects.filter(case_id__in=by_id, state=ObjectionState.OPEN).order_by()
    open_ = Counter(objections.values_list("case_id", flat=True))
    return {
        pk: Glance(_valid(case.definition, returns[pk], records[pk]), open_[pk]) for pk, case in by_id.items()
    }


def situation(case: Case) -> Situation:
    """The situation of one case."""
    return situations([case])[case.pk]


def _valid(definition: Definition, acts: Sequence[Act], records: Sequence[Record]) -> dict[str, list[Record]]:
    """A record that has to be renewed counts only when nothing led back to its step, or before it, since."""
    returns = [(definition.position(act.to_step), act.revision) for act in acts if _leads_back(act)]
    valid: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        meant = definition.record(record.kind)
        at = definition.position(record.step)
        stale = any(to <= at and revision > record.revision for to, revision in returns)
        if meant is not None and not (meant.renew and stale):
            valid[record.kind].append(record)
    return dict(valid)


def _leads_back(act: Act) -> bool:
    return act.decision == RETURN or act.kind == ActKind.REOPENED
