"""The form of a three-way comparison: what the archive says, what was seen, on what it rests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.platform import clock
from bangfu.policy.vocabulary import Column
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.doubts import EvidenceField
from bangfu.web.forms.vocabulary import VocabularyField


class CompareForm(BangfuForm):
    """One fact: the archive's value and the one that was seen, typed as the vocabulary has it."""

    evidence = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000, required=False, strip=True
    )

    def __init__(self, *args: Any, column: Column, **kwargs: Any) -> None:
        self._column = column
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        evidence = self.fields.pop("evidence")
        archive, seen = VocabularyField(self._column), VocabularyField(self._column)
        archive.label, seen.label = _("档案资料上的值"), _("入户看到的实际值")
        archive.help_text = _("档案里没有这一项时选“未填”或留空。")
        evidence.label = _("实地依据")
        evidence.help_text = _("入户看了什么、问了谁。没有依据不能填写实际值。")
        evidence.extra = {  # type: ignore[attr-defined]
            "suggestions": (_("已入户核对证件原件。"), _("已入户查看现场。"), _("本人当面说明。"))
        }
        self.fields |= {
            "archive_value": archive,
            "field_value": seen,
            "evidence": evidence,
            "evidence_file": EvidenceField(required=False, label=_("依据文件(照片或 PDF,可不传)")),
            "checked_on": day_field(_("核对日期"), initial=clock.today),
        }

    def clean_checked_on(self) -> Any:
        day = self.cleaned_data["checked_on"]
        if day > clock.today():
            raise forms.ValidationError(
                _("核对日期 %(day)s 还没有到。请填写实际核对的日期。") % {"day": day}, code="future"
            )
        return day
