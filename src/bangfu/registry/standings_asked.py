"""What the rows of a workbook would change of the standings of households, and what stands in the way.

The first workbooks of a county make its registry. From then on the procedures do (S0-48, S4-61, S4-76): what a workbook
says differently of a standing waits for a second person, and never changes one that a case decided.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bangfu.platform import clock
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry import columns, marks, spells
from bangfu.registry.imports.problems import Problem
from bangfu.registry.imports.reading import Rows
from bangfu.registry.marks import Hindrance, Said
from bangfu.registry.models import Standing

_standing = codes("standing")
#: In the place of a standing: its kind stays, but the marks of monitoring change.
WATCH: Final = 0
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A household whose row says another standing. ``place`` is its position among the rows.

    ``present`` and ``wanted`` are codes of the list standing; None: not on the books. ``hindrance``: why no
    confirmation helps.
    """

    number: str
    place: int
    present: int | None
    wanted: int
    since: date
    hindrance: Hindrance | None = None


def asked(households: Rows, known: Mapping[str, Mapping[str, Any]], day: date) -> list[Asked]:
    """What the rows ask for, as of the workbook's ``day``; nothing for the households of a county that begins.

    Args:
        known: household number → row with ``since`` and ``standing``, as ``registry.actions.changes`` reads them.
    """
    given = [
        (name, values, columns.stored(column))
        for name, column in marks.columns()
        if (values := households.columns.get(name)) is not None
    ]
    begun = _begun(households, known)
    places = households.columns.get("division_code") or [None] * len(households)
    found = []
    for place, number in enumerate(households.columns.get("household_no", [])):
        row = known.get(number)
        if row is None:
            if _county(places[place]) in begun:
                found.append(_newcomer(households, number, place, day))
            continue
        changed = {
            name: new
            for name, values, stored in given
            if values[place] is not None and (new := stored(values[place])) != row[name]
        }
        if changed and (one := _change(number, place, Said(row, changed, day))) is not None:
            found.append(one)
    return found


def _county(code: str | None) -> str:
    return (code or "")[:6]


def _begun(households: Rows, known: Mapping[str, Any]) -> set[str]:
    """The counties of new households that have a registry already: one look for each county, not for each row."""
    numbers = households.columns.get("household_no", [])
    places = households.columns.get("division_code") or [None] * len(numbers)
    counties = {_county(code) for number, code in zip(numbers, places, strict=True) if number not in known}
    return {
        county
        for county in counties
        if county and Standing.objects.filter(prefix_range("household__division_code", county)).exists()
    }


def _newcomer(households: Rows, number: str, place: int, day: date) -> Asked:
    kind, since, _ = spells.standings(households.columns, place, day)[-1]
    late = Hindrance("identified_on", marks.FUTURE.filled({"day": since}))
    return Asked(number, place, None, kind, since, late if since > clock.today() else None)


def _change(number: str, place: int, said: Said) -> Asked | None:
    """What the changed marks of a known household ask for; None when its standing agrees with them."""
    wanted, since, hindrance = marks.wanted(said)
    stays = wanted == (said.present or 0)
    if hindrance is None and stays and not said.watches:
        return None
    shown = WATCH if stays else wanted
    return Asked(number, place, said.present, shown, since, hindrance)


def name_of(standing: int | None) -> Words:
    """A standing as a list shows it; None: not on the books."""
    if standing is None:
        return Words("不在册", "not on the books")
    if standing == WATCH:
        return Words("监测标记变动", "marks of monitoring")
    return Words(_standing.label(standing), _standing.label(standing, "en"))


def problems_of(found: Sequence[Asked], households: Rows, persons: Rows) -> Iterator[Problem]:
    """Why the rows of these households, and those of their members, come back."""
    reasons = {one.number: one for one in found}
    cause: dict[str, tuple[str, int]] = {}
    for one in found:
        where = cause[one.number] = households.place[one.place]
        title = households.table.columns[one.hindrance.column].title.zh if one.hindrance else ""
        yield Problem(*where, None, title, one.number, one.hindrance.why if one.hindrance else _wait(one))
    for place, number in enumerate(persons.columns.get("household_no", [])):
        if number in reasons and persons.place[place] != cause[number]:
            sheet, row = cause[number]
            with_it = _WITH_HOUSEHOLD.filled({"sheet": sheet, "row": row})
            yield Problem(*persons.place[place], None, "", number, with_it)


def _wait(one: Asked) -> Words:
    """What the row would do, that somebody else has to confirm it, and the procedure that leads there."""
    before, after, way = name_of(one.present), name_of(one.wanted), marks.way_to(one.wanted)
    return Words(
        _UNCONFIRMED.zh.format(before=before.zh, after=after.zh, since=one.since, way=way.zh),
        _UNCONFIRMED.en.format(before=before.en, after=after.en, since=one.since, way=way.en),
    )


def report(found: Sequence[Asked]) -> dict[str, Any]:
    """What a second person confirms: how many households from which standing to which, and which ones."""
    waiting = [one for one in found if one.hindrance is None]
    counts = Counter((one.present, one.wanted) for one in waiting)
    return {
        "count": len(waiting),
        "hindered": len(found) - len(waiting),
        "changes": [
            {**_from_to(present, wanted), "count": count}
            for (present, wanted), count in sorted(counts.items(), key=lambda one: -one[1])
        ],
        "shown": [
            {
                "household": one.number,
                "known": one.present is not None,
                **_from_to(one.present, one.wanted),
                "since": one.since.isoformat(),
            }
            for one in waiting[:SHOWN]
        ],
        "digest": digest(waiting),
    }


def _from_to(present: int | None, wanted: int) -> dict[str, dict[str, str]]:
    before, after = name_of(present), name_of(wanted)
    return {"from": {"zh": before.zh, "en": before.en}, "to": {"zh": after.zh, "en": after.en}}


def digest(found: Sequence[Asked]) -> str:
    """Names exactly these changes: what was confirmed is what is taken in."""
    told = sorted(
        f"{one.number} {one.present} {one.wanted} {one.since}" for one in found if one.hindrance is None
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


_UNCONFIRMED = Words(
    "这一行会改变该户的在册状态({before}→{after},自 {since}),没有经县级第二人确认,本户没有改动。"
    "请由上传人以外的县级主管部门人员在本批次页面确认后再导入;或不经导入,按程序办理:{way}。",
    "This row would change the household's standing ({before} → {after}, since {since}) and no second person of the "
    "county has confirmed it. Nothing of the household was changed: have somebody of the county office, not the "
    "uploader, confirm it on the page of the batch, then import again; or go by the procedure: {way}.",
)
_WITH_HOUSEHOLD = Words(
    "该户的在册状态不能这样改动,随户退回(见工作表“{sheet}”第 {row} 行的原因)。",
    "The household's standing cannot change like this; the row is returned with it (see sheet “{sheet}”, row {row}).",
)
