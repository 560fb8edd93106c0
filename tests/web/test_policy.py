"""Pages of policy documents and values."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from bangfu.policy import documents
from bangfu.policy import parameters as policy_parameters
from bangfu.policy.citing import citing
from bangfu.policy.parameters import DatedValue, Parameters
from bangfu.policy.rechecking import not_rechecked
from bangfu.web.views import parameters as parameters_page
from tests.cast.places import COUNTY
from tests.web.conftest import SignIn

TODAY = date(2026, 1, 1)


def test_every_document_of_the_register_has_its_page(as_: SignIn) -> None:
    client = as_("village")
    page = client.get(reverse("documents")).content.decode()
    for key in documents.documents():
        assert reverse("document", args=[key]) in page
        assert client.get(reverse("document", args=[key])).status_code == 200, key


def test_a_document_names_what_cites_it(as_: SignIn) -> None:
    """S0-01, S0-02: number, clauses, values, rules and entitlements."""
    page = as_("data").get(reverse("document", args=["wan_fuzu_2017_8"])).content.decode()
    cited = citing()["wan_fuzu_2017_8"]
    assert "皖扶组〔2017〕8号" in page
    assert "2017-06-06" in page
    assert reverse("document", args=["wan_fa_2015_26"]) in page
    assert len(cited.clauses) > 50
    assert "明白纸" in page
    for one in cited.entitlements:
        assert reverse("entitlement", args=[one.key]) in page
    for one in cited.rules:
        assert reverse("rule", args=[one.key]) in page


def test_a_suggestion_says_that_it_does_not_bind(as_: SignIn) -> None:
    """S1-01."""
    loose = next(one for one in documents.documents().values() if not one.binding)
    client = as_("county")
    assert (
        "不是有约束力的文件" not in client.get(reverse("document", args=["wan_fuzu_2017_8"])).content.decode()
    )
    assert "不是有约束力的文件" in client.get(reverse("document", args=[loose.key])).content.decode()


def test_an_unknown_document_or_value_is_not_found(as_: SignIn) -> None:
    client = as_("county")
    assert client.get(reverse("document", args=["nothing"])).status_code == 404
    assert client.get(reverse("parameter", args=["who.nothing"])).status_code == 404


def test_every_value_has_its_page_with_all_its_dates(as_: SignIn) -> None:
    client = as_("village")
    page = client.get(reverse("parameters")).content.decode()
    for key, one in policy_parameters.parameters().items():
        assert reverse("parameter", args=[key]) in page
        if len(one.values) > 1:
            history = client.get(reverse("parameter", args=[key])).content.decode()
            assert all(entry.since.isoformat() in history for entry in one.values), key
            assert len(re.findall("现行", history.split('id="history"')[1])) == 1


def test_configuration_and_what_nobody_has_rechecked_are_marked(as_: SignIn) -> None:
    client = as_("county")
    known = policy_parameters.parameters()
    own = next(one for one in known.values() if one.from_configuration)
    cited = next(one for one in known.values() if not one.from_configuration)
    assert "由本地配置" in client.get(reverse("parameter", args=[own.key])).content.decode()
    assert "由本地配置" not in client.get(reverse("parameter", args=[cited.key])).content.decode()
    stale = client.get(reverse("parameters"), {"only": "stale", "as_of": "2026-01-01"}).content.decode()
    listed = set(re.findall(r'<th scope="row" class="first headline"><a href="/parameters/([\w.]+)/"', stale))
    assert listed == {one.key for one in not_rechecked(TODAY)}


def test_an_area_above_the_standard_is_an_alarm(as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """S2-87: allowed, and seen. The list, the value's page and its areas show it."""
    known = policy_parameters.parameters()
    one = next(value for value in known.values() if value.right == "floor" and value.kind == "money")
    more = DatedValue(date(2015, 1, 1), int(one.values[-1].value or 0) + 100_000, "wan_fuzu_2017_8")
    changed = Parameters({**known, one.key: replace(one, areas={COUNTY[:6]: (more,)})})
    client = as_("county")
    before = client.get(reverse("parameter", args=[one.key])).content.decode()
    monkeypatch.setattr(parameters_page, "known_parameters", lambda: changed)
    after = client.get(reverse("parameter", args=[one.key])).content.decode()
    assert 'id="alarms"' not in before
    assert 'id="alarms"' in after
    assert "青禾县" in after.split('id="areas"')[1]
    assert 'id="alarms"' in client.get(reverse("parameters")).content.decode()


def test_a_value_names_what_reads_it(as_: SignIn) -> None:
    """Also through derived columns: the line of poverty reaches rules that do not name it."""
    page = as_("county").get(reverse("parameter", args=["who.income.poverty_line"])).content.decode()
    assert "没有规则用到它" not in page
