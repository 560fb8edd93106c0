"""Doubts: filters in the address, handing on in batches, verdict and verification, export."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bangfu.accounts.roles import Role
from bangfu.platform import clock
from bangfu.quality.enums import Closing, DoubtState
from bangfu.quality.models import Doubt, Verdict
from tests.cast.crowd import CROWD
from tests.cast.places import BRIDGE, COUNTY, WILLOW
from tests.web.conftest import SignIn

_TOTAL = re.compile(r"<h1>疑点 ([\d,]+)</h1>")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def _of(rule: str) -> Doubt:
    return Doubt.objects.filter(rule=rule, area=COUNTY).earliest("subject_id")


def _length(client, **given: str) -> int:
    return int(_TOTAL.search(client.get(reverse("doubts"), given).content.decode())[1].replace(",", ""))


def _answer(client, doubt: Doubt, finding: str, text: str = "已入户核实,车已过户。", **more):
    return client.post(reverse("doubt-answer", args=[doubt.pk]), {"finding": finding, "text": text, **more})


def _picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("过户单.png", PICTURE, content_type="image/png")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"rule": "form_incomplete"}, {"rule": "form_incomplete"}),
        ({"severity": "error"}, {"severity": "error"}),
        ({"concern": "inclusion"}, {"concern": "inclusion"}),
        ({"handler": "township"}, {"handler_role": "township"}),
        ({"rule": "form_incomplete", "severity": "error"}, {"rule": "form_incomplete", "severity": "error"}),
    ],
)
def test_filters_are_in_the_address(given: dict[str, str], expected: dict[str, str], as_: SignIn) -> None:
    rows = Doubt.objects.filter(area=CROWD, **expected)
    assert _length(as_("crowd"), **given) == rows.count()


def test_a_doubt_is_found_by_name_and_household(as_: SignIn) -> None:
    client = as_("county")
    assert _length(client, q="张建国") == 2
    assert _length(client, q=f"{WILLOW}0003") == 2
    assert _length(client, q="没有这个人") == 0
    page = client.get(reverse("doubts"), {"q": "没有这个人"}).content.decode()
    assert "请放宽筛选条件" in page


def test_settled_ones_are_listed_when_asked(as_: SignIn) -> None:
    client = as_("village")
    assert _length(client) == _length(client, state="any")
    _answer(client, _of("form_incomplete"), "not_an_error", text="家里只有他一人,原因写在纸质表上。")
    assert _length(client, state="any") == _length(client) + 1
    assert _length(client, closed_by=Closing.VERDICT, closed_since=clock.today().isoformat()) == 1


def test_a_list_is_sorted_by_its_headings(as_: SignIn) -> None:
    client = as_("crowd")
    names = re.compile(r'data-col="subject"[^>]*><span>([^<]+)</span>')
    up = names.findall(client.get(reverse("doubts"), {"sort": "subject"}).content.decode())
    down = names.findall(client.get(reverse("doubts"), {"sort": "-subject"}).content.decode())
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert len(up) == 50


def test_ticked_doubts_are_handed_to_somebody_else(as_: SignIn) -> None:
    client = as_("township")
    some = list(Doubt.objects.filter(division_code=WILLOW)[:2])
    before = _length(as_("bridge"), work="all")
    given = {
        "chosen": [str(one.pk) for one in some],
        "level": "own",
        "division_code": BRIDGE,
        "role": Role.VILLAGE,
    }
    page = client.post(reverse("doubts-dispatch"), given, follow=True).content.decode()
    assert "已指派 2 个疑点" in page
    assert _length(as_("bridge"), work="all") == before + 2
    assert {one.handler_division for one in Doubt.objects.filter(pk__in=[one.pk for one in some])} == {BRIDGE}


def test_all_that_fit_the_filter_are_handed_on(as_: SignIn) -> None:
    client = as_("crowd")
    rule = Doubt.objects.filter(area=CROWD, handler_role="village").by_rule()[0][0]
    count = Doubt.objects.filter(area=CROWD, rule=rule).count()
    due = (clock.today() + timedelta(days=30)).isoformat()
    given = {"all": "1", "query": f"rule={rule}", "division": CROWD, "level": "township", "due": due}
    page = client.post(reverse("doubts-dispatch"), given, follow=True).content.decode()
    assert f"已指派 {count} 个疑点" in page
    moved = Doubt.objects.filter(area=CROWD, rule=rule)
    assert set(moved.values_list("handler_role", "due")) == {("township", clock.today() + timedelta(days=30))}


def test_handing_on_without_saying_to_whom_is_refused_in_words(as_: SignIn) -> None:
    given = {"chosen": [str(_of("owns_car").pk)], "level": "own"}
    page = as_("county").post(reverse("doubts-dispatch"), given, follow=True).content.decode()
    assert "没有指派" in page
    past = {**given, "level": "village", "due": "2001-01-01"}
    assert "已经过去" in as_("county").post(reverse("doubts-dispatch"), past, follow=True).content.decode()


def test_an_answer_without_words_keeps_the_choice(as_: SignIn) -> None:
    answer = _answer(as_("village"), _of("form_incomplete"), "confirmed", text="")
    assert answer.status_code == 422
    assert "请填写“核实情况”" in answer.content.decode()
    assert re.search(r'value="confirmed"[^>]*checked', answer.content.decode())


def test_only_pictures_and_pdf_are_evidence(as_: SignIn) -> None:
    wrong = SimpleUploadedFile("证明.png", b"<script>alert(1)</script>", content_type="image/png")
    answer = _answer(as_("village"), _of("owns_car"), "not_an_error", evidence=wrong)
    assert answer.status_code == 422
    assert "证据只能是照片" in answer.content.decode()
    assert not Verdict.objects.exists()


def test_two_people_look_at_what_is_serious(as_: SignIn) -> None:
    """S2-45: one answers with evidence, another verifies; nobody both."""
    doubt = _of("owns_car")
    township = as_("township")
    assert _answer(township, doubt, "not_an_error").status_code == 422  # without evidence
    assert _answer(township, doubt, "not_an_error", evidence=_picture()).status_code == 302
    page = township.get(reverse("doubt", args=[doubt.pk])).content.decode()
    assert "这是您本人核实的" in page
    assert 'id="verify"' not in page
    own = township.post(reverse("doubt-verify", args=[doubt.pk]), {"accept": "yes", "text": ""})
    assert own.status_code == 422
    assert Doubt.objects.get(pk=doubt.pk).state == DoubtState.ANSWERED
    county = as_("county")
    assert "复核" in county.get(reverse("doubt", args=[doubt.pk])).content.decode()
    assert (
        county.post(reverse("doubt-verify", args=[doubt.pk]), {"accept": "yes", "text": ""}).status_code
        == 302
    )
    settled = Doubt.objects.get(pk=doubt.pk)
    assert (settled.state, settled.closed_by) == (DoubtState.CLOSED, Closing.VERDICT)


def test_what_is_sent_back_is_open_again(as_: SignIn) -> None:
    doubt = _of("owns_car")
    _answer(as_("village"), doubt, "not_an_error", evidence=_picture())
    township = as_("township")
    bare = township.post(reverse("doubt-verify", args=[doubt.pk]), {"accept": "no", "text": ""})
    assert bare.status_code == 422  # why?
    sent = {"accept": "no", "text": "过户单看不清,请重拍。"}
    assert (
        "已退回重新核实"
        in township.post(reverse("doubt-verify", args=[doubt.pk]), sent, follow=True).content.decode()
    )
    page = as_("village").get(reverse("doubt", args=[doubt.pk])).content.decode()
    assert "过户单看不清,请重拍。" in page
    assert 'id="answer"' in page


def test_evidence_is_for_those_who_may_read_the_doubt_and_never_opened_in_our_name(as_: SignIn) -> None:
    _answer(as_("village"), _of("owns_car"), "not_an_error", evidence=_picture())
    path = reverse("evidence", args=[Verdict.objects.get().pk])
    answer = as_("inspector").get(path)
    assert b"".join(answer.streaming_content) == PICTURE
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert as_("bridge").get(path).status_code == as_("elsewhere").get(path).status_code == 404


def test_the_reason_stands_beside_the_doubt(as_: SignIn) -> None:
    page = as_("village").get(reverse("doubt", args=[_of("dead_but_registered").pk])).content.decode()
    assert "2015-11-02" in page
    assert reverse("rule", args=["dead_but_registered"]) in page
    assert "依据" in page
