"""Chinese first, English complete: every text that the code marks for translation has its English (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.web import messages


def said(string: str | Sequence[str] | None) -> bool:
    return bool(string) and all([string] if isinstance(string, str) else string or ())


def test_every_text_has_its_english() -> None:
    catalogue = messages.current()
    assert len(catalogue) > 500
    missing = [f"{one.locations[0][0]}: {one.id}" for one in catalogue if one.id and not said(one.string)]
    assert missing == [], "run python -m bangfu.web.messages, then fill in the English of locale/en"
