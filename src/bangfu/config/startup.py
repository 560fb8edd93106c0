"""What a serving process checks before its first request, so that a bad environment stops it at once."""

from __future__ import annotations

import os

import django
from django.conf import settings

from bangfu.platform.crypto import keys


def start() -> None:
    """Set Django up and read every secret. Raises ``MissingSecret`` or ``BadKeys``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup(set_prefix=False)
    str(settings.SECRET_KEY)
    keys.active()
