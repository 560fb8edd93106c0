"""One round of identification in each state that a screen shows (S4-58, S4-61..64)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from bangfu.cli.demo_story.hands import Teller, fresh, post_up
from bangfu.divisions.actions import add_group
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.procedures.actions.acting import Decided
from bangfu.platform.procedures.models import Case
from bangfu.policy.vocabulary import codes
from bangfu.registry.models import Household, Membership
from bangfu.targeting.actions.applying import Applying, apply_together
from bangfu.targeting.actions.meetings import BallotRow, RecordRow, act_many, record_ballots, record_many
from bangfu.targeting.actions.panels import Seat, seat_panel, set_panel
from bangfu.targeting.actions.rolls import Attempt, RollRow, add_to_roll, notify
from bangfu.targeting.actions.rounds import correct_round, end_round, open_round, start_round
from bangfu.targeting.actions.voices import object_to_line
from bangfu.targeting.enums import Channel
from bangfu.targeting.models import Round
from bangfu.targeting.panels import Ballot, smallest
from bangfu.targeting.queries import may_apply
from bangfu.targeting.rosters import groups_of, limits_of

#: How many households apply in each round.
APPLICANTS: Final = 4
_STEPS: Final = ("application", "nomination", "review", "village_check", "township_audit")


def tell_rounds(teller: Teller) -> None:
    """The village with an account has its ballots to finish; its neighbours stand before and after that."""
    stories: Sequence[Callable[[Teller, str], None]] = (_collecting, _posted, _at_township, _approved)
    _at_ballots(teller, teller.place.village)
    for village, story in zip(teller.villages, stories, strict=False):
        story(teller, village)


def _collecting(teller: Teller, village: str) -> None:
    """Half the village has been told."""
    with teller.ago(3):
        one = _start(teller, village)
    with teller.ago(1):
        entries = list(one.roll.values_list("pk", flat=True))
        _tell(teller, one, entries[: len(entries) // 2])


def _at_ballots(teller: Teller, village: str) -> None:
    """The meeting was held: all ballots but the last are entered, and nothing is decided."""
    one, cases = _to_review(teller, village, 12)
    with teller.ago(1):
        _vote(teller, one, cases[:-1])


def _posted(teller: Teller, village: str) -> None:
    """The notice hangs in the village, and somebody objects to one line."""
    _one, cases = _to_notice(teller, village, 12)
    notice = cases[0].notice_lines.get().notice
    with teller.ago(1):
        by = Actor.system("public notice")
        text = "该户在县城有商品房,请核实。"
        object_to_line(notice=notice.pk, serial=len(cases), text=text, raised_by="村民", by=by)


def _at_township(teller: Teller, village: str) -> None:
    """The notice is over; the township has been at half of the homes."""
    _one, cases = _to_township(teller, village, 22)
    with teller.ago(2):
        _visit(teller, cases[: len(cases) // 2])


def _approved(teller: Teller, village: str) -> None:
    """The whole way: the households are on the books, and the round has ended."""
    one, cases = _to_township(teller, village, 40)
    with teller.ago(23):
        _visit(teller, cases)
    with teller.ago(22):
        _pass(cases, "township_audit", teller.township)
    with teller.ago(21):
        post_up(cases, "拟识别贫困户", "县政府网站", "县扶贫办", teller.county)
    with teller.ago(15):
        _pass(cases, "county_approval", teller.county)
        end_round(round_id=one.pk, **teller.clerk_of(village))


def _to_review(teller: Teller, village: str, days: int) -> tuple[Round, list[Case]]:
    """Mobilised so many days ago, told, applied, nominated, with a seated panel."""
    clerk = teller.clerk_of(village)
    with teller.ago(days):
        one = _start(teller, village)
    with teller.ago(days - 2):
        _tell(teller, one, list(one.roll.values_list("pk", flat=True)))
        open_round(round_id=one.pk, **clerk)
    with teller.ago(days - 4):
        cases = _apply(teller, one)
        _pass(cases, "application", clerk)
    with teller.ago(days - 6):
        _put(cases, "nomination", {"text": "小组会议一致提名"}, clerk)
        _pass(cases, "nomination", clerk)
        _seat(teller, one)
    return one, [fresh(case) for case in cases]


def _to_notice(teller: Teller, village: str, days: int) -> tuple[Round, list[Case]]:
    """Voted and checked by the village; the notice hangs since ``days`` − 8 days ago."""
    clerk = teller.clerk_of(village)
    one, cases = _to_review(teller, village, days)
    with teller.ago(days - 7):
        _vote(teller, one, cases)
        _pass(cases, "review", clerk)
    with teller.ago(days - 8):
        _put(cases, "village_check", {"opinion": "经村委会审查,情况属实,同意上报。"}, clerk)
        post_up(cases, "拟识别贫困户", "村公示栏", teller.names[village], clerk)
    return one, cases


def _to_township(teller: Teller, village: str, days: int) -> tuple[Round, list[Case]]:
    """The notice is over and the village has let the cases pass."""
    one, cases = _to_notice(teller, village, days)
    with teller.ago(days - 16):
        _pass(cases, "village_check", teller.clerk_of(village))
    return one, cases


def _start(teller: Teller, village: str) -> Round:
    """Groups as the registry writes them, applicants, and neighbours that complete the roll."""
    clerk = teller.clerk_of(village)
    written = Household.objects.filter(division_code=village).values_list("group_no", flat=True)
    names = sorted({name for name in written if name}) or ["1组", "2组"]
    for number, name in enumerate(names, 1):
        if number not in groups_of(village):
            add_group(by=clerk["by"], village_code=village, number=number, name=name)
    teller.enter(village, APPLICANTS, names[0])
    one = start_round(
        division_code=village,
        year=clock.today().year,
        households=1,
        mobilisation="在村委会召开宣传动员大会,宣讲识别政策、标准和程序,发放明白纸。",
        attendance=86,
        **clerk,
    )
    least = smallest(len(names), **limits_of(one))
    rows = [
        RollRow(householder=teller.inventor.name(1), group_number=number)
        for number in range(1, len(names) + 1)
        for _ in range(-(-least // len(names)))
    ]
    add_to_roll(round_id=one.pk, rows=rows, **clerk)
    return correct_round(round_id=one.pk, households=one.roll.count(), **clerk)


def _tell(teller: Teller, one: Round, entries: Sequence[int]) -> None:
    """Most at the meeting; some at home, and one was not reached by phone."""
    ways = (Channel.MEETING, Channel.MEETING, Channel.MEETING, Channel.VISIT)
    attempts = [
        Attempt(entry=pk, channel=ways[at % len(ways)], reached=True, day=clock.today())
        for at, pk in enumerate(entries[1:])
    ]
    attempts.append(Attempt(entry=entries[0], channel=Channel.PHONE, reached=False, day=clock.today()))
    notify(round_id=one.pk, attempts=attempts, **teller.clerk_of(one.division_code))


def _apply(teller: Teller, one: Round) -> list[Case]:
    applying = may_apply(one, clock.today())
    heads = dict(
        Membership.objects.on(clock.today())
        .filter(household__in=applying, relation=codes("relation").head)
        .values_list("household__household_no", "person__name")
    )
    rows = [
        Applying(household_no=number, signed_by=head, statement="家庭困难,申请纳入建档立卡。")
        for number, head in sorted(heads.items())
    ]
    made = apply_together(round_id=one.pk, rows=rows, **teller.clerk_of(one.division_code))
    return [fresh(application.case_id) for application in made]


def _seat(teller: Teller, one: Round) -> None:
    """The newest of the roll: neighbours, so many of each group."""
    clerk, groups = teller.clerk_of(one.division_code), groups_of(one.division_code)
    each = -(-smallest(len(groups), **limits_of(one)) // len(groups))
    seats = [
        Seat(entry=entry.pk, name=entry.householder, group_number=number)
        for number in groups
        for entry in one.roll.filter(group_number=number).order_by("-serial")[:each]
    ]
    set_panel(round_id=one.pk, seats=seats, **clerk)
    seat_panel(round_id=one.pk, **clerk)


def _vote(teller: Teller, one: Round, cases: Sequence[Case]) -> None:
    size = one.panels.latest("pk").members.count()
    rows = []
    for at, case in enumerate(cases):
        cast = Ballot(present=size - 1, in_favour=size - 4 - at, against=2 + at, abstain=1)
        rows.append(BallotRow(case=case.pk, revision=fresh(case).revision, ballot=cast))
    signed = ["计票人 李明", "监票人 张华"]
    record_ballots(round_id=one.pk, rows=rows, signatures=signed, **teller.clerk_of(one.division_code))


def _visit(teller: Teller, cases: Sequence[Case]) -> None:
    data = {
        "visitors": ["李静", "镇干部 周涛"],
        "visited_on": clock.today().isoformat(),
        "text": "住房、收入与申请书一致。",
    }
    _put(cases, "home_visit", data, teller.township)


def _put(cases: Sequence[Case], kind: str, data: dict[str, Any], acts: dict[str, Any]) -> None:
    rows = [RecordRow(case=one.pk, revision=fresh(one).revision, data=data) for one in cases]
    record_many(kind=kind, rows=rows, **acts)


def _pass(cases: Sequence[Case], step: str, acts: dict[str, Any]) -> None:
    rows = [Decided(case=one.pk, decision="pass", revision=fresh(one).revision) for one in cases]
    act_many(step=step, rows=rows, **acts)
