"""Filing the papers of a household's archive (S2-43)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.files.store import StoredFile
from bangfu.policy import checklists
from bangfu.quality.errors import UnknownPaper
from bangfu.quality.models import ArchivedPaper
from bangfu.registry.models import Household


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

    Raises:
        NotAllowed, NotFound: the scope may not correct there. UnknownPaper: the checklist does not have it.
    """
    hold_chain()
    _check(household, paper, scope)
    row, _ = ArchivedPaper.objects.update_or_create(
        household=household,
        paper=paper,
        defaults={
            "filed_on": filed_on,
            "note": note.strip(),
            "file_name": scan.name if scan else "",
            "file_sha256": scan.sha256 if scan else "",
            "by_name": by.name,
        },
    )
    _tell(household, paper, "quality.file_paper", by)
    return row


@transaction.atomic
def withdraw_paper(*, household: Household, paper: str, by: Actor, scope: Scope) -> None:
    """The paper does not lie in the archive after all; raises as ``file_paper``."""
    hold_chain()
    _check(household, paper, scope)
    ArchivedPaper.objects.filter(household=household, paper=paper).delete()
    _tell(household, paper, "quality.withdraw_paper", by)


def _check(household: Household, paper: str, scope: Scope) -> None:
    scope.require(Capability.CORRECT_REGISTRY, household.division_code)
    if paper not in {one.key for one in checklists.archive_papers()}:
        raise UnknownPaper(what=paper)


def _tell(household: Household, paper: str, action: str, by: Actor) -> None:
    record(
        by=by,
        action=action,
        subject_kind="household",
        subject_id=household.household_no,
        division_code=household.division_code,
        detail={"paper": paper},
    )
