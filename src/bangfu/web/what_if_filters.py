"""Filters of the lists behind a what-if, in the address."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.utils.translation import gettext_lazy as _

from bangfu.analytics.asking import Question
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import catalogue
from bangfu.web.filters import Choices, ListFilter, chosen
from bangfu.web.speaking import said

EFFECTS: Final[Choices] = [
    ("newly", _("新符合")),
    ("drops_out", _("不再符合")),
    ("more", _("金额增加")),
    ("less", _("金额减少")),
    ("loses", _("受损户")),
]


def _questions() -> Choices:
    known: tuple[Question, ...] = (*catalogue.all_entitlements(), *catalogue.all_rules())
    return list({one.key: said(one.title) for one in known}.items())


class WhatIfLineFilter(ListFilter):
    """Without an effect: single changes; the sums of households that lose are asked for."""

    primary = ("q", "variant", "effect", "question")

    q = django_filters.CharFilter(label=_("户编号"), method="by_text", max_length=40)
    variant = chosen(_("方案"), [("1", _("方案一")), ("2", _("方案二"))], "by_value")
    effect = chosen(_("变化"), EFFECTS, "by_value", otherwise=_("全部变化"))
    question = chosen(_("应享待遇或规则"), _questions, "by_value")

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.cleaned_data.get("effect"):
            queryset = queryset.exclude(effect="loses")
        return super().filter_queryset(queryset)

    def by_text(self, rows: Any, _name: str, value: str) -> Any:
        if not (value.isascii() and value.isdigit()):
            return rows.none()
        return rows.filter(prefix_range("household__household_no", value))

    def by_value(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{name: value})
