"""Exit verifications entered many at once: each row is its household's own sheet, and a refusal stands in its row."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from bangfu.monitoring.actions.exits import open_exits
from bangfu.platform import clock
from bangfu.platform.procedures.models import Case, CaseRecord
from bangfu.registry.models import Membership
from tests.cast.places import WILLOW
from tests.web.conftest import SignIn
from tests.web.procedures import acts

THERE = reverse("exit-verifying")
NUMBERS = [f"{WILLOW}0001", f"{WILLOW}0003"]
GUARANTEES = ("food", "clothing", "schooling", "medical", "housing", "water")


def _opened() -> list[Case]:
    return open_exits(household_nos=NUMBERS, **acts("village"))


def _row(case: Case, **cells: str) -> dict[str, str]:
    members = Membership.objects.on(clock.today()).filter(household_id=case.subject_id).count()
    given = {
        "members": str(members),
        "income_wage": "90,000",
        "income_business": "0",
        "income_property": "0",
        "income_transfer": "1200.50",
        "production_cost": "0",
        **dict.fromkeys(GUARANTEES, "yes"),
        "evidence": "入户查看属实",
        "householder": "户主本人",
        "helper": "陈丽",
        "signed_why": "代签:户主外出务工",
        **cells,
    }
    return {f"x-{case.pk}-{case.revision}-{name}": value for name, value in given.items()}


def _common() -> dict[str, str]:
    today = clock.today()
    return {"division": WILLOW, "visited_on": today.isoformat(), "income_year": str(today.year)}


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_two_households_on_one_screen(as_: SignIn) -> None:  # S4-76, S0-46
    client, cases = as_("village"), _opened()
    page = client.get(THERE, {"division": WILLOW}).content.decode()
    assert page.count("-income_wage") == 2
    first, second = cases
    wrong = _row(second, income_wage="九万", evidence="", helper="")
    refused = client.post(THERE, {**_common(), **_row(first), **wrong})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert page.count('class="wrong"') == 1
    assert f"{NUMBERS[1]} · " in page
    assert "没有写明依据(S0-46)" in page
    assert not CaseRecord.objects.filter(case__in=cases).exists()
    assert _value(page, f"x-{second.pk}-{second.revision}-income_wage") == "九万"
    again = client.get(THERE, {"division": WILLOW}).content.decode()  # the browser was closed
    assert _value(again, f"x-{second.pk}-{second.revision}-income_wage") == "九万"
    assert _value(again, f"x-{first.pk}-{first.revision}-income_transfer") == "1200.50"
    sent = {**_common(), **_row(first), **_row(second, water="cannot_tell")}
    assert client.post(THERE, sent).status_code == 302
    records = {one.case_id: one for one in CaseRecord.objects.filter(case__in=cases)}
    assert records[first.pk].data["income_wage"] == 9_000_000
    assert records[first.pk].signatures == ["陈丽", "户主本人"]
    assert records[second.pk].data["guarantees"]["water"]["answer"] == "cannot_tell"
    page = client.get(THERE, {"division": WILLOW}).content.decode()
    assert "可以退出" in page
    assert "无法判断</span>" in page


def test_only_what_changed_goes_on_record_again(as_: SignIn) -> None:
    client, (first, second) = as_("village"), _opened()
    assert client.post(THERE, {**_common(), **_row(first), **_row(second)}).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    same = _row(first, income_wage="90000", income_transfer="1200.5")
    changed = _row(second, income_wage="80000", income_transfer="1200.5")
    assert client.post(THERE, {**_common(), **same, **changed}).status_code == 302
    assert first.records.count() == 1
    assert second.records.count() == 2
    nothing = client.post(THERE, {**_common(), **same})
    assert nothing.status_code == 422
    assert "没有任何一行" in nothing.content.decode()


def test_a_contradiction_with_the_registry_stands_in_its_row(as_: SignIn) -> None:  # S0-46
    client, (first, second) = as_("village"), _opened()
    refused = client.post(THERE, {**_common(), **_row(first, members="19"), **_row(second)})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "核实19人" in page
    assert page.count('class="wrong"') == 1
    assert not CaseRecord.objects.filter(case=second).exists()


def test_others_look_and_do_not_enter(as_: SignIn) -> None:
    (first, _second) = _opened()
    township: Client = as_("township")
    page = township.get(THERE, {"division": WILLOW}).content.decode()
    assert first.about["household_no"][-4:] in page or "李大山" in page
    assert "<select" not in page.split('id="sheets"')[1]
    sent = township.post(THERE, {**_common(), **_row(first)})
    assert sent.status_code == 422
    assert not first.records.exists()
    assert as_("inspector").post(THERE, {**_common(), **_row(first)}).status_code == 403
