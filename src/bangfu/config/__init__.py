"""Floor 14: wiring only: settings, urls, asgi, wsgi."""
