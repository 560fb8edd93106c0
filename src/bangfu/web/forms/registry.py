"""Forms of households and people, made from the vocabulary; they give the typed values of an action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.policy.vocabulary import codes
from bangfu.registry.enums import EventKind
from bangfu.registry.marks import ENTERED_KINDS, NEVER_TYPED
from bangfu.registry.models import Membership
from bangfu.web import sections
from bangfu.web.forms.base import ActForm, BangfuForm
from bangfu.web.forms.divisions import DivisionField
from bangfu.web.forms.vocabulary import columns_named, fields_of
from bangfu.web.sections import Section
from bangfu.web.speaking import language

relation = codes("relation")
#: What a kind of arrival or departure is called on a form, and what else it means.
ARRIVALS = (EventKind.BIRTH, EventKind.MARRIED_IN, EventKind.MOVED_IN, EventKind.ADDED)
DEPARTURES = (EventKind.DEATH, EventKind.MARRIED_OUT, EventKind.MOVED_OUT, EventKind.STRUCK_OFF)


class ColumnsForm(BangfuForm):
    """Columns of one table in sections. ``sealed``: column → masked value, kept when left empty."""

    table = ""
    sections: tuple[Section, ...] = ()

    def __init__(
        self, *args: Any, required: Iterable[str] = (), sealed: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        self._needed = frozenset(required)
        self._sealed = sealed or {}
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        super().add_fields()
        for section in self.sections:
            self.fields.update(fields_of(columns_named(self.table, section.columns), self._needed))
        for name, masked in self._sealed.items():
            if masked:
                self.fields[name].required = False
                self.fields[name].help_text = _("已登记 %(masked)s,不修改请留空。") % {"masked": masked}

    def shown_sections(self) -> list[tuple[Section, list[forms.BoundField]]]:
        """Each section with its fields."""
        return [(one, [self[name] for name in one.columns]) for one in self.sections]

    def entered(self) -> dict[str, Any]:
        """Column → typed value; a sealed column that was left empty is not there."""
        names = [name for section in self.sections for name in section.columns]
        return {
            name: self.cleaned_data[name]
            for name in names
            if not (name in self._sealed and self.cleaned_data[name] is None)
        }


class HouseholdForm(ColumnsForm):
    """The household's own facts."""

    table = "household"
    sections: tuple[Section, ...] = sections.HOUSEHOLD


class YearForm(ColumnsForm):
    """Income, spending, savings and debts of one year."""

    table = "household"
    sections = sections.YEAR


class PersonForm(ColumnsForm):
    """One person; ``relation`` is the relation to the head."""

    table = "person"
    sections = sections.PERSON


class NewPerson(PersonForm):
    """Somebody new. Sex and birth are taken from a valid identity number where they are empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, required=("name", "relation"), **kwargs)

    def add_fields(self) -> None:
        super().add_fields()
        for name in ("sex", "birth_date"):
            self.fields[name].help_text = _("填了身份证号可以不填。")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in ("sex", "birth_date"):
            if (
                not self.cleaned_data.get("id_number")
                and self.cleaned_data.get(name) is None
                and name not in self.errors
            ):
                label = {"label": self.fields[name].label}
                self.add_error(name, _("没有身份证号时,请填写“%(label)s”。") % label)
        return cleaned


class HouseholdCorrection(HouseholdForm, ActForm):
    """The household's facts as they stand, the revision that was seen, day and reason.

    What follows from a standing or a procedure is not among them, and its kind is corrected by two persons (S0-48).
    """

    sections = tuple(one for one in sections.HOUSEHOLD if one != sections.MARKS)
    revision = forms.IntegerField(widget=forms.HiddenInput())


class PersonCorrection(PersonForm, ActForm):
    """The person's facts as they stand, the revision that was seen, day and reason."""

    revision = forms.IntegerField(widget=forms.HiddenInput())


class YearUpdate(YearForm, ActForm):
    """A year's figures, day and reason."""

    def reasons(self) -> tuple[str, ...]:
        return (_("年度收入核算"), _("入户核实"), _("更正录入错误"))


class Registration(HouseholdForm, ActForm):
    """A new household: where it is, its facts and its year; the people have forms of their own (S4-59)."""

    #: When a household was identified, left or is monitored, its cases say (S0-48).
    sections = (
        *(sections.without(one, *NEVER_TYPED) for one in sections.HOUSEHOLD),
        *sections.YEAR,
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, required=("household_kind",), **kwargs)

    def add_fields(self) -> None:
        super().add_fields()
        kinds = self.fields["household_kind"].widget
        kinds.choices = [one for one in kinds.choices if one[0] in ("", *map(str, ENTERED_KINDS))]
        self.fields["division_code"] = DivisionField(
            scope=self._scope,
            capability=Capability.CORRECT_REGISTRY,
            levels=(Level.VILLAGE,),
            label=_("行政村"),
        )
        self.fields.update(fields_of(columns_named("household", ["income_year"]), ["income_year"]))

    def reasons(self) -> tuple[str, ...]:
        return (_("农户申请识别"), _("漏登补录"))

    def entered(self) -> dict[str, Any]:
        chosen = {name: self.cleaned_data[name] for name in ("division_code", "income_year")}
        return {**super().entered(), **chosen}


