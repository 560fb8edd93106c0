"""My work, and the search box."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from bangfu.platform import clock
from bangfu.platform.worklist.models import WorkItem
from bangfu.quality.models import Doubt
from bangfu.registry.models import Person
from tests.cast.places import BRIDGE, COUNTY, WILLOW
from tests.cast.stories import identity
from tests.web.conftest import SignIn

_GROUP = re.compile(
    r'<a class="big[^"]*" href="([^"]+)">\s*<span class="big-count">([\d,]+)</span>\s*<span[^>]*><b>([^<]*)</b>'
)
_TOTAL = re.compile(r"合计 ([\d,]+) [个件]")


@pytest.mark.parametrize("username", ["village", "township", "crowd"])
def test_every_group_of_the_home_page_equals_its_list(username: str, as_: SignIn) -> None:
    client = as_(username)
    groups = _GROUP.findall(client.get("/").content.decode())
    assert groups
    for link, count, title in groups:
        assert title.strip(), link
        page = client.get(link.replace("&amp;", "&")).content.decode()
        assert _TOTAL.search(page)[1] == count, link


def test_a_village_sees_its_own_work(as_: SignIn) -> None:
    page = as_("village").get("/").content.decode()
    for title in ("已死亡仍在册", "名下有汽车", "基本信息表缺项"):
        assert title in page
    assert "身份证号在多户重复" not in page  # that is the work of the township
    assert "我的待办 5 件" in page


def test_late_work_is_marked_and_counted(as_: SignIn) -> None:
    yesterday = clock.today() - timedelta(days=1)
    doubt = Doubt.objects.get(rule="owns_car", area=COUNTY)
    Doubt.objects.filter(pk=doubt.pk).update(due=yesterday)
    WorkItem.objects.filter(key=doubt.work_key).update(due=yesterday)
    client = as_("village")
    assert "已逾期 1 件" in client.get("/").content.decode()
    page = client.get(reverse("doubts"), {"work": "all", "late": "on"}).content.decode()
    assert _TOTAL.search(page)[1] == "1"
    assert "已逾期" in page


def test_whoever_has_no_post_gets_a_quiet_page(as_: SignIn) -> None:
    page = as_("nobody").get("/")
    assert page.status_code == 200
    assert reverse("households") not in page.content.decode()


def test_only_what_exists_and_is_allowed_is_in_the_navigation(as_: SignIn) -> None:
    links = {name: reverse(name) for name in ("users", "audit", "imports", "mappings", "rules", "doubts")}
    seen = {
        username: {
            name
            for name, link in links.items()
            if f'side-link" href="{link}"' in as_(username).get("/").content.decode()
        }
        for username in ("county", "village", "security", "audit", "data")
    }
    assert seen == {
        "county": {"imports", "mappings", "rules", "doubts"},
        "village": {"rules", "doubts"},
        "security": {"users"},
        "audit": {"audit"},
        "data": {"mappings", "rules"},
    }


@pytest.mark.parametrize(
    "text",
    ["李大山", "大山", "lds", identity("1972-03-07", 11), identity("1972-03-07", 11)[-4:], f"{WILLOW}0001"],
)
def test_somebody_is_found_by_name_initials_number_and_household(text: str, as_: SignIn) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        page = as_("village").get(reverse("search"), {"q": text}, headers=headers).content.decode()
        assert reverse("household", args=[f"{WILLOW}0001"]) in page


def test_a_village_is_found_and_nobody_elsewhere(as_: SignIn) -> None:
    client = as_("village")
    assert reverse("division", args=[WILLOW]) in client.get(reverse("search"), {"q": "柳林"}).content.decode()
    assert "没有找到" in client.get(reverse("search"), {"q": "周平"}).content.decode()  # of 石桥村
    assert (
        reverse("household", args=[f"{BRIDGE}0001"]) in as_("bridge").get("/search/?q=周平").content.decode()
    )


def test_a_number_found_shows_no_number(as_: SignIn) -> None:
    number = identity("1972-03-07", 11)
    page = as_("village").get(reverse("search"), {"q": number}).content.decode()
    asked = [f'value="{number}"', f"“{number}”", f'value="{reverse("search")}?q={number}"']
    assert page.count(number) == sum(page.count(one) for one in asked)
    assert Person.objects.filter(id_tail=number[-4:]).exists()
