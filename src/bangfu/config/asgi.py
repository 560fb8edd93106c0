"""The ASGI application."""

from __future__ import annotations

from django.core.handlers.asgi import ASGIHandler

from bangfu.config.startup import start

start()
application = ASGIHandler()
