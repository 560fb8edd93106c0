"""Forms of plain sheets that were handed over (S0-14)."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bangfu.platform import clock
from bangfu.targeting.actions.sheets import Handed
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.doubts import EvidenceField

CHOSEN = "chosen"


class DeliveredForm(BangfuForm):
    """The day on which the ticked households of a village received their sheets."""

    def add_fields(self) -> None:
        self.fields["delivered_on"] = day_field(_("送达日期"), initial=clock.today)

    def handed(self, typed: QueryDict) -> list[Handed]:
        """The ticked rows with whoever signed."""
        numbers = typed.getlist(CHOSEN)
        return [Handed(household_no=one, receiver=typed.get(f"to-{one}", "")) for one in numbers]


class DeliverForm(DeliveredForm):
    """The sheet of one household, with its receipt where there is one."""

    receiver = forms.CharField(max_length=60)

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["receiver"].label = _("签收人")
        self.fields["receipt"] = EvidenceField(label=_("回执照片或扫描件(可不传)"), required=False)

    def one(self, household_no: str) -> Handed:
        """The household's own row."""
        return Handed(household_no=household_no, receiver=self.cleaned_data["receiver"])
