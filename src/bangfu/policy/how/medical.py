"""Medical insurance of all in reach, caps on own payments, chronic outpatient share, relief (S2-28, S2-30, S4-89).

“351” and “180” are labels in the source; their values are parameters from outside it.
"""

from __future__ import annotations

from typing import Any

import ibis

from bangfu.policy.entitlements import Due, entitlement
from bangfu.policy.vocabulary import codes

Expression = Any

level = codes("hospital_level")
WHOLE = 10_000


def cap(person: Expression, p: Expression) -> Expression:
    """The cap of the year (fen): that of the highest hospital level used."""
    return ibis.cases(
        (person.hospital_highest == level.county, p["how.medical.inpatient_cap.county"]),
        (person.hospital_highest == level.city, p["how.medical.inpatient_cap.city"]),
        (person.hospital_highest == level.province, p["how.medical.inpatient_cap.province"]),
    ).cast("int64")


@entitlement(
    "medical_insurance",
    subject="person",
    period="year",
    since="2014-01-01",
    law="S4-89",
    received="insured_rows",
    over=False,
    doubts=(),
)
def medical_insurance(person: Expression, p: Expression) -> Due:
    """Everybody in reach is insured: 100 %. The doubts ``insurance_missing``, ``insured_off_list`` ask about each."""
    return Due(person.household_in_reach)


@entitlement(
    "inpatient_cap",
    subject="person",
    period="year",
    since="2014-01-01",
    law="S2-30",
    received="inpatient_top_up",
)
def inpatient_cap(person: Expression, p: Expression) -> Due:
    """What the person paid for inpatient care over the cap of the year is paid on top (the “351” kind)."""
    paid, most = person.own_inpatient, cap(person, p)
    over = paid > ibis.ifelse(paid == 0, ibis.literal(0, "int64"), most)
    return Due(person.household_in_reach & over, paid - most)


@entitlement(
    "chronic_outpatient",
    subject="person",
    period="year",
    since="2014-01-01",
    law="S2-30",
    received="chronic_top_up",
)
def chronic_outpatient(person: Expression, p: Expression) -> Due:
    """A share of what is left of chronic outpatient cost (the “180” kind), cut to the fen."""
    amount = person.own_chronic * p["how.medical.chronic_share"] // WHOLE
    return Due(person.household_in_reach & (person.own_chronic > 0), amount.cast("int64"))


@entitlement(
    "medical_relief", subject="person", period="year", since="2014-01-01", law="S2-28", received="relief_paid"
)
def medical_relief(person: Expression, p: Expression) -> Due:
    """Relief on what stays with the person under the cap, cut to the fen.

    For the key recipients any disease counts, in reach or not; for the others in reach the diseases on the list
    (``relief_facts``).
    """
    key, base, most = person.key_recipient, person.relief_base, cap(person, p)
    rest = ibis.cases((base > most, most), (base <= most, base))
    share = ibis.cases(
        (key, p["how.medical.relief_share.key"]), (~key, p["how.medical.relief_share.registered"])
    ).cast("int64")
    return Due((person.household_in_reach | key) & (base > 0), (rest * share // WHOLE).cast("int64"))
