"""What is wrong with a cell or row of somebody's workbook, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words


@dataclass(frozen=True, slots=True)
class Problem:
    """``row`` counts from 1 as the spreadsheet shows it; ``column`` from 0, None for the whole row."""

    sheet: str
    row: int
    column: int | None
    title: str
    value: Any
    reason: Words
    #: The row cannot be used whatever the clerk decides; otherwise the clerk may admit it as doubtful.
    final: bool = True

    def sentence(self, language: str = "zh") -> str:
        """Where and why, in one line."""
        if language.startswith("en"):
            where = f"Sheet “{self.sheet}”, row {self.row}" + (
                f", column “{self.title}”" if self.title else ""
            )
        else:
            where = f"工作表“{self.sheet}”第 {self.row} 行" + (f"“{self.title}”列" if self.title else "")
        return (
            f"{where}: {self.reason.text(language)}"
            if language.startswith("en")
            else f"{where}:{self.reason.zh}"
        )


class NoHeader(BangfuError):
    """No sheet has a header that is understood."""

    code = "import.no_header"
    says = Words(
        "没有找到能识别的表头(工作表:{sheets})。表头至少要有“{needed}”。请检查前15行内是否有表头,"
        "或在“列对应”中手工指定每一列的含义。",
        "No header is understood (sheets: {sheets}). It needs at least “{needed}”. Check that the header stands within "
        "the first 15 rows, or say in “columns” what each column means.",
    )


class TwoColumns(BangfuError):
    """Two columns of a sheet are mapped to one meaning."""

    code = "import.two_columns"
    says = Words(
        "工作表“{sheet}”有两列都对应到“{meaning}”:“{first}”和“{second}”。请只保留一列。",
        "In sheet “{sheet}” two columns mean “{meaning}”: “{first}” and “{second}”. Keep one.",
    )
