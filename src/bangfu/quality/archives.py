"""How complete the archives of households and villages are (S2-43)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import checklists
from bangfu.policy.checklists import ArchivePaper
from bangfu.policy.vocabulary import codes
from bangfu.quality.record_models import ArchivedPaper, FiledPaper, VillagePaper
from bangfu.registry.models import Household, Standing

_standing = codes("standing")


@dataclass(frozen=True)
class PaperState:
    """A paper that is needed, and where it lies; None: it is missing."""

    paper: ArchivePaper
    filed: FiledPaper | None


def papers_of(household: Household, day: date) -> list[PaperState]:
    """The checklist of one household."""
    exited = household.standings.on(day).filter(kind=_standing.exited).exists()
    filed = {one.paper: one for one in household.archived_papers.filter(filed_on__lte=day)}
    return [PaperState(paper, filed.get(paper.key)) for paper in checklists.papers_needed(exited=exited)]


def village_papers_of(village_code: str, day: date) -> list[PaperState]:
    """The checklist of one village."""
    filed = {
        one.paper: one for one in VillagePaper.objects.filter(village_code=village_code, filed_on__lte=day)
    }
    return [PaperState(paper, filed.get(paper.key)) for paper in checklists.village_papers()]


def village_paper_counts(division: str, day: date) -> dict[str, int]:
    """Village → papers of the checklist that lie in its archive, for villages with any."""
    needed = [one.key for one in checklists.village_papers()]
    within = prefix_range("village_code", scope_prefix(division))
    filed = VillagePaper.objects.filter(within, paper__in=needed, filed_on__lte=day)
    return dict(filed.order_by().values_list("village_code").annotate(n=Count("pk")))


def lacking(day: date) -> Q:
    """Households whose archive lacks a paper that they need on ``day``."""
    always = [paper.key for paper in checklists.papers_needed(exited=False)]
    of_exit = [paper.key for paper in checklists.papers_needed(exited=True) if paper.key not in always]
    exited = Standing.objects.on(day).filter(kind=_standing.exited).values("household")
    return ~Q(pk__in=_with_all(always, day)) | Q(pk__in=exited) & ~Q(pk__in=_with_all(of_exit, day))


def _with_all(papers: list[str], day: date) -> Any:
    """Ids of the households in whose archive all of ``papers`` lie."""
    filed = ArchivedPaper.objects.filter(paper__in=papers, filed_on__lte=day).order_by()
    whole = filed.values("household").annotate(n=Count("pk")).filter(n=len(papers))
    return whole.values("household")


@dataclass(frozen=True)
class ArchiveRate:
    """Households of a village, and how many archives lack nothing."""

    division_code: str
    households: int
    complete: int


def rates(division: str, day: date) -> list[ArchiveRate]:
    """By village: households that count on the day, and those whose archive is complete."""
    counted = Household.objects.in_division(division).counted_on(day)
    gaps = _by_village(counted.filter(lacking(day)))
    return [
        ArchiveRate(code, number, number - gaps.get(code, 0))
        for code, number in sorted(_by_village(counted).items())
    ]


def _by_village(rows: Any) -> dict[str, int]:
    return dict(rows.order_by().values_list("division_code").annotate(n=Count("pk")))
