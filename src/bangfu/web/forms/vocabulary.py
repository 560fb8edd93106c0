"""Fields made from the vocabulary: a form reads what is typed exactly as an import reads a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from bangfu.policy import vocabulary
from bangfu.policy.sentences import show
from bangfu.policy.vocabulary import Column
from bangfu.registry.imports.cells import reader
from bangfu.registry.imports.plain_cells import Unreadable
from bangfu.web.speaking import language, said

YES, NO = "是", "否"
_MODES: Final = {
    "money": "decimal",
    "hundredths": "decimal",
    "count": "numeric",
    "year": "numeric",
    "phone": "tel",
}


class VocabularyField(forms.Field):
    """One column. ``clean`` gives the typed value (code, yyyymmdd, fen, hundredths …), None for nothing."""

    def __init__(self, column: Column, *, required: bool = False, help_text: str = "") -> None:
        self.column = column
        title = said(column.title)
        super().__init__(label=title, required=required, widget=_widget(column), help_text=help_text)
        self.extra = {
            "unit": "currency-CNY" if column.kind == "money" else column.unit or "",
            "kind": column.kind,
        }

    def clean(self, value: Any) -> Any:
        written = "、".join(value) if isinstance(value, list | tuple) else value
        try:
            typed = reader(self.column)(written)
        except Unreadable as error:
            raise forms.ValidationError(said(error.reason), code="unreadable") from None
        if self.required and typed is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return typed

    def prepare_value(self, value: Any) -> Any:
        """A typed value as the control shows it; what somebody typed comes back as it was typed."""
        if value is None or isinstance(value, str):
            return value
        kind = self.column.kind
        if kind == "yes_no":
            return YES if value else NO
        if kind == "codes":
            return [str(code) for code in value]
        return str(value) if kind == "code" else show(self.column, value)


def _widget(column: Column) -> forms.Widget:
    if column.kind == "yes_no":
        return forms.RadioSelect(choices=[(YES, _("是")), (NO, _("否")), ("", _("未填"))])
    if column.kind == "code":
        return forms.Select(choices=[("", _("未填")), *_codes(column)])
    if column.kind == "codes":
        return forms.CheckboxSelectMultiple(choices=_codes(column))
    if column.kind == "date":
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    attrs = {"inputmode": _MODES[column.kind]} if column.kind in _MODES else {}
    if column.kind in ("id_number", "phone") or column.private == "contact":
        attrs |= {"autocomplete": "off", "data-secret": ""}
    return forms.TextInput(attrs={**attrs, "autocomplete": "off"})


def _codes(column: Column) -> list[tuple[str, str]]:
    found = column.code_list
    return [(str(one.code), one.title.text(language())) for one in found] if found else []


def columns_named(table: str, names: Iterable[str]) -> list[Column]:
    """The columns of a table by name."""
    known = vocabulary.table(table).columns
    return [known[name] for name in names]


def fields_of(columns: Sequence[Column], required: Iterable[str] = ()) -> Mapping[str, VocabularyField]:
    """A field for each column, by name."""
    needed = set(required)
    return {one.name: VocabularyField(one, required=one.name in needed) for one in columns}
