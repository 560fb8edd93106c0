"""Starting Django for the commands that need the database; the others never do."""

from __future__ import annotations

import os
from functools import cache

import django


@cache
def start() -> None:
    """Loads the settings named by the environment, Bangfu's own by default."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
