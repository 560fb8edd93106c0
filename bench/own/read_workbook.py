"""Reading a workbook as an upload is read, in a bounded child process: ``read_workbook FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from bangfu.platform.files import workbooks
from bench.own.clocked import clocked, say

if __name__ == "__main__":
    path = Path(sys.argv[1])
    with clocked() as took:
        sheets = workbooks.read(path, name=path.name).sheets
    cells = sum(1 for sheet in sheets for row in sheet.rows for cell in row if cell != "")
    say(seconds=took.seconds, sheets=len(sheets), rows=sum(len(sheet.rows) for sheet in sheets), cells=cells)
