"""应享尽享 on the screens: the household's section and plain sheet, the lists, the explanation."""

from __future__ import annotations

import re

from django.urls import reverse

from bangfu.policy.vocabulary import codes
from bangfu.quality.result_models import EntitlementLine
from bangfu.registry.models import Household
from tests.cast.places import BRIDGE, COUNTY, WILLOW, WILLOW_TOWN
from tests.cast.stories import DAY, identity
from tests.web.conftest import SignIn

HOME = f"{WILLOW}0001"
LI = identity("1972-03-07", 11)
SAID = codes("entitlement_status")


def _owed() -> EntitlementLine:
    found = EntitlementLine.objects.filter(division_code=WILLOW, status=SAID.due_missing).first()
    assert found is not None
    return found


def test_the_household_file_says_what_is_due(as_: SignIn) -> None:
    """S2-22, S1-51: verdict, why, how to apply, whom to ask."""
    owed = _owed()
    page = as_("village").get(reverse("household", args=[owed.household.household_no])).content.decode()
    section = page.split('id="dues"')[1].split("</section>")[0]
    assert "应享未享" in section
    assert "怎么申请" in section
    assert "问谁" in section
    assert (
        reverse("household-explain", args=[owed.household.household_no]) + f"#{owed.entitlement}" in section
    )


def test_the_plain_sheet_is_plain(as_: SignIn) -> None:
    """S0-14: what is due and not had, how to apply, whom to ask; nobody's number."""
    owed = _owed()
    page = as_("helper").get(reverse("household-plain-sheet", args=[owed.household.household_no]))
    text = page.content.decode()
    assert "您家可以享受、但还没有领到的" in text
    assert "怎么申请" in text
    sheet = as_("county").get(reverse("household-plain-sheet", args=[HOME])).content.decode()
    assert "李大山" in sheet
    assert LI not in sheet
    assert LI[-4:] not in sheet.split('class="card plain-sheet"')[1]


def test_a_list_is_that_of_ones_own_villages(as_: SignIn) -> None:
    foreign = EntitlementLine.objects.filter(division_code=BRIDGE).first()
    assert foreign is not None
    page = as_("village").get(reverse("entitlement-lines")).content.decode()
    assert f"{BRIDGE}00" not in page
    assert as_("village").get(reverse("entitlement-lines"), {"division": BRIDGE}).status_code == 404
    assert (
        f"{BRIDGE}00"
        in as_("township")
        .get(reverse("entitlement-lines"), {"division": WILLOW_TOWN, "q": foreign.household.household_no})
        .content.decode()
    )


def test_a_list_is_found_by_name(as_: SignIn) -> None:
    page = as_("county").get(reverse("entitlement-lines"), {"q": "李大山"}).content.decode()
    numbers = set(re.findall(r"/households/(\d+)/#dues", page))
    assert numbers == {HOME}


def test_the_explanation_has_every_part(as_: SignIn) -> None:
    """Verdict, inputs with sources, values in force with their clause, what would settle it."""
    incomplete = f"{WILLOW}0004"
    page = as_("village").get(reverse("household-explain", args=[incomplete])).content.decode()
    assert "form_incomplete" in page
    assert "命中" in page
    assert "无法判断" in page
    assert "即可判断" in page
    assert "来自" in page
    assert 'class="value"' in page
    assert DAY.isoformat() in page


def test_what_does_not_fire_is_shown_when_asked_for(as_: SignIn) -> None:
    client, where = as_("village"), reverse("household-explain", args=[HOME])
    asked = {"as_of": DAY.isoformat(), "part": "silent", "subject": HOME}
    rest = client.get(where, asked).content.decode()
    assert rest.count('class="why"') > 10
    assert "命中" in rest
    assert client.get(where, asked | {"subject": "nobody"}).status_code == 404
    assert client.get(where, asked | {"part": "other"}).status_code == 404


def test_a_day_without_a_standing_has_nothing_to_explain(as_: SignIn) -> None:
    client, where = as_("village"), reverse("household-explain", args=[HOME])
    page = client.get(where, {"as_of": "2014-01-02"})
    assert page.status_code == 200
    assert "没有可解释的内容" in page.content.decode()
    undated = client.get(where, {"as_of": "1990-01-01"})
    assert undated.status_code == 400
    assert "1990-01-01" in undated.content.decode().split("<main")[1]


def test_the_file_and_the_explanation_agree(as_: SignIn) -> None:
    """The stored lines of the run are what the explainer says of the same day."""
    client = as_("county")
    for household in Household.objects.filter(
        division_code__startswith=COUNTY[:6], household_no__endswith="0001"
    ):
        lines = EntitlementLine.objects.filter(household=household)
        page = client.get(reverse("household-explain", args=[household.household_no])).content.decode()
        shown = re.findall(r'<div class="why" id="([a-z_]+)">', page)
        assert sorted(one for one in shown if one in {line.entitlement for line in lines}) == sorted(
            lines.values_list("entitlement", flat=True)
        )


def test_indicators_by_place(as_: SignIn) -> None:
    """S3-03, S0-46: value, numerator, denominator and clause; places add up."""
    client = as_("county")
    page = client.get(reverse("indicators"), {"indicator": "safe_water"}).content.decode()
    assert "贫困发生率" in page
    assert "S3-03" in page
    assert "四舍五入" in page
    assert "柳林镇" in page.split('id="places"')[1]
    assert client.get(reverse("indicators"), {"indicator": "nothing"}).status_code == 404
