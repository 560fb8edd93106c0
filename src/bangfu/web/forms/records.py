"""Forms of what goes on record in a case. A kind of record without a form of its own is a text and a file.

``content`` of a form is what the machine keeps; the domain's checks say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.monitoring.watch import likely_kind
from bangfu.platform import clock
from bangfu.platform.files import store
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.models import Case
from bangfu.policy.procedures.definitions import RecordKind
from bangfu.policy.villages import standards_in_force
from bangfu.policy.vocabulary import codes
from bangfu.targeting.models import Round
from bangfu.targeting.panels import NUMBERS
from bangfu.targeting.rosters import groups_of, own_groups, seated_panel
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.doubts import EvidenceField
from bangfu.web.speaking import language, said


def text_field(label: Any, *, rows: int = 3, required: bool = True) -> forms.CharField:
    """Some lines of text."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=2_000, required=required, widget=widget)


def count_field(label: Any, *, required: bool = True) -> forms.IntegerField:
    """A whole number from 0 on."""
    return forms.IntegerField(label=label, min_value=0, required=required)


def lines(text: str) -> list[str]:
    """The lines of a text that say something; names may also stand side by side."""
    return [one.strip() for one in text.replace("、", "\n").replace(",", "\n").splitlines() if one.strip()]


class RecordForm(BangfuForm):
    """A record of one kind: its own fields, who signed, and a file."""

    def __init__(self, *args: Any, case: Case, record: RecordKind, **kwargs: Any) -> None:
        self.case, self.record = case, record
        super().__init__(*args, auto_id=f"{record.key}-%s", **kwargs)

    def add_fields(self) -> None:
        super().add_fields()
        self.add_content()
        names = self.signed_elsewhere()
        if not names:
            self.fields["signatures"] = text_field(
                _("签名人(每行一人)"), rows=2, required=self.record.signers > 0
            )
        self.fields["file"] = EvidenceField(
            label=_("附件(照片或 PDF)") if self.record.file else _("附件(照片或 PDF,可不传)"),
            required=self.record.file,
        )

    def add_content(self) -> None:
        """The fields of the kind."""

    def signed_elsewhere(self) -> bool:
        """Whether a field of the kind says who signed."""
        return False

    def content(self) -> dict[str, Any]:
        """What is kept."""
        return {}

    def signatures(self) -> list[str]:
        """Who signed."""
        return lines(self.cleaned_data.get("signatures", ""))

    def kept_files(self) -> list[StoredFile]:
        """The file, kept."""
        file = self.cleaned_data.get("file")
        return [store.keep(file, name=file.name)] if file else []


class TextRecord(RecordForm):
    """An opinion, minutes, what was heard."""

    #: Kind of record → where its text is kept; ``text`` elsewhere.
    NAMES: ClassVar[Mapping[str, str]] = {
        "village_check": "opinion",
        "township_opinion": "opinion",
        "city_opinion": "opinion",
        "application": "statement",
        "national_acceptance": "document",
    }

    def add_content(self) -> None:
        self.fields["text"] = text_field(_("内容"))

    def content(self) -> dict[str, Any]:
        return {self.NAMES.get(self.record.key, "text"): self.cleaned_data["text"].strip()}


class VisitRecord(RecordForm):
    """A visit at home: who went, when, what they saw (S4-64)."""

    def add_content(self) -> None:
        self.fields["visitors"] = text_field(_("入户人员(每行一人)"), rows=2)
        self.fields["visited_on"] = day_field(_("入户日期"), initial=clock.today)
        self.fields["text"] = text_field(_("看到的情况"), required=False)

    def content(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "visitors": lines(given["visitors"]),
            "visited_on": given["visited_on"].isoformat(),
            "text": given["text"].strip(),
        }


class NominationRecord(RecordForm):
    """Which villagers' group nominated the household (S4-61)."""

    def add_content(self) -> None:
        groups = [(str(number), name) for number, name in groups_of(self.case.division_code).items()]
        round_id = int(self.case.about.get("round") or 0)
        own = str(own_groups(self.case.division_code, round_id).get(self.case.subject_id, ""))
        if self.prefix is not None:  # many households at once
            groups, own = [("", _("各户所在的小组")), *groups], ""
        elif own:
            groups = [one for one in groups if one[0] == own]
        self.fields["group"] = forms.ChoiceField(
            label=_("提名的村民小组"), choices=groups, initial=own, required=self.prefix is None
        )
        self.fields["text"] = text_field(_("提名理由"), rows=2, required=False)

    def content(self) -> dict[str, Any]:
        group = self.cleaned_data["group"]
        named = {"group": int(group)} if group else {}
        return named | {"text": self.cleaned_data["text"].strip()}


class PanelRecord(RecordForm):
    """The seated panel of the round; it is put together on its own page (S4-62)."""

    def content(self) -> dict[str, Any]:
        return _seats(self.case)


class BallotRecord(RecordForm):
    """How the seated panel voted on the household (S4-63)."""

    def add_content(self) -> None:
        for name, title in NUMBERS.items():
            self.fields[name] = count_field(title.zh if language().startswith("zh") else title.en)

    def content(self) -> dict[str, Any]:
        return _seats(self.case) | {name: self.cleaned_data[name] for name in NUMBERS}


