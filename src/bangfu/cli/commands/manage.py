"""``bangfu manage …``: Django's own commands (migrate, check, shell …)."""

from __future__ import annotations

import click
from django.core.management import execute_from_command_line


@click.command("manage", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Django 管理命令。 Django's own commands."""
    execute_from_command_line(["bangfu manage", *arguments])
