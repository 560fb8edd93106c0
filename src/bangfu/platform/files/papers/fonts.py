"""Which Chinese fonts this machine has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typst
from django.conf import settings

from bangfu.platform.files.papers.errors import NoChineseFont

#: In the order of preference; the first that is there is taken, the others fill in what it lacks.
SERIF = (
    "FangSong",
    "STFangsong",
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
)
SANS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Zen Hei",
)


def folder() -> Path:
    """Where an office puts fonts of its own: ``fonts`` beside the other data."""
    found: Path = settings.BANGFU_VAR / "fonts"
    return found


@cache
def known(where: Path) -> typst.Fonts:
    """The fonts of the system and of the folder, read once."""
    return typst.Fonts(include_system_fonts=True, font_paths=[str(where)] if where.is_dir() else [])


def chosen(families: Sequence[str]) -> tuple[list[str], list[str]]:
    """The fonts for text and for titles, best first. Raises NoChineseFont."""
    serif = [one for one in SERIF if one in families]
    sans = [one for one in SANS if one in families]
    if not serif and not sans:
        raise NoChineseFont(folder=folder())
    return [*serif, *sans], [*sans, *serif]
