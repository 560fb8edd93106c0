"""What somebody typed into a form and has not handed in: kept as they type, sealed, and there when it is opened again.

A form that is kept says its ``key`` in a hidden field (``web/parts/draft.html``); a draft is its owner's own.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.http import QueryDict

from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.errors import Undecryptable
from bangfu.platform.procedures.actions.drafts import drop_draft, save_draft
from bangfu.platform.procedures.queries import draft_of
from bangfu.web.forms.base import done

#: The hidden field with the key of the draft.
FIELD: Final = "draft_key"
LONGEST: Final = 400_000
_KEY: Final = re.compile(r"[a-z0-9:_-]{1,120}")
_NOT_KEPT: Final = frozenset({"csrfmiddlewaretoken", "revision", FIELD, "next"})


@dataclass(frozen=True)
class Kept:
    """A draft as it was typed."""

    key: str
    data: QueryDict
    saved_at: datetime


def is_key(key: str) -> bool:
    """Whether a form may be named so."""
    return _KEY.fullmatch(key) is not None


def keep(key: str, typed: QueryDict, *, by: Actor) -> None:
    """Keep what was typed under the form's key, sealed: nobody reads it in the store."""
    fields = {name: typed.getlist(name) for name in typed if name not in _NOT_KEPT}
    text = json.dumps(fields, ensure_ascii=False)
    if not is_key(key) or len(text) > LONGEST:
        return
    sealed = b64encode(cipher.encrypt(text, bound_to=_bound(key, by))).decode("ascii")
    save_draft(key=key, data={"sealed": sealed}, by=by)


def kept(key: str, *, by: Actor) -> Kept | None:
    """The draft of this person; None where there is none, or its key was changed meanwhile."""
    found = draft_of(key=key, by=by)
    if found is None or "sealed" not in found.data:
        return None
    try:
        text = cipher.decrypt(b64decode(found.data["sealed"]), bound_to=_bound(key, by))
    except Undecryptable:
        return None
    data = QueryDict(mutable=True)
    for name, values in json.loads(text).items():
        data.setlist(name, values)
    return Kept(key, data, found.saved_at)


def drop(key: str, *, by: Actor) -> None:
    """Forget the draft: its form was handed in, or its owner does not want it."""
    drop_draft(key=key, by=by)


def restored(form: forms.Form, draft: Kept | None) -> forms.Form:
    """The form, not yet sent, with what the draft holds in its fields."""
    if draft is not None and not form.is_bound:
        for name, field in form.fields.items():
            value: Any = field.widget.value_from_datadict(draft.data, {}, form.add_prefix(name))
            if value not in (None, "", []):
                form.initial[name] = value
    return form


def beside(
    key: str, make: Callable[[], forms.Form], sent: forms.Form | None = None, *, by: Actor
) -> dict[str, Any]:
    """A form with its draft, as ``web/parts/draft.html`` wants it: the one that was sent, else a new one that holds
    what was typed before."""
    draft = kept(key, by=by)
    form = sent or restored(make(), draft)
    return {"form": form, "key": key, "draft": draft, "open": sent is not None or draft is not None}


def handed_in(key: str, form: Any, act: Callable[[], object], typed: QueryDict, *, by: Actor) -> bool:
    """Whether the form is right and ``act`` took it, as ``forms.base.done``: then its draft is forgotten, else all that
    was typed is kept."""
    if done(form, act):
        drop(key, by=by)
        return True
    keep(key, typed, by=by)
    return False


class NoForm:
    """What the part with the draft asks of a form, for tables that have none."""

    is_bound = False


def _bound(key: str, by: Actor) -> str:
    return f"web.draft:{by.id}:{key}"
