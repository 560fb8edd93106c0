"""A gettext label in both languages: a refusal is raised once and read in either."""

from __future__ import annotations

from django.utils import translation

from bangfu.policy.words import Words


def bilingual(label: object) -> Words:
    """``label``, a lazily translated text, as Words."""
    with translation.override("zh-hans"):
        zh = str(label)
    with translation.override("en"):
        return Words(zh, str(label))
