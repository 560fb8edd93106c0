"""How people settle a doubt: one checks on the spot, another verifies; the fact, or the two of them, closes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import CAPABILITIES, Capability
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files.store import StoredFile
from bangfu.platform.worklist.actions import NewItem, assign, close_items, open_items
from bangfu.policy.words import Words
from bangfu.quality.enums import Closing, DoubtState, Finding
from bangfu.quality.errors import AlreadySettled, EvidenceNeeded, LowerLevel, SamePerson, TextNeeded
from bangfu.quality.handlers import Handler, handler_at
from bangfu.quality.models import Doubt, Verdict

LEAST_TEXT: Final = 4
_VILLAGE: Final = 12
#: Above whom the verifying item is put: a village's answer goes to its township, a township's to the county.
_ABOVE: Final = {"village": (9, "township"), "helper": (9, "township"), "township": (6, "county_office")}


@transaction.atomic
def answer_doubt(
    *, doubt: Doubt, finding: Finding, text: str, by: Actor, scope: Scope, evidence: StoredFile | None = None
) -> Verdict:
    """Records what was found on the spot.

    A doubt that needs two people waits for the other one. Otherwise “not an error” closes it, and “confirmed” leaves it
    until the data are mended and the rule no longer fires.

    Raises:
        NotAllowed, NotFound: the scope may not answer here.
        AlreadySettled: it is closed, or waits for verification.
        TextNeeded: hardly anything was written. EvidenceNeeded: a finding on status without evidence.
    """
    hold_chain()
    row = _locked(doubt, scope, Capability.ANSWER_DOUBTS)
    if row.state not in (DoubtState.OPEN, DoubtState.CONFIRMED):
        raise AlreadySettled(state=DoubtState(row.state).label, step="核实")
    if len(text.strip()) < LEAST_TEXT:
        raise TextNeeded(least=LEAST_TEXT)
    if row.two_person and finding == Finding.NOT_AN_ERROR and evidence is None:
        raise EvidenceNeeded()
    verdict = Verdict.objects.create(
        doubt=row,
        finding=finding,
        text=text.strip(),
        evidence_name=evidence.name if evidence else "",
        evidence_sha256=evidence.sha256 if evidence else "",
        values=row.values,
        by_id=by.id,
        by_name=by.name,
        by_digits=_digits(row, scope, Capability.ANSWER_DOUBTS),
        at=clock.now(),
    )
    if row.two_person:
        _wait_for_verification(row, verdict, by)
    else:
        _settle(row, finding, by)
    _tell(row, "quality.answer", by, finding=finding)
    return verdict


@transaction.atomic
def verify_verdict(*, doubt: Doubt, accept: bool, text: str, by: Actor, scope: Scope) -> Verdict:
    """Another person accepts the finding, or sends it back with the reason.

    Raises:
        NotAllowed, NotFound, AlreadySettled; SamePerson: the checker would verify; LowerLevel: somebody below the
        checker would; TextNeeded: sent back in silence.
    """
    hold_chain()
    row = _locked(doubt, scope, Capability.VERIFY_DOUBTS)
    if row.state != DoubtState.ANSWERED:
        raise AlreadySettled(state=DoubtState(row.state).label, step="复核")
    verdict: Verdict = row.verdicts.select_for_update().filter(verified__isnull=True).latest("at")
    if verdict.by_id == by.id:
        raise SamePerson()
    if verdict.by_digits is not None and _digits(row, scope, Capability.VERIFY_DOUBTS) > verdict.by_digits:
        raise LowerLevel(by=verdict.by_name)
    if not accept and len(text.strip()) < LEAST_TEXT:
        raise TextNeeded(least=LEAST_TEXT)
    verdict.verified, verdict.verified_by_id, verdict.verified_by_name = accept, by.id, by.name
    verdict.verified_at, verdict.verified_text = clock.now(), text.strip()
    verdict.save()
    close_items([row.verify_key], by=by, reason="已复核")
    if accept:
        _settle(row, Finding(verdict.finding), by)
    else:
        _set_state(row, DoubtState.OPEN)
        open_items([_item(row, Handler(row.handler_division, row.handler_role))], by=by)
    _tell(row, "quality.verify", by, accepted=accept)
    return verdict


@transaction.atomic
def dispatch_doubts(
    *,
    doubts: Iterable[UUID],
    division_code: str,
    role: str,
    due: date | None,
    by: Actor,
    scope: Scope,
    assignee_id: str = "",
) -> int:
    """Gives doubts to another division, role or person, with a last day; returns how many (batch assign).

    Raises:
        NotAllowed, NotFound: the scope may not dispatch from or to there.
    """
    hold_chain()
    scope.require(Capability.DISPATCH_DOUBTS, division_code)
    chosen = (
        Doubt.objects.visible_to(scope, Capability.DISPATCH_DOUBTS).unsettled().filter(pk__in=list(doubts))
    )
    keys = [row.work_key for row in chosen]
    values = {"handler_division": division_code, "handler_role": role} | ({"due": due} if due else {})
    Doubt.objects.filter(pk__in=[row.pk for row in chosen]).update(**values)
    assign(keys, by=by, division_code=division_code, role=role, assignee_id=assignee_id, due=due)
    record(
        by=by,
        action="quality.dispatch",
        subject_kind="doubt",
        division_code=division_code,
        detail={"count": len(keys), "role": role, "due": due.isoformat() if due else None},
    )
    return len(keys)


@transaction.atomic
def hand_down(*, doubts: Iterable[UUID], level: str, due: date | None, by: Actor, scope: Scope) -> int:
    """Gives each doubt to the village, township or county where its subject is; returns how many.

    A place that is no village goes one level up. Raises as ``dispatch_doubts``.
    """
    hold_chain()
    chosen = (
        Doubt.objects.visible_to(scope, Capability.DISPATCH_DOUBTS).unsettled().filter(pk__in=list(doubts))
    )
    places: dict[Handler, list[UUID]] = {}
    for key, place in chosen.values_list("pk", "division_code"):
        places.setdefault(handler_at(level, place), []).append(key)
    return sum(
        dispatch_doubts(
            doubts=keys, division_code=one.division_code, role=one.role, due=due, by=by, scope=scope
        )
        for one, keys in places.items()
    )


def _locked(doubt: Doubt, scope: Scope, capability: Capability) -> Doubt:
    """The doubt, locked, when the scope reaches its place or is its handler."""
    row: Doubt = Doubt.objects.select_for_update().get(pk=doubt.pk)
    if not scope.allows(capability, row.division_code) and not scope.allows(capability, row.handler_division):
        scope.require(capability, row.division_code)
    return row


def _digits(row: Doubt, scope: Scope, capability: Capability) -> int:
    """How many digits the widest post has that reaches the doubt: fewer is higher."""
    reaching = [
        len(prefix)
        for role, prefix in scope.posts
        if capability in CAPABILITIES[role]
        and (row.division_code.startswith(prefix) or row.handler_division.startswith(prefix))
    ]
    return min(reaching, default=_VILLAGE)


def _wait_for_verification(row: Doubt, verdict: Verdict, by: Actor) -> None:
    _set_state(row, DoubtState.ANSWERED)
    close_items([row.work_key], by=by, reason="已核实,待复核")
    open_items([_item(row, _above(row, verdict), verify=True)], by=by)


def _above(row: Doubt, verdict: Verdict) -> Handler:
    """Whose work the verifying is: above the handler, and never below whoever answered."""
    digits, role = _ABOVE.get(row.handler_role, (6, "county_office"))
    if verdict.by_digits is not None and verdict.by_digits < digits:
        digits, role = max(verdict.by_digits, 2), "county_office"
    return Handler(row.handler_division[:digits].ljust(12, "0"), role)


def _settle(row: Doubt, finding: Finding, by: Actor) -> None:
    if finding == Finding.NOT_AN_ERROR:
        row.state, row.closed_at, row.closed_by = DoubtState.CLOSED, clock.now(), Closing.VERDICT
        row.save(update_fields=["state", "closed_at", "closed_by"])
        close_items([row.work_key], by=by, reason="核实结论销号")
    else:
        _set_state(row, DoubtState.CONFIRMED)
        open_items([_item(row, Handler(row.handler_division, row.handler_role), mend=True)], by=by)


def _set_state(row: Doubt, state: DoubtState) -> None:
    row.state = state
    row.save(update_fields=["state"])


def _item(row: Doubt, handler: Handler, *, verify: bool = False, mend: bool = False) -> NewItem:
    rule = row.rule_text()
    title = rule.title if rule else Words(row.rule, row.rule)
    prefix = Words("复核", "Verify") if verify else Words("整改", "Mend") if mend else Words("", "")
    name = f":{row.subject_name}" if row.subject_name else ""
    return NewItem(
        key=row.verify_key if verify else row.work_key,
        kind="quality.verify" if verify else "quality.doubt",
        title=Words(f"{prefix.zh}{title.zh}{name}", f"{prefix.en} {title.en}{name}".strip()),
        url_name="doubt",
        url_args={"pk": str(row.pk)},
        division_code=handler.division_code,
        role=handler.role,
        due=row.due,
        detail={"rule": row.rule},
    )


def _tell(row: Doubt, action: str, by: Actor, **detail: object) -> None:
    record(
        by=by,
        action=action,
        subject_kind="doubt",
        subject_id=str(row.pk),
        division_code=row.division_code,
        detail={"rule": row.rule, "subject": row.subject_id, "state": row.state, **detail},
    )
