"""What the sealed values of monitoring are bound to."""

from __future__ import annotations

from typing import Any

REPORT_NUMBER = "monitoring.self_report.number"
REPORT_ADDRESS = "monitoring.self_report.address"


def number_of(key: Any) -> str:
    """What the sealed number of a report is bound to."""
    return f"{REPORT_NUMBER}:{key}"
