from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bangfu.config import environment
from bangfu.config.errors import BadSetting, BadTime, MissingSecret, UnknownDatabase
from bangfu.platform.crypto import keys
from bangfu.platform.errors import exit_code


def test_sqlite_urls(tmp_path: Path) -> None:
    relative = environment.database("sqlite:///var/b.sqlite3", project=tmp_path)
    assert relative["NAME"] == str(tmp_path / "var" / "b.sqlite3")
    assert (tmp_path / "var").is_dir()
    absolute = environment.database(f"sqlite:///{tmp_path}/a%20b.sqlite3", project=Path("/nowhere"))
    assert absolute["NAME"] == f"{tmp_path}/a b.sqlite3"
    assert absolute["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_urls(tmp_path: Path) -> None:
    found = environment.database(
        "postgresql://u:p%40%2Fw@db.example:5433/bangfu?sslmode=require", project=tmp_path
    )
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == (
        "u",
        "p@/w",
        "db.example",
        "5433",
    )
    assert (found["NAME"], found["OPTIONS"]) == (
        "bangfu",
        {"options": "-c jit=off", "sslmode": "require"},
    )
    socket = environment.database("postgresql://u@/bangfu?host=/run/pg", project=tmp_path)
    assert (socket["HOST"], socket["PORT"], socket["PASSWORD"]) == ("/run/pg", "", "")


@pytest.mark.parametrize(
    "url",
    ["", "mysql://x/y", "sqlite://host/x", "sqlite:///", "postgresql://u@h", "postgresql://u:secret@h/"],
)
def test_other_urls_are_refused_without_showing_a_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnknownDatabase) as caught:
        environment.database(url, project=tmp_path)
    assert "secret" not in str(caught.value)
    assert exit_code(caught.value) == 2


def test_flags_and_numbers() -> None:
    assert [environment.flag({"X": value}, "X") for value in ("1", "0", "")] == [True, False, False]
    assert not environment.flag({}, "X")
    assert environment.whole_number({"X": "7"}, "X", 1) == 7
    assert environment.whole_number({}, "X", 1) == 1
    assert environment.listed({"X": "a, b,,"}, "X") == ["a", "b"]
    with pytest.raises(BadSetting, match="yes"):
        environment.flag({"X": "yes"}, "X")
    for value in ("0", "-1", "x", "1.5"):
        with pytest.raises(BadSetting, match="X"):
            environment.whole_number({"X": value}, "X", 1)


def test_forms_may_come_from_the_https_origins_of_the_hosts() -> None:
    assert environment.origins(["a.example", ".b.example", "*"]) == [
        "https://a.example",
        "https://*.b.example",
    ]


def test_a_pretended_day_only_in_demo_mode() -> None:
    assert environment.today({"BANGFU_TODAY": "2019-06-30"}, demo=True) == date(2019, 6, 30)
    assert environment.today({}, demo=False) is None
    with pytest.raises(BadTime):
        environment.today({"BANGFU_TODAY": "2019-06-30"}, demo=False)
    with pytest.raises(BadSetting, match="30 June"):
        environment.today({"BANGFU_TODAY": "30 June"}, demo=True)


def test_demo_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "demo-keys.json"
    first = environment.demo_secrets(path)
    assert environment.demo_secrets(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.read(first["BANGFU_FIELD_KEYS"]).current == 1
    assert len(first["BANGFU_SECRET_KEY"]) >= 50
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_secret_refuses_when_it_is_used() -> None:
    missing = environment.secret({}, "BANGFU_SECRET_KEY", demo={})
    with pytest.raises(MissingSecret, match="bangfu keys new"):
        str(missing)
    assert environment.secret({"X": "a"}, "X", demo={"X": "b"}) == "a"
    assert environment.secret({}, "X", demo={"X": "b"}) == "b"


def started(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A process that starts as the server does."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BANGFU_", "DATABASE_", "DJANGO_"))
    }
    environment_ = kept | {"BANGFU_VAR": str(tmp_path)} | variables
    code = (
        "from bangfu.config.wsgi import application; from django.conf import settings; import json;"
        "secret = len(settings.SECRET_KEY) > 9;"
        "print(json.dumps([settings.SESSION_COOKIE_SECURE, settings.ALLOWED_HOSTS, secret]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment_,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_server_without_secrets_does_not_start(tmp_path: Path) -> None:
    ended = started(tmp_path)
    assert ended.returncode != 0
    assert "BANGFU_SECRET_KEY" in ended.stderr
    ended = started(tmp_path, BANGFU_SECRET_KEY="x" * 50)
    assert ended.returncode != 0
    assert "BANGFU_FIELD_KEYS" in ended.stderr
    assert not (tmp_path / "demo-keys.json").exists()


def test_a_server_with_secrets_starts_and_protects_its_cookies(tmp_path: Path) -> None:
    ended = started(
        tmp_path,
        BANGFU_SECRET_KEY="x" * 50,
        BANGFU_FIELD_KEYS=keys.new_keys(),
        BANGFU_ALLOWED_HOSTS="a.example",
    )
    assert json.loads(ended.stdout) == [True, ["a.example"], True], ended.stderr


def test_demo_mode_needs_nothing(tmp_path: Path) -> None:
    ended = started(tmp_path, BANGFU_DEMO="1")
    assert json.loads(ended.stdout) == [False, ["localhost", "127.0.0.1", "[::1]"], True], ended.stderr
    assert (tmp_path / "demo-keys.json").exists()
