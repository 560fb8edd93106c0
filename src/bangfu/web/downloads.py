"""Kept files on their way out: always as an attachment, never opened by the browser in our name."""

from __future__ import annotations

from django.http import FileResponse

from bangfu.platform.errors import NotFound
from bangfu.platform.files import store


def attachment(sha256: str, name: str) -> FileResponse:
    """The kept file under ``name``. Raises NotFound when the store does not have it."""
    try:
        content = store.fetch(sha256)
    except (FileNotFoundError, ValueError):
        raise NotFound() from None
    response = FileResponse(
        content, as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
