"""The sheets of many exit verifications in one table, as they come back from the browser (S4-76)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bangfu.monitoring.verifications import INCOMES, ExitVerification, read_sheet, title_of
from bangfu.platform import clock
from bangfu.platform.errors import Problem
from bangfu.policy.exit.leaving import GUARANTEES_SINCE_2019, SUBJECT
from bangfu.policy.vocabulary import table
from bangfu.policy.words import Words
from bangfu.registry.imports.cells import reader
from bangfu.registry.imports.plain_cells import Unreadable
from bangfu.web.forms.base import BangfuForm, day_field

NAMES: Final = ("evidence", "householder", "helper", "signed_why")
FIELDS: Final = ("members", *INCOMES, *GUARANTEES_SINCE_2019, *NAMES)
_CELL: Final = re.compile(rf"x-(\d+)-(\d+)-({'|'.join(FIELDS)})")


class VisitForm(BangfuForm):
    """What all rows have in common: the day of the visits and the year of the income."""

    def add_fields(self) -> None:
        year = clock.today().year
        self.fields["visited_on"] = day_field(_("入户日期"), initial=clock.today)
        self.fields["income_year"] = forms.TypedChoiceField(
            label=_("收入年度"), coerce=int, choices=[(str(one), str(one)) for one in (year, year - 1)]
        )


@dataclass(frozen=True)
class SheetRow:
    """A row of the table as it was typed: field → text."""

    case: int
    revision: int
    typed: Mapping[str, str]

    @property
    def empty(self) -> bool:
        """Whether nothing was found of the household yet; what stands there beforehand does not count."""
        return not any(self.typed.get(name) for name in (*INCOMES, *GUARANTEES_SINCE_2019))

    def says(self, cells: Mapping[str, str] | None) -> bool:
        """Whether the row holds just these cells."""
        return cells is not None and all(self.typed.get(name, "") == cells.get(name, "") for name in FIELDS)

    def sheet(self, common: Mapping[str, Any]) -> tuple[ExitVerification | None, list[Problem]]:
        """The sheet, or what keeps the row from being one; the evidence of the row stands for every guarantee."""
        data: dict[str, Any] = {
            "visited_on": common["visited_on"].isoformat(),
            "income_year": common["income_year"],
            "helper": self.typed.get("helper", ""),
            "householder": self.typed.get("householder", ""),
            "signed_why": self.typed.get("signed_why", ""),
            "guarantees": {
                key: {"answer": self.typed.get(key, ""), "evidence": self.typed.get("evidence", "")}
                for key in GUARANTEES_SINCE_2019
            },
        }
        unread = list(self._numbers(data))
        found, wrong = read_sheet(data)
        return (None, [*unread, *wrong]) if unread else (found, wrong)

    def _numbers(self, data: dict[str, Any]) -> Iterator[Problem]:
        """Puts the numbers into ``data``, read as an import reads them; yields those that are none."""
        for name in ("members", *INCOMES):
            try:
                data[name] = reader(table(SUBJECT).columns[name])(self.typed.get(name, ""))
            except Unreadable as error:
                data[name] = None if name in INCOMES else 1
                yield Problem(title_of(name), error.reason, Words("请改正这一格。", "Correct this cell."))


def sheet_rows(typed: QueryDict) -> list[SheetRow]:
    """The rows of the table, in the order of the screen."""
    found: dict[tuple[int, int], dict[str, str]] = {}
    for name, value in typed.items():
        if match := _CELL.fullmatch(name):
            found.setdefault((int(match[1]), int(match[2])), {})[match[3]] = str(value).strip()
    return [SheetRow(case, revision, cells) for (case, revision), cells in found.items()]
