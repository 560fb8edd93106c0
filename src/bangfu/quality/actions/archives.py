"""Filing the papers of the archives of households and villages (S2-43)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import Level
from bangfu.divisions.models import Division
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.platform.files.store import StoredFile
from bangfu.policy import checklists
from bangfu.policy.checklists import ArchivePaper
from bangfu.quality.errors import UnknownPaper
from bangfu.quality.record_models import ArchivedPaper, VillagePaper
from bangfu.registry.errors import InTheFuture
from bangfu.registry.models import Household

_MAY: Final = Capability.CORRECT_REGISTRY


@transaction.atomic
def file_paper(
    *,
    household: Household,
    paper: str,
    filed_on: date,
    by: Actor,
    scope: Scope,
    note: str = "",
    scan: StoredFile | None = None,
) -> ArchivedPaper:
    """Notes that a paper lies in the archive, with a scan where there is one; filing it again replaces the note.

    Without a new scan the one that was filed before stays.

    Raises:
        NotAllowed, NotFound: the scope may not correct there. UnknownPaper: the checklist does not have it.
        InTheFuture: the day has not come.
    """
    hold_chain()
    scope.require(_MAY, household.division_code)
    _check(paper, checklists.archive_papers(), filed_on)
    row, _ = ArchivedPaper.objects.update_or_create(
        household=household, paper=paper, defaults=_kept(filed_on, note, scan, by)
    )
    _tell("file_paper", paper, ("household", household.household_no), household.division_code, by)
    return row


@transaction.atomic
def withdraw_paper(*, household: Household, paper: str, by: Actor, scope: Scope) -> None:
    """The paper does not lie in the archive after all; raises as ``file_paper``."""
    hold_chain()
    scope.require(_MAY, household.division_code)
    _check(paper, checklists.archive_papers())
    ArchivedPaper.objects.filter(household=household, paper=paper).delete()
    _tell("withdraw_paper", paper, ("household", household.household_no), household.division_code, by)


@transaction.atomic
def file_village_paper(
    *,
    village_code: str,
    paper: str,
    filed_on: date,
    by: Actor,
    scope: Scope,
    note: str = "",
    scan: StoredFile | None = None,
) -> VillagePaper:
    """Notes that a paper lies in the village's archive; raises as ``file_paper``."""
    hold_chain()
    require_village(village_code, scope)
    _check(paper, checklists.village_papers(), filed_on)
    row, _ = VillagePaper.objects.update_or_create(
        village_code=village_code, paper=paper, defaults=_kept(filed_on, note, scan, by)
    )
    _tell("file_paper", paper, ("division", village_code), village_code, by)
    return row


@transaction.atomic
def withdraw_village_paper(*, village_code: str, paper: str, by: Actor, scope: Scope) -> None:
    """The paper does not lie in the village's archive after all; raises as ``file_paper``."""
    hold_chain()
    require_village(village_code, scope)
    _check(paper, checklists.village_papers())
    VillagePaper.objects.filter(village_code=village_code, paper=paper).delete()
    _tell("withdraw_paper", paper, ("division", village_code), village_code, by)


def require_village(code: str, scope: Scope) -> None:
    """Lets nobody pass who may not correct in this village.

    Raises:
        NotAllowed, NotFound: the scope may not correct there, or it is no village.
    """
    scope.require(_MAY, code)
    if not Division.objects.at_level(Level.VILLAGE).filter(code=code).exists():
        raise NotFound()


def _check(paper: str, checklist: Iterable[ArchivePaper], filed_on: date | None = None) -> None:
    if paper not in {one.key for one in checklist}:
        raise UnknownPaper(what=paper)
    if filed_on is not None and filed_on > clock.today():
        raise InTheFuture(day=filed_on)


def _kept(filed_on: date, note: str, scan: StoredFile | None, by: Actor) -> dict[str, Any]:
    kept: dict[str, Any] = {"filed_on": filed_on, "note": note.strip(), "by_name": by.name}
    return kept | ({"file_name": scan.name[:200], "file_sha256": scan.sha256} if scan else {})


def _tell(what: str, paper: str, subject: tuple[str, str], division: str, by: Actor) -> None:
    record(
        by=by,
        action=f"quality.{what}",
        subject_kind=subject[0],
        subject_id=subject[1],
        division_code=division,
        detail={"paper": paper},
    )
