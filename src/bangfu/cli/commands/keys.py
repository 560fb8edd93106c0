"""``bangfu keys``: text for the environment variables that hold keys."""

from __future__ import annotations

import secrets

import click

from bangfu.platform.crypto import keys


@click.group("keys")
def command() -> None:
    """密钥。 Keys."""


@command.command("new")
def new() -> None:
    """打印一套新密钥(不保存)。 Print a new set of keys; nothing is stored."""
    click.echo(f"BANGFU_SECRET_KEY={secrets.token_urlsafe(50)}")
    click.echo(f"BANGFU_FIELD_KEYS={keys.new_keys()}")


@command.command("add")
@click.argument("present")
def add(present: str) -> None:
    """在现有 BANGFU_FIELD_KEYS 上加一把新钥并设为当前。 Add a key to BANGFU_FIELD_KEYS and make it current."""
    click.echo(f"BANGFU_FIELD_KEYS={keys.with_new_key(present)}")
