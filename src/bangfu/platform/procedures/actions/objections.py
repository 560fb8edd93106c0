"""Objections: while one is open its case passes nowhere; one that is upheld leads back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.platform.procedures import checks
from bangfu.platform.procedures.actions.log import Hand, Written, add_acts, locked, save_cases, tell
from bangfu.platform.procedures.enums import ActKind, ObjectionState
from bangfu.platform.procedures.errors import AlreadyAnswered, OwnDecision, OwnObjection, TextNeeded
from bangfu.platform.procedures.models import Objection
from bangfu.platform.procedures.situations import Situation
from bangfu.platform.worklist.actions import NewItem, close_items, open_items
from bangfu.policy.procedures.definitions import LEVELS, is_higher
from bangfu.policy.words import Words


@transaction.atomic
def raise_objection(
    *, case: int, text: str, raised_by: str, by: Actor, role: str = "", level: str = ""
) -> Objection:
    """Somebody objects to an open case; ``by`` enters it (the system, when it comes from a public page).

    It goes on the worklist of whoever does the current step. Raises NotFound, NotOpen, TextNeeded.
    """
    (now,) = locked([case])
    checks.require_open(now.case)
    given = _text(text, Words("异议内容", "the objection"))
    objection = Objection.objects.create(
        case=now.case,
        step=now.case.step,
        raised_by=raised_by.strip(),
        by_id=by.id,
        text=given,
        day=clock.today(),
    )
    add_acts([(now.case, Written(kind=ActKind.OBJECTED))], hand=Hand(by, role, level))
    save_cases([now.case])
    open_answering(now, [objection], by=by)
    tell([(now.case, {"objection": objection.pk})], action="object", by=by)
    return objection


def open_answering(now: Situation, unanswered: Sequence[Objection], *, by: Actor) -> None:
    """Put the objections on the worklist of whoever does the current step."""
    title = Words(f"答复异议:{now.definition.title.zh}", f"Answer an objection: {now.definition.title.en}")
    open_items(
        [
            NewItem(
                key=_key(one),
                kind="procedure.objection",
                title=title,
                url_name="case",
                url_args={"case": now.case.pk},
                division_code=now.case.division_code,
                role=now.step.role,
            )
            for one in unanswered
        ],
        by=by,
    )


@transaction.atomic
def answer_objection(
    *, objection: int, upheld: bool, answer: str, by: Actor, role: str, level: str
) -> Objection:
    """Answer an objection; the post is that of the current step, or a higher level; never whoever decided what is
    objected to.

    One that is upheld stops the case until it is returned or refused.

    Raises:
        NotFound, NotOpen, NotYours, AlreadyAnswered, OwnObjection, OwnDecision, TextNeeded.
    """
    case = Objection.objects.filter(pk=objection).values_list("case_id", flat=True).first()
    if case is None:
        raise NotFound(objection=objection)
    (now,) = locked([case])
    checks.require_open(now.case)
    found = next(one for one in now.objections if one.pk == objection)
    if found.state != ObjectionState.OPEN:
        raise AlreadyAnswered(by=found.answered_by, day=found.answered_on)
    if found.by_id == by.id:
        raise OwnObjection()
    if attacked := now.decided_before(found, by.id):
        raise OwnDecision(step=attacked.title)
    if not _is_above(level, now.step.level):
        checks.require_post(
            now.definition, now.step, now.step.title, (now.step.role, now.step.level), (role, level)
        )
    found.answer = _text(answer, Words("答复内容", "the answer"))
    found.state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    found.answered_by, found.answered_on = by.name or by.id, clock.today()
    add_acts([(now.case, Written(kind=ActKind.ANSWERED, reason=found.answer))], hand=Hand(by, role, level))
    found.answered_revision = now.case.revision
    found.save()
    save_cases([now.case])
    close_items([_key(found)], by=by, reason="异议已答复 · the objection is answered")
    tell([(now.case, {"objection": found.pk, "state": found.state})], action="answer", by=by)
    return found


def _is_above(level: str, than: str) -> bool:

    return level in LEVELS and is_higher(level, than)


def _key(objection: Objection) -> str:
    return f"objection:{objection.pk}"


def _text(text: str, what: Words) -> str:
    given = text.strip()
    if len(given) < checks.SHORTEST_REASON:
        raise TextNeeded(what=what, least=checks.SHORTEST_REASON)
    return given
