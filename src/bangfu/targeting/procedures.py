"""What stands behind the names in the definitions of targeting (policy/procedures)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bangfu.platform.errors import Problem
from bangfu.platform.procedures.models import Case
from bangfu.platform.procedures.registry import Entry, Question, check, effect, guard
from bangfu.policy.villages import Indicator, VillageStandard, standards_in_force
from bangfu.policy.words import Words
from bangfu.targeting.actions import deciding
from bangfu.targeting.corrections import correction_problems
from bangfu.targeting.doubts import doubt_problems
from bangfu.targeting.enums import RoundState
from bangfu.targeting.models import Round
from bangfu.targeting.notifying import untold_problems
from bangfu.targeting.panels import (
    PANEL,
    ballot_problems,
    outcome_problems,
    panel_problems,
    read_ballot,
)
from bangfu.targeting.rosters import groups_of, own_groups, remembered, seated_panel

_ROUND = Words("识别批次", "the round")
_VISIT = Words("镇干部入户调查记录", "the home visit by township staff")
_WENT = Words("入户人员", "who went")
_STANDARD = Words("识别标准", "the standard")

effect("register_household")(deciding.register_household)
effect("remove_household")(deciding.remove_household)
effect("correct_record")(deciding.correct_record)
effect("recognise_village")(deciding.recognise_village)


@guard("households_notified")
def households_notified(question: Question) -> Iterable[Problem]:
    """The case belongs to a round that takes applications: so every household was told, or tried (S4-58)."""
    case = question.case
    key = (case.about.get("round"), case.division_code)
    yield from remembered("round", key, lambda: list(_closed(*key)))


def _closed(round_id: int | None, village: str) -> Iterable[Problem]:
    """Why nobody may apply in the round."""
    found = Round.objects.filter(pk=round_id or 0, division_code=village).first()
    if found is None or found.state != RoundState.APPLYING:
        yield Problem(
            _ROUND,
            Words(
                "该村没有正在受理申请的识别批次(S4-58)。",
                "The village has no round that takes applications (S4-58).",
            ),
            Words(
                "请先启动识别批次,告知全村每一户后开始受理。",
                "Start a round, tell every household, then open it.",
            ),
        )
        return
    yield from untold_problems(found)


@check("review_panel")
def review_panel(entry: Entry) -> Iterable[Problem]:
    """The roster on record is the round's seated panel, and that is complete (S4-62)."""
    least, least_per_group = int(entry.value("least")), int(entry.value("least_per_group"))
    yield from _panel(entry.case, entry.data.get("panel"), least, least_per_group)


@guard("panel_is_complete")
def panel_is_complete(question: Question) -> Iterable[Problem]:
    """The panel that votes is the one in force, and still complete on the day of the decision (S4-62)."""
    roster = question.latest("review_panel")
    if roster is not None:
        least, least_per_group = int(question.value("least")), int(question.value("least_per_group"))
        yield from _panel(question.case, roster.data.get("panel"), least, least_per_group)


def _panel(case: Case, named: object, least: int, least_per_group: int) -> Iterable[Problem]:
    seats = seated_panel(int(case.about.get("round", 0)))
    if seats is None or seats.panel.pk != named:
        yield Problem(
            PANEL,
            Words(
                "登记的不是本批次已确定的评议小组(S4-62)。",
                "The roster is not that of the round's seated panel (S4-62).",
            ),
            Words(
                "请先确定评议小组,再登记名册和票决结果。",
                "Seat the panel, then enter its roster and the ballot.",
            ),
        )
        return
    groups = groups_of(case.division_code)
    yield from panel_problems(seats.counts, groups, least=least, least_per_group=least_per_group)


@check("ballot_adds_up")
def ballot_adds_up(entry: Entry) -> Iterable[Problem]:
    """Votes never exceed the panel, and are those of the present (S4-63)."""
    seats = seated_panel(int(entry.case.about.get("round", 0)))
    if seats is None or seats.panel.pk != entry.data.get("panel"):
        yield Problem(
            PANEL,
            Words(
                "票决须由本批次已确定的评议小组作出(S4-62)。",
                "The vote belongs to the round's seated panel (S4-62).",
            ),
            Words("请先确定评议小组。", "Seat the panel first."),
        )
        return
    ballot, wrong = read_ballot(entry.data)
    yield from wrong
    if ballot is not None:
        yield from ballot_problems(ballot, size=seats.size)


@guard("ballot_carries")
def ballot_carries(question: Question) -> Iterable[Problem]:
    """Enough were present, and enough of them in favour (S4-63): both shares are parameters."""
    found = question.latest("ballot")
    ballot, wrong = read_ballot(found.data) if found else (None, [])
    yield from wrong
    if found is None or ballot is None:
        return
    roster = question.latest("review_panel")
    if roster is not None and roster.data.get("panel") != found.data.get("panel"):
        yield Problem(
            PANEL,
            Words(
                "票决结果不是名册上的评议小组作出的(S4-62)。",
                "The ballot is not that of the panel on the roster (S4-62).",
            ),
            Words("请重新登记票决结果。", "Enter the ballot again."),
        )
    quorum, pass_ratio = int(question.value("quorum")), int(question.value("pass_ratio"))
    yield from outcome_problems(ballot, size=int(found.data["size"]), quorum=quorum, pass_ratio=pass_ratio)


