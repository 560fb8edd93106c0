"""Forms of acts in a case: deciding, also in place of a lower level, withdrawing, objecting, answering, appealing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.platform import clock
from bangfu.platform.files import store
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions.ending import Wish
from bangfu.policy.procedures.definitions import DECISIONS, PASS, RETURN, Definition, Step
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.doubts import EvidenceField
from bangfu.web.forms.records import lines, text_field
from bangfu.web.speaking import said


class DecideForm(BangfuForm):
    """A decision on the present step, with its reason."""

    def __init__(self, *args: Any, definition: Definition, step: Step, **kwargs: Any) -> None:
        self._definition, self._step = definition, step
        kwargs.setdefault("auto_id", "decide-%s")
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        step = self._step
        self.fields["decision"] = forms.ChoiceField(
            label=_("决定"),
            widget=forms.RadioSelect(),
            choices=[(one, said(DECISIONS[one])) for one in step.decisions],
            initial=PASS,
        )
        if RETURN in step.decisions:
            back = [(key, said(self._definition.step(key).title)) for key in step.returns_to]
            self.fields["to_step"] = forms.ChoiceField(
                label=_("退回到(退回时选)"), choices=[("", "—"), *back], required=False
            )
        self.fields["reason"] = text_field(self.reason_title(), rows=2, required=self.reason_needed())
        self.fields["signatures"] = text_field(_("签名人(每行一人,可不填)"), rows=1, required=False)
        self.fields["file"] = EvidenceField(label=_("附件(照片或 PDF,可不传)"), required=False)

    def reason_title(self) -> str:
        return _("理由(不予通过和退回时必填)")

    def reason_needed(self) -> bool:
        return False

    @property
    def act(self) -> dict[str, Any]:
        """The decision for an action; the file is kept."""
        given = self.cleaned_data
        return {
            "decision": given["decision"],
            "to_step": given.get("to_step", "") if given["decision"] == RETURN else "",
            "reason": given["reason"],
            "signatures": lines(given["signatures"]),
            "files": kept_file(given["file"]),
        }


class OverrideForm(DecideForm):
    """A higher level decides in place of a lower one, and says why and what it lifts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="override-%s", **kwargs)

    def add_fields(self) -> None:
        super().add_fields()
        if self._step.overridable:
            titles = {one.key: said(one.title) for one in self._step.records}
            self.fields["overrides"] = forms.MultipleChoiceField(
                label=_("免除的要求"),
                required=False,
                widget=forms.CheckboxSelectMultiple(),
                choices=[(one, titles.get(one, one)) for one in self._step.overridable],
            )

    def reason_title(self) -> str:
        return _("代为决定的理由")

    def reason_needed(self) -> bool:
        return True

    @property
    def act(self) -> dict[str, Any]:
        return {**super().act, "overrides": self.cleaned_data.get("overrides", [])}


class WithdrawForm(BangfuForm):
    """Who asked that the case be taken back, when and why, and what shows it."""

    def add_fields(self) -> None:
        self.fields["asked_by"] = forms.CharField(label=_("要求撤回的人"), max_length=60)
        self.fields["asked_on"] = day_field(_("提出日期"), initial=clock.today)
        self.fields["reason"] = text_field(_("撤回理由"), rows=2)
        self.fields["signed"] = forms.BooleanField(label=_("本人已在撤回申请上签名"), required=False)
        self.fields["file"] = EvidenceField(
            label=_("撤回申请(照片或 PDF;没有签名的必须上传)"), required=False
        )

    @property
    def wish(self) -> Wish:
        """The wish for an action; the file is kept."""
        given = self.cleaned_data
        return Wish(
            asked_by=given["asked_by"],
            asked_on=given["asked_on"],
            reason=given["reason"],
            files=kept_file(given["file"]),
            signatures=[given["asked_by"]] if given["signed"] else (),
        )


class ObjectForm(BangfuForm):
    """Somebody objects."""

    def add_fields(self) -> None:
        self.fields["raised_by"] = forms.CharField(label=_("异议人(可匿名)"), max_length=60, required=False)
        self.fields["text"] = text_field(_("异议内容"))


class AnswerObjection(BangfuForm):
    """What was found of an objection."""

    def add_fields(self) -> None:
        self.fields["upheld"] = forms.TypedChoiceField(
            label=_("结论"),
            widget=forms.RadioSelect(),
            coerce=lambda value: value == "yes",
            choices=[("yes", _("异议成立")), ("no", _("异议不成立"))],
        )
        self.fields["answer"] = text_field(_("答复内容"), rows=2)
        self.fields["answer"].help_text = _("异议人凭回执号能看到,不要写其他人的个人信息。")


class AppealForm(BangfuForm):
    """Why somebody appeals against a refusal or a withdrawal."""

    def add_fields(self) -> None:
        self.fields["text"] = text_field(_("申诉理由"))


def kept_file(file: Any) -> Sequence[StoredFile]:
    """The file that came with a form, kept; none where there is none."""
    return [store.keep(file, name=file.name)] if file else []
