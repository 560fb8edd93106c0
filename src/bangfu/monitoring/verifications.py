"""The sheet of a household's exit verification: what it must say, and what is wrong with it (S4-76, S0-46)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from bangfu.monitoring import signers
from bangfu.platform.errors import Problem
from bangfu.policy.exit.leaving import GUARANTEES_SINCE_2019, SUBJECT
from bangfu.policy.vocabulary import codes, table
from bangfu.policy.words import Words
from bangfu.registry.models import Household, Membership

INCOMES: Final = ("income_wage", "income_business", "income_property", "income_transfer", "production_cost")
#: What may be said of a guarantee, and what it means to a rule.
ANSWERS: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "cannot_tell": None}
_MAY_BE_NEGATIVE: Final = frozenset({"income_business"})
_LEAST_EVIDENCE = 4
_grade = codes("dwelling_grade")
_HELPER, _HOUSEHOLDER = Words("帮扶责任人", "the helper"), Words("户主", "the householder")


@dataclass(frozen=True, slots=True)
class Guarantee:
    """``answer``: yes, no, cannot_tell; ``evidence``: on what it rests."""

    key: str
    answer: str
    evidence: str

    @property
    def said(self) -> bool | None:
        return ANSWERS[self.answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitVerification:
    """One household as it was found at home; income in fen, None where it could not be told.

    ``signed_why``: why somebody else signed for the householder, or a helper who is not on the list.
    """

    members: int
    income_year: int
    income_wage: int | None
    income_business: int | None
    income_property: int | None
    income_transfer: int | None
    production_cost: int | None
    guarantees: tuple[Guarantee, ...]
    helper: str
    householder: str
    visited_on: date
    signed_why: str = ""

    def as_data(self) -> dict[str, Any]:
        """As it goes on record."""
        return {
            "members": self.members,
            "income_year": self.income_year,
            **{name: getattr(self, name) for name in INCOMES},
            "guarantees": {
                one.key: {"answer": one.answer, "evidence": one.evidence} for one in self.guarantees
            },
            "helper": self.helper,
            "householder": self.householder,
            "visited_on": self.visited_on.isoformat(),
            "signed_why": self.signed_why,
        }

    def as_row(self) -> dict[str, Any]:
        """As rules read it: the vocabulary's columns of the sheet."""
        said = {one.key: one.said for one in self.guarantees}
        return {
            "members": self.members,
            "income_year": self.income_year,
            **{name: getattr(self, name) for name in INCOMES},
            **{key: said.get(key) for key in GUARANTEES_SINCE_2019},
        }


def title_of(column: str) -> Words:
    """The title of a column of the sheet."""
    return table(SUBJECT).columns[column].title


def read_sheet(data: Mapping[str, Any]) -> tuple[ExitVerification | None, list[Problem]]:
    """The sheet on record, or what keeps it from being one."""
    problems = [*_whole_problems(data), *_income_problems(data), *_guarantee_problems(data)]
    problems += _name_problems(data)
    visited = _day(data.get("visited_on"))
    if visited is None:
        problems.append(
            _problem(
                Words("入户日期", "day of the visit"),
                "没有填写,或不是日期。",
                "It is missing or no date.",
                "请填写入户核实的日期。",
                "Enter the day of the visit.",
            )
        )
    if problems or visited is None:
        return None, problems
    given = data["guarantees"]
    sheet = ExitVerification(
        members=data["members"],
        income_year=data["income_year"],
        **{name: data.get(name) for name in INCOMES},
        guarantees=tuple(
            Guarantee(key, given[key]["answer"], given[key].get("evidence", "").strip())
            for key in GUARANTEES_SINCE_2019
            if key in given
        ),
        helper=data["helper"].strip(),
        householder=data["householder"].strip(),
        visited_on=visited,
        signed_why=str(data.get("signed_why") or "").strip(),
    )
    return sheet, []


def sheet_problems(sheet: ExitVerification, *, day: date, members: int) -> Iterator[Problem]:
    """What contradicts the day on which it goes on record, or the registry (``members`` on that day)."""
    if sheet.members != members:
        yield _problem(
            title_of("members"),
            f"核实{sheet.members}人,登记{members}人(S4-76)。",
            f"{sheet.members} were verified, {members} are on record (S4-76).",
            "请先核对家庭成员,有变动的先登记变动。",
            "Check the members; enter changes first.",
        )
    if not day.year - 1 <= sheet.income_year <= day.year:
        yield _problem(
            title_of("income_year"),
            f"{sheet.income_year}年不是本年或上年(S0-46)。",
            f"{sheet.income_year} is neither this year nor the last (S0-46).",
            "请按最近一个年度核算收入。",
            "Work out the income of the latest year.",
        )
    if sheet.visited_on > day or (day - sheet.visited_on).days > _FRESH:
        yield _problem(
            Words("入户日期", "day of the visit"),
            f"{sheet.visited_on} 不在登记日({day})及之前{_FRESH}天内。",
            f"{sheet.visited_on} is not within the {_FRESH} days up to the entry ({day}).",
            "请填写本次入户核实的日期。",
            "Enter the day of this visit.",
        )


