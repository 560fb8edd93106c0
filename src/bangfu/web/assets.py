"""Puts the screens' assets in their place: ``python -m bangfu.web.assets`` after ``npm ci``.

From ``node_modules`` only the files that pages use are copied to ``static/vendor``; the icons that
templates name go into one sprite. Messages are compiled. Nothing is fetched from the network.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE: Final = Path(__file__).resolve().parents[1]
WEB: Final = PACKAGE / "web"
VENDOR: Final = WEB / "static" / "vendor"
LOCALE: Final = PACKAGE / "locale"
#: File under node_modules → its name under static/vendor.
FILES: Final = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "echarts/dist/echarts.common.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "@tabler/icons/LICENSE": "icons.LICENSE.txt",
}
_ICON_IN_TEMPLATE: Final = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""")
_ICON_IN_DATA: Final = re.compile(
    r"""(?:Lamp\(\w+|Entry\(\s*_\("[^"]+"\)|\((?:RED|AMBER|GREEN|BLUE|GREY)),\s*"([a-z0-9-]+)\""""
)
_INSIDE: Final = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def main() -> int:
    """Copy and compile; 1 with a sentence when ``node_modules`` is not there."""
    modules = find_modules()
    if modules is None:
        print("node_modules was not found: run “npm ci” in the project folder first.", file=sys.stderr)
        return 1
    copy(modules)
    compiled = compile_messages()
    print(f"{len(FILES)} files and {len(icon_names())} icons in {VENDOR}; {compiled} catalogue(s) compiled")
    return 0


def find_modules() -> Path | None:
    """The ``node_modules`` of the project."""
    found = (folder / "node_modules" for folder in [Path.cwd(), *PACKAGE.parents])
    return next((one for one in found if (one / "htmx.org").is_dir()), None)


def copy(modules: Path, vendor: Path = VENDOR) -> None:
    """Fill ``vendor`` anew."""
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    for source, name in FILES.items():
        text = (modules / source).read_bytes()
        # Maps are for whoever works on the libraries; the manifest storage would look for them.
        (vendor / name).write_bytes(re.sub(rb"\n?(/\*|//)# sourceMappingURL=.*", b"", text))
    sprite = write_sprite(modules / "@tabler/icons/icons/outline", icon_names())
    (vendor / "icons.svg").write_text(sprite, encoding="utf-8")


def icon_names() -> list[str]:
    """The icons that templates and lamps name."""
    found: set[str] = set()
    for path in sorted((WEB / "templates").rglob("*.html")):
        found |= set(_ICON_IN_TEMPLATE.findall(path.read_text(encoding="utf-8")))
    for path in (WEB / "lamps.py", WEB / "navigation.py"):
        found |= set(_ICON_IN_DATA.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


def write_sprite(folder: Path, names: Iterable[str]) -> str:
    """One file with a symbol for each icon. Raises FileNotFoundError for a name that does not exist."""
    symbols = []
    for name in names:
        found = _INSIDE.search((folder / f"{name}.svg").read_text(encoding="utf-8"))
        inside = re.sub(r"\s*\n\s*", "", found[1]) if found else ""
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{inside}</symbol>'
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def compile_messages(folder: Path = LOCALE) -> int:
    """Write the .mo beside each .po and return how many."""
    sources = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    for source in sources:
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parents[1].name)
        # Several processes may compile at once: each has a draft of its own.
        draft = source.with_suffix(f".mo.{os.getpid()}")
        with draft.open("wb") as out:
            write_mo(out, catalogue)
        draft.replace(source.with_suffix(".mo"))
    return len(sources)


if __name__ == "__main__":
    sys.exit(main())
