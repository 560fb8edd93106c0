"""Forms of a village meeting, and the rows of its tables as they come back from the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.platform import clock
from bangfu.targeting.actions.panels import Seat
from bangfu.targeting.actions.rolls import Attempt, RollRow
from bangfu.targeting.enums import Channel
from bangfu.targeting.models import RollHousehold
from bangfu.targeting.panels import NUMBERS, Ballot
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.divisions import DivisionField
from bangfu.web.forms.records import count_field, lines, text_field

_VOTE: Final = re.compile(rf"v-(\d+)-(\d+)-({'|'.join(NUMBERS)})")


class StartForm(BangfuForm):
    """The mobilisation meeting with which a round begins (S4-58)."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["division_code"] = DivisionField(
            scope=self._scope,
            capability=Capability.CORRECT_REGISTRY,
            levels=(Level.VILLAGE,),
            label=_("行政村"),
        )
        self.fields["year"] = forms.IntegerField(
            label=_("识别年度"), min_value=2013, max_value=2100, initial=clock.today().year
        )
        self.fields["households"] = count_field(_("全村户数"))
        self.fields["attendance"] = count_field(_("到会人数"))
        self.fields["mobilisation"] = text_field(_("动员大会情况"))


class RollForm(BangfuForm):
    """Households of the village that the registry does not have: a householder and a group on each line."""

    def add_fields(self) -> None:
        self.fields["rows"] = text_field(_("每行一户:户主姓名 组号"), rows=4)
        self.fields["rows"].max_length = None  # type: ignore[attr-defined]

    def roll_rows(self) -> list[RollRow]:
        """The rows; a line without a number has no group."""
        found = []
        for line in str(self.cleaned_data["rows"]).splitlines():
            words = line.split()
            if words:
                number = int(words[-1]) if len(words) > 1 and words[-1].isdecimal() else None
                name = " ".join(words[:-1] if number is not None else words)
                found.append(RollRow(householder=name, group_number=number))
        return found


class MendRollForm(BangfuForm):
    """What was wrong with the roll: how many households the village has, and rows that were entered by mistake."""

    def add_fields(self) -> None:
        self.fields["households"] = count_field(_("全村户数"))
        self.fields["why_fewer"] = forms.CharField(
            label=_("少于已知户数的原因(不少于的不填)"), max_length=300, required=False
        )
        self.fields["strike"] = forms.CharField(
            label=_("划去误录的序号(用逗号隔开,可不填)"), max_length=400, required=False
        )

    def serials(self) -> list[int]:
        """The numbers on the roll that are to be struck."""
        return [int(one) for one in lines(self.cleaned_data["strike"]) if one.isdecimal()]


class ToldForm(BangfuForm):
    """The day on which the households of the table were told."""

    def add_fields(self) -> None:
        self.fields["day"] = day_field(_("告知日期"), initial=clock.today)

    def attempts(self, typed: QueryDict) -> list[Attempt]:
        """One attempt for each row of the table in which a way of telling is chosen."""
        return [
            Attempt(
                entry=int(name[2:]),
                channel=Channel(value),
                reached=f"m-{name[2:]}" not in typed,
                day=self.cleaned_data["day"],
            )
            for name, value in typed.items()
            if name.startswith("c-") and name[2:].isdecimal() and value in Channel.values
        ]


def groups_typed(typed: QueryDict) -> dict[int, list[int]]:
    """Group number → rows of the roll for which it was entered."""
    found: dict[int, list[int]] = {}
    for name, value in typed.items():
        if name.startswith("g-") and name[2:].isdecimal() and str(value).isdecimal():
            found.setdefault(int(str(value)), []).append(int(name[2:]))
    return found


@dataclass(frozen=True)
class SeatRow:
    """A line of the roster as it stands on the screen."""

    at: int
    serial: str = ""
    name: str = ""
    group: str = ""


def seat_rows(typed: Mapping[str, Any]) -> list[SeatRow]:
    """The lines of the roster in which something is written."""
    numbers = sorted(int(name[2:]) for name in typed if name.startswith("p-") and name[2:].isdecimal())
    rows = [
        SeatRow(at, *(str(typed.get(f"{part}-{at}", "")).strip() for part in ("s", "p", "g")))
        for at in numbers
    ]
    return [row for row in rows if row.serial or row.name or row.group]


def seats_of(rows: Iterable[SeatRow], roll: Iterable[RollHousehold]) -> list[Seat]:
    """The seats; a serial that is not on the roll becomes a row that nobody has, which the action refuses."""
    by_serial = {entry.serial: entry for entry in roll}
    found = []
    for row in rows:
        digits = row.serial.split(" ")[0]
        entry = by_serial.get(int(digits)) if digits.isdecimal() else None
        group = int(row.group) if row.group.isdecimal() else (entry.group_number if entry else None) or 0
        found.append(Seat(entry=entry.pk if entry else 0, name=row.name, group_number=group))
    return found


@dataclass(frozen=True)
class Vote:
    """A row of the table of ballots as it was typed: number → text. ``ballot`` None: not all are numbers."""

    case: int
    revision: int
    typed: Mapping[str, str]

    @property
    def empty(self) -> bool:
        return not any(self.typed.get(name) for name in ("in_favour", "against", "abstain"))

    @property
    def ballot(self) -> Ballot | None:
        given = {name: self.typed.get(name, "") or "0" for name in NUMBERS}
        if not self.typed.get("present") or not all(
            one.isdecimal() and len(one) < 6 for one in given.values()
        ):
            return None
        return Ballot(**{name: int(one) for name, one in given.items()})


def votes(typed: QueryDict) -> list[Vote]:
    """The rows of the table, in the order of the screen."""
    found: dict[tuple[int, int], dict[str, str]] = {}
    for name, value in typed.items():
        if match := _VOTE.fullmatch(name):
            found.setdefault((int(match[1]), int(match[2])), {})[match[3]] = str(value).strip()
    return [Vote(case, revision, numbers) for (case, revision), numbers in found.items()]


def totals_typed(typed: QueryDict) -> dict[str, int]:
    """The totals of the tally on paper, where they were entered."""
    given = {name: str(typed.get(f"total-{name}", "")).strip() for name in NUMBERS}
    return {name: int(one) for name, one in given.items() if one.isdecimal() and len(one) < 9}
