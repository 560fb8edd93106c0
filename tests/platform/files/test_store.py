from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.platform.files import store
from bangfu.platform.files.errors import TooLarge
from bangfu.platform.files.store import StoredFile, fetch, keep, path_of, shown_name

CONTENT = b"rows" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "kept"
    return tmp_path / "kept"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_content(folder: Path) -> None:
    stored = keep(SimpleUploadedFile("户.xlsx", CONTENT), name="户.xlsx")
    assert stored == StoredFile(SHA256, "户.xlsx", len(CONTENT))
    assert files(folder) == [folder / "uploads" / SHA256[:2] / SHA256]
    with fetch(SHA256) as file:
        assert file.read() == CONTENT


def test_the_same_content_is_kept_once(folder: Path) -> None:
    first = keep(io.BytesIO(CONTENT), name="a.xlsx")
    again = io.BytesIO(CONTENT)
    again.read()
    second = keep(again, name="b.xlsx")
    assert (first.sha256, first.name) == (second.sha256, "a.xlsx")
    assert second.name == "b.xlsx"
    assert len(files(folder)) == 1


def test_what_a_crash_left_half_written_is_replaced(folder: Path) -> None:
    half = folder / path_of(SHA256)
    half.parent.mkdir(parents=True)
    half.write_bytes(CONTENT[:100])
    keep(io.BytesIO(CONTENT), name="a.xlsx")
    assert half.read_bytes() == CONTENT
    assert len(files(folder)) == 1


def test_two_at_once_keep_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one's file appears between the look and the save."""
    keep(io.BytesIO(CONTENT), name="a.xlsx")
    looks = iter([False])
    really = default_storage.exists
    monkeypatch.setattr(store.default_storage, "exists", lambda path: next(looks, True) and really(path))
    keep(io.BytesIO(CONTENT), name="b.xlsx")
    assert files(folder) == [folder / path_of(SHA256)]


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(folder: Path, settings: LazySettings) -> None:
    settings.BANGFU_MAX_UPLOAD = len(CONTENT) - 1
    with pytest.raises(TooLarge, match="大"):
        keep(io.BytesIO(CONTENT), name="大.xlsx")
    assert files(folder) == []
    settings.BANGFU_MAX_UPLOAD = len(CONTENT)
    assert keep(io.BytesIO(CONTENT), name="a").size == len(CONTENT)


def test_only_the_service_may_read_it(folder: Path) -> None:
    keep(io.BytesIO(CONTENT), name="a")
    mode = (folder / path_of(SHA256)).stat().st_mode
    assert mode & 0o077 == 0
    assert os.access(folder / path_of(SHA256), os.R_OK)


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", SHA256.upper(), SHA256 + "0", SHA256[:-1] + "\n"])
def test_only_a_digest_names_a_file(sha256: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        fetch(sha256)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\用户\\户.xlsx", "户.xlsx"),
        ("a\0b\n.xlsx", "ab.xlsx"),
        ("\u202exslx.exe", "xslx.exe"),
        ("长" * 300, "长" * 255),
        ("", ""),
    ],
)
def test_names_are_text_only(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_the_storage_is_the_configured_one() -> None:
    stored = keep(io.BytesIO(CONTENT), name="a")
    assert default_storage.exists(stored.path)
