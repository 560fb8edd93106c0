"""What is done on one household's pages: corrections, comings and goings, splitting, joining, moving."""

from __future__ import annotations

from django.urls import reverse

from bangfu.policy.vocabulary import codes
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Event, Household, Person
from tests.cast.places import BRIDGE, OTHER_VILLAGE, SUMMIT, WILLOW
from tests.cast.stories import identity
from tests.web.conftest import SignIn
from tests.web.forms import filled

HOME, SONS = f"{WILLOW}0001", f"{WILLOW}0008"
WHEN = {"day": "2016-02-01", "reason": "户口簿核对"}


def _act(name: str, number: str = HOME, person: str = "") -> str:
    return reverse(name, args=[number, person] if person else [number])


def _people(number: str) -> set[str]:
    spells = Household.objects.get(household_no=number).memberships.filter(until=None)
    return set(spells.values_list("person__name", flat=True))


def test_a_correction_is_saved_and_told(as_: SignIn) -> None:
    client = as_("village")
    path = _act("household-correct")
    answer = client.post(path, filled(client, path, address="柳林村 12 号", **WHEN), follow=True)
    page = answer.content.decode()
    assert "户信息已更正" in page
    assert "柳林村 12 号" in page
    event = Event.objects.get(household__household_no=HOME, kind=EventKind.CORRECTION)
    assert (event.after, event.reason) == ({"address": "柳林村 12 号"}, "户口簿核对")


def test_marks_that_follow_from_a_standing_are_shown_and_not_typed(
    as_: SignIn,
) -> None:  # S0-48, S1-43, S4-76
    client = as_("village")
    path = _act("household-correct")
    page = client.get(path).content.decode()
    marks = {
        "household_kind": "11", "exit_mark": "1", "exited_on": "2015-11-30", "identified_on": "2013-01-01",
        "monitored_kind": "2", "risk_found_on": "2016-01-01", "risk_cleared": "true", "risk_cleared_on": "2016-01-02",
    }  # fmt: skip
    for name in marks:
        assert f'name="{name}"' not in page
    assert "脱贫标志" in page
    assert reverse("household", args=[HOME]) in page.partition('id="marks"')[2]
    client.post(path, {**filled(client, path, address="柳林村 12 号", **WHEN), **marks})
    event = Event.objects.get(household__household_no=HOME, kind=EventKind.CORRECTION)
    assert event.after == {"address": "柳林村 12 号"}


def test_a_correction_without_a_reason_keeps_what_was_typed(as_: SignIn) -> None:
    client = as_("village")
    path = _act("household-correct")
    answer = client.post(path, filled(client, path, address="柳林村 12 号", day="2016-02-01"))
    assert answer.status_code == 422
    assert "请填写“原因”" in answer.content.decode()
    assert 'value="柳林村 12 号"' in answer.content.decode()
    assert Household.objects.get(household_no=HOME).address == ""


def test_who_saw_an_older_state_is_told_and_sends_again(as_: SignIn) -> None:
    village, township = as_("village"), as_("township")
    path = _act("household-correct")
    seen = filled(village, path, address="旧址", **WHEN)
    township.post(path, filled(township, path, natural_village="上柳", **WHEN))
    refused = village.post(path, seen)
    assert refused.status_code == 422
    assert "李静" in refused.content.decode()  # who was quicker, and what is different now
    assert "上柳" in refused.content.decode()
    assert Household.objects.get(household_no=HOME).address == ""
    again = {**seen, "revision": refused.context["form"]["revision"].value()}
    assert village.post(path, again).status_code == 302
    assert Household.objects.get(household_no=HOME).address == "旧址"


def test_a_sealed_number_left_empty_stays(as_: SignIn) -> None:
    client = as_("village")
    person = f"{HOME}01"
    before = Person.objects.get(person_no=person)
    path = _act("person-correct", HOME, person)
    sent = filled(client, path, health=str(codes("health").disabled), **WHEN)
    assert "id_number" not in sent
    assert client.post(path, sent).status_code == 302
    after = Person.objects.get(person_no=person)
    assert (after.health, bytes(after.id_number), after.id_tail) == (
        codes("health").disabled,
        bytes(before.id_number),
        before.id_tail,
    )


def test_a_year_is_entered(as_: SignIn) -> None:
    client = as_("village")
    path = f"{_act('household-year')}?year=2014"
    assert client.post(path, filled(client, path, income_wage="1200.50", **WHEN)).status_code == 302
    year = Household.objects.get(household_no=HOME).years.get(income_year=2014)
    assert year.income_wage == 120_050
    wrong = client.post(path, filled(client, path, income_wage="一千", **WHEN))
    assert wrong.status_code == 422
    assert 'value="一千"' in wrong.content.decode()


def test_a_child_is_born(as_: SignIn) -> None:
    client = as_("village")
    path = _act("member-add")
    child = {
        "kind": str(EventKind.BIRTH.value),
        "name": "李小溪",
        "relation": "之女",
        "sex": "2",
        "birth_date": "2016-01-20",
    }
    assert client.post(path, {**child, **WHEN}).status_code == 302
    assert "李小溪" in _people(HOME)
    nameless = client.post(path, {**child, "name": "", **WHEN})
    assert nameless.status_code == 422
    assert "请填写“姓名”" in nameless.content.decode()


def test_somebody_dies_and_the_head_has_to_be_named(as_: SignIn) -> None:
    client = as_("village")
    path = _act("member-remove", HOME, f"{HOME}01")
    death = {"kind": str(EventKind.DEATH.value), "day": "2016-02-01", "reason": "死亡证明"}
    refused = client.post(path, death)
    assert refused.status_code == 422
    assert "户主" in refused.content.decode()
    assert client.post(path, {**death, "new_head": f"{HOME}02"}).status_code == 302
    assert _people(HOME) == {"周巧云", "李明", "何桂英"}


