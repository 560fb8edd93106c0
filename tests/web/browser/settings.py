"""The test settings as a server that a browser can reach: the cast's database, assets from the package."""

from __future__ import annotations

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

ALLOWED_HOSTS = ["127.0.0.1"]
BANGFU_DEMO = True
WHITENOISE_USE_FINDERS = True
DATABASES["default"]["NAME"] = os.environ["BANGFU_BROWSER_DATABASE"]
