"""Forms of leaving: the sheet of a household's verification, indicators of villages, rates of counties, targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.divisions.models import Division
from bangfu.monitoring.enums import TargetKind
from bangfu.monitoring.leaving import COUNTY_RATES, NINE_ITEMS
from bangfu.monitoring.signers import head_of, helper_of
from bangfu.monitoring.verifications import INCOMES, title_of
from bangfu.platform import clock
from bangfu.policy.exit.leaving import GUARANTEES_SINCE_2019, SUBJECT
from bangfu.policy.villages import checklists
from bangfu.policy.vocabulary import table
from bangfu.registry.models import Household, Membership
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.records import RecordForm, StatementRecord, count_field, text_field
from bangfu.web.forms.vocabulary import VocabularyField
from bangfu.web.speaking import said


class VerificationRecord(RecordForm):
    """The household as it was found at home; what cannot be told stays empty or says so (S4-76, S0-46)."""

    def add_content(self) -> None:
        members = Membership.objects.on(clock.today()).filter(household_id=self.case.subject_id).count()
        self.fields["members"] = forms.IntegerField(
            label=said(title_of("members")), min_value=1, max_value=99, initial=members
        )
        year = clock.today().year
        self.fields["income_year"] = forms.TypedChoiceField(
            label=said(title_of("income_year")),
            coerce=int,
            choices=[(str(one), str(one)) for one in (year, year - 1)],
        )
        for name in INCOMES:
            self.fields[name] = VocabularyField(table(SUBJECT).columns[name])
        for key in GUARANTEES_SINCE_2019:
            self.fields[key] = forms.ChoiceField(
                label=said(title_of(key)),
                widget=forms.RadioSelect(),
                choices=[("yes", _("是")), ("no", _("否")), ("cannot_tell", _("无法判断"))],
            )
            self.fields[f"{key}_evidence"] = forms.CharField(
                label=_("%(item)s:依据") % {"item": said(title_of(key))}, max_length=300, required=False
            )
        self.fields["visited_on"] = day_field(_("入户日期"), initial=clock.today)
        home = Household.objects.filter(pk=self.case.subject_id).first()
        self.fields["helper"] = forms.CharField(
            label=_("帮扶责任人签名"), max_length=60, initial=helper_of(home) if home else ""
        )
        self.fields["householder"] = forms.CharField(
            label=_("户主签名"), max_length=60, initial=head_of(home, clock.today()) if home else ""
        )
        self.fields["signed_why"] = forms.CharField(label=_("签名说明"), max_length=200, required=False)
        self.fields["signed_why"].help_text = _("他人代签,或签名与户主、结对帮扶名单不符时填写。")

    def signed_elsewhere(self) -> bool:
        return True

    def signatures(self) -> list[str]:
        return [self.cleaned_data["helper"].strip(), self.cleaned_data["householder"].strip()]

    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "members": given["members"],
            "income_year": given["income_year"],
            **{name: given[name] for name in INCOMES},
            "guarantees": {
                key: {"answer": given[key], "evidence": given[f"{key}_evidence"].strip()}
                for key in GUARANTEES_SINCE_2019
            },
            "helper": given["helper"].strip(),
            "householder": given["householder"].strip(),
            "visited_on": given["visited_on"].isoformat(),
            "signed_why": given["signed_why"].strip(),
        }


class ItemsRecord(RecordForm):
    """The nine items of a village that wants to leave, as they were checked (S1-15)."""

    def add_content(self) -> None:
        for item in checklists()[NINE_ITEMS].items:
            self.fields[f"of_{item.key}"] = forms.ChoiceField(
                label=said(item.title),
                widget=forms.RadioSelect(),
                choices=[("yes", _("达标")), ("no", _("未达标"))],
            )
            self.fields[f"{item.key}_evidence"] = forms.CharField(
                label=_("%(item)s:依据") % {"item": said(item.title)}, max_length=300, required=False
            )

    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "items": {
                one.key: {
                    "met": given[f"of_{one.key}"] == "yes",
                    "evidence": given[f"{one.key}_evidence"].strip(),
                }
                for one in checklists()[NINE_ITEMS].items
            }
        }


def _add_rates(form: BangfuForm) -> None:
    for key, (title, _parameter, _more) in COUNTY_RATES.items():
        form.fields[key] = forms.DecimalField(
            label=said(title), min_value=0, max_value=100, max_digits=5, decimal_places=2
        )
        form.fields[key].extra = {"unit": "percent"}  # type: ignore[attr-defined]


def rates_of(given: dict[str, Any]) -> dict[str, int]:
    """The rates in 1/10 000."""
    return {key: int(given[key] * 100) for key in COUNTY_RATES}


class RatesRecord(RecordForm):
    """What the special assessment found of a county (S2-35)."""

    def add_content(self) -> None:
        _add_rates(self)

    def content(self) -> dict[str, Any]:
        return dict(rates_of(self.cleaned_data))


class CountyApplication(StatementRecord):
    """A county applies to leave, with its own rates (S2-35)."""

    def add_content(self) -> None:
        super().add_content()
        _add_rates(self)

    def content(self) -> dict[str, Any]:
        return super().content() | rates_of(self.cleaned_data)


class DivisionExitForm(BangfuForm):
    """A village or a county applies to leave."""

    def __init__(self, *args: Any, county: bool, **kwargs: Any) -> None:
        self._county = county
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["statement"] = text_field(_("申请理由"))
        if self._county:
            _add_rates(self)
        self.fields["signed_by"] = forms.CharField(label=_("签名人"), max_length=60)


class TargetForm(BangfuForm):
    """The target of a division for a year, with its document (S2-03)."""

    def add_fields(self) -> None:
        self.fields["value"] = count_field(_("任务数"))
        self.fields["about"] = forms.BooleanField(label=_("文件写的是“左右”"), required=False)
        self.fields["document"] = forms.CharField(label=_("任务文件"), max_length=200)


class PartsForm(BangfuForm):
    """A target divided among the divisions one step below; an empty part is none."""

    def __init__(self, *args: Any, division: str, **kwargs: Any) -> None:
        self._children = list(Division.objects.children_of(division).values_list("code", "name"))
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        for code, name in self._children:
            self.fields[f"part-{code}"] = count_field(name, required=False)

    def parts(self) -> dict[str, int]:
        """Code → part, of those that have one."""
        given = {code: self.cleaned_data.get(f"part-{code}") for code, _name in self._children}
        return {code: value for code, value in given.items() if value is not None}


def kinds() -> list[tuple[str, Any]]:
    """Kinds of target with their titles."""
    return [(one.value, one.label) for one in TargetKind]
