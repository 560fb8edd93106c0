"""The screens of a village meeting ask the database as often for many households as for few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.platform import clock
from bangfu.platform.procedures.models import Case
from bangfu.targeting.models import Round
from bangfu.targeting.notice_models import Notice
from tests.cast.places import WILLOW
from tests.targeting.world import enter, head_of
from tests.web import procedures
from tests.web.conftest import SignIn

FEW, MORE = 3, 9
LATER = 701
PASSED = {"present": "28", "in_favour": "24", "against": "3", "abstain": "1"}


def _queries(client: Client, path: str) -> int:
    """How often the page asks; the names of divisions are at hand, as they are on a site in use."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def _asked(client: Client, paths: Sequence[str]) -> dict[str, int]:
    cache.clear()
    return {path: _queries(client, path) for path in paths}


def _together(one: Round, step: str) -> str:
    return (
        f"{reverse('cases-together')}?round={one.pk}&division={WILLOW}&step=household_identification:{step}"
    )


def _apply(one: Round, count: int, first: int) -> list[Case]:
    numbers = [f"{WILLOW}{at:04d}" for at in range(first, first + count)]
    rows = [procedures.Applying(household_no=number, signed_by=head_of(number)) for number in numbers]
    made = procedures.apply_together(round_id=one.pk, rows=rows, **procedures.acts("village"))
    return [application.case for application in made]


def _nominate(cases: list[Case]) -> None:
    procedures.decided(cases, "application")
    procedures.put(cases, "nomination", {"text": "小组会议提名"})
    procedures.decided(cases, "nomination")


def _vote(client: Client, one: Round, cases: list[Case]) -> None:
    rows = {
        f"v-{case.pk}-{case.revision}-{name}": value
        for case in procedures.fresh(cases)
        for name, value in PASSED.items()
    }
    assert client.post(reverse("round-ballots", args=[one.pk]), rows).status_code == 302
    procedures.decided(cases, "review")


def test_screens_of_the_round_do_not_ask_row_by_row(as_: SignIn) -> None:  # S4-61, S4-63
    client = as_("village")
    one, few = procedures.at_review(FEW)
    screens = [
        reverse(name, args=[one.pk])
        for name in ("round", "round-told", "round-panel", "round-applying", "round-ballots")
    ]
    screens += [
        _together(one, "review"),
        f"{reverse('cases')}?round={one.pk}",
        reverse("rounds"),
        reverse("home"),
    ]
    enter(1, first=LATER - 1)
    before = _asked(client, screens)
    enter(MORE + MORE, first=LATER)
    more = _apply(one, MORE, LATER)
    _nominate(more)
    assert _asked(client, screens) == before
    _vote(client, one, few)
    assert _asked(client, screens) == before


def test_screens_after_the_meeting_do_not_ask_row_by_row(  # S4-61, S4-64, S2-43
    as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = as_("village")
    one, few = procedures.at_review(FEW)
    enter(MORE, first=LATER)
    more = _apply(one, MORE, LATER)
    _nominate(more)
    start, asked = clock.today(), {}
    for cases in (few, more):
        _vote(village, one, cases)
        procedures.put(cases, "village_check", {"opinion": "同意"})
        pages = _asked(
            village, [_together(one, "village_check"), *_notices(village, one, cases, "village_check")]
        )
        asked[len(cases)] = list(pages.values())
    assert asked[FEW] == asked[MORE]
    monkeypatch.setattr(clock, "today", lambda: start + timedelta(days=10))
    cache.clear()
    county, township = as_("county"), as_("township")
    for cases in (few, more):
        procedures.decided(cases, "village_check")
        visit = {"visitors": ["镇干部李"], "visited_on": clock.today().isoformat()}
        procedures.put(cases, "home_visit", visit, "township")
        audit = _asked(township, [_together(one, "township_audit"), reverse("home")])
        procedures.decided(cases, "township_audit", "township")
        pages = _asked(
            county, [_together(one, "county_approval"), *_notices(county, one, cases, "county_approval")]
        )
        asked[len(cases)] = [*audit.values(), *pages.values()]
    assert asked[FEW] == asked[MORE]


def _notices(client: Client, one: Round, cases: list[Case], step: str) -> list[str]:
    """Publishes these cases; the pages of the notice, from the inside and for everybody."""
    sent = {
        "step": f"household_identification:{step}",
        "division": WILLOW,
        "round": one.pk,
        "chosen": [f"{case.pk}-{case.revision}" for case in procedures.fresh(cases)],
        "what": "notice",
        **{f"notice-{name}": "村公示栏" for name in ("title", "text", "audience", "issuer", "address")},
        "notice-phone": "0990-1234567",
    }
    assert client.post(reverse("cases-together"), sent).status_code == 302
    notice = Notice.objects.latest("pk")
    return [reverse("notice", args=[notice.pk]), reverse("public-notice", args=[notice.code])]
