"""The screens of leaving and watching: targets, exits with their verdict, returns, reports, recognised villages."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from bangfu.divisions.models import Division
from bangfu.monitoring.models import SelfReport, Target
from bangfu.platform import clock
from bangfu.platform.procedures.models import Case
from bangfu.policy.vocabulary import codes
from bangfu.quality.models import Doubt
from bangfu.registry.models import Event, Household, Membership, Person, Standing
from bangfu.targeting.actions.notices import Wording, publish_text
from bangfu.targeting.models import Recognition
from bangfu.web.listing import ROWS
from tests.cast.places import COUNTY, WILLOW, WILLOW_TOWN
from tests.web import procedures
from tests.web.conftest import SignIn

HOME = f"{WILLOW}0001"
GUARANTEES = ("food", "clothing", "schooling", "medical", "housing", "water")
_NUMBER = re.compile(r"(\d+)\s*</h1>")


def _sheet(members: int, **parts: str) -> dict[str, str]:
    answers = dict.fromkeys(GUARANTEES, "yes") | {f"{key}_evidence": "入户查看属实" for key in GUARANTEES}
    today = clock.today()
    return {
        "members": str(members),
        "income_year": str(today.year),
        "income_wage": "90000",
        "income_business": "0",
        "income_property": "0",
        "income_transfer": "1200.50",
        "production_cost": "0",
        "visited_on": today.isoformat(),
        "helper": "陈丽",
        "householder": "户主本人",
        "signed_why": "代签:户主外出务工",
        **answers,
        **parts,
    }


def test_an_exit_shows_the_verdict_and_the_datum_that_is_missing(as_: SignIn) -> None:  # S0-46, S4-76
    client = as_("village")
    opened = client.post(reverse("exit-households"), {"division": WILLOW, "what": "open", "chosen": [HOME]})
    assert opened.status_code == 302
    case = Case.objects.get(procedure="household_exit", about__household_no=HOME)
    members = Membership.objects.on(clock.today()).filter(household_id=case.subject_id).count()
    there, here = reverse("case-record", args=[case.pk, "exit_verification"]), reverse("case", args=[case.pk])
    sent = _sheet(members, water="cannot_tell", water_evidence="水质检测报告未出") | {
        "revision": case.revision
    }
    assert client.post(there, sent).status_code == 302
    page = client.get(here).content.decode()
    assert "缺少这些数据,无法判断" in page
    assert "无法判断" in page
    (case,) = procedures.fresh([case])
    decision = {"step": "verification", "decision": "pass", "revision": case.revision}
    refused = client.post(reverse("case-decide", args=[case.pk]), decision)
    assert refused.status_code == 422
    assert "没有核实清楚,无法判断能否退出(S0-46)" in refused.content.decode()
    sent = _sheet(members) | {"revision": case.revision}
    assert client.post(there, sent).status_code == 302
    page = client.get(here).content.decode()
    assert "人均纯收入" in page
    assert "可以退出" in page
    decision["revision"] += 1
    assert client.post(reverse("case-decide", args=[case.pk]), decision).status_code == 302
    assert procedures.fresh([case])[0].step == "village_review"


def test_targets_are_divided_and_never_short(as_: SignIn) -> None:  # S2-03
    client, year = as_("county"), clock.today().year
    base = {"division": COUNTY, "year": str(year), "kind": "households"}
    set_ = {**base, "value": "100", "document": "清溪市扶贫办〔2026〕3号"}
    assert client.post(reverse("exit-target"), set_).status_code == 302
    page = client.get(reverse("exits"), {"division": COUNTY}).content.decode()
    assert 'name="part-990101001000"' in page
    short = client.post(reverse("exit-divide"), {**base, f"part-{WILLOW_TOWN}": "60"})
    assert short.status_code in (409, 422)
    assert Target.objects.filter(part=True).count() == 0
    parts = {f"part-{WILLOW_TOWN}": "60", "part-990101002000": "45"}
    assert client.post(reverse("exit-divide"), {**base, **parts}).status_code == 302
    page = client.get(reverse("exits"), {"division": COUNTY}).content.decode()
    assert "105" in page
    assert as_("village").post(reverse("exit-target"), set_).status_code == 403


def test_a_county_sees_its_share_of_the_reward(as_: SignIn) -> None:  # S3-22
    client, year = as_("county"), clock.today().year
    page = client.get(reverse("exits"), {"division": COUNTY}).content.decode()
    assert "本县没有摘帽任务" in page
    Target.objects.create(
        year=year + 1,
        division_code=COUNTY,
        kind="counties",
        value=1,
        part=True,
        document="市扶办〔2026〕3号",
        set_on=clock.today(),
        set_by="市办",
    )
    page = client.get(reverse("exits"), {"division": COUNTY}).content.decode()
    assert "如今天通过验收,可得奖励的" in page
    assert 'id="reward"' not in client.get(reverse("exits"), {"division": WILLOW}).content.decode()


def test_a_household_says_whether_it_can_leave_by_work(as_: SignIn) -> None:  # S4-74
    client = as_("village")
    there = reverse("household", args=[HOME])
    people = Person.objects.filter(memberships__household__household_no=HOME)
    assert people.exists()
    for labour, said in ((1, "可以靠发展脱贫"), (4, "由兜底保障"), (None, "无法判断")):
        people.update(labour=labour)
        assert said in client.get(there).content.decode()


def test_numbers_of_exits_equal_their_lists(as_: SignIn) -> None:  # S4-06
    client = as_("county")
    page = client.get(reverse("exits"), {"division": COUNTY}).content.decode()
    links = re.findall(r'href="([^"]*exits/left/[^"]*)">([\d,]+)</a>', page)
    assert links
    for link, count in links:
        shown = client.get(link.replace("&amp;", "&")).content.decode()
        assert _NUMBER.search(shown)[1] == count, link


def test_the_exits_of_a_year_come_in_pages_with_their_true_number(as_: SignIn) -> None:  # S4-06
    client, today = as_("county"), clock.today()
    exited = codes("standing").exited
    households = [Household(household_no=f"{WILLOW}8{at:03}", division_code=WILLOW) for at in range(ROWS + 5)]
    Household.objects.bulk_create(households)
    Standing.objects.bulk_create(
        Standing(household=one, kind=exited, since=today, basis="import", policy_version="x")
        for one in households
    )
    asked = {"division": WILLOW, "year": today.year, "kind": "households"}
    first = client.get(reverse("exit-list"), asked).content.decode()
    total = int(_NUMBER.search(first)[1])  # type: ignore[index]
    assert total >= ROWS + 5
    assert first.count("<tr>") - 1 == ROWS
    second = client.get(reverse("exit-list"), asked | {"page": 2}).content.decode()
    assert second.count("<tr>") - 1 == min(ROWS, total - ROWS)
    people = client.get(reverse("exit-list"), asked | {"kind": "persons"}).content.decode()
    assert f"共 {total} 户" in people


def test_a_household_reports_itself_and_the_village_has_it(client: Client, as_: SignIn) -> None:
    there = reverse("self-report")
    page = client.get(there, {"village": WILLOW}).content.decode()
    visible = re.findall(r'<(?:input|select|textarea)[^>]*name="(\w+)"', page)
    fields = [one for one in visible if one not in ("csrfmiddlewaretoken", "language", "next")]
    assert len(set(fields)) <= 6
    wrong = client.post(there, {"division_code": WILLOW, "name": "张三", "number": "12", "text": "病"})
    assert wrong.status_code == 422
    sent = {
        "division_code": WILLOW,
        "name": "张三",
        "number": "13900001234",
        "difficulty": "1",
        "text": "突发大病住院,花费三万元",
    }
    answer = client.post(there, sent)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "回执号" in text
    assert "13900001234" not in text
    assert "张三" not in text
    report = SelfReport.objects.get()
    village = as_("village")
    listed = village.get(reverse("self-reports")).content.decode()
    assert "张三" in listed
    assert "期限内" in listed
    case = village.get(reverse("case", args=[report.case_id])).content.decode()
    assert "突发大病住院" in case
    assert "13900001234" not in case
    revealed = as_("county").post(reverse("self-report-reveal", args=[report.pk]), {"reason": "电话核实情况"})
    assert "13900001234" in revealed.content.decode()
    assert (
        village.post(reverse("self-report-reveal", args=[report.pk]), {"reason": "看看"}).status_code == 403
    )


def test_a_receipt_tells_how_far_it_is_and_staff_find_its_case(client: Client, as_: SignIn) -> None:
    sent = {"division_code": WILLOW, "name": "张三", "number": "13900001234", "difficulty": "1"}
    page = client.post(reverse("self-report"), sent | {"text": "突发大病住院,花费三万元"}).content.decode()
    receipt = re.findall(r'<b class="code">([^<]+)</b>', page)[0]
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", receipt)
    there = reverse("public-receipt")
    assert client.get(there).status_code == 200
    told = client.post(there, {"receipt": receipt.lower()}).content.decode()
    assert "正在办理:村级核查" in told
    for personal in ("张三", "13900001234", "1234", "大病"):
        assert personal not in told
    for wrong in ("2222-2222-2222", "张三"):
        assert client.post(there, {"receipt": wrong}).status_code == 422
    case = SelfReport.objects.get().case_id
    assert (
        reverse("case", args=[case]) in as_("village").get(reverse("search"), {"q": receipt}).content.decode()
    )
    assert (
        reverse("case", args=[case])
        not in as_("elsewhere").get(reverse("search"), {"q": receipt}).content.decode()
    )


def test_the_report_says_the_days_of_the_place(client: Client) -> None:
    Division.objects.create(
        code="620100001001", name="甘肃某村", level=5, parent_code="620100001000", initials="", source="tests"
    )
    page = client.get(reverse("self-report"), {"village": "620100001001"}).content.decode()
    assert "村里5个工作日内上门核查" in page
    assert (
        "村里2个工作日内上门核查" in client.get(reverse("self-report"), {"village": WILLOW}).content.decode()
    )
    assert "最晚哪一天" in client.get(reverse("self-report")).content.decode()


def test_public_notices_are_found_by_place_and_turned_by_pages(client: Client) -> None:
    for at in range(ROWS + 3):
        wording = Wording(
            title=f"公告第{at:03}号",
            text="召开会议。",
            audience="全体村民",
            issuer="村委会",
            phone="0990-1234567",
            address="村委会",
        )
        village = WILLOW if at else "990101001203"
        until = clock.today() + timedelta(days=9)
        publish_text(division_code=village, until=until, wording=wording, **procedures.acts("township"))
    there = reverse("public-notices")
    first, second = (client.get(there, {"page": page}).content.decode() for page in ("1", "2"))
    assert first.count("公告第") + second.count("公告第") == ROWS + 3
    hits = client.get(there, {"q": "柳林"}).content.decode()
    assert f"?division={WILLOW}" in hits
    here = client.get(there, {"division": WILLOW, "page": "2"}).content.decode()
    assert "公告第000号" not in here
    assert here.count("公告第") == 2
    assert client.get(there, {"division": "990101009999"}).status_code == 404


def test_the_numbers_of_watching_equal_their_lists(as_: SignIn) -> None:  # S1-43
    client = as_("county")
    page = client.get(reverse("watch"), {"division": COUNTY}).content.decode()
    tiles = re.findall(r'<a class="tile" href="([^"]+)"><b>([\d,]+)</b>', page)
    assert len(tiles) == 4
    for link, count in tiles:
        shown = client.get(link.replace("&amp;", "&")).content.decode()
        assert re.search(rf"<h1>[^<]*?{count}\b", shown), (link, count)


def test_a_household_is_taken_under_watch_from_its_page(as_: SignIn) -> None:  # S1-43
    client = as_("village")
    there = reverse("household-monitoring", args=[HOME])
    assert there in client.get(reverse("household", args=[HOME])).content.decode()
    sent = {"main_cause": "1", "text": "大病花光积蓄,无力再付医药费"}
    done = client.post(there, sent, follow=True).content.decode()
    assert "大病花光积蓄" in done
    case = Case.objects.get(procedure="monitoring_start")
    assert case.about["household_no"] == HOME


def test_a_return_is_reported_with_its_cause(as_: SignIn) -> None:  # S4-74
    client = as_("village")
    there = reverse("household-return", args=[HOME])
    sent = {"main_cause": "1", "text": "大病花光积蓄", "signed_by": "户主"}
    refused = client.post(there, sent)
    assert refused.status_code == 422
    assert "没有立案" in refused.content.decode()  # it has not left, so it cannot fall back
    assert "大病花光积蓄" in client.get(there).content.decode()  # the draft is there when it is opened again


def test_a_village_is_recognised_and_works_through_its_list(as_: SignIn) -> None:  # S4-55, S1-12, S1-15
    empty = "990101001203"
    township = as_("township")
    sent = {"division_code": empty, "standard": "2013", "statement": "基础设施薄弱", "signed_by": "村主任"}
    refused = township.post(reverse("recognition-apply"), sent)
    assert refused.status_code == 422
    assert "须由村(村级)办理" in refused.content.decode()
    assert "不是由本系统的办件识别的" in township.get(reverse("recognised", args=[WILLOW])).content.decode()
    case, day = procedures.a_case(), clock.today()
    Recognition.objects.create(division_code=WILLOW, case=case, standard="2013", day=day)
    listed = township.get(reverse("recognition"), {"only": "overdue"}).content.decode()
    assert "柳林村" in listed
    assert "0 / 9" in listed
    village, item = as_("village"), "recognised-item"
    doctor = reverse(item, args=[WILLOW, "nine_items", "doctor"])
    refused = village.post(doctor, {"met": "yes", "evidence": "卫健局名单"})
    assert "没有填写医生的证书编号(S1-15)" in refused.content.decode()
    given = {"met": "yes", "evidence": "卫健局名单", "certificate": "110990101001"}
    assert village.post(doctor, given).status_code == 302
    share = {"met": "yes", "evidence": "逐户核对", "households_with": "9", "households_all": "12"}
    refused = village.post(reverse(item, args=[WILLOW, "nine_items", "broadband"]), share)
    assert "须户户达标(S1-15)" in refused.content.decode()
    done = reverse("recognised-finish", args=[WILLOW, "nine_items"])
    refused = township.post(done)
    assert refused.status_code == 422
    assert "通硬化路" in refused.content.decode()
    assert village.post(done).status_code == 403


def test_flows_lead_to_their_events_and_participation_to_its_households(as_: SignIn) -> None:  # S2-42, S0-16
    procedures.at_review(2)
    client = as_("village")
    page = client.get(reverse("flows"), {"division": WILLOW, "year": clock.today().year}).content.decode()
    assert "一致" in page
    moved = Event.objects.in_division(WILLOW).exclude(households=0, people=0)
    years = {day.year for day in moved.values_list("day", flat=True) if day.year >= 2013}
    before = "".join(
        client.get(reverse("flows"), {"division": WILLOW, "year": year}).content.decode()
        for year in sorted(years)
    )
    overview = "".join(
        client.get(reverse("overview"), {"division": WILLOW, "period": year}).content.decode()
        for year in sorted(years)
    )
    links = re.findall(
        r'href="([^"]*flows/events/[^"]*&amp;of=(\w+))">([+-]?[\d,]+)</a>', page + before + overview
    )
    assert {link.partition("?")[0] for link, _of, _number in links} == {reverse("flow-events")}
    assert len(re.findall(r"&amp;of=", overview)) == len(re.findall(r"&amp;of=", page + before)) > 0
    for link, of, number in links:
        shown = client.get(link.replace("&amp;", "&")).content.decode()
        if number == "0" and "<tfoot>" not in shown:
            continue
        foot = re.findall(r'<td class="num">([^<]*)</td>', shown[shown.index("<tfoot>") :])
        assert foot[0 if of == "households" else 1] == number, link
    events = re.findall(r'href="([^"]*flows/events/[^"]*)">([\d,]+)</a>', overview)
    assert events
    for link, number in events:
        if "&amp;of=" not in link:
            assert f"增减明细 {number}" in client.get(link.replace("&amp;", "&")).content.decode(), link
    matrix = client.get(reverse("participation"), {"division": WILLOW}).content.decode()
    stages = re.findall(r'href="([?]division=[^"]*stage=[^"]+)">([\d,]+)</a>', matrix)
    assert len(stages) == 4
    for query, count in stages:
        shown = client.get(reverse("participation") + query.replace("&amp;", "&")).content.decode()
        assert f"参与情况 {count} 户" in shown, query


def test_removal_and_correction_rest_on_a_verified_doubt(as_: SignIn) -> None:  # S1-24
    client = as_("village")
    doubt = Doubt.objects.get(rule="owns_car", area=COUNTY)
    there = reverse("doubt-correction", args=[doubt.pk])
    assert 'name="value"' not in client.get(there).content.decode()
    chosen = client.get(there, {"column": "safe_water"} if doubt.person is None else {"column": "health"})
    assert 'name="value"' in chosen.content.decode()
    sent = {"column": "health" if doubt.person else "safe_water", "value": "", "why": "入户核实"}
    refused = client.post(there, sent)
    assert refused.status_code == 422
    assert "没有经实地核实属实" in refused.content.decode()
    assert "入户核实" in refused.content.decode()
    assert doubt.household is not None
    removal = reverse("household-removal", args=[doubt.household.household_no])
    answer = client.post(removal, {"doubt": str(doubt.pk)})
    assert answer.status_code == 409
    assert "系统不会自动清退任何一户" in answer.content.decode()
    assert not Case.objects.of("registry_removal", "registry_correction").exists()