@check("nomination")
def nomination(entry: Entry) -> Iterable[Problem]:
    """The villagers' group that nominates is the household's own (S4-61); none named: it is meant."""
    given, case = entry.data.get("group"), entry.case
    own = own_groups(case.division_code, int(case.about.get("round") or 0)).get(case.subject_id)
    if given is None or own is None or given == own:
        return
    names = groups_of(case.division_code)
    yield Problem(
        Words("提名的村民小组", "the group that nominates"),
        Words(
            f"该户属于{names.get(own, own)},不能由{names.get(given, given)}提名(S4-61)。",
            f"The household belongs to {names.get(own, own)}; {names.get(given, given)} cannot nominate it (S4-61).",
        ),
        Words(
            "请登记该户所在小组的提名;小组有误的先更正户信息。",
            "Enter the nomination of its own group; correct the household's record first where that is wrong.",
        ),
    )


@check("home_visit")
def home_visit(entry: Entry) -> Iterable[Problem]:
    """Somebody is named who went, as many as have to sign, on a day since the case began (S4-64)."""
    record = entry.definition.record(entry.kind)
    least = max(1, record.signers if record else 1)
    visitors = {str(one).strip() for one in entry.data.get("visitors") or () if str(one).strip()}
    clause = (record.clause if record else "") or "S4-64"
    if len(visitors) < least:
        yield Problem(
            _WENT,
            Words(
                f"写明了{len(visitors)}人,须有{least}人入户({clause})。",
                f"{len(visitors)} are named, {least} have to go ({clause}).",
            ),
            Words("请登记实际入户的人员姓名。", "Enter the names of those who went."),
        )
    day, opened = _day(entry.data.get("visited_on")), entry.case.opened_on
    if day is None or not opened <= day <= entry.day:
        yield Problem(
            Words("入户日期", "day of the visit"),
            Words(
                f"入户日期须在立案({opened})和今天({entry.day})之间({clause})。",
                f"The visit lies between the opening of the case ({opened}) and today ({entry.day}) ({clause}).",
            ),
            Words("请登记本次入户的日期;没有入户的,先入户。", "Enter the day of this visit, or visit first."),
        )


@guard("home_visited_by_township")
def home_visited_by_township(question: Question) -> Iterable[Problem]:
    """Township cadres were at the household's home since it applied (S4-64)."""
    visit = question.latest("home_visit")
    if visit is None:
        return  # that the record is missing the machine says itself
    if not [one for one in visit.data.get("visitors", ()) if str(one).strip()] or visit.role != "township":
        yield Problem(
            _VISIT,
            Words("没有写明入户的镇干部(S4-64)。", "It does not name the township staff who went (S4-64)."),
            Words("请由乡镇登记入户人员姓名。", "Let the township enter who went."),
        )
    day = _day(visit.data.get("visited_on"))
    if day is None or not question.case.opened_on <= day <= visit.day:
        yield Problem(
            _VISIT,
            Words(
                f"入户日期须在申请({question.case.opened_on})之后、登记({visit.day})之前(S4-64)。",
                f"The visit lies between the application ({question.case.opened_on}) and its entry "
                f"({visit.day}) (S4-64).",
            ),
            Words("请登记实际入户日期,或重新入户。", "Enter the day of the visit, or visit again."),
        )


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


@guard("doubt_is_verified")
def doubt_is_verified(question: Question) -> Iterable[Problem]:
    """A verified doubt about the household stands behind the case: nothing is removed by a rule alone (S1-24)."""
    case = question.case
    removal = question.definition.procedure == "registry_removal"
    yield from doubt_problems(case.about.get("doubt"), case.subject_id, by_two=removal)


@check("correction")
def correction(entry: Entry) -> Iterable[Problem]:
    """What is to be corrected are columns of the household or a member, with values of their kind (S1-24)."""
    yield from correction_problems(entry.data, entry.case.subject_id)


@guard("standard_version_given")
def standard_version_given(question: Question) -> Iterable[Problem]:
    """The application names a version of the standard that is in force there (S1-12, S2-02)."""
    application = question.latest("village_application")
    if application is not None and _standard(question, application.data.get("standard")) is None:
        yield _no_standard(question)


@guard("village_indicators_complete")
def village_indicators_complete(question: Question) -> Iterable[Problem]:
    """Every figure that the standard asks for is on record, within its limits (S4-55)."""
    application, figures = question.latest("village_application"), question.latest("village_indicators")
    if application is None or figures is None:
        return
    standard = _standard(question, application.data.get("standard"))
    if standard is None:
        yield _no_standard(question)
        return
    values = figures.data.get("values", {})
    for indicator in standard.indicators:
        yield from _indicator(indicator, values.get(indicator.key))


def _standard(question: Question, version: object) -> VillageStandard | None:
    held = standards_in_force(question.day, question.case.division_code)
    return next((one for one in held if one.version == version), None)


def _no_standard(question: Question) -> Problem:
    held = "、".join(one.version for one in standards_in_force(question.day, question.case.division_code))
    return Problem(
        _STANDARD,
        Words(
            "没有写明所依据的识别标准版本,或该版本在本地未生效(S1-12)。",
            "It names no version of the standard, or one that is not in force here (S1-12).",
        ),
        Words(f"请选择有效版本:{held}。", f"Choose one in force: {held}."),
    )


def _indicator(indicator: Indicator, value: object) -> Iterable[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(
            indicator.title,
            Words(f"没有填写({indicator.clause})。", f"It is missing ({indicator.clause})."),
            Words("请由县级核查并填写。", "Let the county check and enter it."),
        )
        return
    for limit, beyond, zh, en in (
        (indicator.least, indicator.least is not None and value < indicator.least, "低于", "below"),
        (indicator.most, indicator.most is not None and value > indicator.most, "高于", "above"),
    ):
        if beyond:
            yield Problem(
                indicator.title,
                Words(
                    f"{value:g} {zh}标准 {limit:g}({indicator.clause})。",
                    f"{value:g} lies {en} the standard's {limit:g} ({indicator.clause}).",
                ),
                Words(
                    "请核对数值;确不符合标准的,请不予通过。",
                    "Check the figure; refuse the village if it is right.",
                ),
            )
