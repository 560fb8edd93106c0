"""Master figures, sums of the documents, rosters against the registry, who helps and how: by their screens."""

from __future__ import annotations

import pytest
from django.urls import reverse

from bangfu.policy.oversight.reconciliation import statements
from bangfu.registry.models import StatedFigure
from bangfu.web.printed import shown_gap, shown_span
from tests.cast.places import COUNTY, OTHER_COUNTY, WILLOW
from tests.web.conftest import SignIn

URL = reverse("master-data")


def _state(client, figure: str, value: str, where: str = COUNTY, **given: str):
    said = {"figure": figure, "value": value, "as_of": "2015-06-30", "source": "调研报告", **given}
    return client.post(reverse("master-data-state", args=[where]), said)


def test_a_contradiction_is_flagged_and_kept(as_: SignIn) -> None:  # S4-02, S4-52, X-15
    client = as_("county")
    assert _state(client, "townships", "11").status_code == 302
    page = client.get(URL, {"division": COUNTY}).content.decode()
    assert "有 1 处对不上" in page
    assert "调研报告" in page
    assert "<b>+9</b>" in page
    assert StatedFigure.objects.get().value == 1_100


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"source": " "}, "来源"),
        ({"value": "很多"}, "应填数字"),
        ({"value": "1.234"}, "最多两位小数"),
        ({"as_of": "2999-01-01"}, "还没有到"),
        ({"figure": "happiness"}, "没有这个选项"),
    ],
)
def test_what_is_no_figure_is_said_in_a_sentence(given: dict[str, str], words: str, as_: SignIn) -> None:
    answer = _state(as_("county"), **{"figure": "townships", "value": "11"} | given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not StatedFigure.objects.exists()


def test_nobody_states_for_another_county(as_: SignIn) -> None:
    assert _state(as_("county"), "townships", "11", OTHER_COUNTY).status_code == 404
    assert _state(as_("inspector"), "townships", "11").status_code == 403


def test_incidence_stands_in_the_overview_with_its_base(as_: SignIn) -> None:  # S3-03
    client = as_("county")
    assert (
        "贫困发生率"
        not in client.get(reverse("overview"), {"division": COUNTY}).content.decode().split("<main")[1]
    )
    _state(client, "rural_population", "1000")
    page = client.get(reverse("overview"), {"division": COUNTY})
    poor = page.context["incidence"].poor
    assert poor > 0
    assert f"<b>{poor // 10}.{poor % 10}0%</b><small>贫困发生率(基数 1,000 人)" in page.content.decode()


def test_incidence_is_compared_with_another_day(as_: SignIn) -> None:
    client = as_("county")
    _state(client, "rural_population", "1000", as_of="2014-01-01")
    page = client.get(URL, {"division": COUNTY, "since": "2014-06-01", "as_of": "2015-12-31"})
    change = page.context["changes"][0]["change"]
    assert change.people == page.context["later"].poor - page.context["earlier"].poor
    assert change.points == change.people * 10
    assert client.get(URL, {"since": "2999-01-01"}).status_code == 404


def test_every_statement_of_the_documents_stands_there_as_printed(as_: SignIn) -> None:
    page = as_("county").get(reverse("sums"))
    assert len(page.context["rows"]) == len(statements())
    shares = dict(page.context["counts"])
    assert sum(shares.values()) == len(statements())
    failing = as_("county").get(reverse("sums"), {"verdict": "0"}).context["rows"]
    assert len(failing) == shares["0"] > 0
    assert {one["statement"].clause for one in failing} >= {"R-20", "R-33", "R-41", "R-42"}
    assert all(one["gap"] not in ("", "—") for one in failing)


@pytest.mark.parametrize(
    ("clause", "gap"), [("R-41", "+1"), ("R-42", "+1"), ("R-20", "+5")]
)  # fmt: skip
def test_by_how_much_a_statement_fails(clause: str, gap: str) -> None:
    found = [one for one in statements() if one.clause == clause and one.verdict == 0]
    assert gap in {shown_gap(one).replace("−", "+") for one in found}


def test_a_span_is_shown_as_it_is() -> None:
    (whole,) = [one for one in statements() if one.clause == "R-04"]
    assert (shown_span(whole.stated), shown_span(whole.computed), shown_span(None)) == ("1,611", "1,611", "—")


def test_counts_of_rosters_equal_their_lists(as_: SignIn) -> None:  # S4-19
    client = as_("county")
    page = client.get(reverse("overlaps"), {"division": COUNTY})
    for roster, _title, found in page.context["rosters"]:
        sides = {
            "both": found.both,
            "roster": found.listed,
            "called": found.called,
            "unreadable": found.unreadable,
        }
        for side, people in sides.items():
            listed = client.get(reverse("overlapping"), {"division": COUNTY, "roster": roster, "side": side})
            assert listed.context["page"].paginator.count == len(people)
    both = client.get(reverse("overlapping"), {"division": COUNTY}).content.decode()
    assert "杨有福" in both, "on the list of allowances, and registered"
    assert as_("elsewhere").get(reverse("overlaps"), {"division": COUNTY}).status_code == 404
    assert client.get(reverse("overlapping"), {"side": "nonsense"}).status_code == 404


def test_a_list_that_is_not_there_is_said(as_: SignIn) -> None:
    assert "民政还没有提供名单" in as_("elsewhere").get(reverse("overlaps")).content.decode()


def test_a_file_says_who_helps_and_how_and_lists_say_who_lacks_it(as_: SignIn) -> None:  # S3-04
    """Nobody supplied the four data families: every household lacks both blocks."""
    client = as_("county")
    page = client.get(reverse("household", args=[f"{WILLOW}0001"])).content.decode()
    block = page.split('id="help"')[1].split("</section>")[0]
    assert (block.count("lamp-green"), block.count("lamp-red")) == (1, 2)
    every = client.get(reverse("households"), {"division": COUNTY}).context["listing"].total
    for gap in ("no_helper", "no_measure", "either"):
        assert (
            client.get(reverse("households"), {"division": COUNTY, "help": gap}).context["listing"].total
            == every
        )
