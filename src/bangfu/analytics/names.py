"""Forms of a name under which it is found again: one form for variant characters, one for its sound."""

from __future__ import annotations

from functools import cache, lru_cache

import opencc
from pypinyin import Style
from pypinyin.constants import PINYIN_DICT
from pypinyin.style import convert

from bangfu.policy.vocabulary import codes
from bangfu.policy.yaml_files import HERE, read

#: Sounds that people of many regions write for one another.
CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("r", "n"), ("h", "f"))
_state = codes("name_state")
_NOT_IN_NAMES = str.maketrans("", "", "  \t\r\n\u3000\xa0\u200b\ufeff")
_MIDDLE_DOTS = str.maketrans("•‧・．.∙", "······")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _variants() -> dict[int, str]:
    """Characters that stand for one another in names, beyond traditional and simplified."""
    groups = read(HERE / "vocabulary" / "name_variants.yaml")
    pairs = [(other, group[0]) for group in groups for other in group[1:]]
    pairs += [(_simplifier().convert(other), first) for other, first in pairs]
    return {ord(other): first for other, first in pairs if other != first}


def clean(name: str | None) -> str | None:
    """A name as typed without spaces, with one kind of middle dot; None for nothing."""
    if name is None:
        return None
    return name.translate(_NOT_IN_NAMES).translate(_MIDDLE_DOTS) or None


@lru_cache(maxsize=1 << 18)
def normal(name: str) -> str:
    """The name in simplified characters, variants folded (劉喆 → 刘哲)."""
    folded: str = _simplifier().convert(name).translate(_variants())
    return folded


@lru_cache(maxsize=1 << 15)
def _sound(character: str) -> str:
    readings = PINYIN_DICT.get(ord(character))
    if readings is None:
        return character.lower()
    return str(convert(readings.split(",")[0], Style.NORMAL, strict=False, default=character))


@lru_cache(maxsize=1 << 18)
def sound(name: str) -> str:
    """The name's sound, with the usual confusions folded: equal for names that sound alike to a clerk."""
    return " ".join(_folded(_sound(character)) for character in normal(name))


@lru_cache(maxsize=1 << 12)
def _folded(syllable: str) -> str:
    for written, meant in CONFUSED:
        if written == "ng":
            syllable = syllable.removesuffix("g") if syllable.endswith("ng") else syllable
        elif syllable.startswith(written):
            syllable = meant + syllable[len(written) :]
    return syllable


@lru_cache(maxsize=1 << 18)
def initials(text: str) -> str:
    """Initial letters of the syllables (平利县 → plx), for search."""
    return "".join(_sound(character)[:1] for character in text)


def state(name: str | None) -> int:
    """Code of name_state: usual, missing, with digits or symbols, or of unusual length."""
    if not name:
        return _state.missing
    plain = name.replace("·", "")
    if not all("\u3400" <= character <= "\u9fff" or character >= "\U00020000" for character in plain):
        return _state.characters
    if len(plain) < 2 or len(plain) > 12 or (len(plain) > 4 and "·" not in name):
        return _state.length
    return _state.ok
