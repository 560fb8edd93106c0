"""The form that enters a new household: facts, and no standing until a case registers it (S0-48)."""

from __future__ import annotations

from django.urls import reverse

from bangfu.policy.vocabulary import codes
from bangfu.registry.enums import EventKind
from bangfu.registry.models import Event, Household
from tests.cast.places import WILLOW
from tests.web.conftest import SignIn

RELATION = codes("relation")
FORM = {
    "division_code": WILLOW,
    "household_kind": "1",
    "stated_members": "1",
    "income_year": "2015",
    "income_net": "3200",
    "spending_medical": "900",
    "savings": "0",
    "main_cause": "7",
    "exit_means": ["1"],
    "day": "2016-01-05",
    "reason": "农户申请识别",
    "person": ["0"],
    "person-0-name": "钟新来",
    "person-0-relation": str(RELATION.head),
    "person-0-sex": "1",
    "person-0-birth_date": "1980-02-03",
}


def test_a_household_entered_on_the_form_has_no_standing(as_: SignIn) -> None:  # S0-48
    client = as_("village")
    form = client.get(reverse("household-new")).content.decode()
    assert 'name="identified_on"' not in form
    known = set(Household.objects.values_list("pk", flat=True))
    answer = client.post(reverse("household-new"), FORM, follow=True)
    (household,) = Household.objects.exclude(pk__in=known)
    assert answer.redirect_chain[-1][0] == reverse("household", args=[household.household_no])
    page = answer.content.decode()
    assert "建档须经识别程序" in page
    assert "钟新来" in page
    assert not household.standings.exists()
    event = Event.objects.get(household=household)
    assert (event.kind, event.households, event.people) == (EventKind.ENTERED, 0, 0)
