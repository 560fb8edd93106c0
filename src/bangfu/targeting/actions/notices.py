"""Publishing notices, taking them down, showing that they hang."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.queries import paths
from bangfu.platform import clock
from bangfu.platform.audit.actions import SHORTEST_REASON, hold_chain, record
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.errors import ReasonRequired
from bangfu.platform.errors import Problem
from bangfu.platform.files.store import StoredFile
from bangfu.platform.procedures.actions import objections
from bangfu.platform.procedures.models import Case
from bangfu.policy.procedures.definitions import Days, Step
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.models import Household, Membership
from bangfu.targeting import notices
from bangfu.targeting.actions.cases import reached
from bangfu.targeting.actions.meetings import RecordRow, put_on_record
from bangfu.targeting.enums import NoticeKind
from bangfu.targeting.errors import NoNotice, NothingGiven, NoticeOver, NoticeRefused
from bangfu.targeting.notice_models import Notice, NoticeLine

_relation = codes("relation")
_SYSTEM = Actor.system("public notice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a notice says around its table, and where one may object: phone and address always, a web address maybe."""

    title: str
    text: str
    audience: str
    issuer: str
    phone: str
    address: str
    place: str = ""
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    """A case that is to stand on the notice; ``revision`` is the one that was on the screen."""

    case: int
    revision: int


@transaction.atomic
def publish_cases(
    *,
    cases: Sequence[Noticed],
    wording: Wording,
    by: Actor,
    scope: Scope,
    columns: Sequence[str] = tuple(notices.COLUMNS),
) -> Notice:
    """Publish the cases that stand at a step with a notice, and put its record into each; all or none.

    It hangs from today for as many days as the step asks for. Only whitelisted columns; names as the parameter says.

    Raises:
        NotFound, NothingGiven, NoNotice. NoticeRefused: a column or word that may not be public, or a missing channel.
        RowsRefused: a case is stale, stands at another step, or another post publishes it.
    """
    if not cases:
        raise NothingGiven()
    hold_chain()
    found = reached(scope, [one.case for one in cases])
    step, asked = _step_of(found[0])
    _refuse([*notices.column_problems(columns), *_wording_problems(wording, names_households=True)])
    day = clock.today()
    notice = _create(
        wording,
        kind=NoticeKind.CASES,
        division=_common(one.division_code for one in found),
        until=asked.after(day, found[0].division_code),
        by=by,
        procedure=found[0].procedure,
        step=step.key,
        columns=[name for name in notices.COLUMNS if name in columns],
    )
    data = {"place": wording.place, "notice": notice.pk, "until": notice.until.isoformat()}
    assert step.notice is not None, "asked for above"
    put_on_record(
        kind=step.notice.record,
        rows=[RecordRow(case=one.case, revision=one.revision, data=data) for one in cases],
        by=by,
        scope=scope,
    )
    NoticeLine.objects.bulk_create(_lines(notice, found, day))
    return notice


@transaction.atomic
def publish_text(*, division_code: str, until: date, wording: Wording, by: Actor, scope: Scope) -> Notice:
    """Publish a notice that names no household. Raises NotFound, NotAllowed, NoticeRefused."""
    scope.require(Capability.CORRECT_REGISTRY, division_code)
    return publish(kind=NoticeKind.GENERAL, division_code=division_code, until=until, wording=wording, by=by)


@transaction.atomic
def publish(*, kind: NoticeKind, division_code: str, until: date, wording: Wording, by: Actor) -> Notice:
    """Put up a text from today to before ``until``; whoever calls has proved the scope. Raises NoticeRefused."""
    hold_chain()
    _refuse([*_wording_problems(wording, names_households=False), *_until_problems(until)])
    return _create(wording, kind=kind, division=division_code, until=until, by=by)


@transaction.atomic
def withdraw_notice(*, notice: int, reason: str, by: Actor, scope: Scope) -> Notice:
    """Take a notice down before its end, with the reason. Cases that wait for it are stopped by an objection of the
    system: they go on when somebody has answered it, and posted them again or not.

    Raises NotFound, ReasonRequired, NoticeOver.
    """
    hold_chain()
    found = hanging(_reached(notice, scope))
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired(least=SHORTEST_REASON)
    found.withdrawn_on, found.withdrawn_by = clock.today(), by.name or by.id
    found.withdrawn_reason = reason.strip()
    found.save()
    waiting = Case.objects.filter(notice_lines__notice=found, step=found.step).open()
    for case in waiting.values_list("pk", flat=True):
        said = f"公示“{found.title}”未满期限即撤下:{found.withdrawn_reason}"
        objections.raise_objection(case=case, text=said, raised_by=found.withdrawn_by, by=_SYSTEM)
    _tell(found, "targeting.withdraw_notice", by)
    return found


