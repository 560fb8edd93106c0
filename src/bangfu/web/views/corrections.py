"""Proposing the correction that a verified doubt asks for: one column at a time, let pass by another person (S1-24)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bangfu.accounts.roles import Capability
from bangfu.platform.errors import NotFound
from bangfu.quality.access import doubt_for
from bangfu.targeting.actions.subjects import open_correction
from bangfu.targeting.corrections import correctable
from bangfu.web.forms.base import BangfuForm, done
from bangfu.web.forms.cases import kept_file
from bangfu.web.forms.doubts import EvidenceField
from bangfu.web.forms.vocabulary import VocabularyField
from bangfu.web.gates import Asked, needs
from bangfu.web.speaking import said


class CorrectionForm(BangfuForm):
    """The right value of one column, and on what it rests."""

    def __init__(self, *args: Any, column: Any, **kwargs: Any) -> None:
        self._column = column
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["value"] = VocabularyField(self._column)
        self.fields["why"] = forms.CharField(label=_("依据"), max_length=300)
        self.fields["file"] = EvidenceField(label=_("附件(照片或 PDF,可不传)"), required=False)


@needs(Capability.WORK_CASES, "GET", "POST")
def propose(request: Asked, pk: UUID) -> HttpResponse:
    """Choose the column, then enter its right value: a case is opened, and nothing changes before it passes."""
    doubt = doubt_for(request.scope, pk, Capability.WORK_CASES)
    household = doubt.household
    if household is None:
        raise NotFound()
    table = "person" if doubt.person else "household"
    number = doubt.person.person_no if doubt.person else household.household_no
    columns = correctable(table)
    chosen = (request.POST if request.method == "POST" else request.GET).get("column", "")
    column = columns.get(chosen)
    form = CorrectionForm(*_sent(request), column=column) if column else None
    made: list[int] = []

    def act() -> None:
        assert form is not None, "a form is sent for a column only"
        case = open_correction(
            household_no=household.household_no,
            doubt=doubt.pk,
            table=table,
            number=number,
            columns={chosen: form.cleaned_data["value"]},
            why=form.cleaned_data["why"],
            files=kept_file(form.cleaned_data["file"]),
            by=request.by,
            scope=request.scope,
        )
        made.append(case.pk)

    if request.method == "POST" and form is not None and done(form, act):
        messages.success(request, _("已立案。"))
        return redirect("case", made[0])
    around = {
        "doubt": doubt,
        "columns": [(name, said(one.title)) for name, one in columns.items()],
        "column": chosen if column else "",
        "form": form,
    }
    return render(request, "web/doubts/correction.html", around, status=form.status if form else 200)


def _sent(request: Asked) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()
