"""The English of the screens: ``python -m bangfu.web.messages`` brings ``locale/en`` up to the code.

Message ids are Chinese. The catalogue keeps what it knows, gets what is new without a translation, and
drops what nothing says any more; a test names what has no English.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from bangfu.web.assets import LOCALE, PACKAGE

CATALOGUE: Final = LOCALE / "en" / "LC_MESSAGES" / "django.po"
_KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_INDENT: Final = re.compile(r"^[ \t]+", re.MULTILINE)
Message = str | tuple[str, ...]


def extracted(root: Path = PACKAGE) -> Iterator[tuple[str, int, Message]]:
    """File (under ``root``), line and message of every text that is to be translated."""
    for path in sorted(root.rglob("*.py")):
        yield from _messages(path, path.read_bytes(), root)
    for path in sorted(root.rglob("templates/**/*.html")):
        # Django's own lexer makes Python-like text of a template; its indentation means nothing.
        text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _messages(path, _INDENT.sub("", text).encode(), root)


def _messages(path: Path, source: bytes, root: Path) -> Iterator[tuple[str, int, Message]]:
    where = path.relative_to(root).as_posix()
    for line, message, _comments, _context in extract("python", BytesIO(source), keywords=_KEYWORDS):
        yield where, line, message


def current() -> Catalog:
    """The catalogue as it should be: messages and places of the code, translations of the file."""
    known = Catalog(locale="en")
    if CATALOGUE.exists():
        with CATALOGUE.open("rb") as file:
            known = read_po(file, locale="en")
    found = Catalog(locale="en", project="bangfu", version="", copyright_holder="Bangfu", fuzzy=False)
    for where, _line, message in extracted():
        had = known.get(message if isinstance(message, str) else message[0])
        same = had is not None and isinstance(had.id, str) == isinstance(message, str)
        found.add(message, had.string if had is not None and same else None, locations=[(where, 0)])
    return found


def main() -> int:
    """Write the catalogue; 1 when something has no English."""
    catalogue = current()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
    missing = [message.id for message in catalogue if message.id and not _said(message.string)]
    for one in missing:
        print(one)
    print(f"{len(catalogue)} messages, {len(missing)} without English", file=sys.stderr)
    return 1 if missing else 0


def _said(string: str | Sequence[str] | None) -> bool:
    return bool(string) and all([string] if isinstance(string, str) else string or ())


if __name__ == "__main__":
    settings.configure()
    sys.exit(main())
