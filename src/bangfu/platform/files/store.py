"""Keeping uploaded files: under the name of their own content, so that nothing in a name can do harm."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile

from bangfu.platform.files.errors import TooLarge
from bangfu.platform.files.limits import MEGABYTE

CHUNK = MEGABYTE
LONGEST_NAME = 255
FOLDER = "uploads"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file: the SHA-256 of its content in hexadecimal, what its owner called it (text only), its
    bytes."""

    sha256: str
    name: str
    size: int

    @property
    def path(self) -> str:
        """Where it lies in the storage; nothing of the name its owner gave it."""
        return path_of(self.sha256)


def path_of(sha256: str) -> str:
    """The storage path of a content. Raises ValueError when ``sha256`` is not 64 lower-case hexadecimal
    digits."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("not a SHA-256 in hexadecimal")
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def keep(content: BinaryIO | File[bytes], *, name: str) -> StoredFile:
    """Keep ``content`` (read from its start) and return under what. The same content is kept once.

    Raises ``TooLarge`` above the setting ``BANGFU_MAX_UPLOAD`` (bytes); nothing is kept then.
    """
    shown = shown_name(name)
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    with TemporaryUploadedFile("upload", "application/octet-stream", 0, None) as draft:
        while chunk := content.read(CHUNK):
            size += len(chunk)
            if size > settings.BANGFU_MAX_UPLOAD:
                raise TooLarge(name=shown, limit=settings.BANGFU_MAX_UPLOAD // MEGABYTE)
            digest.update(chunk)
            draft.write(chunk)
        stored = StoredFile(digest.hexdigest(), shown, size)
        draft.size = size
        draft.flush()
        draft.seek(0)
        _put(draft, stored)
    return stored


def _put(draft: File[bytes], stored: StoredFile) -> None:
    """Move the draft into its place, unless the content is there already and whole."""
    if default_storage.exists(stored.path):
        if default_storage.size(stored.path) == stored.size:
            return
        default_storage.delete(stored.path)
    used = default_storage.save(stored.path, draft)
    if used != stored.path:
        # Somebody kept the same content at the same moment.
        default_storage.delete(used)


def fetch(sha256: str) -> File[bytes]:
    """The kept content, open for reading; close it. Raises FileNotFoundError."""
    return default_storage.open(path_of(sha256), "rb")


def shown_name(name: str) -> str:
    """The last part of ``name`` without control characters, as text for messages; never used as a path."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(character for character in last if character.isprintable())[:LONGEST_NAME]
