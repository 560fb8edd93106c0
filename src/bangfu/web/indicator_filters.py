"""Filters of the list behind indicators, in the address."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bangfu.analytics.indicators.definitions import indicators
from bangfu.analytics.indicators.lists import POOR
from bangfu.divisions.types import typed
from bangfu.platform.database.prefix import prefix_range
from bangfu.registry.models import Membership
from bangfu.web.filters import COUNTY_TYPES, VILLAGE_TYPES, Choices, ListFilter, chosen, labels
from bangfu.web.speaking import said

#: Indicators that have a list: all coverage, and the poor households.
LISTED: Final = (*(key for key, one in indicators().items() if one.listed), POOR)


def _indicators() -> Choices:
    return [(key, said(indicators()[key].title)) for key in LISTED]


class IndicatorLineFilter(ListFilter):
    """Lines of the latest runs; ``day``: the day of the youngest, whose labels of villages count."""

    primary = ("q", "indicator", "state", "village_type")

    q = django_filters.CharFilter(label=_("户编号或姓名"), method="by_text", max_length=40)
    indicator = chosen(_("指标"), _indicators, "by_indicator")
    state = chosen(_("状态"), labels("indicator_state"), "by_state")
    village_type = chosen(_("村类型"), VILLAGE_TYPES, "by_type")
    county_type = chosen(_("县类型"), COUNTY_TYPES, "by_type")

    def by_text(self, rows: Any, _name: str, value: str) -> Any:
        if value.isdigit():
            return rows.filter(prefix_range("household__household_no", value))
        named = Membership.objects.filter(until=None, person__name__contains=value)
        return rows.filter(household__in=named.values("household"))

    def by_indicator(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(indicator=value)

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(state=int(value))

    def by_type(self, rows: Any, name: str, value: str) -> Any:
        return typed(rows, F("division_code"), self.day, **{name.removesuffix("_type"): value})
