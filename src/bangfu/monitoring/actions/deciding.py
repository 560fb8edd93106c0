"""What a case of monitoring does when it has passed its last step: the only ways out, and back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from bangfu.divisions.actions import end_attribute
from bangfu.divisions.models import DivisionAttribute
from bangfu.monitoring.leaving import standing_labels
from bangfu.monitoring.models import DivisionExit, EmergencyHelp, PovertyReturn
from bangfu.monitoring.targets import COUNTY_LABELS, VILLAGE_LABELS
from bangfu.platform import clock
from bangfu.platform.audit.actions import record
from bangfu.platform.procedures.models import CaseRecord
from bangfu.platform.procedures.registry import Outcome
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.corrections import correct_household
from bangfu.registry.actions.standing_changes import StandingChange, change_standings, open_standings
from bangfu.registry.errors import NothingChanged
from bangfu.registry.models import Household, Standing
from bangfu.registry.queries import incidence

_standing, _mark, _kind = codes("standing"), codes("exit_mark"), codes("household_kind")


def exit_household(outcome: Outcome) -> None:
    """The household has left from today, and stays in the registry (S4-76, S1-43).

    Raises:
        NoStanding, DatesOutOfOrder: see ``registry.actions.standing_changes``.
    """
    household = _household(outcome)
    _change(outcome, household, _standing.exited)
    _note(outcome, household, {"exit_mark": _mark.exited, "exited_on": clock.as_yyyymmdd(outcome.day)})


def return_household(outcome: Outcome) -> None:
    """The household is poor again from today, with the causes that were found (S4-05, S4-74)."""
    household, found = _household(outcome), _record(outcome, "return_cause")
    _change(outcome, household, _standing.returned)
    marks: dict[str, Any] = {"exit_mark": _mark.returned}
    if household.household_kind == _kind.exited:
        marks["household_kind"] = _kind.general
    if household.monitored_kind is not None and not household.risk_cleared:
        marks |= {"monitored_kind": None, "risk_found_on": None, "risk_cleared": None}
    _note(outcome, household, marks)
    main, *others = found.data["causes"]
    PovertyReturn.objects.create(
        household=household,
        case=outcome.case,
        division_code=household.division_code,
        day=outcome.day,
        main_cause=main,
        other_causes=others,
        text=str(found.data["text"]).strip(),
    )


def start_monitoring(outcome: Outcome) -> None:
    """The household that reported, or was found at risk, is monitored from today, by its kind; one off the books
    becomes a marginal one, which is not counted as poor (S2-31)."""
    data = _record(outcome, "monitored_kind").data
    household = Household.objects.select_for_update().get(household_no=data["household_no"])
    _marginal(outcome, household)
    found = {"monitored_kind": data["kind"], "risk_found_on": clock.as_yyyymmdd(outcome.day)}
    _note(outcome, household, {**found, "risk_cleared": False, "risk_cleared_on": None})


def clear_risk(outcome: Outcome) -> None:
    """The risk is cleared from today; the household keeps its standing (S1-43)."""
    cleared = {"risk_cleared": True, "risk_cleared_on": clock.as_yyyymmdd(outcome.day)}
    _note(outcome, _household(outcome), cleared)


def give_emergency_help(outcome: Outcome) -> None:
    """What the county gives is on record; the household is a marginal one, never counted as poor by it (S2-31)."""
    household, decided = _household(outcome), _record(outcome, "help_decision").data
    _marginal(outcome, household)
    EmergencyHelp.objects.create(
        household=household,
        case=outcome.case,
        division_code=household.division_code,
        day=outcome.day,
        what=str(decided.get("what") or "").strip(),
        amount=decided.get("amount"),
    )
    record(
        by=outcome.by,
        action="monitoring.emergency_help",
        subject_kind="household",
        subject_id=household.household_no,
        division_code=household.division_code,
        detail={"case": outcome.case.pk, "amount": decided.get("amount")},
    )


def exit_village(outcome: Outcome) -> None:
    """The village is a poor village no more (S2-35). Raises NoOpenLabel."""
    _end_labels(outcome, VILLAGE_LABELS)


def exit_county(outcome: Outcome) -> None:
    """The county takes the hat off (S2-35). Raises NoOpenLabel."""
    _end_labels(outcome, COUNTY_LABELS)


def _end_labels(outcome: Outcome, kinds: tuple[DivisionAttribute.Kind, ...]) -> None:
    code, day = outcome.case.division_code, outcome.day
    standing = [DivisionAttribute.Kind(one.kind) for one in standing_labels(code, kinds, day)]
    for kind in standing or kinds[:1]:
        end_attribute(by=outcome.by, division_code=code, kind=kind, until=day)
    DivisionExit.objects.create(
        division_code=code,
        labels=[str(kind) for kind in standing],
        case=outcome.case,
        day=day,
        incidence=incidence(code, day).share or 0,
    )
    record(
        by=outcome.by,
        action="monitoring.division_exit",
        subject_kind="division",
        subject_id=code,
        division_code=code,
        detail={"case": outcome.case.pk, "labels": [str(kind) for kind in standing]},
    )


def _household(outcome: Outcome) -> Household:
    household: Household = Household.objects.select_for_update().get(pk=outcome.case.subject_id)
    return household


def _record(outcome: Outcome, kind: str) -> CaseRecord:
    found = outcome.latest(kind)
    assert found is not None, "the definition asks for the record"
    return found


def _acts(outcome: Outcome) -> dict[str, Any]:
    """By whom, on what ground, and by which version a standing changes."""
    version = f"{outcome.definition.procedure}/{outcome.definition.version}"
    return {"basis": f"case:{outcome.case.pk}", "by": outcome.by, "policy_version": version}


def _change(outcome: Outcome, household: Household, kind: int) -> None:
    change = StandingChange(household.pk, household.division_code, kind, outcome.day)
    change_standings([change], reason=outcome.act.reason[:300], **_acts(outcome))


def _marginal(outcome: Outcome, household: Household) -> None:
    """A household that stands nowhere, or was removed, becomes a marginal one."""
    open_spell = Standing.objects.open().filter(household=household).first()
    change = StandingChange(household.pk, household.division_code, _standing.marginal, outcome.day)
    if open_spell is None:
        open_standings([change], **_acts(outcome))
    elif open_spell.kind == _standing.removed:
        change_standings([change], **_acts(outcome))


def _note(outcome: Outcome, household: Household, marks: dict[str, Any]) -> None:
    """The marks of the national system on the household's record follow its standing."""
    now = Household.objects.get(pk=household.pk)
    day: date = outcome.day
    with suppress(NothingChanged):
        correct_household(
            household=now,
            entered=marks,
            seen_revision=now.revision,
            day=day,
            reason=f"case:{outcome.case.pk}",
            by=outcome.by,
        )
