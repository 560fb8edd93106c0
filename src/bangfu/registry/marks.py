"""The marks of a household that follow from its standing, and what a change of them asks for (S0-48, S1-43, S4-76).

脱贫标志, 脱贫时间 and the like are never facts of their own: a standing carries them, and procedures change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from bangfu.platform import clock
from bangfu.policy.vocabulary import Column, codes
from bangfu.policy.words import Words
from bangfu.registry.columns import household_columns

_standing, _kinds, _marks = codes("standing"), codes("household_kind"), codes("exit_mark")
#: Columns that say the standing, and those that say who is monitored.
STANDING_MARKS: Final = ("household_kind", "exit_mark", "exited_on", "identified_on")
WATCH_MARKS: Final = ("monitored_kind", "risk_found_on", "risk_cleared", "risk_cleared_on")
#: Columns that no form enters and no correction changes.
NEVER_TYPED: Final = frozenset({*STANDING_MARKS, *WATCH_MARKS} - {"household_kind"})
#: Kinds of household that are facts of their own: whether it draws an allowance or is supported.
FACTS: Final = frozenset({_kinds.general, _kinds.low_income, _kinds.extremely_poor})
#: Kinds that a household may have before any case: the others come of exit and monitoring.
ENTERED_KINDS: Final = FACTS | {_kinds.ordinary}
_POOR: Final = frozenset({_standing.registered, _standing.returned})


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why marks cannot be taken whoever confirms them, and the column that says it."""

    column: str
    why: Words


@dataclass(frozen=True)
class Said:
    """The kept ``row`` of a household, the marks that are ``changed``, and the day of which the workbook speaks."""

    row: Mapping[str, Any]
    changed: Mapping[str, Any]
    day: date

    def value(self, name: str) -> Any:
        return self.changed.get(name, self.row[name])

    @property
    def spell(self) -> Mapping[str, Any] | None:
        """The standing that is open."""
        last: Mapping[str, Any] | None = self.row["standing"]
        return last if last is not None and last["until"] is None else None

    @property
    def present(self) -> int | None:
        return int(self.spell["kind"]) if self.spell else None

    @property
    def watches(self) -> list[str]:
        return [name for name in WATCH_MARKS if name in self.changed]


@cache
def columns() -> tuple[tuple[str, Column], ...]:
    """The marks with their columns of the vocabulary."""
    names = {*STANDING_MARKS, *WATCH_MARKS}
    return tuple((one.name, one) for one in household_columns() if one.name in names)


def kind_allowed(kind: int | None, standing: int | None) -> bool:
    """Whether the kind of household does not contradict the standing."""
    if kind is None or kind in FACTS:
        return standing != _standing.marginal or kind is None
    if kind == _kinds.exited:
        return standing == _standing.exited
    if kind == _kinds.monitored:
        return standing == _standing.marginal
    return standing not in (*_POOR, _standing.exited)


def wanted(said: Said) -> tuple[int, date, Hindrance | None]:
    """The standing that the marks say, since when, and what stands in the way of it.

    The present standing where they agree with it; a hindrance where they say no standing that could follow.
    """
    spell = said.spell
    if spell is None or spell["kind"] == _standing.removed:
        return _off_the_books(said)
    kind, since = _told(said)
    if kind == spell["kind"]:
        return kind, since or said.day, _disagreement(said, spell)
    return kind, since or said.day, _not_followed(said, spell, kind, since)


def _off_the_books(said: Said) -> tuple[int, date, Hindrance | None]:
    """Marks of a household that is not on the books: only a procedure brings it there."""
    names = [name for name in (*STANDING_MARKS, *WATCH_MARKS) if name in said.changed]
    if "household_kind" in names and said.changed["household_kind"] in ENTERED_KINDS:
        names.remove("household_kind")
    if said.changed.get("exit_mark") == _marks.not_exited and not said.value("exited_on"):
        names.remove("exit_mark")
    present = said.present or 0
    if not names:
        return present, said.day, None
    way = way_to(_standing.marginal if names[0] in WATCH_MARKS else _standing.registered)
    return present, said.day, Hindrance(names[0], _both(_OFF_BOOKS, way=way))


