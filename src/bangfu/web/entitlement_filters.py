"""Filters of the list of entitlement lines, in the address."""

from __future__ import annotations

from typing import Any, Final

import django_filters
from django.utils.translation import gettext_lazy as _

from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import catalogue
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Membership
from bangfu.web.filters import Choices, ListFilter, chosen
from bangfu.web.speaking import language, said

_said = codes("entitlement_status")
#: Of those due: whoever got it, nothing, or a part.
DUE: Final = (_said.due_received, _said.due_missing, _said.due_partly)
SHORT: Final = (_said.due_missing, _said.due_partly)


def _entitlements() -> Choices:
    return list({one.key: said(one.title) for one in catalogue.all_entitlements()}.items())


def _statuses() -> Choices:
    single = [(str(one.code), one.title.text(language())) for one in _said if one.code != _said.not_due]
    return [("due", _("应享(已享、未享、未足额)")), ("short", _("未享或未足额")), *single]


class EntitlementLineFilter(ListFilter):
    """Lines of the latest runs."""

    primary = ("q", "entitlement", "status")

    q = django_filters.CharFilter(label=_("户编号或姓名"), method="by_text", max_length=40)
    entitlement = chosen(_("应享待遇"), _entitlements, "by_entitlement")
    status = chosen(_("结论"), _statuses, "by_status")

    def by_text(self, rows: Any, _name: str, value: str) -> Any:
        if value.isdigit():
            return rows.filter(prefix_range("household__household_no", value))
        named = Membership.objects.filter(until=None, person__name__contains=value)
        return rows.filter(household__in=named.values("household"))

    def by_entitlement(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(entitlement=value)

    def by_status(self, rows: Any, _name: str, value: str) -> Any:
        groups = {"due": DUE, "short": SHORT}
        return rows.filter(status__in=groups.get(value) or (int(value),))
