"""Papers in batch for a village: a job that draws them, keeps the file, and leaves a line in the log (S2-43)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.queries import path
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.platform.files import store
from bangfu.platform.files.papers.blocks import Size
from bangfu.platform.files.papers.errors import NothingToPrint
from bangfu.platform.files.papers.packing import Format, write_archive, write_one
from bangfu.platform.jobs.actions import enqueue
from bangfu.platform.jobs.models import Job
from bangfu.platform.jobs.registry import job
from bangfu.platform.jobs.running.progress import Progress
from bangfu.policy.words import Words
from bangfu.targeting.models import Round
from bangfu.targeting.notice_models import Notice
from bangfu.targeting.papers.printing import PRINTS, Wanted

Packing = Literal["one", "archive"]


@transaction.atomic
def request_papers(
    *,
    kind: str,
    division_code: str,
    by: Actor,
    scope: Scope,
    form: Format = "pdf",
    packing: Packing = "one",
    round_id: int | None = None,
    only: Sequence[int] = (),
    notice: int | None = None,
    size: Size = "a4",
) -> Job:
    """Queue a batch of papers of one kind: one file to print, or an archive with a file for each.

    Raises:
        NotFound: no such kind, round or notice, or it lies elsewhere. NotAllowed: the scope may not correct there.
    """
    hold_chain()
    scope.require(Capability.CORRECT_REGISTRY, division_code)
    known = PRINTS.get(kind)
    if known is None:
        raise NotFound(what=kind)
    rounds, posted = Round.objects.within(division_code), Notice.objects.within(division_code)
    if known.needs == "round" and not rounds.filter(pk=round_id).exists():
        raise NotFound(round=round_id)
    if known.needs == "notice" and not posted.filter(pk=notice).exists():
        raise NotFound(notice=notice)
    return enqueue(
        "targeting.print",
        by=by,
        title=Words(f"打印{known.title.zh}", f"Printing {known.title.en}"),
        division_code=division_code,
        papers=kind,
        area=division_code,
        day=clock.today().isoformat(),
        form=form,
        packing=packing,
        round_id=round_id,
        only=list(only),
        notice=notice,
        size=size,
    )


@job("targeting.print")
def print_papers(
    progress: Progress,
    *,
    papers: str,
    area: str,
    day: str,
    form: Format,
    packing: Packing,
    round_id: int | None,
    only: Sequence[int],
    notice: int | None,
    size: Size,
) -> None:
    """Draws the papers and keeps the file; the result names it for the download."""
    progress.step(Words("取数", "Reading"))
    wanted = Wanted(
        division_code=area,
        day=date.fromisoformat(day),
        round_id=round_id,
        only=only,
        notice=notice,
        size=size,
    )
    found = PRINTS[papers].make(wanted)
    if not found:
        raise NothingToPrint()
    progress.step(Words("排版", "Drawing"), len(found))
    suffix, write = (form, write_one) if packing == "one" else ("zip", write_archive)
    with TemporaryDirectory() as folder:
        target = Path(folder) / f"papers.{suffix}"
        write(target, found, form, drawn=progress.advance)
        name = f"{PRINTS[papers].title.zh}_{(path(area) or (area,))[-1]}_{day}.{suffix}"
        with target.open("rb") as stream:
            kept = store.keep(stream, name=name)
    result: dict[str, Any] = {"sha256": kept.sha256, "name": kept.name, "papers": len(found)}
    with transaction.atomic():
        record(
            by=progress.by,
            action="targeting.print",
            subject_kind="area",
            subject_id=area,
            division_code=area,
            detail={"kind": papers, "form": form, "papers": len(found), "sha256": kept.sha256},
        )
        progress.finish(result)
