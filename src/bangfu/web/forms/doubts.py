"""Forms of doubts: what was found on the spot, verification, handing on."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability, Role
from bangfu.platform import clock
from bangfu.platform.files.limits import MEGABYTE
from bangfu.quality.enums import Finding
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.divisions import DivisionField

LARGEST_EVIDENCE: Final = 20 * MEGABYTE
#: How a file begins that may be evidence.
_BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-")
OWN_PLACE: Final = "own"


class EvidenceField(forms.FileField):
    """A picture or a PDF of at most 20 MB, told by its content and not by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp,application/pdf"

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > LARGEST_EVIDENCE:
            raise forms.ValidationError(
                _("文件 %(size)s MB,超过 20 MB。请压缩图片或分成几份。") % {"size": file.size // MEGABYTE},
                code="large",
            )
        head = file.read(12)
        file.seek(0)
        if not (head.startswith(_BEGINNINGS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")):
            raise forms.ValidationError(
                _("证据只能是照片(JPG、PNG、WEBP)或 PDF。请换一个文件。"), code="kind"
            )
        return file


class AnswerForm(BangfuForm):
    """What was found on the spot."""

    finding = forms.ChoiceField(widget=forms.RadioSelect(), choices=Finding.choices)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000)
    evidence = EvidenceField(required=False)

    def __init__(self, *args: Any, two_person: bool, **kwargs: Any) -> None:
        self._two_person = two_person
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["finding"].label, self.fields["text"].label = _("结论"), _("核实情况")
        self.fields["text"].help_text = _("看了什么、问了谁、结果如何。")
        self.fields["text"].extra = {  # type: ignore[attr-defined]
            "suggestions": (_("已入户核对证件原件。"), _("已电话核实本人。"), _("已查阅档案资料。"))
        }
        self.fields["evidence"].label = _("证据(照片或 PDF,可不传)")
        if self._two_person:
            self.fields["evidence"].label = _("证据(照片或 PDF;结论为“不属实”时必传)")


class VerifyForm(BangfuForm):
    """The other person's word on what was found."""

    accept = forms.TypedChoiceField(widget=forms.RadioSelect(), coerce=lambda value: value == "yes")
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000, required=False)

    def add_fields(self) -> None:
        self.fields["accept"].label = _("复核意见")
        self.fields["accept"].choices = [("yes", _("同意")), ("no", _("退回重新核实"))]  # type: ignore[attr-defined]
        self.fields["text"].label = _("说明(退回时必填)")


class DispatchForm(BangfuForm):
    """To whom doubts go, and by when."""

    level = forms.ChoiceField()
    role = forms.ChoiceField(required=False)
    due = day_field("", required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["level"] = forms.ChoiceField(
            label=_("交给"),
            choices=[
                ("village", _("各自所在村")),
                ("township", _("各自所在乡镇")),
                ("county", _("县级主管部门")),
                (OWN_PLACE, _("指定的区划和岗位")),
            ],
        )
        self.fields["division_code"] = DivisionField(
            scope=self._scope,
            capability=Capability.DISPATCH_DOUBTS,
            label=_("区划(指定时填)"),
            required=False,
        )
        roles = (Role.VILLAGE, Role.HELPER, Role.TOWNSHIP, Role.COUNTY_OFFICE)
        self.fields["role"] = forms.ChoiceField(
            label=_("岗位(指定时填)"),
            required=False,
            choices=[("", "—"), *((one.value, one.label) for one in roles)],
        )
        self.fields["due"].label = _("办理期限(不填则不变)")

    def clean_due(self) -> Any:
        due = self.cleaned_data["due"]
        if due is not None and due < clock.today():
            raise forms.ValidationError(
                _("办理期限 %(due)s 已经过去。请选择今天或以后的日期。") % {"due": due}, code="past"
            )
        return due

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("level") == OWN_PLACE:
            for name in ("division_code", "role"):
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, _("指定区划和岗位时,这一项必填。"))
        return cleaned
