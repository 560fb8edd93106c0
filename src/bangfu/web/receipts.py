"""The case or the draft behind a receipt of a public page, for staff who are shown one."""

from __future__ import annotations

from django.db.models import Q

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform.procedures.models import Case
from bangfu.targeting.notice_models import Notice
from bangfu.targeting.receipts import as_typed


def cases_of(text: str, scope: Scope) -> list[Case]:
    """The case that a report opened, or that an objection stopped, where the posts read it; none for other texts."""
    receipt = as_typed(text)
    if not receipt or not scope.can(Capability.READ_CASES):
        return []
    theirs = Q(self_report__receipt=receipt) | Q(objections__voices__receipt=receipt)
    return list(Case.objects.filter(theirs, scope.q("division_code", Capability.READ_CASES)).distinct())


def notices_of(text: str, scope: Scope) -> list[Notice]:
    """The draft that a comment was about, where the posts read it; none for other texts."""
    receipt = as_typed(text)
    if not receipt:
        return []
    theirs = Notice.objects.visible_to(scope, Capability.READ_REGISTRY)
    return list(theirs.filter(comments__receipt=receipt))
