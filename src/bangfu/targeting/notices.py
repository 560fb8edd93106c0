"""What may stand on a public notice, and what hangs today. The whitelist is here; a line has no other column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bangfu.platform.errors import NotFound, Problem
from bangfu.policy.parameters import parameters
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.targeting.enums import NoticeKind
from bangfu.targeting.notice_models import Notice

#: All that a notice may say of a household, in the order of its table. Nothing is ever added from a record.
COLUMNS: Final[Mapping[str, Words]] = {
    "village": Words("行政村", "village"),
    "group": Words("村民小组", "group"),
    "householder": Words("户主", "householder"),
    "members": Words("家庭人口", "members"),
    "reason": Words("公示事由", "reason"),
}
#: Procedure → the category that stands on the notice; it says what is proposed, never why the household is poor.
REASONS: Final[Mapping[str, Words]] = {
    "household_identification": Words("拟识别", "to be identified"),
    "registry_removal": Words("拟清退", "to be removed"),
    "registry_correction": Words("信息更正", "to be corrected"),
    "household_exit": Words("拟退出", "to leave"),
    "return_to_poverty": Words("拟认定返贫", "to return"),
    "marginal_emergency": Words("拟纳入边缘户", "marginal"),
    "risk_clearance": Words("拟解除风险", "risk to be cleared"),
}
OTHER_REASON: Final = Words("其他事项", "other")
MASK: Final = "*"
_TITLE, _TEXT = Words("标题", "the title"), Words("正文", "the text")
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{10,}[0-9Xx]?(?![0-9])")


class WindowState(StrEnum):
    """Where a consultation stands: comments may come, none may come any more, all are answered."""

    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"


def reason_of(procedure: str) -> str:
    """The category of a procedure's notices."""
    return REASONS.get(procedure, OTHER_REASON).zh


def masks_names(day: date, area: str) -> bool:
    """Whether names are masked on notices there (parameter)."""
    return int(parameters()["who.notices.mask_names"].on(day, area)) == 1


def masked_name(name: str) -> str:
    """The first and last character of a name: 张*三, 张*; a name of one character stays."""
    if len(name) <= 2:
        return name[:1] + MASK * (len(name) - 1)
    return f"{name[0]}{MASK * (len(name) - 2)}{name[-1]}"


def column_problems(chosen: Sequence[str]) -> Iterator[Problem]:
    """Columns that no notice may show."""
    for name in chosen:
        if name not in COLUMNS:
            allowed = "、".join(one.zh for one in COLUMNS.values())
            yield Problem(
                name,
                Words("不得公示这一项(S2-43)。", "This may not be made public (S2-43)."),
                Words(f"只能从这些项目中选择:{allowed}。", f"Choose among: {', '.join(COLUMNS)}."),
            )


def text_problems(title: str, text: str, *, names_households: bool) -> Iterator[Problem]:
    """What is missing, and what a free text may not hold: long numbers; illness on a notice that names households."""
    for where, given in ((_TITLE, title), (_TEXT, text)):
        if not given.strip():
            yield Problem(
                where,
                Words("没有填写。", "It is empty."),
                Words("请填写后重试。", "Fill it in and try again."),
            )
        for found in _LONG_NUMBER.findall(given):
            yield Problem(
                where,
                Words(
                    f"含有像证件号码或手机号的数字“{found[:3]}…”,不得公示。",
                    f"It holds a number like that of an identity card or a phone (“{found[:3]}…”).",
                ),
                Words(
                    "请删去;联系电话请填在异议渠道里。",
                    "Take it out; the office's phone has a place of its own.",
                ),
            )
        for word in _illnesses() if names_households else ():
            if word in given:
                yield Problem(
                    where,
                    Words(f"含有健康情况“{word}”,具名公示不得写。", f"It speaks of health (“{word}”)."),
                    Words("请删去,只写公示事由。", "Take it out; the category of the proposal is enough."),
                )


def _illnesses() -> Iterator[str]:
    """Words that tell of somebody's health, from the code lists."""
    causes = codes("cause")
    yield from (causes.label(causes.illness), causes.label(causes.disability))
    health = codes("health")
    yield from ("慢性病", "大病", health.label(health.disabled))


@dataclass(frozen=True)
class PublicNotice:
    """A notice as everybody sees it, on paper and on the web: this and nothing else."""

    title: str
    text: str
    audience: str
    place: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    since: date
    last_day: date
    issuer: str
    phone: str
    address: str
    link: str
    kind: str
    state: str = ""


def public_view(notice: Notice, day: date) -> PublicNotice:
    """The notice with the columns that it shows; one query for its lines."""
    shown = [name for name in COLUMNS if name in notice.columns]
    rows = notice.lines.values_list("serial", *shown) if shown else ()
    return PublicNotice(
        title=notice.title,
        text=notice.text,
        audience=notice.audience,
        place=notice.place,
        headings=["序号", *(COLUMNS[name].zh for name in shown)] if shown else [],
        rows=list(rows),
        since=notice.since,
        last_day=date.fromordinal(notice.until.toordinal() - 1),
        issuer=notice.issuer,
        phone=notice.phone,
        address=notice.address,
        link=notice.link,
        kind=notice.kind,
        state=window_state(notice, day) if notice.kind == NoticeKind.CONSULTATION else "",
    )


def posted(code: str, day: date) -> Notice:
    """The notice behind a public address, as long as it hangs. Raises NotFound: afterwards nobody reads it there."""
    found: Notice | None = Notice.objects.posted_on(day).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def window_state(notice: Notice, day: date) -> WindowState:
    """Where a consultation stands (S2-01): answered only when every comment is."""
    if is_posted(notice, day):
        return WindowState.OPEN
    return WindowState.CLOSED if notice.comments.filter(answered_on=None).exists() else WindowState.ANSWERED


def is_posted(notice: Notice, day: date) -> bool:
    """Whether it hangs on the day, as ``posted_on`` asks the database."""
    down = notice.withdrawn_on is not None and notice.withdrawn_on <= day
    return notice.since <= day < notice.until and not down


def window_warnings(since: date, until: date, area: str) -> list[Problem]:
    """That a consultation is too short to be one (S2-01); it is opened all the same."""
    least = int(parameters()["who.notices.consultation_least_days"].on(since, area))
    days = (until - since).days
    if days >= least:
        return []
    return [
        Problem(
            Words("征求意见期限", "the window for comments"),
            Words(f"只有{days}天,少于{least}天(S2-01)。", f"It is {days} days, fewer than {least} (S2-01)."),
            Words("请考虑延长截止日期。", "Consider a later last day."),
        )
    ]
