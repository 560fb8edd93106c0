"""``@entitlement``: who is due what (应享尽享), as one pure function with its dates, its law and its fund.

The texts lie in the YAML file of the same name beside the function. What was received is a derived column.
Money is whole fen. NULL means cannot tell: who is due, how much, or what was received.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

import ibis

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile, TwoInForce
from bangfu.policy.keys_read import refuse_unknown_keys
from bangfu.policy.purity import refuse_impure
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words

Expression = Any
Subject = Literal["person", "household", "village"]
Period = Literal["month", "term", "year", "once"]
Nature = Literal["basic", "preferential"]
Doubt = Literal["missing", "over_paid"]
Function = TypeVar("Function", bound=Callable[..., "Due"])
BOTH: tuple[Doubt, ...] = ("missing", "over_paid")
_UNSAID = Words("", "")


@dataclass(frozen=True)
class Due:
    """``eligible``: yes, no, NULL. ``amount``: fen for the period (int64), None for what is given in kind."""

    eligible: Expression
    amount: Expression | None = None


@dataclass(frozen=True)
class Entitlement:
    """One version of an entitlement.

    ``received``: the derived column of the subject that says what came: fen for money, a count or yes/no in kind.
    ``doubts``: which differences are put before people as doubts; the others are only counted.
    ``over``: receiving it without being due is a fault.
    """

    key: str
    subject: Subject
    period: Period
    since: date
    until: date | None
    law: str
    function: Callable[..., Due]
    where: str
    received: str | None
    doubts: tuple[Doubt, ...] = BOTH
    over: bool = True
    title: Words = _UNSAID
    sentence: Words = _UNSAID
    apply: Words = _UNSAID
    ask: Words = _UNSAID
    fund: str = ""
    nature: Nature = "preferential"
    handler: str = "village"
    from_configuration: bool = False

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def due(self, table: Expression, p: Expression) -> Due:
        """Who is due and how much, over the wide ``table`` of the subject."""
        due = self.function(table, p)
        return Due(due.eligible, None if due.amount is None else due.amount.cast("int64"))

    def got(self, table: Expression) -> Expression:
        """What was received, int64: fen for money, how often in kind; NULL when nobody can tell."""
        if self.received is None:
            return ibis.null("int64")
        return table[self.received].cast("int64")

    @property
    def may_be_suspended(self) -> bool:
        """Only what is preferential; basic rights stand whatever happens (S1-35)."""
        return self.nature == "preferential"


def entitlement(
    key: str,
    *,
    subject: Subject,
    period: Period,
    since: str,
    until: str | None = None,
    law: str,
    received: str | None = None,
    doubts: tuple[Doubt, ...] = BOTH,
    over: bool = True,
) -> Callable[[Function], Function]:
    """Registers ``function(table, p) -> Due`` as an entitlement.

    Args:
        key: its name for ever; two versions share it and differ in dates.
        since: first day in force, ISO; ``until`` the last, None while it stands.
        law: clause id of the catalogue, or document and article.
        received: see ``Entitlement``.

    Raises:
        ImpureRule: the function uses the clock, chance or files.
    """

    def register(function: Function) -> Function:
        where = f"{yaml_files.place(Path(function.__code__.co_filename))}:{function.__code__.co_firstlineno}"
        refuse_impure(function, key, where)
        function.entitlement = Entitlement(  # type: ignore[attr-defined]
            key=key,
            subject=subject,
            period=period,
            since=date.fromisoformat(since),
            until=date.fromisoformat(until) if until else None,
            law=law,
            function=function,
            where=where,
            received=received,
            doubts=doubts if over else tuple(one for one in doubts if one == "missing"),
            over=over,
        )
        return function

    return register


def collect(modules: Iterable[ModuleType]) -> tuple[Entitlement, ...]:
    """All entitlements of ``modules`` with the texts beside them, in the order written.

    Raises:
        BadPolicyFile: an entitlement without texts, texts without an entitlement, or an unknown fund.
        TwoInForce: two versions of a key overlap.
        UnknownParameterRead: an entitlement names a parameter that no file defines.
    """
    found: list[Entitlement] = []
    for module in modules:
        path = Path(str(module.__file__)).with_suffix(".yaml")
        texts = yaml_files.read_checked(path, "entitlements")
        own = [
            value.entitlement
            for value in vars(module).values()
            if hasattr(value, "entitlement") and getattr(value, "__module__", None) == module.__name__
        ]
        if {one.key for one in own} != set(texts):
            odd = sorted({one.key for one in own} ^ set(texts))
            raise BadPolicyFile(
                where=yaml_files.place(path), reason=f"entitlements without texts or reverse: {odd}"
            )
        for one in own:
            refuse_unknown_keys(one.function, one.key)
        found += [_with_texts(one, texts[one.key], path) for one in own]
    refuse_overlap(found)
    return tuple(found)


def refuse_overlap(entitlements: Iterable[Entitlement]) -> None:
    """TwoInForce when two versions of one key hold on one day."""
    seen: dict[str, list[Entitlement]] = {}
    for one in entitlements:
        for other in seen.setdefault(one.key, []):
            later = max(one.since, other.since)
            if one.in_force(later) and other.in_force(later):
                raise TwoInForce(rule=one.key, day=later.isoformat(), where=f"{other.where}, {one.where}")
        seen[one.key].append(one)


def _with_texts(one: Entitlement, node: Mapping[str, Any], path: Path) -> Entitlement:
    if node["fund"] not in {code.key for code in codes("benefit_fund")}:
        raise BadPolicyFile(
            where=yaml_files.place(path), reason=f"{one.key}/fund: no such fund {node['fund']!r}"
        )
    return replace(
        one,
        title=Words.read(node["title"]),
        sentence=Words.read(node["sentence"]),
        apply=Words.read(node["apply"]),
        ask=Words.read(node["ask"]),
        fund=node["fund"],
        nature=node["nature"],
        handler=node.get("handler", "village"),
        from_configuration=node.get("source") == "configuration",
    )


def status(due: Due, got: Expression, *, over: bool = True) -> Expression:
    """The code of ``entitlement_status`` for each row: what is due against what came (``Entitlement.got``).

    Where nothing is due and nobody can tell what came, it is not due.
    """
    said = codes("entitlement_status")
    wanted, came = _both(due, got)
    return ibis.cases(
        (due.eligible.isnull(), said.cannot_tell),
        (~due.eligible & (came > 0), said.over_paid if over else said.not_due),
        (~due.eligible, said.not_due),
        (came.isnull() | wanted.isnull(), said.cannot_tell),
        (came > wanted, said.over_paid),
        (came == wanted, said.due_received),
        (came > 0, said.due_partly),
        else_=said.due_missing,
    ).cast("int16")


def missing(due: Due, got: Expression) -> Expression:
    """Due, and nothing or less came."""
    wanted, came = _both(due, got)
    return due.eligible & (came < wanted)


def over_paid(due: Due, got: Expression) -> Expression:
    """Came without being due, or more than is due."""
    wanted, came = _both(due, got)
    return (~due.eligible & (came > 0)) | (due.eligible & (came > wanted))


def _both(due: Due, got: Expression) -> tuple[Expression, Expression]:
    """Amount due and received; what is given in kind counts once, however often it is recorded."""
    if due.amount is not None:
        return due.amount.cast("int64"), got
    came = ibis.ifelse(got > 0, ibis.literal(1, "int64"), ibis.ifelse(got.isnull(), ibis.null("int64"), 0))
    return ibis.literal(1, "int64"), came