@transaction.atomic
def attach_photo(*, notice: int, photo: StoredFile, by: Actor, scope: Scope) -> Notice:
    """Keep the photograph of the notice on its board; a later one takes its place. Raises NotFound."""
    hold_chain()
    found = _reached(notice, scope)
    found.photo_name, found.photo_sha256 = photo.name, photo.sha256
    found.save()
    _tell(found, "targeting.attach_photo", by)
    return found


def _reached(notice: int, scope: Scope) -> Notice:
    found: Notice = Notice.objects.reach(scope, Capability.CORRECT_REGISTRY, pk=notice)
    return found


def hanging(notice: Notice) -> Notice:
    """The notice, while it hangs. Raises NoticeOver."""
    if not notices.is_posted(notice, clock.today()):
        raise NoticeOver(
            title=notice.title,
            day=notice.withdrawn_on or notice.until,
            way=f"请直接联系{notice.issuer}(电话{notice.phone})。",
            way_en=f"Turn to {notice.issuer} (phone {notice.phone}).",
        )
    return notice


def _step_of(case: Case) -> tuple[Step, Days]:
    """The step at which the case stands, and how long its notice hangs. Raises NoNotice."""
    step = case.current
    if step.notice is None:
        raise NoNotice(step=step.title)
    return step, step.notice.days


def _wording_problems(wording: Wording, *, names_households: bool) -> list[Problem]:
    problems = list(notices.text_problems(wording.title, wording.text, names_households=names_households))
    for where, given in (
        (Words("公示范围", "for whom"), wording.audience),
        (Words("发布单位", "who issues it"), wording.issuer),
        (Words("异议电话", "the phone for objections"), wording.phone),
        (Words("异议受理地址", "the address for objections"), wording.address),
    ):
        if not given.strip():
            problems.append(
                Problem(
                    where,
                    Words("没有填写。", "It is missing."),
                    Words("请填写,公示上必须印有。", "Fill it in; it stands on the notice."),
                )
            )
    return problems


def _until_problems(until: date) -> list[Problem]:
    """An end that is not after today."""
    if until > clock.today():
        return []
    return [
        Problem(
            Words("截止日期", "the end"),
            Words(f"{until} 不在今天之后。", f"{until} is not after today."),
            Words("请选择以后的日期。", "Choose a later day."),
        )
    ]


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise NoticeRefused(problems)


def _create(
    wording: Wording,
    *,
    kind: NoticeKind,
    division: str,
    until: date,
    by: Actor,
    procedure: str = "",
    step: str = "",
    columns: Sequence[str] = (),
) -> Notice:
    notice = Notice.objects.create(
        kind=kind,
        division_code=division,
        procedure=procedure,
        step=step,
        columns=list(columns),
        since=clock.today(),
        until=until,
        code=secrets.token_urlsafe(9),
        published_by=by.name or by.id,
        **{name: getattr(wording, name).strip() for name in Wording.__dataclass_fields__},
    )
    _tell(notice, "targeting.publish_notice", by)
    return notice


def _lines(notice: Notice, cases: Sequence[Case], day: date) -> list[NoticeLine]:
    """Everything that is read of a household: village, group, head's name, number of members."""
    masked = notices.masks_names(day, notice.division_code)
    subjects = [one.subject_id for one in cases if one.subject_kind == "household"]
    groups = {
        str(pk): group
        for pk, group in Household.objects.filter(pk__in=subjects).values_list("pk", "group_no")
    }
    present = Membership.objects.on(day).filter(household_id__in=subjects)
    heads = present.filter(relation=_relation.head).values_list("household_id", "person__name")
    names = {str(pk): name for pk, name in heads}
    sizes = {
        str(pk): size
        for pk, size in present.order_by().values_list("household_id").annotate(size=Count("pk"))
    }
    places = paths({one.division_code for one in cases})
    return [
        NoticeLine(
            notice=notice,
            serial=serial,
            case=case,
            village=(places[case.division_code] or ("",))[-1],
            group=groups.get(case.subject_id, ""),
            householder=_shown(names.get(case.subject_id, ""), masked=masked),
            members=sizes.get(case.subject_id, 0),
            reason=notices.reason_of(case.procedure),
        )
        for serial, case in enumerate(cases, start=1)
    ]


def _shown(name: str, *, masked: bool) -> str:
    return notices.masked_name(name) if masked else name


def _common(divisions: Iterable[str]) -> str:
    """The smallest division that holds them all."""
    codes_ = set(divisions)
    for length in (12, 9, 6, 4, 2):
        starts = {one[:length] for one in codes_}
        if len(starts) == 1:
            return f"{starts.pop():0<12}"
    return "0" * 12


def _tell(notice: Notice, action: str, by: Actor) -> None:
    record(
        by=by,
        action=action,
        subject_kind="notice",
        subject_id=str(notice.pk),
        division_code=notice.division_code,
        detail={"kind": str(notice.kind), "until": notice.until.isoformat()},
    )
