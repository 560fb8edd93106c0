"""The registry as a workbook: in Bangfu's own two sheets, or under the headers of the national system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from bangfu.platform import clock
from bangfu.platform.files.sheet_body import Kind
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.policy import vocabulary
from bangfu.policy.sentences import YES_NO
from bangfu.policy.vocabulary import Column as Meaning
from bangfu.registry.masking import mask_of

KINDS: Final[Mapping[str, Kind]] = {
    "date": "date",
    "money": "money",
    "hundredths": "number",
    "count": "number",
    "year": "number",
    "id_number": "code",
    "division": "code",
    "phone": "code",
}
#: The national system's exported list, header of 2022 → table and column (requirements/national_export.md).
NATIONAL: Final[tuple[tuple[str, str, str], ...]] = (
    ("县", "household", "county_name"),
    ("乡", "household", "township_name"),
    ("行政村", "household", "village_name"),
    ("自然村", "household", "natural_village"),
    ("户编号", "household", "household_no"),
    ("人编号", "person", "person_no"),
    ("姓名", "person", "name"),
    ("证件号码", "person", "id_number"),
    ("人数", "household", "stated_members"),
    ("与户主关系", "person", "relation"),
    ("民族", "person", "ethnicity"),
    ("文化程度", "person", "education"),
    ("在校生状况", "person", "school_status"),
    ("健康状况", "person", "health"),
    ("劳动技能", "person", "labour"),
    ("务工时间(月)", "person", "work_months"),
    ("是否参加大病保险", "person", "serious_illness_insurance"),
    ("致贫原因1", "household", "main_cause"),
    ("危房户", "household", "dangerous_dwelling"),
    ("是否解决安全饮用水", "household", "safe_water"),
    ("人均纯收入", "household", "income_per_head"),
    ("户/人联系电话", "household", "phone"),
    ("首次识别时间", "household", "identified_on"),
    ("人员识别时间", "person", "identified_on"),
    ("户类型", "household", "household_kind"),
    ("监测对象类型", "household", "monitored_kind"),
    ("风险是否消除", "household", "risk_cleared"),
    ("风险识别时间", "household", "risk_found_on"),
    ("风险消除时间", "household", "risk_cleared_on"),
)


def write_own(path: Path, households: pa.Table, persons: pa.Table, *, plain: bool) -> None:
    """Two sheets, 户 and 人, that import reads back. Identity numbers are masked unless ``plain``."""
    with WorkbookWriter(path) as book:
        for title, name, rows in (("户", "household", households), ("人", "person", persons)):
            meanings = [one for one in vocabulary.table(name).entered if one.name in rows.column_names]
            shown = [shown_column(one, rows[one.name].to_pylist(), plain=plain) for one in meanings]
            book.sheet(title, [sheet_column(one) for one in meanings], zip(*shown, strict=True))


def write_national(path: Path, households: pa.Table, persons: pa.Table, *, plain: bool) -> None:
    """One sheet, one row a person, under the national header of 2022."""
    place = {number: row for row, number in enumerate(households["household_no"].to_pylist())}
    owners = [place.get(number) for number in persons["household_no"].to_pylist()]
    columns: list[Column] = []
    values: list[list[Any]] = []
    for title, table, name in NATIONAL:
        meaning = vocabulary.table(table).columns[name]
        given = (households if table == "household" else persons)[name].to_pylist()
        shown = shown_column(meaning, given, plain=plain)
        values.append(shown if table == "person" else [None if row is None else shown[row] for row in owners])
        columns.append(Column(title, sheet_column(meaning).kind))
    with WorkbookWriter(path) as book:
        book.sheet("人员信息", columns, _rows(values))


def _rows(values: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    return zip(*values, strict=True)


def sheet_column(meaning: Meaning) -> Column:
    """The sheet's column for a column of the vocabulary; numbers of people and households stay text."""
    kind: Kind = "code" if meaning.private == "identifier" else KINDS.get(meaning.kind, "text")
    return Column(meaning.title.zh, kind)


def shown_column(meaning: Meaning, values: Sequence[Any], *, plain: bool = True) -> list[Any]:
    """Typed values as people write them: labels, 是 and 否, real dates; money stays fen for the writer."""
    show = _in_the_open(meaning) if plain else mask_of(meaning) or _in_the_open(meaning)
    return [None if value is None or value == [] else show(value) for value in values]


@cache
def _in_the_open(meaning: Meaning) -> Callable[[Any], Any]:
    """How a value of the column is shown in full."""
    codes = meaning.code_list
    if codes is not None:
        label = cache(codes.label)
        return lambda value: "、".join(map(label, value)) if isinstance(value, list) else label(value)
    if meaning.kind == "yes_no":
        return lambda value: YES_NO[value].zh
    if meaning.kind == "date":
        return lambda value: value if isinstance(value, date) else clock.from_yyyymmdd(value)
    if meaning.kind == "hundredths":
        return lambda value: value / 100
    return lambda value: value
