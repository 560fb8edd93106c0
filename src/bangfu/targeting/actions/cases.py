"""Acting in one case of any procedure: the post is proved here, everything else by the machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bangfu.accounts.access import Scope
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound, Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions import acting, appeals, ending, objections, recording
from bangfu.platform.procedures.actions.appeals import PROCEDURE as APPEAL
from bangfu.platform.procedures.actions.ending import Wish
from bangfu.platform.procedures.enums import ActKind
from bangfu.platform.procedures.errors import UnknownRecord, WishNeeded
from bangfu.platform.procedures.models import Act, Appeal, Case, CaseRecord, Objection
from bangfu.policy.procedures import in_force
from bangfu.policy.procedures.definitions import RecordKind
from bangfu.policy.words import Words
from bangfu.registry.models import Membership
from bangfu.targeting.access import Post, case_for, objection_for, post_at
from bangfu.targeting.errors import OnlyPublished


def act_on(
    *,
    case: int,
    step: str,
    decision: str,
    revision: int,
    by: Actor,
    scope: Scope,
    to_step: str = "",
    reason: str = "",
    files: Sequence[StoredFile] = (),
    signatures: Sequence[str] = (),
) -> Act:
    """Decide the step of one case. Raises NotFound, NotAllowed, and as ``acting.act_together``."""
    post = _post_of_step(case_for(scope, case), step, scope)
    return acting.act(
        case=case,
        step=step,
        decision=decision,
        revision=revision,
        by=by,
        to_step=to_step,
        reason=reason,
        files=files,
        signatures=signatures,
        **post._asdict(),
    )


def record_on(
    *,
    case: int,
    kind: str,
    revision: int,
    by: Actor,
    scope: Scope,
    data: Mapping[str, Any] | None = None,
    files: Sequence[StoredFile] = (),
    signatures: Sequence[str] = (),
) -> CaseRecord:
    """Put one record into a case. Raises NotFound, NotAllowed, OnlyPublished, and as ``recording.add_records``."""
    found = case_for(scope, case)
    meant = kind_of(found, kind)
    require_by_hand(found, kind)
    post = post_at(scope, found.division_code, Post(meant.role, meant.level))
    return recording.add_record(
        case=case,
        kind=kind,
        revision=revision,
        by=by,
        data=data,
        files=files,
        signatures=signatures,
        **post._asdict(),
    )


def override_on(
    *,
    case: int,
    step: str,
    decision: str,
    revision: int,
    reason: str,
    by: Actor,
    scope: Scope,
    overrides: Sequence[str] = (),
    to_step: str = "",
    files: Sequence[StoredFile] = (),
    signatures: Sequence[str] = (),
) -> Act:
    """Decide a step in place of a lower level, with the reason on record (S0-48).

    Raises as ``acting.override_step``.
    """
    found = case_for(scope, case)
    post = post_at(scope, found.division_code, Post("", ""))
    return acting.override_step(
        case=case,
        step=step,
        decision=decision,
        revision=revision,
        reason=reason,
        by=by,
        overrides=overrides,
        to_step=to_step,
        files=files,
        signatures=signatures,
        **post._asdict(),
    )


def withdraw_from(*, case: int, revision: int, wish: Wish, by: Actor, scope: Scope) -> Case:
    """The subject takes the case back; the post is that which opened it, or that of the present step.

    Raises as ``ending.withdraw``; WishNeeded also where somebody outside the household asks without a paper.
    """
    found = case_for(scope, case)
    if problems := list(_outsiders(found, wish)):
        raise WishNeeded(problems)
    opener = opening_post(found)
    post = post_at(scope, found.division_code, opener) if opener else None
    if post is None or post != opener:
        post = _post_of_step(found, found.step, scope)
    return ending.withdraw(case=case, revision=revision, wish=wish, by=by, **post._asdict())


def _outsiders(case: Case, wish: Wish) -> Iterator[Problem]:
    """That nobody of the household asked, and no paper shows for whom they did."""
    if case.subject_kind != "household" or wish.files or not wish.asked_by.strip():
        return
    members = Membership.objects.on(clock.today()).filter(household_id=case.subject_id)
    if not members.filter(person__name=wish.asked_by.strip()).exists():
        yield Problem(
            Words("要求撤回的人", "who asked for it"),
            Words(
                f"“{wish.asked_by.strip()}”不是该户的成员。",
                f"“{wish.asked_by.strip()}” is no member of the household.",
            ),
            Words(
                "请由该户成员提出;受委托的,请上传委托书或撤回申请。",
                "Let a member ask; where somebody was authorised, attach the paper that says so.",
            ),
        )


def object_to(*, case: int, text: str, raised_by: str, by: Actor, scope: Scope) -> Objection:
    """Somebody objects; whoever holds a post there enters it. Raises as ``objections.raise_objection``."""
    found = case_for(scope, case)
    post = _post_of_step(found, found.step, scope)
    return objections.raise_objection(case=case, text=text, raised_by=raised_by, by=by, **post._asdict())


def answer_to(*, objection: int, upheld: bool, answer: str, by: Actor, scope: Scope) -> Objection:
    """Answer an objection at the case's step, or above it. Raises as ``objections.answer_objection``."""
    found = objection_for(scope, objection).case
    post = _post_of_step(found, found.step, scope)
    return objections.answer_objection(
        objection=objection, upheld=upheld, answer=answer, by=by, **post._asdict()
    )


def appeal_against(*, case: int, text: str, by: Actor, scope: Scope) -> Appeal:
    """Appeal against a refusal or a withdrawal; the post is that of the appeal's first step.

    Raises as ``appeals.lodge_appeal``.
    """
    found = case_for(scope, case)
    first = in_force(APPEAL, found.closed_on or found.opened_on, found.division_code).steps[0]
    post = post_at(scope, found.division_code, Post(first.role, first.level))
    return appeals.lodge_appeal(case=case, text=text, by=by, **post._asdict())


def opening_post(case: Case) -> Post | None:
    """The post that opened the case; None where the system did."""
    post = case.acts.filter(kind=ActKind.OPENED).values_list("role", "level").first()
    return Post(*post) if post and post[0] else None


def kind_of(case: Case, kind: str) -> RecordKind:
    """The kind of record as the case's definition has it. Raises UnknownRecord."""
    meant = case.definition.record(kind)
    if meant is None:
        raise UnknownRecord(procedure=case.definition.title, record=kind)
    return meant


def is_notice(case: Case, kind: str) -> bool:
    """Whether a step of the case waits for the days of this record: then it is that of a public notice."""
    return any(step.notice is not None and step.notice.record == kind for step in case.definition.steps)


def require_by_hand(case: Case, kind: str) -> None:
    """Lets no notice on record that was not published (S2-43). Raises OnlyPublished."""
    if is_notice(case, kind):
        raise OnlyPublished(record=kind_of(case, kind).title)


def _post_of_step(case: Case, step: str, scope: Scope) -> Post:
    """The post of the step, where the scope has it; of the present one where the definition has no such step."""
    known = {one.key: one for one in case.definition.steps}
    meant = known.get(step) or case.current
    return post_at(scope, case.division_code, Post(meant.role, meant.level))


def reached(scope: Scope, numbers: Sequence[int]) -> list[Case]:
    """The cases within the scope, in the order asked for. Raises NotFound: one is not."""
    found = Case.objects.in_bulk(numbers)
    for pk in numbers:
        if pk not in found or not scope.covers(found[pk].division_code):
            raise NotFound(case=pk)
    return [found[pk] for pk in numbers]
