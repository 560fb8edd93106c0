"""Showing a sealed value: only to whoever may, with a reason, and never without a line in the log."""

from __future__ import annotations

from typing import Literal

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform.audit.actions import hold_chain, sensitive_read
from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import cipher
from bangfu.platform.errors import NotFound
from bangfu.registry import columns
from bangfu.registry.models import Household, Person


@transaction.atomic
def reveal_person(
    *,
    person: Person,
    what: Literal["id_number", "phone"],
    household: Household,
    reason: str,
    by: Actor,
    scope: Scope,
) -> str:
    """The person's identity number or phone in plain text, empty when there is none.

    Raises:
        NotAllowed, NotFound: the scope may not unmask there, or the person never belonged to the household.
        ReasonRequired: no reason.
    """
    hold_chain()
    scope.require(Capability.UNMASK, household.division_code)
    if not household.memberships.filter(person=person).exists():
        raise NotFound()
    sensitive_read(
        by=by,
        what=what,
        reason=reason,
        subject_kind="person",
        subject_id=person.person_no,
        division_code=household.division_code,
    )
    return _plain("person", what, person)


@transaction.atomic
def reveal_household(
    *, household: Household, what: Literal["phone", "bank_account"], reason: str, by: Actor, scope: Scope
) -> str:
    """The household's phone or bank account in plain text; raises as ``reveal_person``."""
    hold_chain()
    scope.require(Capability.UNMASK, household.division_code)
    sensitive_read(
        by=by,
        what=what,
        reason=reason,
        subject_kind="household",
        subject_id=household.household_no,
        division_code=household.division_code,
    )
    return _plain("household", what, household)


def _plain(table: str, what: str, row: Person | Household) -> str:
    sealed = getattr(row, what)
    return cipher.decrypt(sealed, bound_to=columns.sealed_to(table, what, row.pk)) if sealed else ""
