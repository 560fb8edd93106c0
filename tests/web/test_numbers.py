"""Every number that leads to a list equals its length (DESIGN §6)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.divisions.actions import set_attribute
from bangfu.divisions.models import DivisionAttribute
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.quality.models import Doubt, Run
from bangfu.quality.result_models import IndicatorLine
from tests.cast.crowd import CROWD
from tests.cast.places import COUNTY, WILLOW, WILLOW_TOWN
from tests.cast.stories import DAY
from tests.web.conftest import SignIn

_LINK = re.compile(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_NUMBER = re.compile(r"^\D{0,20}?([\d,]+)\D{0,20}$")
_HEADING = re.compile(r"<h1>\s*\D*?([\d,]+)\s*</h1>")
_PEOPLE = re.compile(r'id="people">\s*([\d,]+)\s*<')
_LISTS = tuple(
    reverse(name)
    for name in ("households", "people", "doubts", "entitlement-lines", "indicator-lines", "villages")
)


def _numbers(page: str) -> Iterator[tuple[str, int]]:
    """Links of a page to one of the lists whose text holds one number."""
    for link, inner in _LINK.findall(page.split("<main", 1)[1]):
        text = re.sub(r"<[^>]+>|近\d+天", " ", inner).strip()
        found = _NUMBER.match(re.sub(r"\s+", " ", text))
        if html.unescape(link).split("?")[0] in _LISTS and found:
            yield html.unescape(link), int(found[1].replace(",", ""))


def _wrong(client: Client, path: str, at_least: int) -> dict[str, tuple[int, int]]:
    page = client.get(path)
    assert page.status_code == 200
    pairs = list(dict.fromkeys(_numbers(page.content.decode())))
    assert len(pairs) >= at_least, pairs
    wrong = {}
    for link, number in pairs:
        # A link to the sum at the foot of a list is about that; every other is about the length of the list.
        said = _PEOPLE if link.endswith("#people") else _HEADING
        length = int(said.search(client.get(link).content.decode())[1].replace(",", ""))
        if length != number:
            wrong[link] = (number, length)
    return wrong


@pytest.mark.parametrize(
    ("username", "query", "at_least"),
    [
        ("crowd", "", 60),
        ("crowd", "?as_of=2014-06-30", 40),
        ("county", "", 20),
        ("county", f"?division={WILLOW_TOWN}&as_of={DAY}", 20),
        ("village", "", 20),
        ("village", "?period=2014", 20),
    ],
)
def test_the_overview(username: str, query: str, at_least: int, as_: SignIn) -> None:
    assert _wrong(as_(username), reverse("overview") + query, at_least) == {}


@pytest.mark.parametrize(
    ("username", "query", "at_least"),
    [("crowd", "", 12), ("crowd", "?as_of=2014-06-30", 8), ("village", f"?division={WILLOW}", 3)],
)
def test_causes_and_what_exit_relies_on(username: str, query: str, at_least: int, as_: SignIn) -> None:
    assert _wrong(as_(username), reverse("causes") + query, at_least) == {}


@pytest.mark.parametrize(("username", "at_least"), [("crowd", 28), ("county", 10), ("village", 5)])
def test_entitlements_by_status(username: str, at_least: int, as_: SignIn) -> None:
    assert _wrong(as_(username), reverse("entitlements"), at_least) == {}


@pytest.mark.parametrize(("username", "at_least"), [("crowd", 12), ("county", 4)])
def test_one_entitlement_by_place(username: str, at_least: int, as_: SignIn) -> None:
    assert _wrong(as_(username), reverse("entitlement", args=["medical_insurance"]), at_least) == {}


def test_what_nobody_can_be_told_about_is_no_number(as_: SignIn) -> None:
    """Where a whole list is lacking there is nobody to list: words lead to where the list is brought in."""
    untold = Run.objects.filter(division_code=COUNTY).latest("started_at").untold
    key = next(iter(untold))
    words = f'<a href="{reverse("imports")}?division={COUNTY}">没有名单</a>'
    rows = as_("county").get(reverse("entitlements")).content.decode().split("<tr>")
    (row,) = [one for one in rows if f'href="{reverse("entitlement", args=[key])}?' in one]
    assert words in row
    assert reverse("entitlement-lines") not in row
    assert words not in rows[-1]
    of_household = as_("county").get(reverse("household", args=[f"{WILLOW}0001"])).content.decode()
    assert "全县都还无法判断" in of_household


def test_a_household_of_many_and_one_of_none_are_listed(as_: SignIn) -> None:
    """Sizes beyond nine are real: planted households have more."""
    page = as_("crowd").get(reverse("overview")).content.decode()
    sizes = [int(one) for one in re.findall(r"size=(\d+)", page)]
    assert 0 in sizes or max(sizes) > 5


def test_a_run(as_: SignIn) -> None:
    run = Run.objects.get(division_code=CROWD)
    fired = [key for key, tally in run.tallies.items() if tally["yes"]]
    assert len(fired) > 30
    assert _wrong(as_("crowd"), reverse("run", args=[run.pk]), len(fired) - 3) == {}


def test_a_run_that_is_not_the_latest_or_not_all_ones_own_has_bare_numbers(as_: SignIn) -> None:
    """Their lists are gone, or hidden in part."""
    run = Run.objects.get(division_code=COUNTY)
    assert list(_numbers(as_("village").get(reverse("run", args=[run.pk])).content.decode())) == []
    assert list(_numbers(as_("county").get(reverse("run", args=[run.pk])).content.decode())) != []
    Run.objects.create(division_code=COUNTY, day=DAY, started_at=clock.now(), finished_at=clock.now())
    assert list(_numbers(as_("county").get(reverse("run", args=[run.pk])).content.decode())) == []


@pytest.mark.parametrize("username", ["county", "township", "village", "crowd", "inspector"])
def test_home(username: str, as_: SignIn) -> None:
    assert _wrong(as_(username), "/", 1) == {}


def test_a_division(as_: SignIn) -> None:
    assert _wrong(as_("township"), reverse("division", args=[WILLOW]), 2) == {}


def test_the_numbers_beside_the_doubts(as_: SignIn) -> None:
    """By rule, under the other filters."""
    client = as_("crowd")
    page = client.get(reverse("doubts"), {"severity": "error"}).content.decode()
    beside = re.findall(
        r'<li[^>]*><a href="(\?[^"]+)"[^>]*>[^<]*</a><span class="num">([\d,]+)</span>',
        page.split("<aside")[1],
    )
    assert len(beside) > 5
    for query, count in beside:
        listed = client.get(reverse("doubts") + html.unescape(query)).content.decode()
        assert _HEADING.search(listed)[1] == count, query
    total = sum(int(count.replace(",", "")) for _query, count in beside)
    assert total == Doubt.objects.filter(area=CROWD, severity="error").unsettled().count()


@pytest.mark.parametrize(
    ("username", "query", "at_least"),
    [
        ("crowd", "", 10),
        ("county", "?indicator=broadband", 5),
        ("county", "?indicator=poor_people", 2),
        ("village", "", 2),
    ],
)
def test_indicators_lead_to_who_is_not_covered(username: str, query: str, at_least: int, as_: SignIn) -> None:
    """S4-89, S0-46: every coverage of 100 % leads to the people and households without it."""
    assert _wrong(as_(username), reverse("indicators") + query, at_least) == {}


@pytest.mark.parametrize(
    ("username", "query", "at_least"),
    [
        ("county", "", 12),
        ("county", f"?as_of={DAY}", 12),
        ("county", f"?division={WILLOW_TOWN}", 8),
        ("village", "", 4),
        ("crowd", "", 4),
    ],
)
def test_types_of_county_and_village(username: str, query: str, at_least: int, as_: SignIn) -> None:
    """S1-02: the four combinations, at every level."""
    assert _wrong(as_(username), reverse("village-types") + query, at_least) == {}


def test_gaps_lead_to_who_is_not_covered(as_: SignIn) -> None:
    """S2-36: in poor villages and in the others."""
    villages = (
        IndicatorLine.objects.in_division(CROWD).filter(state=1).values_list("division_code", flat=True)
    )
    set_attribute(
        by=Actor.system("test"),
        division_code=villages.order_by("division_code")[0],
        kind=DivisionAttribute.Kind.POOR_VILLAGE,
        since=DAY,
        document="陕政发",
    )
    page = as_("crowd").get(reverse("indicator-gaps")).content.decode()
    assert "village_type=poor" in page
    assert "village_type=other" in page
    assert "S2-36" in page
    assert _wrong(as_("crowd"), reverse("indicator-gaps"), 3) == {}