def _told(said: Said) -> tuple[int, date | None]:
    """The standing that the changed marks say, and its day, None where the row does not say it."""
    kind, mark = said.changed.get("household_kind"), said.changed.get("exit_mark")
    present, watched = said.present or 0, bool(said.value("monitored_kind"))
    if present != _standing.marginal and (kind == _kinds.monitored or (kind == _kinds.ordinary and watched)):
        return int(_standing.marginal), said.value("risk_found_on")
    if present != _standing.marginal and kind == _kinds.ordinary:
        return int(_standing.removed), None
    if present in _POOR and _exit_is_said(said):
        return int(_standing.exited), said.value("exited_on")
    back = (_marks.not_exited, _marks.preparing, _marks.returned)
    if (present == _standing.exited and mark in back) or (
        present == _standing.registered and mark == _marks.returned
    ):
        return int(_standing.returned), said.changed.get("identified_on")
    if present == _standing.marginal and kind in FACTS:
        return int(_standing.registered), said.changed.get("identified_on")
    return present, said.day


def _exit_is_said(said: Said) -> bool:
    """Whether a change of the row says that the household has left, on a day that has come."""
    mark, kind, day = said.value("exit_mark"), said.value("household_kind"), said.value("exited_on")
    says = (
        "exited_on" in said.changed
        or said.changed.get("exit_mark") == _marks.exited
        or said.changed.get("household_kind") == _kinds.exited
    )
    left = mark == _marks.exited or kind == _kinds.exited
    return bool(says and left and day is not None and day <= said.day)


def _not_followed(said: Said, spell: Mapping[str, Any], kind: int, since: date | None) -> Hindrance | None:
    """Why the present standing cannot become ``kind`` by a workbook, if so."""
    first = next(name for name in (*STANDING_MARKS, *WATCH_MARKS) if name in said.changed)
    column = "exited_on" if kind == _standing.exited else first
    way = way_to(kind)
    if not spell["basis"].startswith("import:"):
        return Hindrance(first, _both(_BY_CASE, way=way, present=_name(said.present), since=spell["since"]))
    if kind == _standing.removed:
        return Hindrance("household_kind", _both(_NOT_OFF, way=way))
    if since is None:
        return Hindrance(first, _both(_NO_DAY, way=way, wanted=_name(kind)))
    if since <= spell["since"]:
        facts = {"day": since, "since": spell["since"], "present": _name(said.present)}
        return Hindrance(column, _both(BACK_DATED, **facts))
    if since > clock.today():
        return Hindrance(column, FUTURE.filled({"day": since}))
    return None


def _disagreement(said: Said, spell: Mapping[str, Any]) -> Hindrance | None:
    """The first changed mark that contradicts the standing as it stays."""
    for name in STANDING_MARKS:
        if name in said.changed and not _agrees(name, said, spell):
            return Hindrance(name, _why(name, said, spell))
    for name in ("risk_found_on", "risk_cleared_on"):
        day = said.changed.get(name)
        if day is not None and day > clock.today():
            return Hindrance(name, FUTURE.filled({"day": day}))
        if day is not None and day < spell["since"]:
            facts = {"day": day, "since": spell["since"], "present": _name(said.present)}
            return Hindrance(name, _both(BACK_DATED, **facts))
    return None


def _agrees(name: str, said: Said, spell: Mapping[str, Any]) -> bool:
    value, standing = said.changed[name], spell["kind"]
    match name:
        case "household_kind":
            agrees = kind_allowed(value, standing)
        case "exit_mark":
            allowed = {
                _standing.registered: (_marks.not_exited, _marks.preparing),
                _standing.exited: (_marks.exited,),
                _standing.returned: (_marks.returned,),
                _standing.marginal: (_marks.not_exited,),
            }
            agrees = value in allowed[standing]
        case "exited_on":
            agrees = standing == _standing.exited and value == spell["since"]
        case _:
            begun = said.row["since"]
            agrees = value == begun or (said.row[name] is None and value < begun)
    return agrees


