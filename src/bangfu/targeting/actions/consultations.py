"""Drafts put up for comments: open, closed, answered (S2-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.platform import clock
from bangfu.platform.audit.actions import hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound, Problem
from bangfu.platform.procedures.errors import TextNeeded
from bangfu.policy.words import Words
from bangfu.targeting import notices
from bangfu.targeting.actions.notices import Wording, publish
from bangfu.targeting.enums import NoticeKind
from bangfu.targeting.errors import CommentAnswered, NoticeOver
from bangfu.targeting.notice_models import Comment, Notice
from bangfu.targeting.receipts import new_receipt
from bangfu.targeting.voices import admitted, unseen

SHORTEST = 2


@dataclass(frozen=True)
class Opened:
    """A consultation that was opened, and what speaks against its window."""

    notice: Notice
    warnings: Sequence[Problem]


@transaction.atomic
def open_consultation(
    *, division_code: str, until: date, wording: Wording, by: Actor, scope: Scope
) -> Opened:
    """Put a draft up for comments from today to before ``until``; a short window is opened with a warning.

    Raises NotFound, NotAllowed, NoticeRefused.
    """
    scope.require(Capability.CORRECT_REGISTRY, division_code)
    notice = publish(
        kind=NoticeKind.CONSULTATION, division_code=division_code, until=until, wording=wording, by=by
    )
    return Opened(notice, notices.window_warnings(notice.since, until, division_code))


@transaction.atomic
def comment_on(*, notice: int, text: str, by: Actor, name: str = "") -> Comment:
    """Somebody comments on an open draft; nobody has to sign in or say a name.

    Raises NotFound, NoticeOver (closed: no comment comes in afterwards), TooManyVoices, TextNeeded.
    """
    hold_chain()
    found = Notice.objects.filter(pk=notice, kind=NoticeKind.CONSULTATION).first()
    if found is None:
        raise NotFound(notice=notice)
    if not notices.is_posted(found, clock.today()):
        raise NoticeOver(
            title=found.title,
            day=found.withdrawn_on or found.until,
            way=f"征求意见已截止(S2-01),请直接联系{found.issuer}(电话{found.phone})。",
            way_en=f"Comments are closed (S2-01); turn to {found.issuer} (phone {found.phone}).",
        )
    given = _text(text, Words("意见内容", "the comment"))
    comment = Comment.objects.create(
        notice=found,
        name=name.strip(),
        text=given,
        day=clock.today(),
        receipt=new_receipt(),
        address_token=admitted(by, found),
    )
    _tell(comment, "targeting.comment", unseen(by))
    return comment


@transaction.atomic
def answer_comment(*, comment: int, adopted: bool, answer: str, by: Actor, scope: Scope) -> Comment:
    """Say whether a comment is taken up, and why. Raises NotFound, CommentAnswered, TextNeeded."""
    hold_chain()
    found = Comment.objects.select_related("notice").filter(pk=comment).first()
    if found is None or not scope.allows(Capability.CORRECT_REGISTRY, found.notice.division_code):
        raise NotFound(comment=comment)
    if found.answered_on is not None:
        raise CommentAnswered(by=found.answered_by, day=found.answered_on)
    found.adopted, found.answer = adopted, _text(answer, Words("答复内容", "the answer"))
    found.answered_by, found.answered_on = by.name or by.id, clock.today()
    found.save()
    _tell(found, "targeting.answer_comment", by)
    return found


def _text(text: str, what: Words) -> str:
    given = text.strip()
    if len(given) < SHORTEST:
        raise TextNeeded(what=what, least=SHORTEST)
    return given


def _tell(comment: Comment, action: str, by: Actor) -> None:
    record(
        by=by,
        action=action,
        subject_kind="notice",
        subject_id=str(comment.notice_id),
        division_code=comment.notice.division_code,
        detail={"comment": comment.pk},
    )
