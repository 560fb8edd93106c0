"""Do the figures of a document agree? Each is read as printed: its last digit says how exact it is.

A sum that does not come out is flagged and kept as it stands, never mended (X-15; S4-52). Verdicts: yes, it
reconciles; no, it does not; cannot tell, because a part is not stated, may overlap another, or belongs
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from bangfu.policy import yaml_files
from bangfu.policy.errors import PolicyError
from bangfu.policy.verdict import Verdict
from bangfu.policy.words import Words

#: equals: the two may be one number; at_most, at_least: the stated one against the computed one;
#: floor_at_least: the least that is stated is no less than the least computed (both are “… or more”).
Relation = Literal["equals", "at_most", "at_least", "floor_at_least"]
ENDLESS = Decimal("Infinity")
_FIGURE = re.compile(
    r"^(?P<before>约|近|不足|不到|低于|至少|不低于|不少于|≥|<)?(?P<number>\d[\d ,]*(?:\.\d+)?)"
    r"(?P<between>余|多)?(?P<scale>万|亿|%|个百分点)?(?P<after>余|多|以上|左右|以下)?$"
)
_SCALES = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_SCALES |= {"%": Decimal("0.01"), "个百分点": Decimal("0.01")}


class UnreadableFigure(PolicyError):
    """A figure is not written as figures are."""

    code = "policy.unreadable_figure"
    says = Words(
        "“{text}”不是能识别的数。请照原文填写,例如 23035、20.37万、82%、7000余、不足30万。",
        "“{text}” is no figure. Write it as printed, such as 23035, 20.37万, 82%, 7000余 or 不足30万.",
    )


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers that a figure may stand for: from ``low`` up to ``high``, which is left out unless equal.

    ``of`` names what it is a figure of (a county, a source). Figures of different wholes are never added
    (R-08, R-48).
    """

    low: Decimal
    high: Decimal
    of: str = ""

    def holds(self, number: Decimal) -> bool:
        return number == self.low or self.low <= number < self.high

    def meets(self, other: Span) -> bool:
        """Whether some number lies in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return low < high or (self.holds(low) and other.holds(low))


def figure(text: str, of: str = "") -> Span:
    """A figure as printed.

    A plain whole number is exact. A decimal, a share, or a number in 万 or 亿 was rounded or cut at its
    last digit. 余 and 多 mean up to the next round number, 约 and 左右 half of it to both sides, 以上 no end,
    不足 less.

    Raises:
        UnreadableFigure: it is written otherwise.
    """
    found = _FIGURE.match(text.strip())
    if found is None:
        raise UnreadableFigure(text=text)
    digits = found["number"].replace(" ", "").replace(",", "")
    scale = _SCALES[found["scale"]]
    value = Decimal(digits) * scale
    marks = {found["before"], found["between"], found["after"]}
    low, high = _bounds(value, _round_place(digits) * scale, marks)
    if low == high and (found["scale"] or "." in digits):
        last = Decimal(1).scaleb(-len(digits.partition(".")[2])) * scale
        low, high = value - last / 2, value + last
    return Span(low, high, of)


def _bounds(value: Decimal, place: Decimal, marks: set[str | None]) -> tuple[Decimal, Decimal]:
    """What the words around a number make of it."""
    if marks & {"余", "多"}:
        return value, value + place
    if marks & {"约", "近", "左右"}:
        return value - place / 2, value + place / 2
    if marks & {"以上", "至少", "不低于", "不少于", "≥"}:
        return value, ENDLESS
    if marks & {"不足", "不到", "低于", "以下", "<"}:
        return Decimal(0), value
    return value, value


def _round_place(digits: str) -> Decimal:
    """The place of the last digit that is not a zero: 100 for 2100."""
    whole, _, fraction = digits.partition(".")
    if fraction:
        return Decimal(1).scaleb(-len(fraction))
    return Decimal(1).scaleb(len(whole) - len(whole.rstrip("0")))


def total(parts: Sequence[Span | None], *, apart: bool | None = True) -> Span | None:
    """The sum; None when a part is missing, of another whole, or may overlap another (``apart`` unknown)."""
    known = [part for part in parts if part is not None]
    if not apart or len(known) < len(parts) or len({part.of for part in known}) > 1:
        return None
    low, high = (sum(ends, Decimal(0)) for ends in zip(*((p.low, p.high) for p in known), strict=True))
    return Span(low, high, known[0].of)


def difference(whole: Span | None, part: Span | None) -> Span | None:
    """``whole`` less ``part``."""
    if whole is None or part is None:
        return None
    return Span(whole.low - part.high, whole.high - part.low, whole.of)


def product(factors: Sequence[Span | None]) -> Span | None:
    """The product of numbers that are not negative; None when one is missing."""
    low = high = Decimal(1)
    for factor in factors:
        if factor is None:
            return None
        low, high = low * factor.low, high * factor.high
    return Span(low, high)


def quotient(above: Span | None, below: Span | None) -> Span | None:
    """``above`` divided by ``below``; None when one is missing or ``below`` may be nought."""
    if above is None or below is None or below.low <= 0:
        return None
    return Span(above.low / below.high, above.high / below.low)


def reconcile(stated: Span | None, computed: Span | None, relation: Relation) -> Verdict:
    """Whether the stated figure and the computed one stand to each other as they must."""
    if stated is None or computed is None:
        return Verdict.CANNOT_TELL
    fits = {
        "equals": stated.meets(computed),
        "at_most": stated.low <= computed.high,
        "at_least": stated.high >= computed.low,
        "floor_at_least": stated.low >= computed.low,
    }[relation]
    return Verdict.of(fits)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document states, and what its own figures make of it. ``printed`` is kept as it stands."""

    clause: str
    where: str
    says: Words
    printed: str | None
    stated: Span | None
    computed: Span | None
    relation: Relation
    lacks: Words | None

    @property
    def verdict(self) -> Verdict:
        return reconcile(self.stated, self.computed, self.relation)


def statement(clause: str, node: Mapping[str, Any]) -> Statement:
    """A statement from its node (``schemas/statements.yaml``)."""
    return Statement(
        clause=clause,
        where=node["where"],
        says=Words.read(node["says"]),
        printed=node["stated"] if isinstance(node["stated"], str) else None,
        stated=computed(node["stated"]),
        computed=computed(node["computed"]),
        relation=node["relation"],
        lacks=Words.read(node["lacks"]) if "lacks" in node else None,
    )


def computed(node: Any) -> Span | None:
    """A figure, or what comes of figures: their sum, difference, product, quotient, or the count of names."""
    if node is None or isinstance(node, str):
        return figure(node) if node is not None else None
    if "figure" in node:
        return figure(node["figure"], node["of"])
    if "count" in node:
        return Span(Decimal(len(set(node["count"]))), Decimal(len(set(node["count"]))))
    if "sum" in node:
        return total([computed(part) for part in node["sum"]], apart=node.get("apart", True))
    if "product" in node:
        return product([computed(factor) for factor in node["product"]])
    first, second = (computed(part) for part in node.get("difference") or node["quotient"])
    return difference(first, second) if "difference" in node else quotient(first, second)


@cache
def statements() -> tuple[Statement, ...]:
    """The statistics of the five documents (clauses.md §2), in their order."""
    content = yaml_files.read_checked(yaml_files.HERE / "oversight" / "statements.yaml", "statements")
    return tuple(statement(clause, node) for clause, nodes in content.items() for node in nodes)
