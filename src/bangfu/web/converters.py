"""Numbers of households and people in addresses: as workbooks write them, so also with a slash."""

from __future__ import annotations


class NumberConverter:
    """Any text without a slash in the address; a slash of the number itself stands as ``~2F``."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace("~2F", "/").replace("~7E", "~")

    def to_url(self, value: str) -> str:
        return str(value).replace("~", "~7E").replace("/", "~2F")
