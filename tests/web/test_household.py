"""One household's file, and its masked numbers."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.platform.audit.models import AuditRecord
from bangfu.quality.models import Doubt
from bangfu.registry.dossier import dossier
from bangfu.registry.models import Household
from tests.cast.places import COUNTY, WILLOW
from tests.cast.stories import DAY, identity
from tests.web.conftest import SignIn

HOME = f"{WILLOW}0001"
LI = identity("1972-03-07", 11)


def _page(client, number: str = HOME) -> str:
    return client.get(reverse("household", args=[number])).content.decode()


def test_the_file_has_everything(as_: SignIn) -> None:
    page = _page(as_("village"))
    for text in (
        "李大山", "周巧云", "李明", "何桂英", "在册贫困户", "缺技术", "产业、就业", "B级", "86.5", "水泥路",
        "6,000", "9,200", "2,300", "人均纯收入", "登记建档", "登记.xlsx", "村民小组", "周明",
    ):  # fmt: skip
        assert text in page, text


def test_numbers_are_masked(as_: SignIn) -> None:
    page = _page(as_("county"))
    assert LI not in page
    assert LI[-4:] in page
    assert "13909150001" not in page


def test_the_line_of_standings(as_: SignIn) -> None:
    page = _page(as_("village"), f"{WILLOW}0007")
    line = page.split('<ol class="line"')[1].split("</ol>")[0]
    spells = [re.sub(r"<[^>]+>|\s+", " ", one).split() for one in line.split("<li>")[1:]]
    assert spells == [["在册贫困户", "2014-05-10", "–", "2014-12-20"], ["已脱贫", "2014-12-20"]]


def test_doubts_stand_in_the_file(as_: SignIn) -> None:
    doubt = Doubt.objects.get(rule="dead_but_registered", area=COUNTY)
    page = _page(as_("village"), f"{WILLOW}0002")
    assert reverse("doubt", args=[doubt.pk]) in page
    assert "已于 2015-11-02 死亡" in page


def test_the_gaps_of_the_form_are_those_of_the_rule() -> None:
    """S4-59: the file and the rule read one definition."""
    gaps = {one.household_no for one in Household.objects.in_division(COUNTY) if dossier(one, DAY).missing}
    found = Doubt.objects.filter(area=COUNTY, rule="form_incomplete").values_list(
        "household__household_no", flat=True
    )
    assert gaps == set(found) == {f"{WILLOW}0004"}


def test_the_gaps_of_many_households_are_those_of_the_rule() -> None:
    """S4-59, on the crowd with its planted gaps."""
    area = "610926000000"
    gaps = {one.household_no for one in Household.objects.in_division(area) if dossier(one, DAY).missing}
    found = Doubt.objects.filter(area=area, rule="form_incomplete").values_list(
        "household__household_no", flat=True
    )
    assert gaps == set(found) != set()


def test_a_file_costs_a_fixed_number_of_queries(as_: SignIn) -> None:
    client = as_("county")
    counts = []
    for number in (HOME, f"{WILLOW}0003", f"{WILLOW}0008"):
        client.get(reverse("household", args=[number]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("household", args=[number]))
        counts.append(len(queries))
    assert max(counts) <= 18
    assert max(counts) - min(counts) <= 1  # verdicts are asked only where there is a doubt


def _reveal(client, url: str, **given: str):
    return client.post(url, given, headers={"HX-Request": "true"})


def test_a_number_is_shown_once_with_a_reason(as_: SignIn) -> None:
    client = as_("county")
    url = reverse("person-reveal", args=[HOME, f"{HOME}01"])
    asked = _reveal(client, url, what="id_number").content.decode()
    assert 'name="reason"' in asked
    assert LI not in asked
    short = _reveal(client, url, what="id_number", reason="看")
    assert short.status_code == 409
    assert "至少 4 个字" in short.content.decode()
    shown = _reveal(client, url, what="id_number", reason="核对证件原件")
    assert LI in shown.content.decode()
    record = AuditRecord.objects.filter(action="read.id_number").latest("seq")
    assert record.detail["reason"] == "核对证件原件"
    assert LI not in _page(client)


@pytest.mark.parametrize(("what", "number"), [("phone", "13909150001")])
def test_the_household_has_numbers_too(what: str, number: str, as_: SignIn) -> None:
    url = reverse("household-reveal", args=[HOME])
    assert number in _reveal(as_("inspector"), url, what=what, reason="督查入户联系").content.decode()


def test_whoever_may_not_unmask_gets_no_button_and_no_number(as_: SignIn) -> None:
    assert "reveal" not in _page(as_("village"))
    answer = _reveal(
        as_("village"),
        reverse("person-reveal", args=[HOME, f"{HOME}01"]),
        what="id_number",
        reason="核对证件",
    )
    assert answer.status_code == 403
    assert LI not in answer.content.decode()


def test_a_foreign_person_is_not_shown_through_ones_own_household(as_: SignIn) -> None:
    foreign = "990102001201000101"
    url = reverse("person-reveal", args=[HOME, foreign])
    assert _reveal(as_("county"), url, what="id_number", reason="核对证件原件").status_code == 404


def test_a_person_of_another_household_is_not_shown_through_this_one(as_: SignIn) -> None:
    url = reverse("person-reveal", args=[HOME, f"{WILLOW}000301"])
    assert _reveal(as_("county"), url, what="id_number", reason="核对证件原件").status_code == 404


def test_the_person_leads_to_the_file(as_: SignIn) -> None:
    answer = as_("village").get(reverse("person", args=[f"{HOME}03"]))
    assert answer["Location"] == f"{reverse('household', args=[HOME])}#p{HOME}03"
