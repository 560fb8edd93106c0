"""What Bangfu reads from the environment, each value checked once and refused with a full sentence."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.functional import SimpleLazyObject

from bangfu.config.errors import BadSetting, BadTime, MissingSecret, UnknownDatabase
from bangfu.platform.crypto import keys

SQLITE_OPTIONS: Mapping[str, Any] = {
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",
    # recursive_triggers: without it INSERT OR REPLACE would slip past the append-only triggers. cache_size (KiB): so
    # that the indexes of a county fit. Never temp_store = MEMORY: savepoints of a long import get quadratic (measured).
    "init_command": (
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; "
        "PRAGMA recursive_triggers = ON; PRAGMA cache_size = -65536"
    ),
}


def project_folder() -> Path:
    """The folder of the checkout; where Bangfu is installed as a package, the working folder."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "pyproject.toml").exists() else Path.cwd()


def flag(environ: Mapping[str, str], name: str) -> bool:
    """True for ``1``; False for ``0``, empty or missing. Raises ``BadSetting`` for anything else."""
    value = environ.get(name, "")
    if value not in ("", "0", "1"):
        raise BadSetting(name=name, value=value, wanted="0, 1")
    return value == "1"


def whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    """A positive whole number. Raises ``BadSetting``."""
    value = environ.get(name, "")
    if not value:
        return default
    if not value.isdecimal() or int(value) == 0:
        raise BadSetting(name=name, value=value, wanted="1, 2, 3 …")
    return int(value)


def listed(environ: Mapping[str, str], name: str) -> list[str]:
    """A comma-separated list without empty parts."""
    return [part.strip() for part in environ.get(name, "").split(",") if part.strip()]


def origins(hosts: Iterable[str]) -> list[str]:
    """The https origins of ``hosts``; ``.example.org`` stands for every name under it, ``*`` gives none."""
    return [f"https://{'*' if host.startswith('.') else ''}{host}" for host in hosts if host != "*"]


def database(url: str, *, project: Path) -> dict[str, Any]:
    """Django's description of the database behind ``url``.

    ``sqlite:///relative/path`` (to ``project``), ``sqlite:////absolute/path`` or
    ``postgresql://user:password@host:port/name?host=/socket/folder&sslmode=…``. Raises ``UnknownDatabase``.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        path = project / unquote(parts.path[1:])
        path.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path),
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": 600,
        }
    if parts.scheme in ("postgresql", "postgres") and len(parts.path) > 1:
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
            "PORT": str(parts.port or options.pop("port", "")),
            # Compiling a query takes PostgreSQL longer than any question of a page does.
            "OPTIONS": {"options": "-c jit=off", **options},
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise UnknownDatabase(scheme=parts.scheme or "?")


def today(environ: Mapping[str, str], *, demo: bool) -> date | None:
    """The pretended day of ``BANGFU_TODAY``. Raises ``BadTime`` outside demo mode, ``BadSetting`` for no
    date."""
    value = environ.get("BANGFU_TODAY", "")
    if not value:
        return None
    if not demo:
        raise BadTime()
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadSetting(name="BANGFU_TODAY", value=value, wanted="2026-11-21") from None


def secret(environ: Mapping[str, str], name: str, *, demo: Mapping[str, str]) -> Any:
    """The secret ``name``, or the demo's. Missing both, an object that raises ``MissingSecret`` when first
    used.

    The refusal waits for the first use because ``bangfu keys new``, migrations and type checks need no
    secret.
    """
    value = environ.get(name) or demo.get(name)
    return value or SimpleLazyObject(lambda: _refuse(name))


def _refuse(name: str) -> str:
    raise MissingSecret(name=name)


def demo_secrets(path: Path) -> Mapping[str, str]:
    """The generated secrets of demo mode, kept in ``path`` (mode 0600), made at the first call."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {"BANGFU_SECRET_KEY": secrets.token_urlsafe(50), "BANGFU_FIELD_KEYS": keys.new_keys()}
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(made, file, indent=1)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    found: Mapping[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
