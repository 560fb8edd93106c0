"""The check at start: a definition names only functions that its domain has registered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error

from bangfu.platform.procedures import registry
from bangfu.policy.procedures import all_definitions
from bangfu.policy.procedures.definitions import Definition


def unknown_names(among: Iterable[Definition]) -> list[str]:
    """``file: guard name`` for every name without a function, of the domains that are installed."""
    installed = {app.label for app in apps.get_app_configs()}
    return [
        f"{one.where}: {kind} {name}"
        for one in among
        if one.domain in installed
        for kind, name in dict.fromkeys(one.calls())
        if not registry.is_known(kind, name)
    ]


def check(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Django's system check."""
    del app_configs, options
    return [
        Error(
            f"{one} has no function", hint="Register it in the domain's procedures.py.", id="procedures.E001"
        )
        for one in unknown_names(all_definitions())
    ]
