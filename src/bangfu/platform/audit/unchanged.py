"""Answers that are kept while the log shows no act that could change them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from django.db.models import Q

from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.audit.queries import Head, head
from bangfu.platform.database.prefix import prefix_range

P = ParamSpec("P")
T = TypeVar("T")

#: Acts that change no figure of a place.
_HARMLESS: Final = ("read.", "job.", "accounts.", "worklist.")
_MOST_KEPT: Final = 256


@dataclass(slots=True)
class _Kept:
    """An answer, and the end of the log when it was made or last found to hold. The hash of the head names the whole
    history before it: an answer of another database, or of one that was set back, is never taken for this one's.
    """

    head: Head
    value: Any


def while_unchanged(question: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
    """A question about a division (12 digits, first argument; the others hashable) is answered once, and again when
    something was done in the division's province or for the whole system since.

    For figures of big areas that many people look at. The answer is shared: it must not be changed by who gets it.
    """
    kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
    lock = Lock()

    @wraps(question)
    def answer(division: str, /, *args: P.args, **named: P.kwargs) -> T:
        key = (division, args, tuple(sorted(named.items())))
        now = head()
        with lock:
            found = kept.get(key)
        if found is None or not _still_holds(found.head, now, division):
            found = _Kept(now, question(division, *args, **named))
        with lock:
            found.head = now
            kept[key] = found
            kept.move_to_end(key)
            while len(kept) > _MOST_KEPT:
                kept.popitem(last=False)
        value: T = found.value
        return value

    return answer


def _still_holds(made: Head, now: Head, division: str) -> bool:
    if made == now:
        return True
    if made.seq and not AuditRecord.objects.filter(seq=made.seq, hash=made.hash).exists():
        return False
    harmless = Q()
    for beginning in _HARMLESS:
        harmless |= Q(action__startswith=beginning)
    province = "" if division.startswith("00") else division[:2]
    here = prefix_range("division_code", province) | Q(division_code="")
    since = AuditRecord.objects.filter(seq__gt=made.seq).exclude(harmless)
    return not (since.filter(here) if province else since).exists()
