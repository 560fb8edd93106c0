"""Loading the tree from its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final, NamedTuple

from django.db import transaction

from bangfu.divisions import source
from bangfu.divisions.codes import Level, lineage, parent_of, scope_prefix
from bangfu.divisions.errors import UnknownArea
from bangfu.divisions.initials import initials
from bangfu.divisions.models import Division, Successor
from bangfu.divisions.queries import forget_paths
from bangfu.platform import clock
from bangfu.platform.audit.actions import record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.platform.database.locks import hold_until_commit
from bangfu.policy.words import Words

_COLUMNS: Final = ("code", "name", "level", "parent_code", "initials", "valid_from", "valid_until", "source")
_BATCH: Final = 500
#: The audit row names no more ended codes than these; the rest are found by the day on which they ended.
_NAMED: Final = 500


@dataclass(frozen=True)
class Loaded:
    """What a load did, in numbers of divisions. ``repeated`` rows of the source name a code a second time."""

    added: int
    renamed: int
    ended: int
    revived: int
    unchanged: int
    repeated: int

    @property
    def changed(self) -> bool:
        return bool(self.added or self.renamed or self.ended or self.revived)

    @property
    def says(self) -> Words:
        """The result as a sentence."""
        if not self.changed:
            return Words(
                f"行政区划已是最新:{self.unchanged} 个区划均无变化。",
                f"The divisions are up to date: none of {self.unchanged} changed.",
            )
        return Words(
            f"行政区划已更新:新增 {self.added},更名 {self.renamed},撤销 {self.ended},恢复 {self.revived},"
            f"未变 {self.unchanged}。",
            f"The divisions were loaded: {self.added} added, {self.renamed} renamed, {self.ended} ended, "
            f"{self.revived} back again, {self.unchanged} unchanged.",
        )


class _Known(NamedTuple):
    """A row that the database has."""

    name: str
    valid_until: date | None
    source: str

    @property
    def ends_with_the_source(self) -> bool:
        """Whether the division is ended when the source loses it: it lives, and the source brought it."""
        return self.valid_until is None and self.source.startswith(source.PACKAGE)


@transaction.atomic
def load_tree(*, by: Actor, prefix: str = "") -> Loaded:
    """Brings the divisions under ``prefix``, and those above it, to what the source says.

    A second load changes nothing. A code that the source no longer has is ended today, not deleted. What
    ``record_change`` wrote stays: a code that it ended is not revived, one that it began is not ended.

    Returns:
        The numbers, and a sentence that says them.

    Raises:
        SourceMissing, SourceUnusable: as ``source.rows``.
        BadCode: ``prefix`` is no code.
        UnknownArea: the source has nothing under ``prefix``; so a wrong file ends nothing.
    """
    begins = scope_prefix(prefix)
    hold_until_commit("divisions.tree")
    wanted, repeated = _wanted(begins)
    known = _known(begins, wanted)
    gone = [code for code, one in known.items() if code not in wanted and one.ends_with_the_source]
    back = _revived(wanted, known)
    renamed = [row for code, row in wanted.items() if code in known and known[code].name != row.name]

    added = bulk.insert(Division, _COLUMNS, (_new(row) for code, row in wanted.items() if code not in known))
    _rename(renamed)
    _set_end(back, None)
    _set_end(gone, clock.today())
    done = Loaded(
        added=added,
        renamed=len(renamed),
        ended=len(gone),
        revived=len(back),
        unchanged=len(wanted) - added - len({row.code for row in renamed}.union(back)),
        repeated=repeated,
    )
    if done.changed:
        _leave_trace(done, by=by, prefix=begins, ended=gone)
        transaction.on_commit(lambda: forget_paths([row.code for row in renamed]))
    return done


def _wanted(prefix: str) -> tuple[dict[str, source.DivisionRow], int]:
    """The source's rows by code, and how many rows repeated a code. Of two rows the higher one stands."""
    wanted: dict[str, source.DivisionRow] = {}
    repeated = 0
    for row in _read(prefix):
        repeated += wanted.setdefault(row.code, row) is not row
    if not any(code.startswith(prefix) for code in wanted):
        raise UnknownArea(area=prefix)
    return wanted, repeated


def _read(prefix: str) -> Iterator[source.DivisionRow]:
    """The rows above ``prefix``, so that every path is whole, then those under it."""
    for code in lineage(prefix.ljust(12, "0")):
        if not code.startswith(prefix):
            yield from islice(source.rows(code), 1)
    yield from source.rows(prefix)


def _known(prefix: str, wanted: Iterable[str]) -> dict[str, _Known]:
    under = Division.objects.under(prefix)
    above = Division.objects.filter(code__in=[code for code in wanted if not code.startswith(prefix)])
    return {
        code: _Known(*rest)
        for rows in (under, above)
        for code, *rest in rows.values_list("code", *_Known._fields).iterator(chunk_size=20_000)
    }


def _revived(wanted: Iterable[str], known: Mapping[str, _Known]) -> list[str]:
    """Codes that an earlier load ended and the source has again; not those that a recorded change ended."""
    ended = [code for code in wanted if code in known and known[code].valid_until is not None]
    replaced = set(Successor.objects.values_list("old_code", flat=True)) if ended else set()
    return [code for code in ended if code not in replaced]


def _new(row: source.DivisionRow) -> tuple[object, ...]:
    level = Level(row.level)
    return (
        row.code,
        row.name,
        row.level,
        parent_of(row.code),
        initials(row.name, level),
        None,
        None,
        source.NAME,
    )


def _rename(rows: Iterable[source.DivisionRow]) -> None:
    changed = [
        Division(
            code=row.code, name=row.name, initials=initials(row.name, Level(row.level)), source=source.NAME
        )
        for row in rows
    ]
    Division.objects.bulk_update(changed, ["name", "initials", "source"], batch_size=_BATCH)


def _set_end(codes: list[str], day: date | None) -> None:
    for start in range(0, len(codes), _BATCH):
        Division.objects.filter(code__in=codes[start : start + _BATCH]).update(valid_until=day)


def _leave_trace(done: Loaded, *, by: Actor, prefix: str, ended: list[str]) -> None:
    record(
        by=by,
        action="divisions.load",
        subject_kind="division",
        subject_id=prefix.ljust(12, "0"),
        division_code=prefix.ljust(12, "0"),
        detail={
            "source": source.NAME,
            "added": done.added,
            "renamed": done.renamed,
            "ended": done.ended,
            "revived": done.revived,
            "unchanged": done.unchanged,
            "ended_codes": ended[:_NAMED],
        },
    )
