"""What was made once in this process and serves again: the newest are kept."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Generic, TypeVar

_T = TypeVar("_T")


@contextmanager
def without_collecting() -> Iterator[None]:
    """Python does not look for garbage meanwhile: expressions that are being made are none, and walking over all of
    them again and again costs a sixth of making them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Kept(Generic[_T]):
    """At most ``most`` things by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, _T] = {}
        self._lock = RLock()

    def find(self, key: Hashable) -> _T | None:
        """What is kept under the key."""
        return self._kept.get(key)

    def keep(self, key: Hashable, one: _T) -> _T:
        """Keeps it; the oldest goes where there is no room."""
        with self._lock:
            while len(self._kept) >= self._most:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = one
        return one

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What is kept; else it is made now, once, while others wait for it."""
        with self._lock:
            found = self.find(key)
            return self.keep(key, make()) if found is None else found
