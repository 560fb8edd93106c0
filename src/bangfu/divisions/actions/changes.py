"""Re-coding: what became of a code when divisions are merged, split or moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from bangfu.divisions.codes import Level, checked, level_of, parent_of
from bangfu.divisions.errors import (
    AlreadyChanged,
    DeadDivision,
    LevelsDiffer,
    NoDocument,
    NoSuccessor,
    NotYetDivision,
    UnknownDivision,
)
from bangfu.divisions.initials import initials
from bangfu.divisions.models import Division, Successor
from bangfu.platform.audit.actions import record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database.locks import hold_until_commit
from bangfu.platform.errors import BadInput, Problem, WorkError
from bangfu.policy.words import Words


@dataclass(frozen=True)
class Change:
    """One line of a list of changes; the fields are the arguments of ``record_change``."""

    old_code: str
    new_codes: Sequence[str]
    changed_on: date
    document: str
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadedChanges:
    """How many lines of a list were recorded now, and how many were known before."""

    recorded: int
    known: int


@transaction.atomic
def record_change(
    *,
    by: Actor,
    old_code: str,
    new_codes: Sequence[str],
    changed_on: date,
    document: str,
    names: Mapping[str, str] | None = None,
) -> tuple[Successor, ...]:
    """Ends ``old_code`` on ``changed_on`` and names what takes over; the old code stays findable.

    A code that keeps its number in a split stands among ``new_codes`` too, and is not ended. A new code that
    the tree does not know is added, named as ``names`` says or like the old one. An old code from before the tree's
    day is added when ``names`` says how it was called; otherwise it is taken for a slip.

    Args:
        changed_on: first day on which the new codes hold.
        document: title and number of the document that decided it.

    Returns:
        The steps from old to new. The same change told again changes nothing and returns them.

    Raises:
        BadCode, UnknownDivision: a code is no code; the old one, or the division above a new one, is unknown.
        NoDocument, NoSuccessor, LevelsDiffer: something is missing or does not fit.
        NotYetDivision, DeadDivision: a division does not live on ``changed_on``.
        AlreadyChanged: one of the steps is recorded for another day, or with other codes.
    """
    change = Change(old_code, new_codes, changed_on, document, names or {})
    steps, _new = _record(change, by=by)
    return steps


@transaction.atomic
def load_changes(*, by: Actor, rows: Iterable[Change]) -> LoadedChanges:
    """Records a list of changes, all or none; higher levels first, so a new township finds its new county.

    Raises:
        BadInput: with one problem for each line that ``record_change`` would refuse; nothing is written.
    """
    lines = dict(enumerate(rows, start=1))
    problems: dict[int, Problem] = {}
    recorded = 0
    for number in sorted(lines, key=lambda one: (lines[one].changed_on, _depth(lines[one].old_code))):
        try:
            recorded += _record(lines[number], by=by)[1]
        except WorkError as error:
            problems[number] = _problem(number, lines[number], error)
    if problems:
        raise BadInput([problems[number] for number in sorted(problems)])
    return LoadedChanges(recorded, len(lines) - recorded)


def _record(change: Change, *, by: Actor) -> tuple[tuple[Successor, ...], bool]:
    """The steps of ``change``, and whether they are new."""
    old_code, document = checked(change.old_code), change.document.strip()
    if not document:
        raise NoDocument(code=old_code)
    others = [checked(code) for code in dict.fromkeys(change.new_codes) if code != old_code]
    if not others:
        raise NoSuccessor(code=old_code)
    hold_until_commit("divisions.tree")
    told = _told(change, others)
    if told:
        return told, False
    old = _old(change)
    begun = [one for code in others if (one := _begun(code, old, change)) is not None]
    for division in begun:
        division.save(force_insert=True)
    steps = tuple(
        Successor.objects.create(
            old_code=old_code, new_code=code, changed_on=change.changed_on, document=document
        )
        for code in others
    )
    if old_code not in change.new_codes:
        old.valid_until = change.changed_on
    old.save(update_fields=["valid_until"])
    _leave_trace(old, change, by=by)
    return steps, True


def _told(change: Change, others: Sequence[str]) -> tuple[Successor, ...]:
    """The steps if this very change is recorded, nothing if the old code may still change like this."""
    told = tuple(Successor.objects.filter(old_code=change.old_code).order_by("new_code"))
    same_day = tuple(step for step in told if step.changed_on == change.changed_on)
    if {step.new_code for step in same_day} == set(others):
        return same_day
    clash = next((step for step in told if step in same_day or step.new_code in others), None)
    if clash is not None:
        raise AlreadyChanged(old=change.old_code, new=clash.new_code, day=clash.changed_on)
    return ()


def _old(change: Change) -> Division:
    """The old division, if it may change on the day. An end that a load inferred gives way to it."""
    old = Division.objects.filter(code=change.old_code).first()
    if old is None:
        old = _forgotten(change)
    if not Successor.objects.filter(old_code=old.code).exists():
        old.valid_until = None
    _must_live(old, change.changed_on)
    if old.valid_from == change.changed_on:
        raise NotYetDivision(code=old.code, name=old.name, began=old.valid_from)
    return old


def _forgotten(change: Change) -> Division:
    """An old code from before the tree's day, added when the change says how it was called."""
    code, level = change.old_code, level_of(change.old_code)
    name, above = change.names.get(code), parent_of(code)
    if not name or level is None:
        raise UnknownDivision(code=code)
    if level is not Level.PROVINCE and not Division.objects.filter(code=above).exists():
        raise UnknownDivision(code=above)
    source = change.document.strip()[:200]
    row = Division(
        code=code,
        name=name,
        level=level.value,
        parent_code=above,
        initials=initials(name, level),
        source=source,
    )
    row.save(force_insert=True)
    return row


