"""Forms of the import wizard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.platform import clock
from bangfu.platform.files.inspection import MACRO_SUFFIXES, SUFFIXES
from bangfu.policy import vocabulary
from bangfu.registry.batches import AUTO, REGISTRY
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.divisions import DivisionField
from bangfu.web.speaking import said


def formats() -> list[tuple[str, str]]:
    """What a workbook can be: the registry, or a department's list."""
    lists = [
        (name, f"{said(one.department)} · {said(one.title)}") for name, one in vocabulary.lists().items()
    ]
    return [(REGISTRY, _("扶贫对象登记(户和人)")), *lists]


class UploadForm(BangfuForm):
    """A workbook, what it is, of which day and area."""

    day = day_field("")
    file = forms.FileField()

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["format"] = forms.ChoiceField(
            label=_("这是什么"), choices=[(AUTO, _("让帮扶识别")), *formats()], initial=AUTO
        )
        levels = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
        self.fields["division_code"] = DivisionField(
            scope=self._scope, capability=Capability.IMPORT, levels=levels, label=_("导入范围")
        )
        self.fields["day"].label = _("数据日期")
        self.fields["day"].help_text = _("工作簿里的情况截至哪一天,例如 2015-12-31。")
        self.fields["file"].label = _("工作簿")
        self.fields["file"].widget.attrs["accept"] = ",".join(sorted(SUFFIXES))
        self.fields["file"].error_messages |= {
            "empty": _("文件是空的(0 字节)。请重新选择文件。"),
            "invalid": _("没有收到文件。请重新选择。"),
        }

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > clock.today():
            raise forms.ValidationError(
                _("数据日期 %(day)s 还没有到。请填写工作簿实际的截止日期。") % {"day": day}, code="future"
            )
        return day

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        suffix = Path(file.name).suffix.lower()
        if suffix not in SUFFIXES | MACRO_SUFFIXES:
            raise forms.ValidationError(
                _("“%(name)s”不是表格文件。请上传 .xlsx、.xls、.ods、.csv 或 .txt。") % {"name": file.name},
                code="suffix",
            )
        return file


class FormatForm(BangfuForm):
    """What a workbook is, said by a clerk."""

    def add_fields(self) -> None:
        self.fields["format"] = forms.ChoiceField(label=_("这是什么"), choices=formats())


class AcceptForm(BangfuForm):
    """How the rows with problems are treated."""

    admit_doubtful = forms.BooleanField(required=False)
    hold_households = forms.BooleanField(required=False)

    def add_fields(self) -> None:
        self.fields["admit_doubtful"].label = _("可疑的行也先收进来,作为疑点核实")
        self.fields["admit_doubtful"].help_text = _(
            "身份证号校验不符、村已撤并等不影响读取的问题,导入后由规则列为疑点。"
        )
        self.fields["hold_households"].label = _("有错的户整户退回")
        self.fields["hold_households"].help_text = _("一户有一行退回时,这一户其余的行也不导入。")
