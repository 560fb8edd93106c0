"""How complete archives are (S2-43)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import checklists
from bangfu.policy.checklists import ArchivePaper
from bangfu.policy.vocabulary import codes
from bangfu.quality.models import ArchivedPaper
from bangfu.registry.models import Household
from bangfu.registry.querysets import running_on

_standing = codes("standing")


@dataclass(frozen=True)
class PaperState:
    """A paper that the household needs, and where it lies; None: it is missing."""

    paper: ArchivePaper
    filed: ArchivedPaper | None


def papers_of(household: Household, day: date) -> list[PaperState]:
    """The checklist of one household."""
    exited = household.standings.on(day).filter(kind=_standing.exited).exists()
    filed = {one.paper: one for one in household.archived_papers.all()}
    return [PaperState(paper, filed.get(paper.key)) for paper in checklists.papers_needed(exited=exited)]


@dataclass(frozen=True)
class ArchiveRate:
    """Households of a village, and how many archives lack nothing."""

    division_code: str
    households: int
    complete: int


def rates(division: str, day: date) -> list[ArchiveRate]:
    """By village: households with a standing, and those whose archive is complete."""
    always = [paper.key for paper in checklists.papers_needed(exited=False)]
    only_exited = [paper.key for paper in checklists.papers_needed(exited=True) if paper.key not in always]
    where = prefix_range("division_code", scope_prefix(division)) & running_on(day, "standings__")
    rows = (
        Household.objects.filter(where)
        .annotate(
            usual=Count("archived_papers", filter=Q(archived_papers__paper__in=always), distinct=True),
            of_exit=Count("archived_papers", filter=Q(archived_papers__paper__in=only_exited), distinct=True),
        )
        .values_list("division_code", "standings__kind", "usual", "of_exit")
    )
    counted: dict[str, list[int]] = {}
    for code, kind, usual, of_exit in rows:
        counts = counted.setdefault(code, [0, 0])
        counts[0] += 1
        counts[1] += usual == len(always) and (kind != _standing.exited or of_exit == len(only_exited))
    return [
        ArchiveRate(code, households, complete) for code, (households, complete) in sorted(counted.items())
    ]