def _begun(code: str, old: Division, change: Change) -> Division | None:
    """The division to be added for a new code; None when the tree knows it and it lives on the day."""
    level = level_of(code)
    if level is None or level != old.level:
        raise LevelsDiffer(old=old.code, new=code)
    known = Division.objects.filter(code=code).first()
    if known is not None:
        _must_live(known, change.changed_on)
        return None
    above = parent_of(code)
    if level is not Level.PROVINCE and not Division.objects.filter(code=above).exists():
        raise UnknownDivision(code=above)
    name = change.names.get(code, old.name)
    return Division(
        code=code,
        name=name,
        level=level.value,
        parent_code=above,
        initials=initials(name, level),
        valid_from=change.changed_on,
        source=change.document.strip()[:200],
    )


def _must_live(one: Division, day: date) -> None:
    if one.valid_from is not None and day < one.valid_from:
        raise NotYetDivision(code=one.code, name=one.name, began=one.valid_from)
    if one.valid_until is not None and one.valid_until <= day:
        raise DeadDivision(code=one.code, name=one.name, ended=one.valid_until)


def _depth(code: str) -> int:
    """How far down a code stands, for sorting: a lower level always needs more digits."""
    return len(code.rstrip("0"))


def _problem(number: int, change: Change, error: WorkError) -> Problem:
    return Problem(
        Words(f"第 {number} 行({change.old_code})", f"line {number} ({change.old_code})"),
        Words(error.sentence("zh"), error.sentence("en")),
        Words("请改正这一行后重新导入整个清单。", "Mend this line and load the whole list again."),
    )


def _leave_trace(old: Division, change: Change, *, by: Actor) -> None:
    record(
        by=by,
        action="divisions.change",
        subject_kind="division",
        subject_id=old.code,
        division_code=old.code,
        detail={
            "name": old.name,
            "new_codes": list(change.new_codes),
            "changed_on": change.changed_on.isoformat(),
            "document": change.document.strip(),
        },
    )
