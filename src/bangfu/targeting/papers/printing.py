"""Which papers may be printed for a village, and what makes each. A domain above adds its own with ``@printed``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.platform.files.papers.blocks import Paper, Size
from bangfu.platform.procedures.models import Case
from bangfu.policy.words import Words
from bangfu.registry.models import Household
from bangfu.targeting.models import Round
from bangfu.targeting.notice_models import Notice
from bangfu.targeting.notices import public_view
from bangfu.targeting.papers import archives, filling, households, meetings, notices
from bangfu.targeting.papers.plain_sheets import sheets_of
from bangfu.targeting.papers.sheets import plain_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """For which division and day; which round, cases or notice, where the kind asks for one. The scope is proved."""

    division_code: str
    day: date
    round_id: int | None = None
    only: Sequence[int] = ()
    notice: int | None = None
    size: Size = "a4"


Maker = Callable[[Wanted], Sequence[Paper]]


@dataclass(frozen=True, slots=True)
class Print:
    """A kind of paper: its title, what makes it, and what has to be named: ``round``, ``notice`` or nothing.

    ``archived_as``: the paper of the archive's checklist under which the signed copy is filed (``quality.file_paper``).
    """

    title: Words
    make: Maker
    needs: str = ""
    archived_as: str = ""


PRINTS: dict[str, Print] = {}


def printed(key: str, title: Words, *, needs: str = "", archived_as: str = "") -> Callable[[Maker], Maker]:
    """Register what makes a kind of paper. Raises ValueError when the key is taken."""

    def register(make: Maker) -> Maker:
        if PRINTS.setdefault(key, Print(title, make, needs, archived_as)).make is not make:
            raise ValueError(f"two makers of the paper {key}")
        return make

    return register


@printed("application", Words("贫困户申请书", "applications"), needs="round", archived_as="application")
def _applications(wanted: Wanted) -> Sequence[Paper]:
    return [households.application(one) for one in filling.application_forms(_cases(wanted), wanted.day)]


@printed("nomination", Words("村民小组提名表", "nominations"), needs="round")
def _nominations(wanted: Wanted) -> Sequence[Paper]:
    return [households.nomination(one) for one in filling.nomination_forms(_cases(wanted), wanted.day)]


@printed("roster", Words("评议小组名册", "roster of the panel"), needs="round")
def _roster(wanted: Wanted) -> Sequence[Paper]:
    sheet = filling.panel_sheet(_round(wanted))
    return [meetings.roster(sheet)] if sheet else []


@printed("ballot", Words("票决结果", "result of the ballot"), needs="round", archived_as="review")
def _ballot(wanted: Wanted) -> Sequence[Paper]:
    sheet = filling.ballot_sheet(_round(wanted), wanted.day)
    return [meetings.ballot_result(sheet)] if sheet.lines else []


@printed("approval", Words("审批表", "approval forms"), needs="round", archived_as="approval")
def _approvals(wanted: Wanted) -> Sequence[Paper]:
    return [households.approval(one) for one in filling.approval_forms(_cases(wanted), wanted.day)]


@printed("archive", Words("档案目录", "archive checklists"))
def _archives(wanted: Wanted) -> Sequence[Paper]:
    found = Household.objects.in_division(wanted.division_code, wanted.day).counted_on(wanted.day)
    sheets = filling.archive_sheets(list(found.order_by("household_no")), wanted.day)
    return [archives.archive_checklist(one) for one in sheets]


@printed("plain_sheet", Words("明白纸", "plain sheets"))
def _plain_sheets(wanted: Wanted) -> Sequence[Paper]:
    found = Household.objects.in_division(wanted.division_code, wanted.day).counted_on(wanted.day)
    made = sheets_of(list(found.order_by("group_no", "household_no")), wanted.day)
    return [plain_sheet(one) for one in made.values()]


@printed("notice", Words("公示", "public notice"), needs="notice", archived_as="public_notice")
def _notice(wanted: Wanted) -> Sequence[Paper]:
    found = Notice.objects.within(wanted.division_code).filter(pk=wanted.notice).first()
    return [notices.notice(public_view(found, wanted.day), size=wanted.size)] if found else []


def _round(wanted: Wanted) -> Round:
    found: Round = Round.objects.within(wanted.division_code).get(pk=wanted.round_id)
    return found


def _cases(wanted: Wanted) -> list[Case]:
    """The cases of the round by household number; only the named ones, where some are."""
    rows = _round(wanted).applications.select_related("case").order_by("household__household_no")
    if wanted.only:
        rows = rows.filter(case_id__in=wanted.only)
    return [row.case for row in rows]
