"""Exporting doubts: a job, a workbook with the columns of the audit, and a line in the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.analytics.matching import Links
from bangfu.divisions.queries import paths
from bangfu.platform import clock
from bangfu.platform.audit.actions import record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files import store
from bangfu.platform.files.writing import Column, WorkbookWriter
from bangfu.platform.jobs.actions import enqueue
from bangfu.platform.jobs.models import Job
from bangfu.platform.jobs.registry import job
from bangfu.platform.jobs.running.progress import Progress
from bangfu.policy.sentences import sentence
from bangfu.policy.words import Words
from bangfu.quality.enums import DoubtState
from bangfu.quality.models import Doubt
from bangfu.quality.workbooks import CONCERNS, DOUBTS, HANDLERS, SEVERITIES

AT_ONCE = 500
#: What the database knows beyond an audit of workbooks.
_MORE = [Column("状态"), Column("发现时间", "date"), Column("期限", "date")]


@transaction.atomic
def request_doubts_export(*, area: str, doubts: Iterable[Any], by: Actor, scope: Scope) -> Job:
    """Queues an export of the doubts (ids) of ``area`` (12-digit code); those out of the scope's reach are left out.

    Raises:
        NotAllowed, NotFound: the scope may not export there.
    """
    scope.require(Capability.EXPORT, area)
    title = Words(f"导出疑点({clock.today():%Y-%m-%d})", f"Export of doubts ({clock.today():%Y-%m-%d})")
    keys = _reached([str(key) for key in doubts], scope)
    return enqueue("quality.export", by=by, title=title, division_code=area, area=area, doubts=keys)


@job("quality.export")
def export_doubts(progress: Progress, *, area: str, doubts: Sequence[str]) -> None:
    """Writes a sheet for each concern and keeps the workbook; the result names it for the download."""
    progress.step(Words("写工作簿", "Writing the workbook"), len(doubts))
    rows = list(_rows(doubts, progress))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "doubts.xlsx"
        with WorkbookWriter(path) as book:
            for concern, title in CONCERNS.items():
                own = [row for key, row in rows if key == concern]
                if own:
                    book.sheet(title.zh, [*DOUBTS, *_MORE], own)
            if not rows:
                book.sheet("疑点", [*DOUBTS, *_MORE], [])
        with path.open("rb") as stream:
            kept = store.keep(stream, name=f"疑点_{area}_{clock.today():%Y%m%d}.xlsx")
    with transaction.atomic():
        detail = {"doubts": len(rows), "sha256": kept.sha256}
        record(
            by=progress.by,
            action="quality.export",
            subject_kind="area",
            subject_id=area,
            division_code=area,
            detail=detail,
        )
        progress.finish({"sha256": kept.sha256, "name": kept.name, "doubts": len(rows)})


def _reached(keys: Sequence[str], scope: Scope) -> list[str]:
    """The keys of doubts from which the scope may export, in their order."""
    seen: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        found = Doubt.objects.visible_to(scope, Capability.EXPORT).filter(
            pk__in=keys[start : start + AT_ONCE]
        )
        seen.update(map(str, found.values_list("pk", flat=True)))
    return [key for key in keys if key in seen]


def _rows(keys: Sequence[str], progress: Progress) -> Iterator[tuple[str, list[object]]]:
    """Concern and row of DOUBTS of each doubt, by place and rule."""
    for start in range(0, len(keys), AT_ONCE):
        some = Doubt.objects.filter(pk__in=keys[start : start + AT_ONCE]).select_related(
            "last_run", "household"
        )
        found = list(some.order_by("division_code", "rule", "subject_id"))
        names = paths({one.division_code for one in found})
        yield from ((one.concern, _row(one, names.get(one.division_code, ()))) for one in found)
        progress.advance(len(found))


def _row(one: Doubt, names: Sequence[str]) -> list[object]:
    rule = one.rule_text()
    level = {"village": "village", "township": "township"}.get(one.handler_role, "county")
    return [
        one.rule,
        one.subject_id,
        rule.title.zh if rule else one.rule,
        SEVERITIES[one.severity].zh,
        sentence(rule, one.values) if rule else "",
        one.subject_name,
        one.household.household_no if one.household else "",
        names[3] if len(names) > 3 else "",
        one.division_code,
        names[4] if len(names) > 4 else "",
        HANDLERS[level].zh,
        one.score,
        "、".join(words.zh for words in Links.reasons(one.reasons)),
        "",
        None,
        rule.law if rule else "",
        str(DoubtState(one.state).label),
        clock.day_of(one.opened_at),
        one.due,
    ]
