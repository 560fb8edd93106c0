"""What people without an account say of notices and drafts: how many a day, and how a receipt is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.crypto.blind_index import blind_index
from bangfu.platform.procedures.enums import ObjectionState
from bangfu.policy.parameters import parameters
from bangfu.policy.words import Words
from bangfu.targeting.errors import TooManyVoices
from bangfu.targeting.notice_models import Comment, LineObjection, Notice, NoticeLine

_ADDRESS: Final = "targeting.voice.address"
_WAITING: Final = Words("已收到,等待核实和答复", "received, not answered yet")


def visitor(address: str) -> Actor:
    """Whoever uses a public notice, by network address."""
    return Actor("system:public_notice", "public notice", address)


def unseen(by: Actor) -> Actor:
    """The same without the address: the log of acts does not tell who objected."""
    return Actor(by.id, by.name)


def contact_of(key: object) -> str:
    """What the sealed phone of somebody who objects is bound to."""
    return f"targeting.line_objection.contact:{key}"


def admitted(by: Actor, notice: Notice, line: NoticeLine | None = None) -> bytes:
    """The token of the address, when one more may come from there, and to this line or draft, today.

    Raises TooManyVoices.
    """
    token, day, values = blind_index(by.address, purpose=_ADDRESS), clock.today(), parameters()
    objections, comments = LineObjection.objects.filter(day=day), Comment.objects.filter(day=day)
    most = int(values["who.notices.voices_a_day"].on(day, notice.division_code))
    if by.address and (
        objections.filter(address_token=token).count() + comments.filter(address_token=token).count() >= most
    ):
        raise _too_many(notice, most, Words("从这里", "from here"))
    each = int(values["who.notices.voices_a_day_each"].on(day, notice.division_code))
    here = objections.filter(line=line) if line is not None else comments.filter(notice=notice)
    if here.count() >= each:
        which = (
            Words("对这一行", "to this line") if line is not None else Words("对这份草案", "to this draft")
        )
        raise _too_many(notice, each, which)
    return token


def _too_many(notice: Notice, most: int, which: Words) -> TooManyVoices:
    return TooManyVoices(
        most=most,
        which=which.zh,
        which_en=which.en,
        issuer=notice.issuer,
        phone=notice.phone,
        address=notice.address,
    )


@dataclass(frozen=True)
class ReceiptState:
    """How far something is that came through a public page, for whoever has its receipt: nothing that was typed, and
    nobody's name."""

    what: Words
    day: date
    state: Words
    answer: str = ""
    answered_on: date | None = None


_STATES: Final = {
    ObjectionState.OPEN: _WAITING,
    ObjectionState.UPHELD: Words("异议成立", "upheld"),
    ObjectionState.DISMISSED: Words("异议不成立", "not upheld"),
    ObjectionState.LAPSED: Words("办件已结束", "the case ended before"),
}


def state_of(receipt: str) -> ReceiptState | None:
    """What came of the objection or comment with the receipt; None where there is none."""
    voice = LineObjection.objects.select_related("objection").filter(receipt=receipt).first()
    if voice is not None:
        one = voice.objection
        state = _STATES[ObjectionState(one.state)]
        return ReceiptState(
            Words("公示异议", "objection to a notice"), voice.day, state, one.answer, one.answered_on
        )
    comment = Comment.objects.filter(receipt=receipt).first() if receipt else None
    if comment is None:
        return None
    answered = {True: Words("已采纳", "taken up"), False: Words("未采纳", "not taken up")}
    state = _WAITING if comment.adopted is None else answered[comment.adopted]
    what = Words("征求意见", "comment on a draft")
    return ReceiptState(what, comment.day, state, comment.answer, comment.answered_on)
