"""What the policy engine says of exit verifications: the rules of ``policy.exit.leaving`` over their sheets.

Many sheets take one pass; what was judged is kept for a while: a meeting that decides a hundred cases asks once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Final

import pyarrow as pa

from bangfu.analytics.area_values import Values
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.evaluation import verdict_of
from bangfu.analytics.rule_reading import reading_of
from bangfu.analytics.snapshots import conform
from bangfu.monitoring.verifications import ExitVerification, title_of
from bangfu.platform.errors import Problem
from bangfu.policy import catalogue
from bangfu.policy.exit.leaving import GUARANTEES_SINCE_2019, LINE, SUBJECT, income_per_head
from bangfu.policy.parameters import DatedValue, Parameter, parameters
from bangfu.policy.rules import Rule
from bangfu.policy.sentences import show
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import table
from bangfu.policy.words import Words

READY: Final = "exit_ready"
_MOST_KEPT = 4_000


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What one rule says of a sheet, what it read, and the values in force with their source."""

    rule: Rule
    verdict: Verdict
    inputs: Mapping[str, Any]
    values: Sequence[tuple[Parameter, DatedValue]]

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns that would settle a *cannot tell*."""
        if self.verdict is not Verdict.CANNOT_TELL:
            return ()
        return tuple(name for name, value in self.inputs.items() if value is None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one sheet, with every rule's answer; ``line`` and ``income_per_head`` in fen."""

    day: date
    answers: tuple[RuleAnswer, ...]
    income_per_head: int | None
    line: int

    def of(self, key: str) -> RuleAnswer:
        return next(one for one in self.answers if one.rule.key == key)

    @property
    def ready(self) -> Verdict:
        """May the household leave?"""
        return self.of(READY).verdict


def judge(sheet: ExitVerification, day: date, area: str) -> Judgement:
    """The verdict on one sheet by the rules and the line of ``day`` in the province of ``area``."""
    return judge_many([sheet], day, area)[0]


def judge_many(sheets: Sequence[ExitVerification], day: date, area: str) -> list[Judgement]:
    """The verdicts in the order of the sheets. Values below a province fix no standard (S2-02)."""
    province = area[:2]
    have = {one: _kept.get((one, day, province)) for one in sheets}
    new = [one for one, said in have.items() if said is None]
    judged = dict(zip(new, _judged(new, day, province), strict=True)) if new else {}
    with _lock:
        if len(_kept) + len(judged) > _MOST_KEPT:
            _kept.clear()
        _kept.update({(one, day, province): said for one, said in judged.items()})
    return [have[one] or judged[one] for one in sheets]


_kept: dict[tuple[ExitVerification, date, str], Judgement] = {}
_lock = Lock()


def _judged(sheets: Sequence[ExitVerification], day: date, province: str) -> list[Judgement]:
    rows = [one.as_row() for one in sheets]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    given = conform(pa.table({**columns, "entry_key": list(range(len(rows)))}), SUBJECT)
    rules, known = catalogue.exit_rules_on(day), parameters()
    with duckdb_engine() as engine:
        asked = engine.table(SUBJECT, given)
        p = Values(day, known, asked, {"": [province]})
        verdicts = {one.key: verdict_of(one, asked, p) for one in rules}
        shown = asked.select(asked.entry_key, per_head=income_per_head(asked), **verdicts)
        said = engine.arrow(shown.order_by("entry_key")).to_pylist()
    line = int(known[LINE].on(day, province))
    readings = {one.key: reading_of(one, day, province) for one in rules}
    return [
        Judgement(
            day,
            tuple(
                RuleAnswer(
                    one,
                    Verdict.of(answer[one.key]),
                    {column.name: row[column.name] for column in readings[one.key].columns},
                    readings[one.key].parameters,
                )
                for one in rules
            ),
            answer["per_head"],
            line,
        )
        for row, answer in zip(rows, said, strict=True)
    ]


def verdict_problems(found: Judgement) -> Iterator[Problem]:
    """Why the household may not leave: each rule that says no, and each datum that is missing (S0-46)."""
    if found.ready is Verdict.YES:
        return
    income = found.of("exit_income_over_line")
    if income.verdict is Verdict.NO:
        has, line = _yuan(found.income_per_head), _yuan(found.line)
        yield Problem(
            income.rule.title,
            Words(
                f"人均纯收入{has}元,低于{found.day}的标准{line}元(S0-46)。",
                f"Income per head is {has} yuan, below the line of {found.day}, {line} yuan (S0-46).",
            ),
            Words("请继续帮扶;收入有误的重新核实。", "Go on helping; verify again where it is wrong."),
        )
    for name in income.missing:
        yield _missing(name)
    guarantees = found.of("exit_guarantees")
    for name, value in guarantees.inputs.items():
        if name in GUARANTEES_SINCE_2019 and value is None:
            yield _missing(name)
        elif name in GUARANTEES_SINCE_2019 and value is False:
            yield Problem(
                title_of(name),
                Words("核实结果为“否”(S0-46)。", "The answer is no (S0-46)."),
                Words("请先解决这一项再办理退出。", "See to it before the household leaves."),
            )


def _missing(name: str) -> Problem:
    return Problem(
        title_of(name),
        Words(
            "没有核实清楚,无法判断能否退出(S0-46)。",
            "It could not be told, so neither can whether the household may leave (S0-46).",
        ),
        Words("请补充核实这一项,重新登记核实验收表。", "Find it out and enter the sheet again."),
    )


def _yuan(fen: int | None) -> str:
    return show(table(SUBJECT).columns["income_wage"], fen)
