"""What may be corrected by a case, and whether what is proposed fits (S1-24)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from bangfu.platform.errors import Problem
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Column
from bangfu.policy.words import Words
from bangfu.registry import columns
from bangfu.registry.marks import FACTS, NEVER_TYPED, kind_allowed
from bangfu.registry.models import Household, Person, Standing

_CORRECTION = Words("更正内容", "the correction")
#: These change by cases and acts of their own.
_NOT_HERE: Final = NEVER_TYPED | {"household_no", "person_no", "division_code", "died_on"}


def correctable(table: str) -> dict[str, Column]:
    """Column name → column, of those a case may correct. Sealed numbers are not among them: no case keeps them."""
    known = columns.household_columns() if table == "household" else columns.person_columns()
    return {one.name: one for one in known if one.name not in _NOT_HERE}


def subject_of(data: Mapping[str, Any], household_id: str) -> Household | Person | None:
    """The household of the case, or the person of it, whom the correction is about."""
    if data.get("table") == "household":
        return Household.objects.filter(pk=household_id).first()
    member = Person.objects.filter(person_no=str(data.get("number", "")))
    found: Person | None = member.filter(
        memberships__household_id=household_id, memberships__until=None
    ).first()
    return found


def correction_problems(data: Mapping[str, Any], household_id: str) -> Iterator[Problem]:
    """What is wrong with a proposed correction: ``table``, ``number``, ``columns`` (name → typed value), ``why``."""
    table, given = data.get("table"), data.get("columns")
    if table not in ("household", "person") or not isinstance(given, Mapping) or not given:
        yield _wrong("没有写明更正哪一项。", "It names no column to correct.")
        return
    if subject_of(data, household_id) is None:
        yield _wrong("所填人员不是该户现在的成员。", "The person is no member of the household now.")
    if len(str(data.get("why", "")).strip()) < 4:
        yield _wrong("没有写明更正依据。", "It does not say on what it rests.")
    known = correctable(str(table))
    for name, value in given.items():
        if name not in known:
            title = vocabulary.table(str(table)).columns.get(name)
            yield Problem(
                title.title if title else str(name),
                Words("不能通过更正程序修改这一项。", "This is not corrected by a case."),
                Words(
                    "证件号码、电话等请在户档案中直接更正;状态和日期由相应程序办理。",
                    "Correct sealed numbers in the household's file; standings and their days come of their own cases.",
                ),
            )
        elif not _fits(known[name], value):
            yield Problem(
                known[name].title,
                Words("数值的类型或代码不对。", "The value is not of the column's kind."),
                Words("请从列表中选择,或重新填写。", "Choose from the list, or enter it again."),
            )
        elif name == "household_kind" and not _kind_is_fact(value, household_id):
            yield Problem(
                known[name].title,
                Words(
                    "户类型只能更正为一般、低保或特困,且不能与在册状态不符(S0-48)。",
                    "The kind is corrected to general, low income or extremely poor only, and never against the "
                    "standing (S0-48).",
                ),
                Words(
                    "脱贫户、监测户和一般农户由退出、监测和清退程序决定,请在户档案中立案。",
                    "Exited, monitored and ordinary households come of the procedures of exit, monitoring and removal: "
                    "open a case in the household's file.",
                ),
            )


def _kind_is_fact(kind: Any, household_id: str) -> bool:
    standing = Standing.objects.open().filter(household=household_id).values_list("kind", flat=True).first()
    return kind in FACTS and kind_allowed(kind, standing)


def stored_values(table: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The typed values of a correction, as ``registry.actions`` take them; None empties a column."""
    known = correctable(table)
    return {name: value for name, value in given.items() if name in known}


def _fits(column: Column, value: Any) -> bool:
    """Whether the value is of the column's kind; None empties a column."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    allowed = {one.code for one in column.code_list} if column.code_list else set()
    match column.kind:
        case _ if value is None:
            fits = True
        case "code":
            fits = whole and value in allowed
        case "codes":
            fits = isinstance(value, list) and all(one in allowed for one in value)
        case "date":
            fits = whole and _is_day(value)
        case "yes_no":
            fits = isinstance(value, bool)
        case "year" | "money" | "hundredths" | "count":
            fits = whole
        case _:
            fits = isinstance(value, str)
    return fits


def _is_day(value: int) -> bool:
    try:
        date(value // 10_000, value // 100 % 100, value % 100)
    except ValueError:
        return False
    return True


def _wrong(zh: str, en: str) -> Problem:
    return Problem(_CORRECTION, Words(zh, en), Words("请补填后重新登记。", "Complete it and enter it again."))
