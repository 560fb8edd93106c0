"""The form of a master figure: what a document states, of which day, and which document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.platform import clock
from bangfu.policy import vocabulary
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.speaking import said

LARGEST = Decimal(10**12)


class FigureForm(BangfuForm):
    """A figure as it is printed; nothing is rounded or mended."""

    figure = forms.ChoiceField()

    def add_fields(self) -> None:
        self.fields["figure"].label = _("指标")
        self.fields["figure"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((one.key, said(one.title)) for one in vocabulary.figures().values()),
        ]
        value = forms.DecimalField(
            label=_("数值"),
            min_value=0,
            max_value=LARGEST,
            decimal_places=2,
            help_text=_("照文件填写整数单位的数,例如 20.37 万人填 203700,28.26% 填 28.26。"),
        )
        value.widget.attrs["inputmode"] = "decimal"
        value.error_messages |= {
            "invalid": _("“数值”应填数字,例如 203700 或 28.26。"),
            "max_decimal_places": _("“数值”最多两位小数。"),
        }
        self.fields["value"] = value
        self.fields["as_of"] = day_field(_("数据日期"), initial=clock.today)
        self.fields["source"] = forms.CharField(
            label=_("来源(文件名称、页码或统计年鉴)"), max_length=200, required=False
        )

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day > clock.today():
            raise forms.ValidationError(
                _("数据日期 %(day)s 还没有到。请填写文件所说的日期。") % {"day": day}, code="future"
            )
        return day

    def entered(self) -> dict[str, Any]:
        """What the action takes: the value in hundredths."""
        given = dict(self.cleaned_data)
        return given | {"value": int(given["value"] * 100)}
