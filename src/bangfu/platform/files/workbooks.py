"""Reading workbooks that come from outside: ``.xlsx``, ``.xls``, ``.ods``, ``.csv`` and ``.txt``.

Knows no Django, so the command line reads workbooks without database and settings.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import bangfu
from bangfu.platform.files import errors
from bangfu.platform.files.errors import (
    DamagedFile,
    FileRefused,
    HasMacros,
    NotAWorkbook,
    TooLarge,
    TooMuchMemory,
    TooSlow,
)
from bangfu.platform.files.inspection import MACRO_SUFFIXES, SUFFIXES
from bangfu.platform.files.limits import MEGABYTE, ReadLimits

Cell = str | int | float | bool | date | datetime | time | timedelta
STANDARD = ReadLimits()
_OUT_OF_BOUNDS = frozenset({-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXFSZ})


@dataclass(slots=True)
class Sheet:
    """One sheet. ``rows`` are of equal width and begin with the sheet's first row: ``rows[0][0]`` is A1; an
    empty cell is ``""``. ``merged`` are (top, left, bottom, right), counted from 0, both ends included;
    formats that do not tell give none."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    visible: bool = True


@dataclass(slots=True)
class Workbook:
    """A workbook as plain values. Formulas give the value that was last computed."""

    sheets: list[Sheet]


def read(path: Path | str, *, name: str, limits: ReadLimits = STANDARD) -> Workbook:
    """The workbook in the file ``path``, which its owner calls ``name`` (its suffix counts, for messages and
    for text).

    The file is parsed in a child process with bounded memory and time, so that nothing in it can harm this
    one. Raises a ``FileRefused``: NotAWorkbook, TooLarge, ZipBomb, PasswordProtected, HasMacros, DamagedFile,
    EmptyWorkbook, SheetTooBig, TooMuchMemory or TooSlow.
    """
    source = Path(path)
    suffix = Path(name).suffix.lower()
    if suffix in MACRO_SUFFIXES:
        raise HasMacros(name=name)
    if suffix not in SUFFIXES:
        raise NotAWorkbook(name=name)
    if source.stat().st_size > limits.size:
        raise TooLarge(name=name, limit=limits.size // MEGABYTE)
    with tempfile.TemporaryDirectory(prefix="bangfu-read-") as folder:
        result = Path(folder) / "result"
        code, complaint = _parse(source, result, name, limits)
        if result.exists():
            with result.open("rb") as file:
                sheets = _collect(file)
            if sheets is not None:
                return Workbook(sheets)
    if code in _OUT_OF_BOUNDS:
        raise TooMuchMemory(name=name)
    if code == -signal.SIGXCPU:
        raise TooSlow(name=name, seconds=limits.seconds)
    if code < 0:
        raise DamagedFile(name=name)
    raise RuntimeError(f"the reader ended with {code}: {complaint}")


def _parse(source: Path, result: Path, name: str, limits: ReadLimits) -> tuple[int, str]:
    """Run the child. It gets no environment but what it needs: no keys, no passwords."""
    environment = {"PYTHONPATH": str(Path(bangfu.__file__).parents[1]), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-P", "-s", "-m", "bangfu.platform.files.reader"]
    try:
        child = subprocess.run(  # noqa: S603 - fixed program, arguments are not a shell's
            [*command, os.fspath(source.resolve()), os.fspath(result), name, json.dumps(asdict(limits))],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooSlow(name=name, seconds=limits.seconds) from None
    return child.returncode, child.stderr.decode(errors="replace")[-2_000:]


class _PlainUnpickler(pickle.Unpickler):
    """Plain values and dates only: were the parser taken over by a file, its answer could still run nothing
    here."""

    _KNOWN = {("datetime", kind.__name__): kind for kind in (date, datetime, time, timedelta)}

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self._KNOWN[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no plain value") from None


def _messages(file: BinaryIO) -> Iterator[Any]:
    while True:
        try:
            yield _PlainUnpickler(file).load()
        except EOFError:
            return


def _collect(file: BinaryIO) -> list[Sheet] | None:
    """The sheets; None when the child broke off. Raises the refusal that the child found."""
    sheets: list[Sheet] = []
    try:
        for message in _messages(file):
            match message:
                case list():
                    sheets[-1].rows += message
                case ("sheet", str(title), bool(visible), list(merged)):
                    sheets.append(Sheet(title, [], merged, visible))
                case ("refused", str(code), dict(values)):
                    raise _refusals()[code](**values)
                case ("done",):
                    return sheets
    except pickle.UnpicklingError:
        return None
    return None


def _refusals() -> dict[str, type[FileRefused]]:
    return {
        found.code: found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, FileRefused)
    }
