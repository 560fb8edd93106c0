"""“One village, one product” (一村一品): each poor village develops at least one industry (S0-29, S1-45)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from bangfu.policy.entitlements import Due, entitlement
from bangfu.policy.facts import summary

Expression = Any


@summary("household", to="village", by="village_code")
def industries_of_village(household: Expression, p: Expression) -> Mapping[str, Expression]:
    """Industry projects that reach households of the village.

    One that surely reaches a household is enough; else a household of which nobody can tell leaves the village open.
    """
    surely = household.industry_items.sum(where=household.industry_items > 0)
    open_ones = household.count(where=household.industry_items.isnull())
    found = ibis.cases((surely > 0, surely), (open_ones > 0, ibis.null("int64")), else_=0)
    return {"village_industries": found.cast("int32")}


@entitlement(
    "village_industry",
    subject="village",
    period="once",
    since="2014-01-01",
    law="S0-29",
    received="village_industries",
    over=False,
    doubts=(),
)
def village_industry(village: Expression, p: Expression) -> Due:
    """A poor village has at least one item of characteristic planting or breeding. A list; what each household is due
    is ``industry_item``."""
    return Due(village.poor_village)
