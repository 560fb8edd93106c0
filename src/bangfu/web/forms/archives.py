"""Forms of archives and goals of villages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.platform import clock
from bangfu.policy.checklists import ArchivePaper
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.doubts import EvidenceField
from bangfu.web.speaking import said


class PaperForm(BangfuForm):
    """A paper of a checklist that lies in the archive."""

    paper = forms.ChoiceField()
    note = forms.CharField(max_length=200, required=False)
    scan = EvidenceField(required=False)

    def __init__(self, *args: Any, papers: Iterable[ArchivePaper], **kwargs: Any) -> None:
        self._papers = papers
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        paper, note, scan = self.fields["paper"], self.fields.pop("note"), self.fields.pop("scan")
        paper.label = _("资料")
        paper.choices = [("", "—"), *((one.key, said(one.title)) for one in self._papers)]  # type: ignore[attr-defined]
        self.fields["filed_on"] = day_field(_("归档日期"), initial=clock.today)
        note.label = _("备注(存放位置、缺签字等,可不填)")
        scan.label = _("扫描件(照片或 PDF,可不传)")
        self.fields |= {"note": note, "scan": scan}


class GoalForm(BangfuForm):
    """What a village is to reach, by when, and what that rests on."""

    goal = forms.CharField(max_length=200)

    def add_fields(self) -> None:
        self.fields["goal"].label = _("目标")
        self.fields["goal"].help_text = _("写能核对的目标,例如:通村路硬化 3 公里。")
        self.fields["due"] = day_field(_("完成期限"))
        self.fields["set_on"] = day_field(_("确定日期"), initial=clock.today)
        self.fields["basis"] = forms.CharField(label=_("依据(规划、会议或文件)"), max_length=200)


class ReachedForm(BangfuForm):
    """The day on which a goal was reached."""

    def add_fields(self) -> None:
        self.fields["reached_on"] = day_field(_("完成日期"), initial=clock.today)
