"""Objecting to a line of a public notice, without an account; and reaching whoever did (S2-43)."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record, sensitive_read
from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.blind_index import normalised
from bangfu.platform.errors import NotFound
from bangfu.platform.procedures.actions import objections
from bangfu.platform.procedures.enums import ObjectionState
from bangfu.platform.procedures.errors import OwnDecision, TextNeeded
from bangfu.platform.procedures.models import Objection
from bangfu.platform.procedures.situations import situation
from bangfu.policy.words import Words
from bangfu.registry.models import new_id
from bangfu.targeting.access import case_for
from bangfu.targeting.actions.notices import hanging
from bangfu.targeting.errors import BadContact
from bangfu.targeting.notice_models import LineObjection, NoticeLine
from bangfu.targeting.receipts import new_receipt
from bangfu.targeting.voices import admitted, contact_of, unseen

_PHONE: Final = re.compile(r"^\d{7,15}$")
_SHORTEST: Final = 4


@transaction.atomic
def object_to_line(
    *, notice: int, serial: int, text: str, raised_by: str, by: Actor, contact: str = ""
) -> LineObjection:
    """Somebody objects to one line of a hanging notice: it stops the case until it is answered. While one of them is
    open, another is added to it: the same answer is for both.

    Whoever reads the notice may; ``by``: see ``targeting.voices.visitor``. ``contact``: a phone, sealed, or nothing.

    Raises:
        NotFound: no such line. NoticeOver: it hangs no more. TooManyVoices, BadContact.
        TextNeeded, NotOpen: as the machine says.
    """
    hold_chain()
    line = NoticeLine.objects.select_related("notice").filter(notice=notice, serial=serial).first()
    if line is None:
        raise NotFound(notice=notice, serial=serial)
    hanging(line.notice)
    phone = normalised(contact).replace("-", "")
    if phone and not _PHONE.match(phone):
        raise BadContact()
    if len(text.strip()) < _SHORTEST:
        raise TextNeeded(what=Words("异议内容", "the objection"), least=_SHORTEST)
    token, key, by = admitted(by, line.notice, line), new_id(), unseen(by)
    voice = LineObjection.objects.create(
        id=key,
        receipt=new_receipt(),
        line=line,
        objection=_open_one(line)
        or objections.raise_objection(case=line.case_id, text=text, raised_by=raised_by, by=by),
        raised_by=raised_by.strip(),
        text=text.strip(),
        contact=cipher.encrypt(phone, bound_to=contact_of(key)) if phone else None,
        contact_tail=phone[-4:],
        address_token=token,
        day=clock.today(),
    )
    record(
        by=by,
        action="targeting.object_to_line",
        subject_kind="notice",
        subject_id=str(notice),
        division_code=line.notice.division_code,
        detail={"serial": serial, "objection": voice.objection_id},
    )
    return voice


def _open_one(line: NoticeLine) -> Objection | None:
    """The open objection of strangers to the case of the line."""
    found = Objection.objects.filter(case=line.case_id, state=ObjectionState.OPEN, voices__isnull=False)
    return found.order_by("pk").first()


@transaction.atomic
def reveal_contact(*, voice: UUID, reason: str, by: Actor, scope: Scope) -> str:
    """The phone of whoever objected, to whoever answers, with a reason and a line in the log.

    Raises NotFound, NotAllowed, ReasonRequired. OwnDecision: the objection attacks what they decided.
    """
    hold_chain()
    found = LineObjection.objects.select_related("objection", "objection__case").filter(pk=voice).first()
    if found is None:
        raise NotFound(voice=voice)
    case = case_for(scope, found.objection.case_id, Capability.WORK_CASES)
    if attacked := situation(case).decided_before(found.objection, by.id):
        raise OwnDecision(step=attacked.title)
    sensitive_read(
        by=by,
        what="objection_contact",
        reason=reason,
        subject_kind="case",
        subject_id=str(case.pk),
        division_code=case.division_code,
    )
    return cipher.decrypt(found.contact, bound_to=contact_of(found.pk)) if found.contact else ""
