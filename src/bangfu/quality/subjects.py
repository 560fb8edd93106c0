"""Who or what a finding is about, in the words under which people and files know it."""

from __future__ import annotations

from typing import Any, Final

LISTED: Final = "listed"


def listed_subject(list_name: str, family_no: Any, row_no: int) -> str:
    """A row of a list: by its family number where the department gives one, so that the next upload names it alike."""
    return f"{list_name}:{family_no}" if family_no else f"{list_name}:row {row_no}"