def test_another_head(as_: SignIn) -> None:
    client = as_("village")
    assert client.post(_act("head-change"), {"new_head": f"{HOME}02", **WHEN}).status_code == 302
    page = client.get(reverse("household", args=[HOME])).content.decode()
    assert "<h1>周巧云" in page


def test_a_son_gets_a_household_of_his_own(as_: SignIn) -> None:
    """S2-42: what changes how many are on the books is done above the village."""
    client = as_("township")
    leaving = {"new_head": f"{SONS}03", "leaving": [f"{SONS}03", f"{SONS}05"], **WHEN}
    refused = as_("village").post(_act("household-split", SONS), leaving)
    assert refused.status_code == 422
    assert "由镇扶贫办在户档案中办理" in refused.content.decode()
    answer = client.post(_act("household-split", SONS), leaving)
    assert answer.status_code == 302
    assert _people(SONS) == {"孙长贵", "钱秀芝", "孙武"}
    page = client.get(answer["Location"]).content.decode()
    assert "孙文" in page
    assert "林燕" in page


def test_two_households_become_one(as_: SignIn) -> None:
    client = as_("village")
    path = _act("household-merge", f"{WILLOW}0004")
    nowhere = client.post(path, {"target": f"{OTHER_VILLAGE}0001", **WHEN})
    assert nowhere.status_code == 422
    assert "不在您的管辖范围" in nowhere.content.decode()
    assert client.post(path, {"target": HOME, **WHEN}).status_code == 422
    assert "赵小满" not in _people(HOME)
    assert as_("township").post(path, {"target": HOME, **WHEN}).status_code == 302
    assert "赵小满" in _people(HOME)


def test_a_household_moves_within_reach_only(as_: SignIn) -> None:
    client = as_("township")
    path = _act("household-move")
    assert client.post(path, {"to_village": SUMMIT, **WHEN}).status_code == 422  # another township
    assert client.post(path, {"to_village": BRIDGE, **WHEN}).status_code == 302
    assert Household.objects.get(household_no=HOME).division_code == BRIDGE
    assert as_("village").get(reverse("household", args=[HOME])).status_code == 404
    assert as_("bridge").get(reverse("household", args=[HOME])).status_code == 200


def test_a_household_is_not_taken_off_the_books_by_striking_off_its_last_member(as_: SignIn) -> None:  # S1-24
    client, alone = as_("village"), f"{WILLOW}0004"
    path = _act("member-remove", alone, f"{alone}01")
    assert f"{reverse('household', args=[alone])}#doubts" in client.get(path).content.decode()
    answer = client.post(path, {"kind": str(EventKind.STRUCK_OFF.value), **WHEN})
    assert answer.status_code == 422
    assert "最后一名成员" in answer.content.decode()
    assert _people(alone) == {"赵小满"}


def test_a_new_household(as_: SignIn) -> None:
    client = as_("village")
    path = reverse("household-new")
    offered = client.get(path).content.decode()
    assert "低保贫困户" in offered
    assert "监测户</option>" not in offered, "whom a case of monitoring made that"
    given = filled(client, path, household_kind="1", **WHEN)
    person = {
        "person": "0",
        "person-0-name": "卫青山",
        "person-0-relation": "户主",
        "person-0-id_number": identity("1980-05-05", 301),
    }
    refused = client.post(path, {**given, **person, "person-0-name": ""})
    assert refused.status_code == 422
    forged = client.post(path, {**given, **person, "household_kind": "11"})
    assert "新录入的户不能是“脱贫户”" in forged.content.decode()
    gaps = client.post(path, {**given, **person})
    assert "还缺:收入来源、支出负担、存款或负债、致贫原因、脱贫依靠" in gaps.content.decode()  # S4-59
    six = {"income_net": "100", "spending_medical": "0", "savings": "0"}
    six["main_cause"], six["exit_means"] = str(codes("cause").skill), [str(codes("exit_means").industry)]
    answer = client.post(path, {**given, **person, **six}, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "已录入" in page
    assert "1980-05-05" in page  # taken from the number
    assert Household.objects.filter(household_no__startswith=WILLOW).count() == 9


def test_somebody_like_a_registered_person_is_hinted_at(as_: SignIn) -> None:
    client = as_("village")
    typed = {
        "like_prefix": "person-0-",
        "like_village": WILLOW,
        "person-0-id_number": identity("1972-03-07", 11),
    }
    hint = client.post(reverse("like-this"), typed, headers={"HX-Request": "true"}).content.decode()
    assert "可能已经登记过" in hint
    assert reverse("household", args=[HOME]) in hint
    elsewhere = as_("bridge").post(
        reverse("like-this"), {**typed, "like_village": BRIDGE}, headers={"HX-Request": "true"}
    )
    assert "李大山" not in elsewhere.content.decode()  # beyond one's area only the place is told


def test_one_more_person_block(as_: SignIn) -> None:
    page = as_("village").get(reverse("person-block"), {"n": "3"}).content.decode()
    assert 'name="person-3-name"' in page
    assert "?n=4" in page


def test_a_disaster_is_a_fact_that_the_village_enters(as_: SignIn) -> None:
    """S4-76: a new disaster warns; it is no mark of a standing."""
    client = as_("village")
    path = _act("household-correct")
    page = client.get(path).content.decode()
    assert 'name="disaster_on"' in page
    assert 'name="exited_on"' not in page
