"""What a paper is made of. Every text is plain: no block reads markup, so no name or reason can become any."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Align = Literal["left", "center", "right"]
Size = Literal["a4", "a3"]
#: Marks that turn the direction of what follows: a name with them could make a line read otherwise.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(value: object) -> str:
    """``value`` as text that any drawing takes: without control characters, marks of direction and half characters."""
    text = "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(one for one in text if one == "\n" or not _is_harmful(one))


def _is_harmful(one: str) -> bool:
    return unicodedata.category(one) in ("Cc", "Cs", "Cn") or one in _TURNING or one == "\ufeff"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``indent`` by two characters as letters are written. ``scale`` 1 is the size of the body."""

    text: str
    indent: bool = True
    align: Align = "left"
    bold: bool = False
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled box. ``span``: how many of the four pairs' places of a row it takes with its label."""

    label: str
    value: str = ""
    span: int = 1


@dataclass(frozen=True, slots=True)
class Fields:
    """Rows of labelled boxes, ruled. The spans of each row add up to ``across``."""

    rows: Sequence[Sequence[Field]]
    across: int = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` is its share of the page."""

    title: str
    width: float = 1.0
    align: Align = "center"


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; its header stands on every page. ``blank``: empty rows to be filled in by hand."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Opinion:
    """A box for what an office decides: its label, the text (or space for one), who signs, the seal and the day."""

    label: str
    text: str = ""
    signers: Sequence[str] = ("负责人(签字)",)
    seal: str = "(盖章)"
    day: str = ""
    height: int = 34


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on; ``names`` stand under the line where they are known."""

    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ending:
    """Who issues the paper and on which day, at the right, with space for the seal."""

    issuer: str
    day: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How to get in touch: lines of text, and beside them a QR code of ``link`` where there is one."""

    title: str
    lines: Sequence[str]
    link: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """A part to be cut off along a dashed line."""

    title: str
    text: str
    labels: Sequence[str]


Block = Text | Fields | Table | Opinion | Signatures | Ending | Contact | Slip


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. ``name`` is that of its file; ``number`` stands above the title at the left, ``unit`` at the right.

    ``one_page``: letters get smaller, to seven tenths, until it fits on one page; if it never does, it takes several.
    """

    name: str
    title: str
    blocks: Sequence[Block]
    subtitle: str = ""
    number: str = ""
    unit: str = ""
    size: Size = "a4"
    landscape: bool = False
    large: bool = False
    one_page: bool = False


def as_data(thing: Any) -> Any:
    """A paper or block as JSON takes it, every text plain; a block says its kind."""
    if isinstance(thing, str):
        return plain(thing)
    if thing is None or isinstance(thing, bool | int | float):
        return thing
    if isinstance(thing, Sequence):
        return [as_data(one) for one in thing]
    if hasattr(thing, "__dataclass_fields__"):
        values = {name: as_data(getattr(thing, name)) for name in thing.__dataclass_fields__}
        return {"kind": type(thing).__name__.lower(), **values}
    return plain(thing)
