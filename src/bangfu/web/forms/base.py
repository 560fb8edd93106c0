"""What all forms have in common: full sentences beside the field, and refusals of actions in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from bangfu.platform import clock
from bangfu.platform.errors import NotAllowed, NotFound, as_json
from bangfu.policy.errors import BangfuError
from bangfu.web.speaking import language

#: Code of a refusal → the field it is about, where a form has that field.
FIELD_OF: Final[Mapping[str, str]] = {
    "registry.future": "day",
    "registry.dates": "day",
    "registry.reason": "reason",
    "registry.already_there": "household_no",
    "registry.head_leaves": "new_head",
    "registry.head_elsewhere": "new_head",
    "registry.head_splits": "leaving",
    "registry.all_split": "leaving",
    "registry.same_household": "target",
    "web.no_target": "target",
    "registry.still_a_member": "day",
    "registry.wrong_division": "to_village",
    "audit.reason_required": "reason",
    "quality.text_needed": "text",
    "quality.evidence_needed": "evidence",
    "quality.field_evidence": "evidence",
    "quality.unknown_paper": "paper",
    "quality.goal_there": "goal",
    "quality.goal_dates": "due",
    "registry.source": "source",
    "quality.nothing_tried": "key_1a",
    "accounts.bad_username": "username",
    "accounts.username_taken": "username",
    "accounts.weak_password": "password",
    "accounts.wrong_password": "present",
    "accounts.wrong_post_level": "division_code",
    "accounts.post_ended": "until",
    "divisions.unknown": "division_code",
    "divisions.dead": "division_code",
    "divisions.empty_spell": "until",
    "divisions.no_document": "document",
    "divisions.group_exists": "number",
    "divisions.no_successor": "successors",
    "divisions.levels_differ": "successors",
    "divisions.already_changed": "successors",
    "divisions.not_yet": "changed_on",
    "divisions.no_open_label": "until",
    "divisions.label_overlaps": "kind",
    "targeting.bad_contact": "contact",
    "files.too_large": "file",
    "files.not_a_workbook": "file",
}


class BangfuForm(forms.Form):
    """Labels, sentences and looks of every form. ``problems`` are those of a refusal, ``as_json``'s shape."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems: Sequence[Mapping[str, str]] = ()
        self.add_fields()
        for field in self.fields.values():
            _dress(field)

    def add_fields(self) -> None:
        """Where a subclass makes fields that depend on the data or the language."""

    def refuse(self, error: BangfuError) -> None:
        """Shows why an action refused: beside the field it is about, else above the form."""
        shown = as_json(error, language())
        self.problems = shown["problems"]
        name = FIELD_OF.get(error.code)
        self.add_error(
            name if name in self.fields else None, forms.ValidationError(shown["sentence"], code=error.code)
        )

    @property
    def status(self) -> int:
        """The status of a page with this form: 422 when something in it has to be mended."""
        return 422 if self.is_bound and self.errors else 200


def done(form: BangfuForm, act: Callable[[], object]) -> bool:
    """Whether the form is right and ``act`` took it; a refusal is shown on the form.

    Raises:
        NotFound, NotAllowed: these are pages of their own.
    """
    if not form.is_valid():
        return False
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except BangfuError as error:
        form.refuse(error)
        return False
    return True


def _dress(field: forms.Field) -> None:
    """Classes for the look, and errors that are sentences."""
    widget, label = field.widget, field.label or ""
    kinds: tuple[tuple[type[forms.Widget] | tuple[type[forms.Widget], ...], str], ...] = (
        (
            (forms.CheckboxSelectMultiple, forms.RadioSelect, forms.HiddenInput, forms.CheckboxInput),
            "form-check-input",
        ),
        (forms.Select, "form-select"),
        (forms.Widget, "form-control"),
    )
    look = next(name for kind, name in kinds if isinstance(widget, kind))
    if not isinstance(widget, forms.HiddenInput):
        widget.attrs.setdefault("class", look)
    field.error_messages["required"] = _("请填写“%(label)s”。") % {"label": label}
    if isinstance(field, forms.ChoiceField):
        field.error_messages["required"] = _("请选择“%(label)s”。") % {"label": label}
        field.error_messages["invalid_choice"] = _("“%(label)s”没有这个选项。请从列表中选择。") % {
            "label": label
        }
    if isinstance(field, forms.DateField):
        field.error_messages["invalid"] = _("“%(label)s”不是日期。请写成 2015-03-07。") % {"label": label}
    if isinstance(field, forms.IntegerField) and not isinstance(field, forms.DecimalField):
        field.error_messages["invalid"] = _("“%(label)s”应填整数。") % {"label": label}


def day_field(
    label: Any, *, required: bool = True, initial: Callable[[], date] | None = None, **kwargs: Any
) -> forms.DateField:
    """A day, written ISO; the browser offers its calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=required, initial=initial, widget=widget, input_formats=["%Y-%m-%d"], **kwargs
    )


def reason_field(*suggestions: str, label: Any = None) -> forms.CharField:
    """Why: short, required, with one-tap suggestions."""
    field = forms.CharField(label=label or _("原因"), max_length=300)
    field.extra = {"suggestions": suggestions}  # type: ignore[attr-defined]
    return field


class ActForm(BangfuForm):
    """The day on which something happened, and why it is recorded."""

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["day"] = day_field(_("发生日期"), initial=clock.today)
        self.fields["reason"] = reason_field(*self.reasons())

    def reasons(self) -> tuple[str, ...]:
        """One-tap suggestions for the reason."""
        return (_("户口簿核对"), _("入户核实"), _("本人申报"))

    @property
    def act(self) -> dict[str, Any]:
        """``day`` and ``reason`` for an action."""
        return {"day": self.cleaned_data["day"], "reason": self.cleaned_data["reason"]}
