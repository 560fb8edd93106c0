"""The one model field of this package: a column that holds ciphertexts and refuses anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from bangfu.platform.crypto.cipher import looks_encrypted

if TYPE_CHECKING:
    _Field = models.BinaryField[bytes | None, bytes | None]
else:
    _Field = models.BinaryField


class SealedField(_Field):
    """Holds what ``cipher.encrypt`` returns. It neither encrypts nor decrypts: both need the row's identity.

    Raises TypeError when something that is no ciphertext is about to be stored, so that no plain value can
    slip in.
    """

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is not None and not (isinstance(value, bytes) and looks_encrypted(value)):
            raise TypeError(
                f"{self.model._meta.label}.{self.name} holds ciphertexts only; call crypto.cipher.encrypt"
            )
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> bytes | None:
        return None if value is None else bytes(value)
