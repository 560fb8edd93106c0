"""What a procedure is: a list of steps as data (DESIGN §2, Procedure). Nothing here acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bangfu.policy.parameters import parameters
from bangfu.policy.words import Words
from bangfu.policy.working_days import Count, calendar

#: From the lowest to the highest; an override comes from a higher one.
LEVELS: Mapping[str, Words] = {
    "group": Words("组级", "group"),
    "village": Words("村级", "village"),
    "township": Words("乡级", "township"),
    "county": Words("县级", "county"),
    "city": Words("市级", "city"),
    "province": Words("省级", "province"),
}
#: The roles of a post that act in procedures, by the names of the accounts floor.
ROLES: Mapping[str, Words] = {
    "county_office": Words("县级主管部门", "the county office"),
    "township": Words("乡镇", "the township"),
    "village": Words("村", "the village"),
    "helper": Words("帮扶责任人", "the helper"),
    "inspector": Words("督查人员", "the inspector"),
}
PASS, REFUSE, RETURN = "pass", "refuse", "return"
DECISIONS: Mapping[str, Words] = {
    PASS: Words("通过", "pass"),
    REFUSE: Words("不予通过", "refuse"),
    RETURN: Words("退回", "return"),
}


def is_higher(level: str, than: str) -> bool:
    """Whether ``level`` stands above ``than``."""
    order = list(LEVELS)
    return order.index(level) > order.index(than)


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days: a parameter's key, or the number itself where a definition writes it."""

    days: str | int
    count: Count = "calendar"

    def length(self, day: date, area: str) -> int:
        """How many, by the value in force on ``day`` at the division ``area``."""
        return self.days if isinstance(self.days, int) else int(parameters()[self.days].on(day, area))

    def after(self, day: date, area: str) -> date:
        """The day on which they are over, counted from ``day``."""
        return calendar().after(day, self.length(day, area), self.count)

    def words(self, day: date, area: str) -> Words:
        length = self.length(day, area)
        if self.count == "working":
            return Words(f"{length}个工作日", f"{length} working days")
        return Words(f"{length}天", f"{length} days")


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a domain, by name, with the parameters it works with: its name for each → key.

    A guard is asked before a pass; one that is ``always`` asked also before a refusal.
    """

    name: str
    clause: str = ""
    values: Mapping[str, str] | None = None
    always: bool = False

    def value(self, name: str, day: date, area: str) -> int | str | bool:
        """The parameter that the function knows as ``name``. Raises KeyError when the definition gives
        none."""
        return parameters()[(self.values or {})[name]].on(day, area)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """Something that must be on record before a step passes (``needed``), or may be.

    ``renew``: after a return it has to be made again. ``early``: it may be made before its step is reached.
    ``signers``: so many different names must have signed. ``role`` and ``level``: who makes it.
    """

    key: str
    title: Words
    role: str
    level: str
    clause: str = ""
    file: bool = False
    needed: bool = True
    renew: bool = False
    early: bool = False
    signers: int = 0
    checks: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A public notice: the step passes only when ``days`` have gone by since the day of ``record``."""

    days: Days
    record: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who acts at which level, what must be there, and what refuses."""

    key: str
    title: Words
    role: str
    level: str
    clause: str = ""
    records: tuple[RecordKind, ...] = ()
    guards: tuple[Call, ...] = ()
    shortest: Days | None = None
    notice: Notice | None = None
    due: Days | None = None
    decisions: tuple[str, ...] = (PASS, REFUSE)
    returns_to: tuple[str, ...] = ()
    another_person_than: tuple[str, ...] = ()
    overridable: tuple[str, ...] = ()
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a procedure; ``areas`` are prefixes of division codes, the empty one is everywhere.

    ``withdraw``: it goes back to somebody's application, who may take it back.
    """

    procedure: str
    version: str
    title: Words
    version_title: Words
    domain: str
    subject: str
    since: date
    until: date | None
    areas: tuple[str, ...]
    reference: str
    from_configuration: bool
    where: str
    steps: tuple[Step, ...]
    on_pass: tuple[str, ...]
    on_refuse: tuple[str, ...] = ()
    appeal: Days | None = None
    to_open: tuple[Call, ...] = ()
    due: Days | None = None
    withdraw: bool = True

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def nearness(self, area: str) -> int | None:
        """Digits of the nearest of its areas that holds ``area``; None when none does."""
        return max((len(prefix) for prefix in self.areas if area.startswith(prefix)), default=None)

    def position(self, key: str) -> int:
        """Where the step stands, from 0. Raises KeyError."""
        for at, step in enumerate(self.steps):
            if step.key == key:
                return at
        raise KeyError(key)

    def step(self, key: str) -> Step:
        """The step. Raises KeyError."""
        return self.steps[self.position(key)]

    def after(self, key: str) -> Step | None:
        """The step that follows; None after the last."""
        following = self.position(key) + 1
        return self.steps[following] if following < len(self.steps) else None

    def step_of_record(self, kind: str) -> Step | None:
        """The step that a kind of record belongs to."""
        return next((step for step in self.steps if any(one.key == kind for one in step.records)), None)

    def record(self, kind: str) -> RecordKind | None:
        """The kind of record."""
        return next((one for step in self.steps for one in step.records if one.key == kind), None)

    def calls(self) -> Iterator[tuple[str, str]]:
        """Every name that a domain must know: (``guard``, ``check`` or ``effect``, name)."""
        yield from (("guard", call.name) for call in self.to_open)
        for step in self.steps:
            yield from (("guard", call.name) for call in step.guards)
            for record in step.records:
                yield from (("check", call.name) for call in record.checks)
        yield from (("effect", name) for name in (*self.on_pass, *self.on_refuse))
