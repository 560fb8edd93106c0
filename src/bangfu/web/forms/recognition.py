"""Forms of recognised villages: applying, and what was found of an item of a checklist."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.platform import clock
from bangfu.policy.villages import Item, standards_in_force
from bangfu.web.forms.base import BangfuForm, reason_field
from bangfu.web.forms.divisions import DivisionField
from bangfu.web.forms.doubts import EvidenceField
from bangfu.web.forms.records import count_field, text_field
from bangfu.web.places import padded
from bangfu.web.speaking import said


class ApplyForm(BangfuForm):
    """A village applies; the version of the standard is required (S1-12)."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        prefixes = self._scope.prefixes_for(Capability.WORK_CASES)
        here = padded(prefixes[0]) if prefixes else padded("")
        held = standards_in_force(clock.today(), here)
        self.fields["division_code"] = DivisionField(
            scope=self._scope, capability=Capability.WORK_CASES, levels=(Level.VILLAGE,), label=_("行政村")
        )
        self.fields["standard"] = forms.ChoiceField(
            label=_("识别标准版本"), choices=[("", "—"), *((one.version, said(one.title)) for one in held)]
        )
        self.fields["statement"] = text_field(_("申请理由"))
        self.fields["signed_by"] = forms.CharField(label=_("签名人"), max_length=60)
        self.fields["file"] = EvidenceField(label=_("附件(照片或 PDF,可不传)"), required=False)


class NoteForm(BangfuForm):
    """What was done for a newly recognised village."""

    def add_fields(self) -> None:
        self.fields["reason"] = reason_field(label=_("办理情况"))


class ItemForm(BangfuForm):
    """Whether an item is met, and on what that rests."""

    def __init__(self, *args: Any, checklist: str, item: Item, **kwargs: Any) -> None:
        self._item = item
        super().__init__(*args, auto_id=f"{checklist}-{item.key}-%s", **kwargs)

    def add_fields(self) -> None:
        self.fields["met"] = forms.TypedChoiceField(
            label=_("是否达标"),
            widget=forms.RadioSelect(),
            coerce=lambda value: value == "yes",
            choices=[("yes", _("达标")), ("no", _("未达标"))],
        )
        if self._item.households:
            self.fields["households_with"] = count_field(_("达标户数"), required=False)
            self.fields["households_all"] = count_field(_("全村户数"), required=False)
        if self._item.certificate:
            self.fields["certificate"] = forms.CharField(
                label=_("医生证书编号"), max_length=60, required=False
            )
        self.fields["evidence"] = text_field(_("依据"), rows=2)
        self.fields["file"] = EvidenceField(label=_("附件(照片或 PDF,可不传)"), required=False)
