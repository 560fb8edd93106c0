"""The rows of a village's roll: written here, for a template takes ten times as long for six hundred of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bangfu.targeting.enums import Channel
from bangfu.web.lamps import LAMPS


def roll_rows(roll: Iterable[Any], typed: Mapping[str, Any], *, only: str, may: bool) -> list[SafeString]:
    """A row for each household of ``roll_of``; with ``only`` those in one state. ``typed``: what stands in the fields
    of the table, for whoever ``may`` enter."""
    words = _Words()
    rows = ((entry, _state(entry)) for entry in roll)
    return [words.row(entry, state, typed, may=may) for entry, state in rows if not only or state == only]


def _state(entry: Any) -> str:
    return "reached" if entry.was_reached else "tried" if entry.was_tried else "untold"


class _Words:
    """What is the same in every row, looked up once."""

    def __init__(self) -> None:
        self.titles = {
            name: escape(title)
            for name, title in (
                ("serial", _("序号")),
                ("group", _("组号")),
                ("told", _("告知")),
                ("channel", _("这次怎样告知")),
                ("missed", _("没有联系上")),
            )
        }
        self.group, self.channel = _("%(name)s的组号"), _("怎样告知%(name)s")
        self.missed = _("没有联系上%(name)s")
        self.lamps = {state: _lamp(state) for state in LAMPS["told"]}
        self.options = {chosen: _options(chosen) for chosen in ("", *Channel.values)}

    def row(self, entry: Any, state: str, typed: Mapping[str, Any], *, may: bool) -> SafeString:
        """One household: who, in which group, whether told; for whoever may, how it is told this time."""
        titles, name = self.titles, entry.householder
        cells = [
            f'<td class="first num" data-label="{titles["serial"]}">{entry.serial}</td>',
            f'<th scope="row" class="headline">{escape(name)}</th>',
            f'<td data-label="{titles["group"]}">{self._group(entry, typed, may=may)}</td>',
            f'<td data-label="{titles["told"]}">{self.lamps[state]}</td>',
        ]
        if may:
            cells += [self._channel(entry, typed), self._missed(entry, typed)]
        return mark_safe(f"<tr>{''.join(cells)}</tr>")  # noqa: S308 - every part is escaped above

    def _channel(self, entry: Any, typed: Mapping[str, Any]) -> str:
        label = escape(self.channel % {"name": entry.householder})
        options = self.options.get(typed.get(f"c-{entry.pk}", ""), self.options[""])
        field = f'<select class="form-select cell" name="c-{entry.pk}" data-grid-col="channel" aria-label="{label}">'
        return f'<td data-label="{self.titles["channel"]}">{field}{options}</select></td>'

    def _missed(self, entry: Any, typed: Mapping[str, Any]) -> str:
        label = escape(self.missed % {"name": entry.householder})
        checked = " checked" if f"m-{entry.pk}" in typed else ""
        field = f'<input class="form-check-input" type="checkbox" name="m-{entry.pk}" data-grid-col="missed"{checked}'
        return f'<td data-label="{self.titles["missed"]}">{field} aria-label="{label}"></td>'

    def _group(self, entry: Any, typed: Mapping[str, Any], *, may: bool) -> str:
        if entry.group_number is not None:
            return str(entry.group_number)
        if not may:
            return "—"
        value, label = (
            escape(typed.get(f"g-{entry.pk}", "")),
            escape(self.group % {"name": entry.householder}),
        )
        return (
            f'<input class="form-control cell" name="g-{entry.pk}" value="{value}" inputmode="numeric" '
            f'data-grid-col="group" aria-label="{label}">'
        )


def _lamp(state: str) -> str:
    found = LAMPS["told"][state]
    return render_to_string(
        "web/parts/lamp.html", {"colour": found.colour, "icon": found.icon, "text": found.text}
    )


def _options(chosen: str) -> str:
    rest = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{escape(title)}</option>'
        for value, title in Channel.choices
    )
    return f'<option value="">—</option>{rest}'
