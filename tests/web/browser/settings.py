"""The test settings as a server that a browser can reach: the cast's database, assets from the package."""

from __future__ import annotations

import os
from datetime import date

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

ALLOWED_HOSTS = ["127.0.0.1"]
BANGFU_DEMO = True
#: The day of the server, where a test needs another than today.
BANGFU_TODAY = date.fromisoformat(day) if (day := os.environ.get("BANGFU_BROWSER_TODAY")) else None
WHITENOISE_USE_FINDERS = True
DATABASES["default"]["NAME"] = os.environ["BANGFU_BROWSER_DATABASE"]
