"""A column that holds one text in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from bangfu.policy.words import Words

if TYPE_CHECKING:
    _Field = models.JSONField[Words | str, Words]
else:
    _Field = models.JSONField


class WordsField(_Field):
    """``Words`` in Python, ``{"zh": …, "en": …}`` in the database. A plain ``str`` stands for both
    languages."""

    def get_prep_value(self, value: Any) -> Any:
        return {"zh": value.zh, "en": value.en} if isinstance(value, Words) else value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return super().get_db_prep_save(Words(value, value) if isinstance(value, str) else value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        node = super().from_db_value(value, expression, connection)
        return Words.read(node) if isinstance(node, dict) else node