_FRESH = 90


def entry_problems(data: Mapping[str, Any], *, household: UUID, day: date) -> list[Problem]:
    """Everything that keeps a sheet from going on record on ``day``: in itself, and against the registry (S4-76)."""
    sheet, wrong = read_sheet(data)
    if sheet is None:
        return wrong
    found = Household.objects.get(pk=household)
    members = Membership.objects.on(day).filter(household=found).count()
    return [
        *wrong,
        *sheet_problems(sheet, day=day, members=members),
        *contradictions(sheet, found),
        *(signers.unexplained(sheet.helper, sheet.householder, sheet.signed_why, found, day)),
    ]


def contradictions(sheet: ExitVerification, household: Household) -> Iterator[Problem]:
    """What the sheet says yes to and the registry no: one of the two is wrong (S0-46)."""
    unsafe = household.dangerous_dwelling is True or household.dwelling_grade in (_grade.c, _grade.d)
    for key, wrong, zh, en in (
        ("housing", unsafe, "登记为危房或C、D级", "the registry has it as dangerous or of grade C or D"),
        ("water", household.safe_water is False, "登记为没有解决", "the registry says there is none"),
    ):
        if wrong and any(one.key == key and one.said for one in sheet.guarantees):
            yield _problem(
                title_of(key),
                f"核实为“是”,{zh}(S0-46)。",
                f"The answer is yes, and {en} (S0-46).",
                "请核对;登记有误的先更正登记。",
                "Check which is right; correct the record first where it is wrong.",
            )


def _whole_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    for name, least in (("members", 1), ("income_year", 2000)):
        value = data.get(name)
        if not isinstance(value, int) or not _whole(value) or value < least:
            yield _problem(
                title_of(name),
                "没有填写,或不是有效的数。",
                "It is missing or no number that fits.",
                "请填写。",
                "Enter it.",
            )


def _income_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    for name in INCOMES:
        value = data.get(name)
        if value is not None and (not _whole(value) or (value < 0 and name not in _MAY_BE_NEGATIVE)):
            yield _problem(
                title_of(name),
                "不是有效的金额(整数分,只有经营净收入可以为负)。",
                "It is no amount (whole fen; only the result of business may be negative).",
                "请改正;无法核实的留空。",
                "Correct it; leave it empty where it cannot be told.",
            )


def _guarantee_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    given = data.get("guarantees")
    rows: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    for key in GUARANTEES_SINCE_2019:
        one = rows.get(key)
        answer = one.get("answer") if isinstance(one, Mapping) else None
        if answer not in ANSWERS:
            yield _problem(
                title_of(key),
                "没有选择“是”“否”或“无法判断”(S0-46)。",
                "Neither yes, no nor cannot tell is chosen (S0-46).",
                "请逐项选择。",
                "Choose one for each item.",
            )
        elif isinstance(one, Mapping) and len(str(one.get("evidence", "")).strip()) < _LEAST_EVIDENCE:
            yield _problem(
                title_of(key),
                "没有写明依据(S0-46)。",
                "It does not say on what it rests (S0-46).",
                "请写明看到的情况或证明材料;无法判断的写明缺什么。",
                "Say what was seen or shown; where it cannot be told, what is missing.",
            )


def _name_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    names = {}
    for key, title in (("helper", _HELPER), ("householder", _HOUSEHOLDER)):
        names[key] = str(data.get(key) or "").strip()
        if not names[key]:
            yield _problem(
                title,
                "没有签名(S4-76)。",
                "The signature is missing (S4-76).",
                "请由本人签名后填写姓名。",
                "Let them sign, and enter the name.",
            )
    if names["helper"] and names["helper"] == names["householder"]:
        yield _problem(
            _HELPER,
            "帮扶责任人和户主不能是同一人(S4-76)。",
            "Helper and householder cannot be one person (S4-76).",
            "请核对签名。",
            "Check the signatures.",
        )


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _problem(where: Words, why: str, why_en: str, now: str, now_en: str) -> Problem:
    return Problem(where, Words(why, why_en), Words(now, now_en))
