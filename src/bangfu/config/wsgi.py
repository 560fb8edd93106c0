"""The WSGI application."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler

from bangfu.config.startup import start

start()
application = WSGIHandler()