def _why(name: str, said: Said, spell: Mapping[str, Any]) -> Words:
    """What is wrong with a mark, and what to do: what an exit lacks, or that the standing says otherwise."""
    facts = {"present": _name(said.present), "since": spell["since"]}
    leaves = said.value("exit_mark") == _marks.exited or said.value("household_kind") == _kinds.exited
    if name in ("exit_mark", "exited_on", "household_kind") and spell["kind"] != _standing.exited and leaves:
        exited = said.value("exited_on")
        if exited is None:
            return _both(_LACKS, what=Words("脱贫时间", "the day of exit"), **facts)
        if exited > said.day:
            return FUTURE.filled({"day": exited})
        return _both(BACK_DATED, day=exited, **facts)
    return _both(_CONTRADICTS, way=way_to(_standing.exited if name == "exited_on" else None), **facts)


def way_to(standing: int | None) -> Words:
    """The procedure that leads to a standing, and where it begins; None and 0: of whichever mark it is."""
    return _WAYS.get(standing or 0, _WAYS[0])


def _name(standing: int | None) -> Words:
    if standing is None:
        return Words("不在册", "not on the books")
    return Words(_standing.label(standing), _standing.label(standing, "en"))


def _both(words: Words, **values: Any) -> Words:
    """Filled in both languages; ``Words`` among the values in their own."""
    return Words(*(words.text(tongue).format_map(_in(tongue, values)) for tongue in ("zh", "en")))


def _in(tongue: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.text(tongue) if isinstance(value, Words) else value for name, value in values.items()}


_WAYS: Final = {
    0: Words(
        "户档案“办理”中的退出、返贫认定或风险消除程序",
        "exit, return to poverty or clearance of risk, in the household's file",
    ),
    _standing.registered: Words(
        "贫困户识别(村级识别批次中由户主申请)",
        "identification (the householder applies in a round of the village)",
    ),
    _standing.exited: Words("贫困户退出(户档案中立案,逐户验收)", "exit (a case in the household's file)"),
    _standing.returned: Words("返贫认定(户档案中立案)", "return to poverty (a case in the household's file)"),
    _standing.marginal: Words("群众自主申报或边缘户救急难", "report of the household, or emergency help"),
    _standing.removed: Words("清退(凭已核实的疑点立案)", "removal (a case on a verified doubt)"),
}
FUTURE = Words(
    "日期 {day} 还没有到,本户没有改动。请填写实际发生的日期。",
    "The day {day} has not come; nothing of the household was changed. Enter the day on which it happened.",
)
BACK_DATED = Words(
    "状态变动的日期不能倒填({day} 不晚于现有状态“{present}”的起始日 {since}),本户没有改动。请填写实际日期。",
    "A change of standing cannot be back-dated ({day} is not after {since}, when the present standing, {present}, "
    "began); nothing of the household was changed. Enter the day on which it happened.",
)
_BY_CASE = Words(
    "该户现在的状态是办件(或分户)决定的,导入不能改动(“{present}”,自 {since}),本户没有改动。请按程序办理:{way}。",
    "A case (or a split) decided the household's present standing ({present}, since {since}) and no import changes it; "
    "nothing of the household was changed. Go by the procedure: {way}.",
)
_NOT_OFF = Words(
    "在册户不能用导入清退,本户没有改动。请按程序办理:{way}。",
    "No import takes a household off the books; nothing of it was changed. Go by the procedure: {way}.",
)
_NO_DAY = Words(
    "没有写明状态变为“{wanted}”的日期,本户没有改动。请补填相应的时间,或按程序办理:{way}。",
    "The row does not say since when the standing is {wanted}; nothing of the household was changed. Enter the day, or "
    "go by the procedure: {way}.",
)
_LACKS = Words(
    "缺少{what},状态不能随标志变动(现为“{present}”,自 {since}),本户没有改动。请补填后重新上传这一行。",
    "Without {what} the standing cannot follow the mark (it is {present}, since {since}); nothing of the household was "
    "changed. Enter it and upload the row again.",
)
_CONTRADICTS = Words(
    "与该户的在册状态不符(“{present}”,自 {since}),本户没有改动。标志随状态而定:请改成一致,或按程序办理:{way}。",
    "It contradicts the household's standing ({present}, since {since}); nothing of the household was changed. Marks "
    "follow the standing: make them agree, or go by the procedure: {way}.",
)
_OFF_BOOKS = Words(
    "该户现在不在册,标志不能由导入填写,本户没有改动。请按程序办理:{way}。",
    "The household is not on the books, and no import sets such a mark; nothing of it was changed. Go by the "
    "procedure: {way}.",
)
