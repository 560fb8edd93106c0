"""Who counts as a key recipient of medical relief, and which payments relief counts (S2-28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from bangfu.policy.facts import columns
from bangfu.policy.logic import either
from bangfu.policy.vocabulary import codes

Expression = Any
Facts = Mapping[str, Expression]

kinds = codes("household_kind")


@columns("person", stage="family")
def key_recipients(person: Expression, p: Expression) -> Facts:
    """On subsistence allowance or extremely poor, by the civil-affairs list or the kind of the household."""
    listed = (person.assisted_low_income + person.assisted_extremely_poor) > 0
    return {
        "key_recipient": either(listed, person.household_kind.isin([kinds.low_income, kinds.extremely_poor]))
    }


@columns("person", stage="family")
def relief_counts(person: Expression, p: Expression) -> Facts:
    """For key recipients any disease counts, for the others the diseases on the list."""
    key = person.key_recipient
    one_answer = ~key | (person.own_inpatient == person.own_inpatient_listed)
    return {
        "relief_base": ibis.cases(
            (key, person.own_inpatient), (one_answer, person.own_inpatient_listed)
        ).cast("int64")
    }
