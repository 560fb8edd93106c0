"""The table of a village's annual update as it comes back from the browser or a workbook (S4-57)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bangfu.platform.errors import Problem
from bangfu.platform.files.inspection import SUFFIXES
from bangfu.policy.sentences import show
from bangfu.policy.words import Words
from bangfu.registry.imports.cells import reader
from bangfu.registry.imports.plain_cells import Unreadable
from bangfu.targeting.actions.years import YearRow
from bangfu.targeting.years import Change, YearSheet, typed_columns
from bangfu.web.forms.base import BangfuForm

#: Name of the boxes that say a household was checked; of a row's figures, before its number.
SEEN: Final = "seen"
ROW: Final = "r-"


@dataclass(frozen=True)
class TypedRow:
    """One household of the table: what stands in its cells, what that means, and what is wrong with it."""

    sheet: YearSheet
    texts: Sequence[str]
    change: Change
    checked: bool
    problems: Sequence[Problem]

    @property
    def handed_in(self) -> YearRow:
        """What is handed in: every figure that can be typed."""
        names = [one.name for one in typed_columns()]
        figures = {name: self.change.after.get(name) for name in names}
        return YearRow(household_no=self.sheet.household.household_no, figures=figures)


class UploadYearForm(BangfuForm):
    """The workbook that the village filled in."""

    file = forms.FileField()

    def add_fields(self) -> None:
        self.fields["file"].label = _("填好的工作簿")
        self.fields["file"].widget.attrs["accept"] = ",".join(sorted(SUFFIXES))
        self.fields["file"].error_messages |= {
            "empty": _("文件是空的(0 字节)。请重新选择文件。"),
            "invalid": _("没有收到文件。请重新选择。"),
        }


class ReturnForm(BangfuForm):
    """Why a batch goes back to its village."""

    reason = forms.CharField(max_length=300)

    def add_fields(self) -> None:
        self.fields["reason"].label = _("退回原因(写明哪一户、哪一项)")


def typed_rows(sheets: Iterable[YearSheet], typed: QueryDict | None) -> list[TypedRow]:
    """Each household with what was typed for it; where nothing was, with what is known."""
    seen = set(typed.getlist(SEEN)) if typed is not None else set()
    return [_typed(one, typed, seen) for one in sheets]


def _typed(sheet: YearSheet, typed: QueryDict | None, seen: set[str]) -> TypedRow:
    number, columns, known = sheet.household.household_no, typed_columns(), sheet.known
    given = typed.getlist(f"{ROW}{number}") if typed is not None else []
    as_known = [
        "" if known.get(column.name) is None else show(column, known[column.name]) for column in columns
    ]
    texts = given if len(given) == len(columns) else as_known
    figures: dict[str, int | None] = {}
    problems = []
    for column, text in zip(columns, texts, strict=True):
        try:
            figures[column.name] = reader(column)(text)
        except Unreadable as error:
            title = Words(
                f"{sheet.head} {number} {column.title.zh}", f"{sheet.head} {number} {column.title.en}"
            )
            problems.append(
                Problem(title, error.reason, Words("回表中改正后再提交。", "Mend it in the table first."))
            )
    differs = bool(problems) or any(value != known.get(name) for name, value in figures.items())
    checked = number in seen or differs
    if checked and not problems and all(value is None for value in figures.values()):
        why = Words("勾了“已核实”,但没有填写任何一项。", "Marked as checked, but not one figure is entered.")
        problems.append(Problem(number, why, Words("请填写,或去掉勾。", "Enter some, or untick it.")))
    return TypedRow(sheet, texts, sheet.changed_to(figures), checked, problems)


def strangers(sheets: Iterable[YearSheet], read: Iterable[str]) -> list[str]:
    """Numbers of a workbook that no household of the village has."""
    known = {one.household.household_no for one in sheets}
    return [number for number in read if number not in known]


def as_typed(
    read: Mapping[str, tuple[Sequence[str], bool]], typed: QueryDict | None, sheets: Sequence[YearSheet]
) -> QueryDict:
    """What a workbook says, as if it had been typed; what was typed of other households stays."""
    found = typed.copy() if typed is not None else QueryDict(mutable=True)
    known = {one.household.household_no for one in sheets}
    marked = set(found.getlist(SEEN))
    for number, (texts, checked) in read.items():
        if number in known:
            found.setlist(f"{ROW}{number}", list(texts))
            marked = marked | {number} if checked else marked - {number}
    found.setlist(SEEN, sorted(marked))
    return found


def as_read(changes: Iterable[Change]) -> dict[str, tuple[list[str], bool]]:
    """The figures of a batch as its workbook would say them, every household checked."""
    return {
        one.household.household_no: (
            [_yuan(one.after.get(column.name)) for column in typed_columns()],
            True,
        )
        for one in changes
    }


def _yuan(fen: int | None) -> str:
    """A figure as somebody would type it; empty where there is none."""
    return "" if fen is None else f"{fen / 100:.2f}".removesuffix(".00")
