"""Forms of public notices and of papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.targeting.actions.notices import Wording
from bangfu.targeting.papers.printing import Print
from bangfu.web.forms.base import BangfuForm, day_field, reason_field
from bangfu.web.forms.doubts import EvidenceField
from bangfu.web.forms.records import text_field
from bangfu.web.speaking import said


class WordingForm(BangfuForm):
    """What a notice says around its table, and where one may object: phone and address always."""

    def add_fields(self) -> None:
        self.fields["title"] = forms.CharField(label=_("公示标题"), max_length=120)
        self.fields["text"] = text_field(_("正文"))
        self.fields["audience"] = forms.CharField(label=_("公示范围"), max_length=120)
        self.fields["place"] = forms.CharField(label=_("张贴地点"), max_length=120, required=False)
        self.fields["issuer"] = forms.CharField(label=_("发布单位"), max_length=120)
        self.fields["phone"] = forms.CharField(label=_("异议电话"), max_length=40)
        self.fields["address"] = forms.CharField(label=_("异议受理地址"), max_length=200)


class PublishForm(WordingForm):
    """A text without households, or a draft on which everybody may comment."""

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["until"] = day_field(_("到哪一天为止(不含当天)"))
        self.fields["consult"] = forms.BooleanField(label=_("征求意见,可以在网上留言"), required=False)


def wording_of(form: BangfuForm, request: HttpRequest) -> Wording:
    """The wording of a valid form, with the address under which everybody reads notices."""
    site = request.build_absolute_uri(reverse("public-notices")).rstrip("/")
    names = ("title", "text", "audience", "place", "issuer", "phone", "address")
    return Wording(**{name: form.cleaned_data[name].strip() for name in names}, base_url=site)


class WithdrawNotice(BangfuForm):
    """Why a notice comes down before its end."""

    def add_fields(self) -> None:
        self.fields["reason"] = reason_field(label=_("撤下原因"))


class PhotoForm(BangfuForm):
    """The notice on its board."""

    def add_fields(self) -> None:
        self.fields["photo"] = EvidenceField(label=_("张贴照片"), required=True)


class AnswerComment(BangfuForm):
    """Whether a comment is taken up."""

    def add_fields(self) -> None:
        self.fields["adopted"] = forms.TypedChoiceField(
            label=_("是否采纳"),
            widget=forms.RadioSelect(),
            coerce=lambda value: value == "yes",
            choices=[("yes", _("采纳")), ("no", _("不采纳"))],
        )
        self.fields["answer"] = text_field(_("答复内容"), rows=2)


class PapersForm(BangfuForm):
    """Which papers, and as what."""

    def __init__(self, *args: Any, kinds: Mapping[str, Print], **kwargs: Any) -> None:
        self._kinds = kinds
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["kind"] = forms.ChoiceField(
            label=_("文书"), choices=[(key, said(one.title)) for key, one in self._kinds.items()]
        )
        self.fields["form"] = forms.ChoiceField(
            label=_("格式"), choices=[("pdf", "PDF"), ("docx", _("Word 文档"))]
        )
        self.fields["packing"] = forms.ChoiceField(
            label=_("打包"), choices=[("one", _("合成一个文件")), ("archive", _("每份一个文件(压缩包)"))]
        )
        self.fields["size"] = forms.ChoiceField(label=_("纸张"), choices=[("a4", "A4"), ("a3", "A3")])
