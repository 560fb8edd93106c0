"""Filters of the list of cases, in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.access import Scope
from bangfu.platform.procedures.enums import CaseState, ObjectionState
from bangfu.platform.procedures.models import Case
from bangfu.platform.worklist.models import WorkItem
from bangfu.policy.procedures import all_definitions
from bangfu.policy.vocabulary import codes
from bangfu.quality.queries import items_of
from bangfu.registry.models import Membership
from bangfu.web.filters import Choices, ListFilter, chosen, ticked
from bangfu.web.speaking import said

#: Kinds of work item that lead to a case.
STEP, OBJECTION, RECOGNISED = "procedure.", "procedure.objection", "targeting.recognised"


def procedures() -> Choices:
    """Every procedure with its title."""
    return list({one.procedure: said(one.title) for one in all_definitions()}.items())


def steps() -> Choices:
    """Every step as ``procedure:step``, under the title of its procedure."""
    found = {
        f"{one.procedure}:{step.key}": f"{said(one.title)}:{said(step.title)}"
        for one in all_definitions()
        for step in one.steps
    }
    return list(found.items())


def leading_to_cases(items: Any, kind: str = "") -> Any:
    """Of these work items, those that lead to a case; of one kind where it is given."""
    if kind:
        return items.filter(kind=kind)
    return items.filter(Q(kind__startswith=STEP) | Q(kind=RECOGNISED))


def numbers_of(items: Any) -> list[int]:
    """The cases behind work items."""
    return sorted({int(pk) for pk in items.order_by().values_list(KT("url_args__case"), flat=True) if pk})


class CaseFilter(ListFilter):
    """Cases. Without a state: those under way."""

    primary = ("q", "procedure", "step", "state")

    q = django_filters.CharFilter(label=_("户编号、户主或办件号"), method="by_text", max_length=40)
    procedure = chosen(_("程序"), procedures, "by_procedure")
    step = chosen(_("步骤"), steps, "by_step")
    state = chosen(_("状态"), [*CaseState.choices, ("any", _("全部"))], "by_state", otherwise=_("办理中"))
    late = ticked(_("已逾期"), "by_late")
    objections = ticked(_("有待答复的异议"), "by_objections")
    work = django_filters.CharFilter(label=_("我的待办"), method="by_work", max_length=80)
    round = django_filters.NumberFilter(label=_("识别批次"), method="by_round", min_value=1)
    year = django_filters.NumberFilter(label=_("办结年份"), method="by_year", min_value=2013, max_value=2100)

    def __init__(self, data: Any, queryset: Any, *, scope: Scope, user_id: str, **kwargs: Any) -> None:
        self._scope, self._user_id = scope, user_id
        super().__init__(data, queryset, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        given = self.form.cleaned_data
        if not given.get("state") and not given.get("work") and not given.get("year"):
            queryset = queryset.open()
        return super().filter_queryset(queryset)

    def by_text(self, rows: Any, _name: str, value: str) -> Any:
        if value.isascii() and value.isdigit() and len(value) < 10:
            return rows.filter(Q(pk=int(value)) | Q(about__household_no__endswith=value))
        if value.isascii() and value.isdigit():
            return rows.filter(about__household_no__startswith=value)
        heads = Membership.objects.filter(
            person__name__contains=value, relation=codes("relation").head, until=None
        )
        keys = [str(key) for key in heads.values_list("household_id", flat=True)[:500]]
        return rows.filter(subject_kind="household", subject_id__in=keys)

    def by_procedure(self, rows: Any, _name: str, value: str) -> Any:
        return rows.of(value)

    def by_step(self, rows: Any, _name: str, value: str) -> Any:
        procedure, _colon, step = value.partition(":")
        return rows.of(procedure).at_step(step)

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        return rows if value == "any" else rows.filter(state=value)

    def by_late(self, rows: Any, _name: str, value: bool) -> Any:
        if not value:
            return rows
        late = WorkItem.objects.late(self.day).filter(kind__startswith=STEP).exclude(kind=OBJECTION)
        return rows.open().filter(pk__in=numbers_of(late))

    def by_objections(self, rows: Any, _name: str, value: bool) -> Any:
        return rows.filter(objections__state=ObjectionState.OPEN).distinct() if value else rows

    def by_work(self, rows: Any, _name: str, value: str) -> Any:
        items = leading_to_cases(items_of(self._scope, self._user_id), "" if value == "all" else value)
        return rows.filter(pk__in=numbers_of(items))

    def by_round(self, rows: Any, _name: str, value: Any) -> Any:
        return rows.filter(application__round=int(value))

    def by_year(self, rows: Any, _name: str, value: Any) -> Any:
        return rows.filter(closed_on__year=int(value))


def visible(scope: Scope, capability: Any) -> Any:
    """The cases that the scope reads."""
    return Case.objects.filter(scope.q("division_code", capability))
