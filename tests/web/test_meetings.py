"""The screens of a village meeting: who was told, the panel, the ballots, acting on many cases; notices and papers."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from bangfu.platform.jobs.models import Job
from bangfu.platform.procedures.models import Case, CaseRecord, Draft
from bangfu.targeting.models import Notification, Panel, Round
from bangfu.targeting.notice_models import Notice
from tests.cast.places import WILLOW
from tests.web import procedures
from tests.web.conftest import SignIn

ALL = {"present": "28", "in_favour": "24", "against": "3", "abstain": "1"}


def _votes(cases: list[Case], **numbers: str) -> dict[str, str]:
    given = ALL | numbers
    return {f"v-{one.pk}-{one.revision}-{name}": value for one in cases for name, value in given.items()}


def test_a_round_from_its_meeting_to_applications(as_: SignIn) -> None:  # S4-58, S4-62
    client = as_("village")
    procedures.started(2)
    one = Round.objects.get(division_code=WILLOW)
    there, extra = reverse("round-told", args=[one.pk]), one.roll.count() + 1
    assert client.post(there, {"rows": "误录的人 1"}).status_code == 302
    assert one.roll.filter(serial=extra).exists()
    mended = client.post(there, {"households": str(one.households), "strike": str(extra)})
    assert mended.status_code == 302
    assert not one.roll.filter(serial=extra).exists()
    refused = client.post(reverse("round-open", args=[one.pk]))
    page, first = refused.content.decode(), one.roll.first()
    assert refused.status_code == 422
    assert "告知全村" in page  # the page of the round itself, with the households that were not told
    assert f"<b>{first.serial} {first.householder}</b>:没有告知记录(S4-58)" in page
    assert f"{there}?only=untold" in page
    told = {f"c-{pk}": "meeting" for pk in one.roll.values_list("pk", flat=True)}
    missed = one.roll.first()
    answer = client.post(
        reverse("round-told", args=[one.pk]),
        {**told, f"m-{missed.pk}": "on", "day": one.started_on.isoformat()},
    )
    assert answer.status_code == 302
    assert Notification.objects.filter(entry__round=one).count() == one.roll.count()
    assert Notification.objects.get(entry=missed).reached is False
    page = client.get(reverse("round-told", args=[one.pk]), {"only": "tried"}).content.decode()
    assert page.count('name="c-') == 1
    assert client.post(reverse("round-open", args=[one.pk])).status_code == 302
    page = client.get(reverse("round-applying", args=[one.pk])).content.decode()
    assert "户主0501" in page
    numbers = [f"{WILLOW}0501", f"{WILLOW}0502"]
    sent = {"chosen": numbers, f"signed-{numbers[0]}": "户主0501", f"signed-{numbers[1]}": ""}
    refused = client.post(reverse("round-applying", args=[one.pk]), sent)
    assert refused.status_code == 422
    assert "申请书没有签名(S4-61)" in refused.content.decode()
    sent[f"signed-{numbers[1]}"] = "户主0502"
    assert client.post(reverse("round-applying", args=[one.pk]), sent).status_code == 302
    assert one.applications.count() == 2


def test_the_panel_is_counted_and_kept(as_: SignIn) -> None:  # S4-62
    client, one = as_("village"), procedures.started(0)
    seats = procedures.seats(one)
    serials = dict(one.roll.values_list("pk", "serial"))
    rows = {}
    for at, seat in enumerate(seats, 1):
        rows |= {f"p-{at}": seat.name, f"s-{at}": str(serials[seat.entry]), f"g-{at}": str(seat.group_number)}
    few = {name: value for name, value in rows.items() if int(name[2:]) <= 29}
    refused = client.post(reverse("round-panel", args=[one.pk]), {**few, "seat": "1"})
    assert refused.status_code == 422
    assert "共29人,不足30人(S4-62)" in refused.content.decode()
    wrong = client.post(reverse("round-panel", args=[one.pk]), {**rows, "g-3": "2"})
    assert "而该户在第1组(S4-62)" in wrong.content.decode()
    assert 'name="p-30" value="代表' in wrong.content.decode()
    assert client.post(reverse("round-panel", args=[one.pk]), {**rows, "seat": "1"}).status_code == 302
    assert Panel.objects.get(round=one, seated_on__isnull=False).members.count() == 30


def test_ballots_are_checked_row_by_row_and_against_the_tally(as_: SignIn) -> None:  # S4-63
    client = as_("village")
    one, cases = procedures.at_review(3)
    there = reverse("round-ballots", args=[one.pk])
    refused = client.post(there, _votes(cases[:2]) | _votes(cases[2:], against="5"))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "合计30,比到会28人多2" in page
    assert page.count('class="wrong"') == 1
    assert CaseRecord.objects.filter(kind="ballot").count() == 0
    totals = client.post(there, _votes(cases) | {"total-in_favour": "71"})
    assert "各行相加是72,计票单合计是71" in totals.content.decode()
    assert client.post(there, _votes(cases) | {"total-in_favour": "72"}).status_code == 302
    assert CaseRecord.objects.filter(kind="ballot", case__in=cases).count() == 3
    assert not Draft.objects.filter(key=f"round:{one.pk}:ballots").exists()
    stale = client.post(there, _votes(cases))
    assert "在您填写期间" in stale.content.decode()


def test_many_cases_at_once_refuse_in_their_rows(as_: SignIn) -> None:  # S4-61
    client = as_("village")
    one, cases = procedures.at_review(2)
    query = {"step": "household_identification:review", "division": WILLOW, "round": one.pk}
    chosen = [f"{case.pk}-{case.revision}" for case in cases]
    sent = {**query, "chosen": chosen, "what": "decide", "decide-decision": "pass"}
    refused = client.post(reverse("cases-together"), sent)
    assert refused.status_code == 422
    assert refused.content.decode().count("缺少“票决结果”") >= 2
    client.post(reverse("round-ballots", args=[one.pk]), _votes(cases))
    cases = procedures.fresh(cases)
    sent["chosen"] = [f"{case.pk}-{case.revision}" for case in cases]
    assert client.post(reverse("cases-together"), sent).status_code == 302
    assert {case.step for case in procedures.fresh(cases)} == {"village_check"}


def test_a_notice_is_published_for_many_and_read_by_everybody(as_: SignIn, client: Client) -> None:
    village = as_("village")
    one, cases = procedures.at_review(2)
    village.post(reverse("round-ballots", args=[one.pk]), _votes(cases))
    procedures.decided(cases, "review")
    cases = procedures.fresh(cases)
    sent = {
        "step": "household_identification:village_check",
        "division": WILLOW,
        "round": one.pk,
        "chosen": [f"{case.pk}-{case.revision}" for case in cases],
        "what": "notice",
        "notice-title": "拟识别贫困户公示",
        "notice-text": "经评议票决,拟识别下列户。",
        "notice-audience": "全村",
        "notice-place": "村公示栏",
        "notice-issuer": "柳林村村委会",
        "notice-phone": "0990-1234567",
        "notice-address": "村委会办公室",
    }
    assert village.post(reverse("cases-together"), sent).status_code == 302
    notice = Notice.objects.get(title="拟识别贫困户公示")
    page = client.get(reverse("public-notice", args=[notice.code]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "拟识别贫困户公示" in text
    assert f"{WILLOW}0501" not in text
    objection = {"serial": "1", "text": "该户有商品房", "raised_by": ""}
    taken = client.post(reverse("public-notice", args=[notice.code]), objection)
    assert (taken.status_code, "回执号" in taken.content.decode()) == (200, True)
    (case,) = [one for one in cases if one.objections.exists()]
    assert "该户有商品房" in village.get(reverse("case", args=[case.pk])).content.decode()
    missing = client.post(reverse("public-notice", args=[notice.code]), {**objection, "serial": "99"})
    assert "公示中没有这一行" in missing.content.decode()
    withdrawn = village.post(reverse("notice-withdraw", args=[notice.pk]), {"reason": "内容有误需更正"})
    assert withdrawn.status_code == 302
    assert client.get(reverse("public-notice", args=[notice.code])).status_code == 404


def test_papers_of_a_round_are_a_job(as_: SignIn) -> None:  # S2-43
    client = as_("village")
    one, _cases = procedures.at_review(1)
    page = client.get(reverse("papers"), {"round": one.pk}).content.decode()
    for title in ("贫困户申请书", "村民小组提名表", "评议小组名册", "票决结果", "审批表"):
        assert title in page
    sent = {"round": one.pk, "kind": "roster", "form": "docx", "packing": "one", "size": "a4"}
    answer = client.post(reverse("papers"), sent)
    job = Job.objects.latest("created")
    assert answer["Location"] == reverse("job", args=[job.pk])
    assert job.kind == "targeting.print"
    assert client.get(answer["Location"]).status_code == 200
    nonsense = client.post(reverse("papers"), {**sent, "kind": "exit_confirmation"})
    assert nonsense.status_code == 422
