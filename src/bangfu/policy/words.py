"""A text in Chinese and English: titles, sentences, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The same text twice; Chinese first."""

    zh: str
    en: str

    @classmethod
    def read(cls, node: Mapping[str, str]) -> Words:
        """From a YAML node ``{zh: …, en: …}``."""
        return cls(node["zh"], node["en"])

    def text(self, language: str = "zh") -> str:
        """The text in ``language`` (``zh``, ``zh-hans``, ``en`` …)."""
        return self.en if language.startswith("en") else self.zh

    def filled(self, values: Mapping[str, object]) -> Words:
        """Both texts with ``{name}`` replaced."""
        return Words(self.zh.format_map(values), self.en.format_map(values))

    def __str__(self) -> str:
        return self.zh
