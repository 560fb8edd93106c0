"""Trying other values: up to two variants of two changes each."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.platform import clock
from bangfu.policy.errors import PolicyError
from bangfu.policy.parameters import Change, parameters
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.divisions import DivisionField
from bangfu.web.parameters import QUESTIONS
from bangfu.web.speaking import language, said

#: Rows of the form: variant and change.
ROWS: Final = ("1a", "1b", "2a", "2b")
#: How many digits of the county's code name the area of a change.
AREAS: Final = {"": 0, "province": 2, "city": 4, "county": 6}


class WhatIfForm(BangfuForm):
    """The county and the day, and the changes: parameter, value as a policy file writes it, first day, area."""

    day = day_field("", initial=clock.today)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["day"].label = _("测算日(按这一天的登记情况)")
        self.fields["division_code"] = DivisionField(
            scope=self._scope, capability=Capability.TRY_VALUES, levels=(Level.COUNTY,), label=_("测算范围")
        )
        for row in ROWS:
            self.fields[f"key_{row}"] = forms.ChoiceField(
                label=_("参数"), choices=_parameters(), required=False
            )
            self.fields[f"value_{row}"] = forms.CharField(label=_("新的值"), required=False, max_length=20)
            self.fields[f"since_{row}"] = day_field(_("起始日期"), required=False)
            self.fields[f"area_{row}"] = forms.ChoiceField(
                label=_("适用范围"),
                required=False,
                choices=[
                    ("", _("全国")),
                    ("province", _("本省")),
                    ("city", _("本市")),
                    ("county", _("本县")),
                ],
            )

    @property
    def variants(self) -> list[dict[str, Any]]:
        """The fields of each variant, for the page."""
        names = {"1": _("方案一"), "2": _("方案二(可不填)")}
        return [
            {
                "title": names[number],
                "changes": [
                    [self[f"{name}_{row}"] for name in ("key", "value", "since", "area")]
                    for row in ROWS
                    if row.startswith(number)
                ],
            }
            for number in names
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for row in ROWS:
            if not given.get(f"key_{row}"):
                if given.get(f"value_{row}"):
                    self.add_error(f"key_{row}", _("填写了值,但没有选择参数。请选择参数,或清空这一行。"))
                continue
            for name, words in (("value", _("新的值")), ("since", _("起始日期"))):
                if not given.get(f"{name}_{row}") and f"{name}_{row}" not in self.errors:
                    self.add_error(f"{name}_{row}", _("请填写“%(label)s”。") % {"label": words})
            if not {f"{name}_{row}" for name in ("key", "value", "since", "area")} & set(self.errors):
                self._check(row, given)
        return given

    def _check(self, row: str, given: dict[str, Any]) -> None:
        """Whether the value fits the parameter; the refusal stands beside it."""
        try:
            Change.read(self._text(row, given), parameters())
        except PolicyError as error:
            self.add_error(f"value_{row}", forms.ValidationError(error.sentence(language()), code=error.code))

    def changes(self) -> list[list[str]]:
        """Of each variant, its changes as ``key=value@from[:area]``."""
        given = self.cleaned_data
        return [
            [self._text(row, given) for row in ROWS if row.startswith(number) and given[f"key_{row}"]]
            for number in ("1", "2")
        ]

    @staticmethod
    def _text(row: str, given: dict[str, Any]) -> str:
        prefix = str(given.get("division_code") or "")[: AREAS[given.get(f"area_{row}") or ""]]
        value = str(given[f"value_{row}"]).strip().replace(",", "")
        text = f"{given[f'key_{row}']}={value}@{given[f'since_{row}']:%Y-%m-%d}"
        return f"{text}:{prefix}" if prefix else text


def _parameters() -> list[tuple[str, Any]]:
    """All values, by question."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, one in parameters().items():
        groups.setdefault(key.partition(".")[0], []).append((key, said(one.title)))
    return [("", _("请选择")), *((str(QUESTIONS[name]), some) for name, some in groups.items())]
