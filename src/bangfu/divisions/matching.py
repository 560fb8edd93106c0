"""What a text in a search box may mean: a code or its beginning, part of a name, or pinyin initials."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from django.db.models import Case, IntegerField, Q, Value, When

from bangfu.divisions.initials import ENDING_LETTERS
from bangfu.platform.database.prefix import prefix_range


class Meaning(NamedTuple):
    """``fits``: the divisions that the text may mean. ``rank``: 0 equal, 1 begins with it, 2 contains it."""

    fits: Q
    rank: Case


def meaning(text: str) -> Meaning | None:
    """The meaning of ``text``; None for an empty one."""
    written = unicodedata.normalize("NFKC", text).strip()
    if not written:
        return None
    letters = written.lower()
    equal, begins, contains = Q(name=written), Q(name__startswith=written), Q(name__contains=written)
    if written.isascii() and written.isdigit():
        equal |= Q(code=written)
        begins |= prefix_range("code", written)
        contains |= prefix_range("code", written)
    elif letters.isascii():
        with_ending = _with_ending(letters)
        equal |= Q(initials=letters) | with_ending
        begins |= Q(initials__startswith=letters)
        contains |= Q(initials__contains=letters) | with_ending
    rank = Case(
        When(equal, then=Value(0)),
        When(begins, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return Meaning(contains, rank)


def _with_ending(letters: str) -> Q:
    """Names whose ending was typed too: plx is 平利 (pl) with 县 (x)."""
    found = Q(pk__in=())
    for tail, endings in ENDING_LETTERS.items():
        initials = letters.removesuffix(tail)
        if initials and initials != letters:
            for ending in endings:
                found |= Q(initials=initials, name__endswith=ending)
    return found
