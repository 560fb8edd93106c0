"""What every action does: lock the cases, add an act, move the case on, open and close what is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.platform import clock
from bangfu.platform.audit.actions import Entry, hold_chain, record_many
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.platform.errors import NotFound
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.enums import ActKind
from bangfu.platform.procedures.models import Act, Case
from bangfu.platform.procedures.situations import Situation, situations
from bangfu.platform.worklist.actions import NewItem, close_items, open_items
from bangfu.policy.words import Words

#: The screen of a case and the name of its argument (web).
SCREEN, ARGUMENT = "case", "case"
_STANDS = ("step", "step_since", "state", "revision", "closed_on")


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, and as what: a role and the level of the post. The domain above has proved both."""

    by: Actor
    role: str = ""
    level: str = ""

    @property
    def post(self) -> tuple[str, str]:
        return (self.role, self.level)

    def signs(self, day: date) -> dict[str, Any]:
        """The columns of ``Signed``."""
        return {
            "by_id": self.by.id,
            "by_name": self.by.name,
            "role": self.role,
            "level": self.level,
            "day": day,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is written into one act besides who and when."""

    kind: ActKind
    step: str = ""
    decision: str = ""
    to_step: str = ""
    reason: str = ""
    overrides: Sequence[str] = ()
    files: Sequence[StoredFile] = ()
    signatures: Sequence[str] = ()


def locked(numbers: Iterable[int]) -> list[Situation]:
    """The cases, in the order asked for, locked until the transaction ends, with all that hangs on them.

    Raises:
        NotFound: one of them does not exist.
    """
    wanted = list(numbers)
    hold_chain()
    cases = list(Case.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    found = situations(cases)
    if missing := [pk for pk in wanted if pk not in found]:
        raise NotFound(case=missing[0])
    return [found[pk] for pk in wanted]


def add_acts(rows: Sequence[tuple[Case, Written]], *, hand: Hand) -> list[Act]:
    """One act for each case, which goes to its next revision; the cases are saved by the caller."""
    day, at = clock.today(), clock.now()
    acts = []
    for case, written in rows:
        case.revision += 1
        acts.append(
            Act(
                case=case,
                revision=case.revision,
                kind=written.kind,
                step=written.step or case.step,
                decision=written.decision,
                to_step=written.to_step,
                reason=written.reason,
                overrides=list(written.overrides),
                files=as_files(written.files),
                signatures=list(written.signatures),
                at=at,
                **hand.signs(day),
            )
        )
    return Act.objects.bulk_create(acts)


def save_cases(cases: Sequence[Case]) -> None:
    """Where the cases stand now."""
    rows = [[case.pk, *(getattr(case, name) for name in _STANDS)] for case in cases]
    bulk.update(Case, _STANDS, rows)


def tell(rows: Iterable[tuple[Case, dict[str, Any]]], *, action: str, by: Actor) -> None:
    """One audit row per case."""
    record_many(
        by=by,
        action=f"procedures.{action}",
        rows=[
            Entry("case", str(case.pk), case.division_code, {"procedure": case.procedure, **detail})
            for case, detail in rows
        ],
    )


def item_key(case: Case, step: str) -> str:
    """The name of what is to be done at a step."""
    return f"procedure:{case.pk}:{step}"


def open_work(cases: Iterable[Case], *, by: Actor) -> None:
    """Put the current step of each open case on the worklist of whoever does it."""
    rows = []
    for case in cases:
        if not case.is_open:
            continue
        step, definition = case.current, case.definition
        due = step.due or step.shortest
        rows.append(
            NewItem(
                key=item_key(case, step.key),
                kind=f"procedure.{case.procedure}",
                title=Words(
                    f"{definition.title.zh}:{step.title.zh}", f"{definition.title.en}: {step.title.en}"
                ),
                url_name=SCREEN,
                url_args={ARGUMENT: case.pk},
                division_code=case.division_code,
                role=step.role,
                due=due.after(case.step_since, case.division_code) if due else None,
                detail={"procedure": case.procedure, "step": step.key, "level": step.level},
            )
        )
    if rows:
        open_items(rows, by=by)


def close_work(keys: Sequence[str], *, by: Actor, reason: str) -> None:
    """Take steps that are over off the worklist."""
    if keys:
        close_items(keys, by=by, reason=reason)


def as_files(files: Iterable[StoredFile]) -> list[dict[str, Any]]:
    """Kept files as plain JSON."""
    return [{"sha256": one.sha256, "name": one.name, "size": one.size} for one in files]
