"""What a forked worker finds loaded: Django and everything that jobs import (``tests.workers``)."""

from __future__ import annotations

from importlib import import_module

import django

django.setup()
import_module("tests.workers")
