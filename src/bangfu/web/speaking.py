"""Texts in the language of the page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from bangfu.policy.words import Words


def language() -> str:
    """The language of the page: ``zh-hans`` or ``en``."""
    return get_language() or "zh-hans"


def said(words: Any) -> str:
    """Words in the language of the page; any other text as it is, nothing for None."""
    if isinstance(words, Words):
        return words.text(language())
    return "" if words is None else str(words)
