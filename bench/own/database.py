"""A throw-away SQLite database with Bangfu's tables, in the folder given; the project's own is not touched."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def start(folder: Path) -> bool:
    """Sets Django up on the database in ``folder``; True when its tables were just made."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "bangfu.sqlite3"
    fresh = not file.exists()
    os.environ |= {
        "BANGFU_DEMO": "1",
        "BANGFU_VAR": str(folder),
        "DATABASE_URL": f"sqlite:///{file}",
        "DJANGO_SETTINGS_MODULE": "bangfu.config.settings",
    }
    if "bangfu.registry.models" in sys.modules:
        raise RuntimeError("Django is set up already")
    import django

    django.setup()
    from django.core.management import call_command

    if fresh:
        call_command("migrate", verbosity=0)
    return fresh
