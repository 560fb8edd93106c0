"""Choosing a division, and the forms of the data administrator."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level, level_of
from bangfu.divisions.models import DivisionAttribute
from bangfu.platform import clock
from bangfu.platform.errors import NotFound
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.places import path_of, within


class DivisionField(forms.CharField):
    """A division, found by name, initials or code; only where ``capability`` holds, at one of ``levels``."""

    def __init__(
        self, *, scope: Scope, capability: Capability, levels: Collection[Level | None] = (), **kwargs: Any
    ) -> None:
        super().__init__(max_length=12, widget=forms.HiddenInput(), **kwargs)
        self.scope, self.capability, self.levels = scope, capability, levels
        shown = ",".join(str(int(one)) for one in levels if one is not None)
        self.extra = {"kind": "division", "levels": shown, "capability": capability.value}

    def clean(self, value: Any) -> str:
        code = super().clean(value)
        if not code:
            return ""
        try:
            within(self.scope, code, self.capability)
        except NotFound:
            raise forms.ValidationError(
                _("没有找到这个区划,或不在您的管辖范围内。请从搜索结果中选择。"), code="unknown"
            ) from None
        if self.levels and level_of(code) not in self.levels:
            raise forms.ValidationError(_("这一级的区划不能选在这里。请从搜索结果中选择。"), code="level")
        return str(code)

    def shown(self, code: str) -> str:
        """What the search box shows for a code."""
        return path_of(code) if code else ""


class LabelForm(BangfuForm):
    """A dated label of a village or county; the kinds that fit its level."""

    kind = forms.ChoiceField()
    since = day_field("")
    until = day_field("", required=False)
    document = forms.CharField(max_length=500)

    def __init__(self, *args: Any, level: Level, **kwargs: Any) -> None:
        self.level = level
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        kinds = [one for one in DivisionAttribute.Kind if one.level is self.level]
        self.fields["kind"] = forms.ChoiceField(
            label=_("标记"), choices=[(one.value, one.label) for one in kinds]
        )
        self.fields["since"].label, self.fields["until"].label = _("开始日期"), _("结束日期(可不填)")
        self.fields["document"].label = _("认定文件(名称和文号)")


class EndLabelForm(BangfuForm):
    """The first day without a label."""

    kind = forms.ChoiceField(choices=DivisionAttribute.Kind.choices, widget=forms.HiddenInput())
    until = day_field("", initial=clock.today)

    def add_fields(self) -> None:
        self.fields["until"].label = _("结束日期")


class GroupForm(BangfuForm):
    """A villagers' group."""

    number = forms.IntegerField(min_value=1, max_value=999)
    name = forms.CharField(max_length=40)

    def add_fields(self) -> None:
        self.fields["number"].label, self.fields["name"].label = _("组号"), _("组名")


class RecodeForm(BangfuForm):
    """What became of a code: new codes and names, one a line."""

    changed_on = day_field("")
    document = forms.CharField(max_length=300)
    successors = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))

    def add_fields(self) -> None:
        self.fields["changed_on"].label = _("变更日期(新代码启用的第一天)")
        self.fields["document"].label = _("批准文件(名称和文号)")
        self.fields["successors"].label = _("新代码和名称")
        self.fields["successors"].help_text = _(
            "每行一个:12位代码,空格,名称。原代码保留的也要写上。例如:610926100231 新药妇沟村委会"
        )

    def clean_successors(self) -> dict[str, str]:
        """New code → name, "" where the line has none."""
        found: dict[str, str] = {}
        for number, line in enumerate(str(self.cleaned_data["successors"]).splitlines(), start=1):
            code, _space, name = line.strip().partition(" ")
            if not code:
                continue
            if not (len(code) == 12 and code.isascii() and code.isdigit()):
                raise forms.ValidationError(
                    _("第 %(line)s 行“%(code)s”不是12位区划代码。请改正这一行。")
                    % {"line": number, "code": code},
                    code="bad_code",
                )
            found[code] = name.strip()
        return found
