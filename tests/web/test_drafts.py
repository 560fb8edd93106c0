"""Nothing typed is lost: a refused form comes back whole, a closed browser finds it again, handing it in forgets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from bangfu.monitoring.actions.exits import open_exits
from bangfu.monitoring.actions.targets import set_target
from bangfu.monitoring.enums import TargetKind
from bangfu.platform import clock
from bangfu.platform.procedures.models import Draft
from bangfu.targeting.models import Recognition
from tests.cast.places import COUNTY, WILLOW, WILLOW_TOWN
from tests.web import procedures
from tests.web.conftest import SignIn
from tests.web.procedures import acts

SAID = "打到一半的话"


@dataclass(frozen=True)
class Typed:
    """A form on a page: who types, where it is read and sent, and what is typed into it (it is refused)."""

    who: str
    page: str
    sent_to: str
    fields: dict[str, Any]
    shown: str = SAID


def _applying() -> Typed:
    one = procedures.opened(2)
    number = f"{WILLOW}0501"
    there = reverse("round-applying", args=[one.pk])
    fields = {"chosen": [number, f"{WILLOW}0502"], f"signed-{number}": SAID, f"signed-{WILLOW}0502": ""}
    return Typed("village", there, there, fields)


def _together(what: str, **fields: str) -> Callable[[], Typed]:
    def made() -> Typed:
        one, cases = procedures.at_review(2)
        step = "household_identification:review"
        page = f"{reverse('cases-together')}?division={WILLOW}&step={step}&round={one.pk}"
        sent = {
            "step": step,
            "division": WILLOW,
            "round": str(one.pk),
            "chosen": [f"{cases[0].pk}-{cases[0].revision}"],
            "what": what,
            **fields,
        }
        return Typed("village", page, reverse("cases-together"), sent)

    return made


def _together_notice() -> Typed:
    one, cases = procedures.at_review(1)
    procedures.put(cases, "review_panel", {"panel": one.panels.get().pk, "size": 30})
    ballot = {"present": 28, "in_favour": 26, "against": 1, "abstain": 1, "size": 30}
    procedures.put(cases, "ballot", {**ballot, "panel": one.panels.get().pk})
    procedures.decided(cases, "review")
    step = "household_identification:village_check"
    page = f"{reverse('cases-together')}?division={WILLOW}&step={step}"
    sent = {"step": step, "division": WILLOW, "what": "notice", "notice-text": SAID}
    return Typed("village", page, reverse("cases-together"), sent)


def _exits(who: str, name: str, fields: dict[str, str], shown: str = SAID) -> Callable[[], Typed]:
    def made() -> Typed:
        year = clock.today().year
        if name == "divide":
            set_target(
                year=year,
                division_code=COUNTY,
                kind=TargetKind.HOUSEHOLDS,
                value=500,
                document="〔1〕号",
                **acts("county"),
            )
        base = {"division": COUNTY, "year": str(year), "kind": "households"}
        page = f"{reverse('exits')}?division={COUNTY}"
        return Typed(who, page, reverse(f"exit-{name}"), base | fields, shown)

    return made


def _plan() -> Typed:
    there, number = reverse("exit-households"), f"{WILLOW}0001"
    fields = {"division": WILLOW, "what": "plan", f"y-{number}": "1987", f"was-{number}": ""}
    return Typed("county", f"{there}?division={WILLOW}", there, fields, "1987")


def _sheet() -> Typed:
    (case,) = open_exits(household_nos=[f"{WILLOW}0001"], **acts("village"))
    fields = {"revision": str(case.revision), "food_evidence": SAID, "income_wage": "1200"}
    there = reverse("case-record", args=[case.pk, "exit_verification"])
    return Typed("village", reverse("case", args=[case.pk]), there, fields)


def _recognised(route: str, *args: str, who: str = "village", **fields: str) -> Callable[[], Typed]:
    def made() -> Typed:
        case, day = procedures.a_case(), clock.today()
        Recognition.objects.create(division_code=WILLOW, case=case, standard="2013", day=day)
        page = reverse("recognised", args=[WILLOW])
        return Typed(who, page, reverse(route, args=[WILLOW, *args]), fields)

    return made


def _notice() -> Typed:
    fields = {"division": WILLOW, "title": "村务公告", "text": SAID}
    return Typed("village", f"{reverse('notices')}?division={WILLOW}", reverse("notice-publish"), fields)


def _withdrawal() -> Typed:
    one = procedures.a_notice()
    there = reverse("notice-withdraw", args=[one.pk])
    return Typed("village", reverse("notice", args=[one.pk]), there, {"reason": "错"}, 'value="错"')


def _roll() -> Typed:
    one = procedures.a_round()
    there = reverse("round-told", args=[one.pk])
    return Typed("village", there, there, {"rows": f"{SAID} 99"})


FORMS: dict[str, Callable[[], Typed]] = {
    "applications": _applying,
    "the roll of a round": _roll,
    "the start of a round": lambda: Typed(
        "village", reverse("rounds"), reverse("round-start"), {"mobilisation": SAID, "year": "2026"}
    ),
    "a record for many": _together("decide", **{"decide-decision": "return", "decide-reason": SAID}),
    "a notice for many": _together_notice,
    "a target": _exits("county", "target", {"value": "", "document": SAID}),
    "parts of a target": _exits("county", "divide", {f"part-{WILLOW_TOWN}": "317"}, 'value="317"'),
    "a county that leaves": _exits("county", "division", {"statement": SAID}),
    "the plan": _plan,
    "a verification sheet": _sheet,
    "a text to be published": _notice,
    "why a notice comes down": _withdrawal,
    "an application of a village": lambda: Typed(
        "village", reverse("recognition"), reverse("recognition-apply"), {"statement": SAID}
    ),
    "an item of a checklist": _recognised("recognised-item", "nine_items", "doctor", evidence=SAID),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_was_typed_comes_back(as_: SignIn, name: str) -> None:
    typed = FORMS[name]()
    client = as_(typed.who)
    assert typed.shown not in client.get(typed.page).content.decode()
    refused = client.post(typed.sent_to, typed.fields)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert typed.shown in page
    again = client.get(typed.page).content.decode()
    assert typed.shown in again
    assert "自动保存的草稿" in again
    (kept,) = Draft.objects.all()
    assert f'name="draft_key" value="{kept.key}"' in again
    assert client.post(reverse("draft-drop"), {"draft_key": kept.key, "next": typed.page}).url == typed.page
    assert typed.shown not in client.get(typed.page).content.decode()


@pytest.mark.parametrize("name", FORMS)
def test_a_closed_browser_loses_nothing(as_: SignIn, name: str) -> None:
    """The page saves while one types, under the key that stands in its form."""
    typed = FORMS[name]()
    client = as_(typed.who)
    page = client.get(typed.page).content.decode()
    field = page.index(f'name="{list(typed.fields)[-1]}"', page.index(f'action="{typed.sent_to}"'))
    *_others, key = re.findall(r'name="draft_key" value="([^"]+)"', page[:field])
    assert client.post(reverse("draft-save"), {**typed.fields, "draft_key": key}).status_code == 200
    assert typed.shown in client.get(typed.page).content.decode()


def test_one_hands_it_in_and_it_is_forgotten(as_: SignIn) -> None:
    client, base = as_("county"), {"division": COUNTY, "year": str(clock.today().year), "kind": "households"}
    there = reverse("exit-target")
    assert client.post(there, {**base, "value": "", "document": SAID}).status_code == 422
    assert Draft.objects.count() == 1
    assert client.post(there, {**base, "value": "50", "document": SAID}).status_code == 302
    assert not Draft.objects.exists()