class Arrival(NewPerson, ActForm):
    """Somebody comes into the household."""

    kind = forms.TypedChoiceField(coerce=lambda value: EventKind(int(value)), widget=forms.RadioSelect())

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["kind"].label = _("怎样成为成员")
        self.fields["kind"].choices = [(str(one.value), one.label) for one in ARRIVALS]  # type: ignore[attr-defined]

    def reasons(self) -> tuple[str, ...]:
        return (_("出生落户"), _("婚入落户"), _("户口簿核对"))


class HeadChoice(ActForm):
    """Names one of the members as the head."""

    new_head = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        self.members = members
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["new_head"] = forms.ChoiceField(
            label=_("新的户主"), required=False, choices=[("", _("不变")), *member_choices(self.members)]
        )

    def person(self, name: str = "new_head") -> Any:
        """The member chosen, None for nobody."""
        chosen = self.cleaned_data.get(name)
        return next((one.person for one in self.members if one.person.person_no == chosen), None)


class Departure(HeadChoice):
    """Somebody leaves the household; when the head does, somebody else takes that place."""

    kind = forms.TypedChoiceField(coerce=lambda value: EventKind(int(value)), widget=forms.RadioSelect())

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["kind"].label = _("怎样离开")
        self.fields["kind"].choices = [(str(one.value), one.label) for one in DEPARTURES]  # type: ignore[attr-defined]

    def reasons(self) -> tuple[str, ...]:
        return (_("死亡证明"), _("迁移证"), _("误登,经核实"))


class NewHead(HeadChoice):
    """Another member becomes the head."""

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["new_head"] = forms.ChoiceField(label=_("新的户主"), choices=member_choices(self.members))

    def reasons(self) -> tuple[str, ...]:
        return (_("户口簿变更"), _("原户主外出"), _("家庭商定"))


class Split(HeadChoice):
    """Some members become a household of their own."""

    leaving = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple())

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["leaving"].label = _("分出的人")
        self.fields["leaving"].choices = member_choices(self.members)  # type: ignore[attr-defined]
        self.fields["new_head"] = forms.ChoiceField(
            label=_("新户的户主"), choices=member_choices(self.members)
        )

    def reasons(self) -> tuple[str, ...]:
        return (_("户口簿分户"), _("结婚分家"))

    def people(self) -> list[Any]:
        """The members who leave."""
        return [one.person for one in self.members if one.person.person_no in self.cleaned_data["leaving"]]


class Merge(ActForm):
    """All members join another household."""

    target = forms.CharField(max_length=32)

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["target"].label = _("并入的户编号")
        self.fields["target"].help_text = _("在搜索框中按户主姓名查到户编号,填在这里。")

    def reasons(self) -> tuple[str, ...]:
        return (_("户口簿并户"), _("重复建档,合并"))


class Move(ActForm):
    """The whole household moves to another village."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["to_village"] = DivisionField(
            scope=self._scope,
            capability=Capability.CORRECT_REGISTRY,
            levels=(Level.VILLAGE,),
            label=_("迁往的行政村"),
        )

    def reasons(self) -> tuple[str, ...]:
        return (_("易地搬迁"), _("户口迁移"))


class Unmask(BangfuForm):
    """Why a number has to be seen."""

    what = forms.ChoiceField(choices=[(one, one) for one in ("id_number", "phone", "bank_account")])
    reason = forms.CharField(max_length=200, required=False)


class Export(BangfuForm):
    """How a list is exported."""

    layout = forms.ChoiceField(widget=forms.RadioSelect())
    plain = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, may_unmask: bool, **kwargs: Any) -> None:
        self._may_unmask = may_unmask
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["layout"].label = _("格式")
        self.fields["layout"].choices = [  # type: ignore[attr-defined]
            ("own", _("帮扶格式(户、人两个工作表,可再导入)")),
            ("national", _("全国系统导出格式(一人一行)")),
        ]
        self.fields["layout"].initial = "own"
        self.fields["plain"].label = _("证件号码、电话不打码(需写明理由,记入审计)")
        self.fields["reason"].label = _("理由(不打码时必填)")
        if not self._may_unmask:
            del self.fields["plain"], self.fields["reason"]


def member_choices(members: Sequence[Membership]) -> list[tuple[str, str]]:
    """Person number → name and relation."""
    return [
        (
            one.person.person_no,
            f"{one.person.name} · {relation.label(one.relation, language())}"
            if one.relation
            else one.person.name,
        )
        for one in members
    ]
