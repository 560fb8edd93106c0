"""Who of a household signed at which stage, and what share of its stages that makes (S0-16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.procedures.models import Act, Case, CaseRecord
from bangfu.policy.procedures.definitions import PASS
from bangfu.registry.models import Household, Membership

#: A stage: procedure and step.
Stage = tuple[str, str]
AT_ONCE = 500


@dataclass(frozen=True)
class Participation:
    """One household: its stages so far, each with the names of its members who signed there."""

    household: Household
    stages: Mapping[Stage, tuple[str, ...]]

    @property
    def signed(self) -> int:
        return sum(bool(names) for names in self.stages.values())

    @property
    def share(self) -> int | None:
        """Stages with a signature of a member, in 1/10 000 of all, rounded half up; None before there is any."""
        all_ = len(self.stages)
        return (20_000 * self.signed + all_) // (2 * all_) if all_ else None


@dataclass(frozen=True)
class Matrix:
    """Households of a division by stage: the stages in order, the rows, and the share of all stages together."""

    stages: tuple[Stage, ...]
    rows: tuple[Participation, ...]

    @property
    def share(self) -> int | None:
        signed, all_ = sum(row.signed for row in self.rows), sum(len(row.stages) for row in self.rows)
        return (20_000 * signed + all_) // (2 * all_) if all_ else None

    def of_stage(self, stage: Stage) -> tuple[int, int]:
        """At the stage: households that signed, households that went through it."""
        through = [row for row in self.rows if stage in row.stages]
        return sum(bool(row.stages[stage]) for row in through), len(through)


def participation(scope: Scope, division: str) -> Matrix:
    """The matrix of every household under the division that has a case: a stage counts once it is passed, or something
    of it is on record."""
    cases = list(
        Case.objects.within(scope_prefix(division))
        .filter(scope.q("division_code", Capability.READ_REGISTRY), subject_kind="household")
        .order_by("opened_on", "pk")
    )
    signatures = _signatures(cases)
    households = {str(one.pk): one for one in _households(case.subject_id for case in cases)}
    names = _names(households.values())
    stages: dict[str, dict[Stage, set[str]]] = defaultdict(dict)
    order: dict[Stage, tuple[int, int]] = {}
    procedures: dict[str, int] = {}
    for case in cases:
        own = names.get(case.subject_id, frozenset())
        for step, signed in signatures.get(case.pk, {}).items():
            stage = (case.procedure, step)
            place = procedures.setdefault(case.procedure, len(procedures))
            order[stage] = (place, case.definition.position(step))
            stages[case.subject_id].setdefault(stage, set()).update(signed & own)
    rows = [
        Participation(
            households[key],
            {stage: tuple(sorted(found[stage])) for stage in sorted(found, key=order.__getitem__)},
        )
        for key, found in stages.items()
        if key in households
    ]
    rows.sort(key=lambda row: row.household.household_no)
    return Matrix(tuple(sorted(order, key=order.__getitem__)), tuple(rows))


def _signatures(cases: Sequence[Case]) -> dict[int, dict[str, set[str]]]:
    """Case → step → every name that stands under one of its records or acts."""
    found: dict[int, dict[str, set[str]]] = defaultdict(dict)
    for some in _batches([case.pk for case in cases]):
        passed = Act.objects.filter(case_id__in=some, decision=PASS)
        records = CaseRecord.objects.filter(case_id__in=some)
        for query in (records, passed):
            for case, step, signed in query.order_by("pk").values_list("case_id", "step", "signatures"):
                found[case].setdefault(step, set()).update(str(name).strip() for name in signed)
    return found


def _households(keys: Iterable[str]) -> list[Household]:
    return [
        one for some in _batches(list(dict.fromkeys(keys))) for one in Household.objects.filter(pk__in=some)
    ]


def _names(households: Iterable[Household]) -> dict[str, frozenset[str]]:
    """Household → the names of everybody who ever belonged to it."""
    found: dict[str, set[str]] = defaultdict(set)
    for some in _batches([one.pk for one in households]):
        for key, name in Membership.objects.filter(household_id__in=some).values_list(
            "household_id", "person__name"
        ):
            found[str(key)].add(name)
    return {key: frozenset(names) for key, names in found.items()}


def _batches(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
