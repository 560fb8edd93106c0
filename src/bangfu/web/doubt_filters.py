"""Filters of the list of doubts, in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform import clock
from bangfu.policy import catalogue
from bangfu.quality.enums import Closing, DoubtState
from bangfu.quality.queries import ANSWER, VERIFY, mine
from bangfu.quality.workbooks import CONCERNS, SEVERITIES
from bangfu.web.filters import Choices, ListFilter, chosen, ticked
from bangfu.web.speaking import said


def _rules() -> Choices:
    day = clock.today()
    return [(one.key, said(one.title)) for one in (*catalogue.rules_on(day), *catalogue.alerts_on(day))]


def _words(given: Any) -> Any:
    return lambda: [(key, said(words)) for key, words in given.items()]


_HANDLERS = (Role.VILLAGE, Role.HELPER, Role.TOWNSHIP, Role.COUNTY_OFFICE)


class DoubtFilter(ListFilter):
    """Doubts. Without a state: those that are not settled."""

    primary = ("q", "state", "rule", "severity")

    q = django_filters.CharFilter(label=_("姓名或户编号"), method="by_text", max_length=40)
    state = chosen(_("状态"), [*DoubtState.choices, ("any", _("全部"))], "by_state", otherwise=_("未销号"))
    rule = chosen(_("规则"), _rules, "by_rule")
    severity = chosen(_("程度"), _words(SEVERITIES), "by_value")
    concern = chosen(_("性质"), _words(CONCERNS), "by_value")
    handler = chosen(_("由谁办理"), [(one.value, one.label) for one in _HANDLERS], "by_handler")
    work = chosen(
        _("我的待办"),
        [("all", _("我的全部待办")), (ANSWER, _("待核实、整改")), (VERIFY, _("待复核"))],
        "by_work",
        otherwise=_("不限"),
    )
    closed_by = chosen(_("销号方式"), Closing.choices, "by_value")
    closed_since = django_filters.DateFilter(
        label=_("销号日期从"),
        method="by_closed",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    run = django_filters.UUIDFilter(method="by_run", widget=forms.HiddenInput())
    late = ticked(_("已逾期"), "by_late")
    likely = ticked(_("疑似同一人"), "by_likely")

    def __init__(self, data: Any, queryset: Any, *, scope: Scope, user_id: str, **kwargs: Any) -> None:
        self._scope, self._user_id = scope, user_id
        super().__init__(data, queryset, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        given = self.form.cleaned_data
        if not any(given.get(name) for name in ("state", "closed_by", "closed_since", "run")):
            queryset = queryset.unsettled()
        return super().filter_queryset(queryset)

    def by_text(self, rows: Any, _name: str, value: str) -> Any:
        number = Q(household__household_no__startswith=value) if value.isdigit() else Q(pk__in=())
        return rows.filter(Q(subject_name__contains=value) | number)

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        return rows if value == "any" else rows.filter(state=value)

    def by_rule(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(rule=value)

    def by_value(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{name: value})

    def by_handler(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(handler_role=value)

    def by_work(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(
            pk__in=mine(self._scope, self._user_id, "" if value == "all" else value).values("pk")
        )

    def by_closed(self, rows: Any, _name: str, value: Any) -> Any:
        return rows.filter(closed_at__gte=clock.start_of(value))

    def by_run(self, rows: Any, _name: str, value: Any) -> Any:
        """What the rules said in the latest run of an area, settled or not."""
        return rows.filter(last_run=value).exclude(closed_by=Closing.FACT)

    def by_late(self, rows: Any, _name: str, value: bool) -> Any:
        return rows.late_on(self.day) if value else rows

    def by_likely(self, rows: Any, _name: str, value: bool) -> Any:
        return rows.by_likeness() if value else rows
