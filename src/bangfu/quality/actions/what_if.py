"""Trying other values on a county before the document is issued (DESIGN §1.7). Stored verdicts are not touched."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.analytics.engines import duckdb_engine
from bangfu.analytics.extracts import Built
from bangfu.analytics.simulation import BREAKDOWNS, Effects, Simulation, Variant, simulate
from bangfu.divisions.codes import Level, level_of
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.database import bulk
from bangfu.platform.files import store
from bangfu.platform.files.store import StoredFile
from bangfu.platform.jobs.actions import enqueue
from bangfu.platform.jobs.models import Job
from bangfu.platform.jobs.registry import job
from bangfu.platform.jobs.running.progress import Progress
from bangfu.policy.parameters import Change, parameters
from bangfu.policy.words import Words
from bangfu.quality.errors import NotACounty, NothingTried, NotYetThen
from bangfu.quality.result_models import WhatIf, WhatIfLine
from bangfu.quality.runs import build
from bangfu.quality.simulation_book import write_simulation
from bangfu.registry.models import new_id

#: How many what-ifs of a county are kept with their lists.
KEPT: Final = 12
#: The effect of a line that says what a household loses in all.
LOSES: Final = "loses"
_LINE: Final = (
    "id", "what_if_id", "variant", "question", "effect", "household_id", "person_id", "division_code",
    "due_before", "due_after",
)  # fmt: skip


@transaction.atomic
def request_what_if(
    *, area: str, day: date, variants: Sequence[Sequence[str]], by: Actor, scope: Scope
) -> Job:
    """Queues a trial over the county ``area`` as of ``day``.

    Args:
        variants: of each, its changes (``key=value@from[:area]``); empty ones are left out.

    Raises:
        NotAllowed, NotFound: the scope may not try values there. NotACounty: ``area`` is none.
        NothingTried, NotYetThen: nothing would change. BadChange, UnknownParameter: a change cannot be read.
    """
    scope.require(Capability.TRY_VALUES, area)
    if level_of(area) != Level.COUNTY:
        raise NotACounty(area=area)
    asked = [list(texts) for texts in variants if texts]
    if not asked:
        raise NothingTried()
    for text in (text for texts in asked for text in texts):
        change = Change.read(text, parameters())
        if change.since > day:
            raise NotYetThen(since=change.since.isoformat(), day=day.isoformat())
    title = Words(f"假设测算({day:%Y-%m-%d})", f"What-if ({day:%Y-%m-%d})")
    return enqueue(
        "quality.what_if",
        by=by,
        title=title,
        division_code=area,
        area=area,
        day=day.isoformat(),
        variants=asked,
    )


@job("quality.what_if")
def try_values(progress: Progress, *, area: str, day: str, variants: Sequence[Sequence[str]]) -> None:
    """Asks what the changes reach twice over one snapshot; keeps figures, lists and the workbook."""
    progress.step(Words("取数、比对名单", "Reading and matching"))
    built = build(area, date.fromisoformat(day))
    known = parameters()
    tried = [
        Variant(str(number), tuple(Change.read(text, known) for text in texts))
        for number, texts in enumerate(variants, start=1)
    ]
    progress.step(Words("按现行值和假设值各算一遍", "Asking with the values in force and with those tried"))
    started = time.perf_counter()
    with duckdb_engine() as engine:
        made = simulate(built.snapshot, tried, engine=engine)
    spent = round((time.perf_counter() - started) * 1000)
    progress.step(Words("写工作簿和清单", "Writing the workbook and the lists"))
    kept = _workbook(made, built, area)
    with transaction.atomic():
        hold_chain()
        found = _keep(made, built, asked=variants, area=area, engine_ms=spent, progress=progress)
        record(
            by=progress.by,
            action="quality.what_if",
            subject_kind="what_if",
            subject_id=str(found.pk),
            division_code=area,
            detail={"day": day, "variants": [list(one) for one in variants]},
        )
        progress.finish({"what_if": str(found.pk), "sha256": kept.sha256, "name": kept.name})


def _workbook(made: Simulation, built: Built, area: str) -> StoredFile:
    named = built.named.households
    numbers = dict(zip(named["household_key"].to_pylist(), named["household_no"].to_pylist(), strict=True))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "what-if.xlsx"
        write_simulation(made, path, numbers)
        with path.open("rb") as stream:
            return store.keep(stream, name=f"假设测算_{area}_{made.day:%Y%m%d}.xlsx")


def _keep(
    made: Simulation,
    built: Built,
    *,
    asked: Sequence[Sequence[str]],
    area: str,
    engine_ms: int,
    progress: Progress,
) -> WhatIf:
    found = WhatIf.objects.create(
        division_code=area,
        day=made.day,
        variants=[_figures(one, texts) for one, texts in zip(made.effects, asked, strict=True)],
        job_id=str(progress.job_id),
        engine_ms=engine_ms,
        by_id=progress.by.id,
        by_name=progress.by.name,
        made_at=clock.now(),
    )
    ids = _Ids(built, area)
    for number, one in enumerate(made.effects, start=1):
        bulk.insert(WhatIfLine, _LINE, _lines(one, (found.pk, number), ids))
    older = WhatIf.objects.filter(division_code=area).order_by("-made_at").values_list("pk", flat=True)[KEPT:]
    WhatIf.objects.filter(pk__in=list(older)).delete()
    return found


def _figures(one: Effects, texts: Sequence[str]) -> dict[str, Any]:
    """What the page shows of a variant; divisions down to the township."""
    places = [row for row in one.by_division().to_pylist() if row["level"] in ("county", "township")]
    return {
        "changes": list(texts),
        "cost": one.cost,
        "losers": one.losers.num_rows,
        **{name: one.by(name).to_pylist() for name in BREAKDOWNS},
        "division": places,
    }


class _Ids:
    """From keys of the snapshot back to the registry."""

    def __init__(self, built: Built, area: str) -> None:
        named = built.named
        self.area = area
        self.household = _ids(named.households, "household_key")
        self.person = _ids(named.persons, "person_key")

    def place(self, village: int | None) -> str:
        return f"{village:012d}" if village else self.area


def _lines(one: Effects, head: tuple[UUID, int], ids: _Ids) -> Iterator[tuple[Any, ...]]:
    for row in one.changes.to_pylist():
        person = ids.person.get(row["key"]) if row["subject_kind"] == "person" else None
        yield (new_id(), *head, row["question"], row["effect"], *_whose(row, person, ids))
    for row in one.losers.to_pylist():
        lost = row["questions"] or []
        yield (new_id(), *head, lost[0] if len(lost) == 1 else "", LOSES, *_whose(row, None, ids))


def _whose(row: Mapping[str, Any], person: UUID | None, ids: _Ids) -> tuple[Any, ...]:
    """Household, person, place, and fen before and after."""
    household, place = ids.household.get(row["household_key"]), ids.place(row["village_code"])
    return household, person, place, row["due_before"], row["due_after"]


def _ids(table: Any, key: str) -> dict[int, UUID]:
    return dict(zip(table[key].to_pylist(), map(UUID, table["id"].to_pylist()), strict=True))
