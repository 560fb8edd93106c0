"""Reading a workbook with openpyxl in its fastest way: ``read_openpyxl.py FILE``."""

from __future__ import annotations

import json
import sys
import time

from openpyxl import load_workbook

if __name__ == "__main__":
    start = time.perf_counter()
    book = load_workbook(sys.argv[1], read_only=True, data_only=True)
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    seconds = time.perf_counter() - start
    cells = sum(1 for sheet in sheets for row in sheet for cell in row if cell is not None)
    said = {"seconds": seconds, "sheets": len(sheets), "rows": sum(map(len, sheets)), "cells": cells}
    print(json.dumps(said))