def _seats(case: Case) -> dict[str, Any]:
    seats = seated_panel(int(case.about.get("round") or 0))
    return {"panel": seats.panel.pk, "size": seats.size} if seats else {}


class StandardApplication(RecordForm):
    """A village applies by a version of the standard (S1-12)."""

    def add_content(self) -> None:
        held = standards_in_force(clock.today(), self.case.division_code)
        self.fields["standard"] = forms.ChoiceField(
            label=_("识别标准版本"), choices=[(one.version, said(one.title)) for one in held]
        )
        self.fields["statement"] = text_field(_("申请理由"))

    def content(self) -> dict[str, Any]:
        return {
            "standard": self.cleaned_data["standard"],
            "statement": self.cleaned_data["statement"].strip(),
        }


class StatementRecord(RecordForm):
    """An application in words."""

    def add_content(self) -> None:
        self.fields["statement"] = text_field(_("申请理由"))

    def content(self) -> dict[str, Any]:
        return {"statement": self.cleaned_data["statement"].strip()}


class FiguresRecord(RecordForm):
    """The figures that the standard of the application asks for (S4-55)."""

    def add_content(self) -> None:
        for one in self._indicators():
            self.fields[f"of_{one.key}"] = forms.FloatField(
                label=said(one.title), help_text=one.clause, required=False
            )

    def _indicators(self) -> Any:
        held = standards_in_force(clock.today(), self.case.division_code)
        chosen = next((one for one in held if one.version == self.case.about.get("standard")), None)
        return chosen.indicators if chosen else ()

    def content(self) -> dict[str, Any]:
        given = {one.key: self.cleaned_data.get(f"of_{one.key}") for one in self._indicators()}
        return {"values": {key: value for key, value in given.items() if value is not None}}


class CauseRecord(RecordForm):
    """Why a household fell back, or what struck it: the main cause first, and what happened (S4-74, S2-31)."""

    def add_content(self) -> None:
        known = [(str(one.code), one.title.text(language())) for one in codes("cause")]
        self.fields["main_cause"] = forms.ChoiceField(label=_("主要原因"), choices=[("", "—"), *known])
        self.fields["other_causes"] = forms.MultipleChoiceField(
            label=_("其他原因"), choices=known, required=False, widget=forms.CheckboxSelectMultiple()
        )
        self.fields["text"] = text_field(_("情况说明"))
        self.fields["text"].help_text = _("写明何时发生了什么、损失多少。")

    def causes(self) -> list[int]:
        main = int(self.cleaned_data["main_cause"])
        return [main, *(int(one) for one in self.cleaned_data["other_causes"] if int(one) != main)]

    def content(self) -> dict[str, Any]:
        return {"causes": self.causes(), "text": self.cleaned_data["text"].strip()}


class MonitoredKindRecord(RecordForm):
    """As which of the three kinds a household is monitored."""

    def add_content(self) -> None:
        kinds = [(str(one.code), one.title.text(language())) for one in codes("monitored_kind")]
        known = str(self.case.about.get("household_no") or "")
        self.fields["household_no"] = forms.CharField(label=_("户编号"), max_length=40, initial=known)
        self.fields["kind"] = forms.ChoiceField(
            label=_("监测类别"), choices=[("", "—"), *kinds], initial=likely_kind(known) if known else ""
        )

    def content(self) -> dict[str, Any]:
        return {
            "household_no": self.cleaned_data["household_no"].strip(),
            "kind": int(self.cleaned_data["kind"]),
        }


class HelpRecord(RecordForm):
    """What emergency help is given (S2-31)."""

    def add_content(self) -> None:
        self.fields["what"] = text_field(_("救助内容"))
        self.fields["amount"] = forms.DecimalField(
            label=_("金额"), required=False, min_value=0, max_digits=12, decimal_places=2
        )
        self.fields["amount"].extra = {"unit": "currency-CNY"}  # type: ignore[attr-defined]

    def content(self) -> dict[str, Any]:
        amount = self.cleaned_data["amount"]
        return {
            "what": self.cleaned_data["what"].strip(),
            "amount": None if amount is None else int(amount * 100),
        }


#: Titles of what stands in records: key of the data → its title on a page.
TITLES: Mapping[str, Any] = {
    "opinion": gettext_lazy("意见"),
    "text": gettext_lazy("内容"),
    "statement": gettext_lazy("申请理由"),
    "place": gettext_lazy("公示地点"),
    "visitors": gettext_lazy("入户人员"),
    "visited_on": gettext_lazy("入户日期"),
    "group": gettext_lazy("提名小组"),
    "size": gettext_lazy("评议小组人数"),
    "present": gettext_lazy("到会人数"),
    "in_favour": gettext_lazy("同意票"),
    "against": gettext_lazy("反对票"),
    "abstain": gettext_lazy("弃权票"),
    "standard": gettext_lazy("识别标准版本"),
    "causes": gettext_lazy("原因"),
    "household_no": gettext_lazy("户编号"),
    "kind": gettext_lazy("监测类别"),
    "what": gettext_lazy("救助内容"),
    "amount": gettext_lazy("金额(元)"),
    "document": gettext_lazy("文件"),
    "why": gettext_lazy("依据"),
    "number": gettext_lazy("对象编号"),
}


def round_of(case: Case) -> Round | None:
    """The round to which an application belongs."""
    return Round.objects.filter(pk=int(case.about.get("round") or 0)).first()
