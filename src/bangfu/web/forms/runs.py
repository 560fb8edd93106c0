"""Starting a run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.platform import clock
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.divisions import DivisionField


class RunForm(BangfuForm):
    """The area and the day of which the registry is checked."""

    day = day_field("", initial=clock.today)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        levels = (Level.COUNTY,)
        self.fields["division_code"] = DivisionField(
            scope=self._scope, capability=Capability.RUN_CHECKS, levels=levels, label=_("核查范围")
        )
        self.fields["day"].label = _("核查日(按这一天的登记情况)")

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > clock.today():
            raise forms.ValidationError(
                _("核查日 %(day)s 还没有到。请选择今天或以前的日期。") % {"day": day}, code="future"
            )
        return day
