"""Forms of watching: why a household fell back or needs help at once, and what a household reports itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.divisions.codes import Level
from bangfu.divisions.models import Division
from bangfu.platform import clock
from bangfu.policy.vocabulary import codes
from bangfu.targeting.receipts import as_typed
from bangfu.web.forms.base import BangfuForm, reason_field
from bangfu.web.forms.doubts import EvidenceField
from bangfu.web.forms.records import text_field
from bangfu.web.speaking import language


def causes() -> list[tuple[str, str]]:
    """The code list of causes, in the language of the page."""
    return [(str(one.code), one.title.text(language())) for one in codes("cause")]


class GroundForm(BangfuForm):
    """The main cause, others, what happened."""

    def add_fields(self) -> None:
        self.fields["main_cause"] = forms.ChoiceField(label=_("主要原因"), choices=[("", "—"), *causes()])
        self.fields["other_causes"] = forms.MultipleChoiceField(
            label=_("其他原因"), choices=causes(), required=False, widget=forms.CheckboxSelectMultiple()
        )
        self.fields["text"] = text_field(_("情况说明"))
        self.fields["text"].help_text = _("写明何时发生了什么、损失多少。")

    def causes(self) -> list[int]:
        """The main cause first."""
        main = int(self.cleaned_data["main_cause"])
        return [main, *(int(one) for one in self.cleaned_data["other_causes"] if int(one) != main)]


class CauseForm(GroundForm):
    """A ground, who signed, and a file."""

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["signed_by"] = forms.CharField(label=_("签名人"), max_length=60)
        self.fields["file"] = EvidenceField(label=_("附件(照片或 PDF,可不传)"), required=False)


class ReasonForm(BangfuForm):
    """Why a sealed number is looked at."""

    def add_fields(self) -> None:
        self.fields["reason"] = reason_field()


class ReportForm(BangfuForm):
    """What a household reports itself, in five fields; a village in the address of a QR code is chosen already."""

    def __init__(self, *args: Any, village: str = "", **kwargs: Any) -> None:
        self._village = village
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        living = Division.objects.at_level(Level.VILLAGE).living_on(clock.today())
        here = living.filter(code=self._village).values_list("code", "name").first()
        if here:
            self.fields["division_code"] = forms.CharField(widget=forms.HiddenInput(), initial=here[0])
        else:
            self.fields["division_code"] = forms.CharField(label=_("所在村(村名或12位代码)"), max_length=40)
        self.fields["name"] = forms.CharField(label=_("姓名"), max_length=30)
        self.fields["number"] = forms.CharField(label=_("电话或身份证号"), max_length=20)
        self.fields["number"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        self.fields["difficulty"] = forms.TypedChoiceField(
            label=_("困难类别"), coerce=int, choices=[("", "—"), *causes()]
        )
        self.fields["text"] = text_field(_("困难情况"))
        self.fields["text"].help_text = _("请简单写明发生了什么。")

    def clean_division_code(self) -> str:
        """A village by its code or its name; one that is there more than once needs the code."""
        given = str(self.cleaned_data["division_code"]).strip()
        living = Division.objects.at_level(Level.VILLAGE).living_on(clock.today())
        found = list(living.filter(code=given)[:2]) or list(living.filter(name=given)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("没有找到这个村,或有同名的村。请扫描村里的二维码,或填写12位代码。"), code="village"
            )
        return str(found[0].code)


class NoticeObjection(BangfuForm):
    """Somebody objects to a line of a public notice."""

    def add_fields(self) -> None:
        self.fields["serial"] = forms.IntegerField(label=_("对哪一行(序号)"), min_value=1)
        self.fields["text"] = text_field(_("异议内容"))
        self.fields["raised_by"] = forms.CharField(label=_("异议人(可匿名)"), max_length=60, required=False)
        self.fields["contact"] = forms.CharField(label=_("联系电话(可不填)"), max_length=20, required=False)
        self.fields["contact"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        self.fields["contact"].help_text = _("加密保存,只有答复异议的人能看到。")


class ReceiptForm(BangfuForm):
    """The receipt of a report, an objection or a comment."""

    def add_fields(self) -> None:
        self.fields["receipt"] = forms.CharField(label=_("回执号"), max_length=30)
        self.fields["receipt"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "characters"}

    def clean_receipt(self) -> str:
        """Without blanks and dashes."""
        given = as_typed(self.cleaned_data["receipt"])
        if not given:
            raise forms.ValidationError(
                _("这不是回执号。回执号由8位或12位字母和数字组成,请照回执重新输入。"), code="receipt"
            )
        return given


class CommentForm(BangfuForm):
    """What somebody says of a draft."""

    def add_fields(self) -> None:
        self.fields["text"] = text_field(_("意见内容"))
        self.fields["name"] = forms.CharField(label=_("姓名(可不填)"), max_length=60, required=False)
