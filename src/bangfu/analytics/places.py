"""The divisions as an evaluation needs them: which codes live, and which village a written place means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bangfu.policy.vocabulary import codes

state = codes("place_state")
#: What the official name carries and people leave out, or write otherwise.
_ENDINGS = re.compile(r"(社区)?(村民委员会|居民委员会|村委会|居委会|社区|村|居)$")
_TOWN_ENDINGS = re.compile(r"(民族|街道办事处|街道|镇|乡|办事处)$")


@dataclass(frozen=True)
class Place:
    """One division: 12-digit ``code``; ``dead`` when it was merged or abolished; ``poor``: whether it is a poor village
    (None: nobody has said)."""

    code: str
    name: str
    dead: bool = False
    poor: bool | None = None


@dataclass(frozen=True)
class Places:
    """Divisions around the area of a run. ``area`` is the code prefix of the run (6 digits for a county)."""

    area: str
    villages: Mapping[str, Place]
    townships: Mapping[str, Place]
    above: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, rows: Iterable[Place], area: str) -> Places:
        """From division rows of any level."""
        villages, townships, above = {}, {}, set()
        for row in rows:
            if not row.code.endswith("000"):
                villages[row.code] = row
            elif not row.code.endswith("000000"):
                townships[row.code] = row
            else:
                above.add(row.code)
        return cls(area, villages, townships, frozenset(above))

    def states(self, written: pa.ChunkedArray) -> pa.Array:
        """Code of place_state for each 12-digit code written (int64, NULL where missing)."""
        alive = self._numbers(one for one, place in self.villages.items() if not place.dead)
        dead = self._numbers(one for one, place in self.villages.items() if place.dead)
        upper = self._numbers([*self.townships, *self.above])
        values = pc.fill_null(written, 0).to_numpy()
        found = np.full(len(values), state.unknown, dtype=np.int16)
        for numbers, meaning in ((upper, state.level), (dead, state.dead), (alive, state.ok)):
            found[np.isin(values, numbers)] = meaning
        found[values == 0] = state.missing
        return pa.array(found)

    def foreign(self, written: pa.ChunkedArray) -> pa.Array:
        """Whether each 12-digit code lies outside the area; NULL where missing."""
        low = int(self.area.ljust(12, "0"))
        high = low + 10 ** (12 - len(self.area)) if self.area else 10**12
        return pc.invert(pc.and_(pc.greater_equal(written, low), pc.less(written, high)))

    def poor(self, villages: pa.ChunkedArray) -> pa.Array:
        """Whether each village code (int64) is a poor village; NULL where nobody has said."""
        known = {int(code): one.poor for code, one in self.villages.items() if one.poor is not None}
        return pa.array([known.get(one) for one in villages.to_pylist()], pa.bool_())

    def find(self, text: str | None) -> str | None:
        """The 12-digit code of the village that ``text`` means, None when there is none or more than one.

        ``text`` is what people write: 药妇沟村, 城关镇药妇沟村委会, 平利县城关镇药妇沟村三组.
        """
        if not text:
            return None
        text = text.strip()
        if len(text) == 12 and text.isdigit():
            return text if text in self.villages else None
        if text not in self._read:
            self._read[text] = self._search(text)
        return self._read[text]

    def candidates(self, text: str) -> list[Place]:
        """The villages that ``text`` may mean, best first; to be offered when ``find`` cannot decide."""
        towns = [code for code, stem in self._town_stems.items() if stem and stem in text]
        near = {town[:9] for town in towns}
        hits = [
            (2 * len(stem) + (self.villages[code].name in text), code)
            for stem, found in self._village_stems.items()
            if stem in text
            for code in found
            if not towns or code[:9] in near
        ]
        best = max((fit for fit, _ in hits), default=0)
        return [self.villages[code] for fit, code in sorted(hits) if fit == best]

    def _search(self, text: str) -> str | None:
        found = self.candidates(text)
        return found[0].code if len(found) == 1 else None

    @cached_property
    def _read(self) -> dict[str, str | None]:
        return {}

    @cached_property
    def _town_stems(self) -> dict[str, str]:
        return {
            code: _TOWN_ENDINGS.sub("", one.name)
            for code, one in self.townships.items()
            if code.startswith(self.area)
        }

    @cached_property
    def _village_stems(self) -> dict[str, list[str]]:
        stems: dict[str, list[str]] = defaultdict(list)
        for code, one in self.villages.items():
            if code.startswith(self.area) and not one.dead:
                stems[_stem(one.name)].append(code)
        return stems

    @staticmethod
    def _numbers(texts: Iterable[str]) -> NDArray[Any]:
        return np.fromiter((int(text) for text in texts), dtype=np.int64)


def _stem(name: str) -> str:
    """What is left of a village's name when people shorten it: 药妇沟村村民委员会 → 药妇沟, but 李村委会 → 李村."""
    stem = _ENDINGS.sub("", name)
    if len(stem) > 2 and stem.endswith("村"):
        stem = stem[:-1]
    return stem if len(stem) > 1 else name[:2]
