"""Exporting what stands behind numbers: lines of indicators and entitlements, and the tables of indicators by place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
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
from bangfu.policy import catalogue
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.quality.actions.exporting import AT_ONCE
from bangfu.quality.indicator_book import INDICATORS, write_indicators
from bangfu.quality.result_models import EntitlementLine, IndicatorLine
from bangfu.registry.masking import masked_tail
from bangfu.registry.queries import heads_of

Kind = Literal["indicator", "entitlement"]
_WHO: Final = (
    Column("户编号", "code"),
    Column("姓名(全户的为户主)"),
    Column("对象"),
    Column("证件号码", "code"),
    Column("乡镇"),
    Column("村代码", "code"),
    Column("村"),
)


def _indicator(one: IndicatorLine) -> list[object]:
    title = INDICATORS[one.indicator].title.zh if one.indicator in INDICATORS else one.indicator
    return [title, codes("indicator_state").label(one.state), one.people, one.run.day]


def _entitlement(one: EntitlementLine) -> list[object]:
    titles = {known.key: known.title.zh for known in catalogue.all_entitlements()}
    said = codes("entitlement_status").label(one.status)
    return [titles.get(one.entitlement, one.entitlement), said, one.due, one.received, one.run.day]


#: What is exported: model, title, own columns, and their cells.
_LISTS: Final[Mapping[Kind, tuple[Any, Words, tuple[Column, ...], Callable[[Any], list[object]]]]] = {
    "indicator": (
        IndicatorLine,
        Words("指标名单", "List behind indicators"),
        (Column("指标", width=24), Column("状态"), Column("人数", "number"), Column("核查日", "date")),
        _indicator,
    ),
    "entitlement": (
        EntitlementLine,
        Words("应享明细", "List of entitlements"),
        (
            Column("应享待遇", width=24),
            Column("结论"),
            Column("应享(元)", "money"),
            Column("已享(元)", "money"),
            Column("核查日", "date"),
        ),
        _entitlement,
    ),
}


@transaction.atomic
def request_lines_export(*, kind: Kind, area: str, lines: Iterable[Any], by: Actor, scope: Scope) -> Job:
    """Queues an export of the lines (ids) of ``area`` (12-digit code); those out of the scope's reach are left out.

    Raises:
        NotAllowed, NotFound: the scope may not export there.
    """
    scope.require(Capability.EXPORT, area)
    model, said, _, _ = _LISTS[kind]
    keys = [str(key) for key in lines]
    reached: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        rows = model.objects.visible_to(scope, Capability.EXPORT).filter(pk__in=keys[start : start + AT_ONCE])
        reached.update(map(str, rows.values_list("pk", flat=True)))
    kept = [key for key in keys if key in reached]
    title = Words(f"导出{said.zh}", f"Export: {said.en}")
    return enqueue("quality.lines", by=by, title=title, division_code=area, area=area, which=kind, lines=kept)


@transaction.atomic
def request_indicators_export(*, area: str, by: Actor, scope: Scope) -> Job:
    """Queues a workbook of the indicators of ``area``, of its places, types and gaps (S1-02, S2-36).

    Raises:
        NotAllowed, NotFound: the scope may not export there.
    """
    scope.require(Capability.EXPORT, area)
    title = Words("导出指标", "Export of indicators")
    return enqueue("quality.indicators", by=by, title=title, division_code=area, area=area)


@job("quality.lines")
def export_lines(progress: Progress, *, area: str, which: Kind, lines: Sequence[str]) -> None:
    """One row for each line, identity numbers masked; the result names the workbook for the download."""
    _, said, columns, cells = _LISTS[which]
    progress.step(Words("写工作簿", "Writing the workbook"), len(lines))

    def write(path: Path) -> None:
        with WorkbookWriter(path) as book:
            book.sheet(said.zh, [*_WHO, *columns], _rows(which, lines, cells, progress))

    _keep(progress, f"{said.zh}_{area}", write, area=area, action="quality.lines.export", rows=len(lines))


@job("quality.indicators")
def export_indicators(progress: Progress, *, area: str) -> None:
    """The tables of ``indicator_book``."""
    progress.step(Words("写工作簿", "Writing the workbook"))
    _keep(
        progress,
        f"指标_{area}",
        lambda path: write_indicators(area, path),
        area=area,
        action="quality.indicators.export",
        rows=0,
    )


def _keep(
    progress: Progress, name: str, write: Callable[[Path], None], *, area: str, action: str, rows: int
) -> None:
    """Writes a workbook, keeps it, and leaves its line in the log."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        write(path)
        with path.open("rb") as stream:
            kept = store.keep(stream, name=f"{name}_{clock.today():%Y%m%d}.xlsx")
    with transaction.atomic():
        detail = {"rows": rows, "sha256": kept.sha256}
        record(
            by=progress.by,
            action=action,
            subject_kind="area",
            subject_id=area,
            division_code=area,
            detail=detail,
        )
        progress.finish({"sha256": kept.sha256, "name": kept.name, "rows": rows})


def _rows(
    kind: Kind, keys: Sequence[str], cells: Callable[[Any], list[object]], progress: Progress
) -> Iterator[list[object]]:
    """The lines in the order of the list."""
    model = _LISTS[kind][0]
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        found = {
            str(one.pk): one
            for one in model.objects.filter(pk__in=some).select_related("household", "person", "run")
        }
        names = paths({one.division_code for one in found.values()})
        heads = heads_of({one.household_id for one in found.values() if one.household_id})
        for one in (found[key] for key in some if key in found):
            place, named = names.get(one.division_code, ()), one.person or heads.get(one.household_id)
            yield [
                one.household.household_no if one.household else "",
                named.name if named else "",
                "" if one.person or not one.household else "全户",
                masked_tail(named.id_tail) if named else "",
                place[3] if len(place) > 3 else "",
                one.division_code,
                place[4] if len(place) > 4 else "",
                *cells(one),
            ]
        progress.advance(len(some))
