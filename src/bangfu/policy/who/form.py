"""The six groups of the basic information form (S4-59), and which columns of the household fill each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bangfu.policy.vocabulary import table
from bangfu.policy.words import Words


@dataclass(frozen=True, slots=True)
class FormGroup:
    """One group of the form; it is filled when one of ``columns`` has a value."""

    key: str
    title: Words
    columns: tuple[str, ...]


_TITLES: Final[Mapping[str, Words]] = {
    "population": Words("家庭人口", "family population"),
    "income": Words("收入来源", "sources of income"),
    "spending": Words("支出负担", "burden of spending"),
    "balance": Words("存款或负债", "savings or debts"),
    "causes": Words("致贫原因", "causes of poverty"),
    "exit_means": Words("脱贫依靠", "what exit relies on"),
}


def _columns_of(group: str) -> tuple[str, ...]:
    return tuple(column.name for column in table("household").entered if column.group == group)


FORM: Final = tuple(FormGroup(key, title, _columns_of(key)) for key, title in _TITLES.items())


def missing_groups(values: Mapping[str, Any]) -> tuple[FormGroup, ...]:
    """The groups that one household's ``values`` (column → typed value) leave empty."""
    return tuple(
        group for group in FORM if all(values.get(name) in (None, "", [], ()) for name in group.columns)
    )
