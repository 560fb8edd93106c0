"""The child process that parses one workbook: ``python -m bangfu.platform.files.reader SOURCE RESULT NAME
LIMITS``.

It bounds its own memory and time first, so that a hostile file takes only this process down. RESULT becomes a
series of pickles: for each sheet ``("sheet", name, visible, merged)`` and lists of rows, then ``("done",)``;
or, at any point, ``("refused", code, values)``.
"""

from __future__ import annotations

import json
import math
import pickle
import resource
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bangfu.platform.files import delimited
from bangfu.platform.files.errors import (
    DamagedFile,
    EmptyWorkbook,
    FileRefused,
    PasswordProtected,
    SheetTooBig,
    TooMuchMemory,
)
from bangfu.platform.files.inspection import Kind, inspect, is_encrypted
from bangfu.platform.files.limits import ReadLimits

# Small batches keep the pickler's table of known objects in the processor's cache.
ROWS_AT_ONCE = 200


def main(source: str, result: str, name: str, limits: str) -> None:
    """Parse ``source`` and write what came of it to ``result``."""
    bounds = ReadLimits(**json.loads(limits))
    _bound_this_process(bounds)
    with Path(result).open("wb") as out:
        try:
            _read(Path(source), Path(result).parent, name, bounds, out)
        except FileRefused as refusal:
            _say(out, "refused", refusal.code, refusal.values)
        except MemoryError:
            _say(out, "refused", TooMuchMemory.code, {"name": name})
        else:
            _say(out, "done")


def _bound_this_process(bounds: ReadLimits) -> None:
    for kind, amount in (
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_CPU, math.ceil(bounds.seconds) + 1),
        (resource.RLIMIT_FSIZE, bounds.memory),
        (resource.RLIMIT_CORE, 0),
    ):
        _, highest = resource.getrlimit(kind)
        allowed = amount if highest == resource.RLIM_INFINITY else min(amount, highest)
        resource.setrlimit(kind, (allowed, highest))


def _read(source: Path, folder: Path, name: str, bounds: ReadLimits, out: BinaryIO) -> None:
    kind = inspect(source, name=name, limits=bounds)
    if kind is Kind.TEXT:
        rows = delimited.read_rows(source.read_bytes(), name=name, limits=bounds)
        if not any(any(row) for row in rows):
            raise EmptyWorkbook(name=name)
        _say(out, "sheet", Path(name).stem, True, [])
        _write_rows(out, rows)
        return
    # The parser chooses by suffix; a stored file has none.
    known = folder / f"workbook{kind.value}"
    known.symlink_to(source.resolve())
    try:
        _read_workbook(known, name, bounds, out)
    except PasswordError:
        raise PasswordProtected(name=name) from None
    except CalamineError as error:
        if kind is Kind.XLS and is_encrypted(source):
            raise PasswordProtected(name=name) from None
        if "cell limit exceeded" in str(error).lower():
            raise TooMuchMemory(name=name) from None
        raise DamagedFile(name=name) from None
    except BaseException as error:
        # A panic of the parser, which is no Exception.
        if isinstance(error, Exception):
            raise
        raise DamagedFile(name=name) from None


def _read_workbook(path: Path, name: str, bounds: ReadLimits, out: BinaryIO) -> None:
    filled, cells = False, 0
    with CalamineWorkbook.from_path(path) as workbook:
        for about in workbook.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(about.name)
            rows, columns = _extent(sheet)
            if rows > bounds.rows or columns > bounds.columns:
                raise SheetTooBig(name=name, sheet=about.name, rows=bounds.rows, columns=bounds.columns)
            cells += rows * columns
            if cells > bounds.cells:
                raise TooMuchMemory(name=name)
            filled = filled or sheet.height > 0
            _say(out, "sheet", about.name, about.visible == SheetVisibleEnum.Visible, _merged(sheet))
            _write_rows(out, _rows(sheet))
    if not filled:
        raise EmptyWorkbook(name=name)


def _extent(sheet: CalamineSheet) -> tuple[int, int]:
    """Rows and columns from A1 to the last filled cell."""
    bottom, right = sheet.end or (-1, -1)
    return bottom + 1, right + 1


def _rows(sheet: CalamineSheet) -> Iterable[list[Any]]:
    """All rows from A1 on, so that row and column numbers are those a person sees."""
    return sheet.iter_rows() if sheet.start == (0, 0) else sheet.to_python(skip_empty_area=False)


def _merged(sheet: CalamineSheet) -> list[tuple[int, int, int, int]]:
    return [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]


def _write_rows(out: BinaryIO, rows: Iterable[list[Any]]) -> None:
    source = iter(rows)
    while batch := list(islice(source, ROWS_AT_ONCE)):
        pickle.dump(batch, out, protocol=5)


def _say(out: BinaryIO, *message: Any) -> None:
    pickle.dump(message, out, protocol=5)


if __name__ == "__main__":
    main(*sys.argv[1:])
