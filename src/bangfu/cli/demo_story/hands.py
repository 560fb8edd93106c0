"""Who acts in the story, where, and on which pretended day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Any

from django.conf import settings
from django.db.models import Count

from bangfu.accounts.access import Scope, scope_of
from bangfu.accounts.models import User
from bangfu.accounts.roles import Role
from bangfu.cli.synthetic.invention import Inventor
from bangfu.divisions.models import Division
from bangfu.platform import clock
from bangfu.platform.audit.actor import Actor
from bangfu.platform.errors import NotFound
from bangfu.platform.procedures.models import Case
from bangfu.policy.vocabulary import codes
from bangfu.registry.actions.families import enter_household
from bangfu.registry.models import Household
from bangfu.targeting.actions.notices import Noticed, Wording, publish_cases
from bangfu.targeting.notice_models import Notice

_relation, _cause, _means = codes("relation"), codes("cause"), codes("exit_means")


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens: a county, a township of it, and the village whose clerk has an account."""

    county: str
    township: str
    village: str


@contextmanager
def pretended(day: date) -> Iterator[None]:
    """Within the block it is ``day``: demo mode only, as ``BANGFU_TODAY``."""
    before = settings.BANGFU_TODAY
    settings.BANGFU_TODAY = day
    try:
        yield
    finally:
        settings.BANGFU_TODAY = before


class Teller:
    """The people of the story and its days, counted back from today."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.today = clock.today()
        self.inventor = Inventor(Random(place.village), place.county[:6])  # noqa: S311 - names of nobody

    def ago(self, days: int) -> Any:
        """``with teller.ago(9):`` it is nine days before today."""
        return pretended(self.today - timedelta(days=days))

    def account(self, username: str) -> dict[str, Any]:
        """``by`` and ``scope`` of an account of the demo. Raises NotFound."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise NotFound(user=username)
        return {"by": user.actor(), "scope": scope_of(user, self.today)}

    @cached_property
    def county(self) -> dict[str, Any]:
        return self.account("county")

    @cached_property
    def township(self) -> dict[str, Any]:
        return self.account("township")

    @cached_property
    def village(self) -> dict[str, Any]:
        return self.account("village")

    def clerk_of(self, village: str) -> dict[str, Any]:
        """The clerk of a village; one that has no account in the demo is still somebody with a post there."""
        if village == self.place.village:
            return self.village
        name = self.names[village]
        return {
            "by": Actor(f"demo:{village}", f"{name} 村干部"),
            "scope": Scope.of([(Role.VILLAGE, village)]),
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → name of the villages of the township."""
        found = Division.objects.children_of(self.place.township).living_on(self.today)
        return dict(found.values_list("code", "name"))

    @cached_property
    def villages(self) -> list[str]:
        """The township's other villages, the smallest first."""
        rows = Household.objects.filter(division_code__in=self.names).order_by()
        sizes = dict(rows.values_list("division_code").annotate(n=Count("pk")))
        others = [
            code for code in self.names if code != self.place.village and "社区" not in self.names[code]
        ]
        return sorted(others, key=lambda code: (code not in sizes, sizes.get(code, 0), code))

    def enter(self, village: str, count: int, group: str = "") -> list[Household]:
        """So many households of two, entered as facts without a standing."""
        return [self._enter(village, group) for _ in range(count)]

    def _enter(self, village: str, group: str) -> Household:
        random, surname = self.inventor.random, self.inventor.surname()
        facts = {
            "division_code": village,
            "group_no": group or None,
            "stated_members": 2,
            "income_year": clock.today().year - 1,
            "income_net": random.randrange(2_000, 2_800) * 200,
            "spending_medical": random.randrange(20, 90) * 10_000,
            "savings": 0,
            "main_cause": random.choice([_cause.illness, _cause.disability, _cause.labour]),
            "exit_means": [_means.industry, _means.safety_net],
        }
        people = []
        for sex, relation, years in ((1, _relation.head, 58), (2, _relation.spouse, 55)):
            birth = date(clock.today().year - years - random.randrange(9), random.randrange(1, 13), 11)
            people.append(
                {
                    "name": self.inventor.name(sex, surname if sex == 1 else None),
                    "id_number": self.inventor.number(birth, sex),
                    "relation": relation,
                }
            )
        by = self.clerk_of(village)["by"]
        day = clock.today()
        return enter_household(household=facts, people=people, day=day, reason="申请识别", by=by)


def fresh(case: Case | int) -> Case:
    """The case as it stands now."""
    return Case.objects.get(pk=case if isinstance(case, int) else case.pk)


def post_up(cases: list[Case], what: str, place: str, issuer: str, acts: dict[str, Any]) -> Notice:
    """Publish the cases as the step at which they stand wants it."""
    wording = Wording(
        title=f"{issuer}{what}公示",
        text="现予公示,接受群众监督。如有异议,请在公示期内反映。",
        audience="本村村民" if "村" in issuer else "全县群众",
        place=place,
        issuer=issuer,
        phone="0915-0000000",
        address=f"{issuer}办公室",
    )
    rows = [Noticed(one.pk, fresh(one).revision) for one in cases]
    return publish_cases(cases=rows, wording=wording, **acts)
