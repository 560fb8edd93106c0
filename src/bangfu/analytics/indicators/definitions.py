"""The indicators of ``*.yaml``: name, unit, direction, clause, and the parts that make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from bangfu.policy import yaml_files
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words

FILES: Final = ("headcount", "coverage", "income", "measures", "groups")
NOTHING: Final = Words("", "")
#: Hundredths of the unit that one raw unit makes: fen are hundredths of a yuan already.
SCALES: Final[Mapping[str, int]] = {
    "percent": 10_000,
    "yuan": 1,
    "household": 100,
    "person": 100,
    "measure": 100,
}
#: How every value is rounded, as screens say it.
ROUNDING: Final = Words("四舍五入,保留两位小数", "half away from zero, two decimals")


@dataclass(frozen=True)
class Indicator:
    """``of`` over ``among`` (times ``over``); without ``among`` the sum itself. ``unknown``: who is left out."""

    key: str
    title: Words
    unit: str
    direction: str
    law: str
    of: tuple[str, ...]
    among: tuple[str, ...] = ()
    over: int = 1
    unknown: tuple[str, ...] = ()
    target: int | None = None
    denominator: Words = NOTHING
    from_configuration: bool = False
    #: Whoever is not covered, and of whom it is not known, is listed by name.
    listed: bool = False

    def value(self, above: int, below: int | None) -> int | None:
        """Hundredths of the unit, rounded half away from zero (四舍五入); None where there is no denominator."""
        scale = SCALES[self.unit]
        if not self.among:
            return above * scale
        return None if not below else rounded(above * scale, below * self.over)


def rounded(above: int, below: int) -> int:
    """``above / below`` to a whole number, half away from zero."""
    sign = -1 if (above < 0) != (below < 0) else 1
    return sign * ((2 * abs(above) + abs(below)) // (2 * abs(below)))


@cache
def indicators() -> Mapping[str, Indicator]:
    """All indicators by key, those with ``each`` once a code: ``cause.illness``.

    Raises:
        BadPolicyFile: a file does not fit ``schemas/indicators.yaml``.
    """
    found: dict[str, Indicator] = {}
    for file in FILES:
        path = Path(__file__).parent / f"{file}.yaml"
        for key, node in yaml_files.read_checked(path, "indicators").items():
            found |= {one.key: replace(one, listed=file == "coverage") for one in _read(key, node)}
    return found


def _read(key: str, node: Mapping[str, Any]) -> list[Indicator]:
    title = Words.read(node["title"])
    if "each" not in node:
        return [_indicator(key, title, node, "")]
    each = codes(node["each"])
    return [
        _indicator(
            f"{key}.{code.key}",
            Words(f"{title.zh}·{code.title.zh}", f"{title.en}: {code.title.en}"),
            node,
            code.key,
        )
        for code in each
    ]


def _indicator(key: str, title: Words, node: Mapping[str, Any], code: str) -> Indicator:
    def parts(name: str) -> tuple[str, ...]:
        return tuple(part for one in node.get(name, ()) for part in _expanded(one.replace("{}", code)))

    return Indicator(
        key=key,
        title=title,
        unit=node["unit"],
        direction=node["direction"],
        law=node["law"],
        of=parts("of"),
        among=parts("among"),
        over=node.get("over", 1),
        unknown=parts("unknown"),
        target=node.get("target"),
        denominator=Words.read(node["denominator"]) if "denominator" in node else NOTHING,
        from_configuration=node.get("source") == "configuration",
    )


def _expanded(part: str) -> list[str]:
    """``cause_*`` stands for the part of each code."""
    if not part.endswith("_*"):
        return [part]
    stem = part.removesuffix("_*")
    return [f"{stem}_{code.key}" for code in codes({"cause": "cause", "means": "exit_means"}[stem])]
