"""The body of a sheet as markup, column by column: millions of cells, one by one, took xlsxwriter most of its time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from xlsxwriter.format import Format
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

Kind = Literal["text", "number", "money", "date", "code"]
#: Excel keeps 15 digits; a longer number would change.
MOST_EXACT: Final = 10**15
#: Excel's day 1 is 1900-01-01, and it believes in a 1900-02-29: earlier days are written as text.
FIRST_DATE: Final = date(1900, 3, 1)
DAY_ZERO: Final = date(1899, 12, 30).toordinal()
#: What a cell holds at most, in units of UTF-16.
LONGEST_TEXT: Final = 32_767
_END: Final = "</v></c>"


class Strings(SharedStringTable):  # type: ignore[misc]  # xlsxwriter has no types
    """The texts of a workbook, each kept once: ``strings[text]`` is its place."""

    def __init__(self) -> None:
        super().__init__()
        self.string_table = _Places(self.string_array)

    def _get_shared_string_index(self, string: str) -> int:
        self.count += 1
        place: int = self.string_table[string]
        return place

    def _sort_string_data(self) -> None:
        """They lie in order as they came."""
        self.unique_count = len(self.string_array)


class _Places(dict[str, int]):
    """Text → its place in ``texts``, where it is put when it is new."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, text: str) -> int:
        place = self[text] = len(self._texts)
        self._texts.append(_cut(harmless(text)))
        return place


class BodySheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A worksheet whose rows below the header are markup already; header and totals are cells like any other's."""

    def __init__(self) -> None:
        super().__init__()
        self._body: list[str] = []

    def put(self, columns: Sequence[ColumnCells], first_row: int, rows: Sequence[Sequence[Any]]) -> None:
        """Adds ``rows`` from the sheet's ``first_row`` (counted from 0) on."""
        numbers = [str(number) for number in range(first_row + 1, first_row + 1 + len(rows))]
        cells = [column.cells([row[place] for row in rows], numbers) for place, column in enumerate(columns)]
        for number, of_row in zip(numbers, zip(*cells, strict=True), strict=True):
            self._body.append(f'<row r="{number}">{"".join(of_row)}</row>')
        self._check_dimensions(first_row + len(rows) - 1, max(len(columns) - 1, 0))

    def _write_rows(self) -> None:
        """Called by xlsxwriter when the workbook is closed."""
        header, *totals = sorted(self.table) or [0]
        self._write_own(header)
        self.fh.write("".join(self._body))
        for row in totals:
            self._write_own(row)

    def _write_own(self, row: int) -> None:
        self._write_row(row, None)
        for place in sorted(self.table[row]):
            self._write_cell(row, place, self.table[row][place])
        self._xml_end_tag("row")


@dataclass(frozen=True)
class ColumnCells:
    """How the values of one column become cells. ``looks``: row as the spreadsheet counts → another style."""

    letter: str
    kind: Kind
    style: int
    strings: Strings
    looks: Mapping[int, int]

    @classmethod
    def of(
        cls, place: int, kind: Kind, look: Format, strings: Strings, looks: Mapping[int, Format]
    ) -> ColumnCells:
        """The column at ``place``, counted from 0."""
        marked = {row: _style(one) for row, one in looks.items()}
        return cls(xl_col_to_name(place), kind, _style(look), strings, marked)

    def cells(self, values: Sequence[Any], rows: Sequence[str]) -> list[str]:
        """A cell for each value; nothing for None."""
        head, style = f'<c r="{self.letter}', f'" s="{self.style}"'
        text, number = f'{style} t="s"><v>', f"{style}><v>"
        known = self.strings.string_table
        one = self._one
        if self.kind in ("text", "code"):
            made = [
                f"{head}{row}{text}{known[value]}{_END}"
                if value.__class__ is str
                else one(value, row, self.style)
                for value, row in zip(values, rows, strict=True)
            ]
            self.strings.count += sum(value.__class__ is str for value in values)
        elif self.kind == "number":
            made = [
                f"{head}{row}{number}{value}{_END}"
                if value.__class__ is int and -MOST_EXACT < value < MOST_EXACT
                else one(value, row, self.style)
                for value, row in zip(values, rows, strict=True)
            ]
        else:
            made = [
                "" if value is None else one(value, row, self.style)
                for value, row in zip(values, rows, strict=True)
            ]
        for place, row in enumerate(rows if self.looks else ()):
            if (look := self.looks.get(int(row))) is not None:
                made[place] = one(values[place], row, look) or f'{head}{row}" s="{look}"/>'
        return made

    def _one(self, value: Any, row: str, style: int) -> str:
        """One cell of whatever kind; a value of another kind than its column's is text."""
        if value is None:
            return ""
        head = f'<c r="{self.letter}{row}" s="{style}"'
        number = _NUMBERS[self.kind](value) if self.kind in _NUMBERS else None
        if number is not None:
            return f"{head}><v>{number}{_END}"
        if isinstance(value, bool) and self.kind == "number":
            return f'{head} t="b"><v>{int(value)}{_END}'
        shown = value.date() if isinstance(value, datetime) and self.kind == "date" else value
        self.strings.count += 1
        return f'{head} t="s"><v>{self.strings.string_table[str(shown)]}{_END}'


def is_exact(value: Any) -> bool:
    """True for a finite number that Excel keeps as it is."""
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value) < MOST_EXACT
    return isinstance(value, int | float) and abs(value) < MOST_EXACT


def yuan(fen: int) -> float:
    return fen / 100


def harmless(text: str) -> str:
    """``text`` so that xlsxwriter takes it for text: it would copy ``<r>…</r>`` into the file as markup."""
    return f" {text}" if text.startswith("<r>") else text


def exact_sum(values: Iterable[Any]) -> Any:
    return sum(value for value in values if is_exact(value))


def _number(value: Any) -> str | None:
    return f"{value:.16G}" if is_exact(value) and not isinstance(value, bool) else None


def _money(value: Any) -> str | None:
    return f"{yuan(value):.16G}" if type(value) is int and abs(value) < MOST_EXACT else None


def _date(value: Any) -> str | None:
    day: Any = value.date() if isinstance(value, datetime) else value
    return str(day.toordinal() - DAY_ZERO) if isinstance(day, date) and day >= FIRST_DATE else None


_NUMBERS: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "number": _number,
    "money": _money,
    "date": _date,
}


def _style(look: Format) -> int:
    """Its number in the workbook."""
    number: int = look._get_xf_index()
    return number


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT // 2:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
