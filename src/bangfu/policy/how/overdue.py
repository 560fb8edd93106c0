"""What had to be done by a day, and is not."""

from __future__ import annotations

from typing import Any

from bangfu.policy.rules import rule
from bangfu.policy.vocabulary import codes

Expression = Any

grade = codes("dwelling_grade")


@rule("renovation_overdue", subject="household", since="2021-01-01", law="S1-60")
def renovation_overdue(household: Expression, p: Expression) -> Expression:
    """All dangerous houses that should be renovated had to be by the end of 2020."""
    return household.renovation_class.notnull() & household.dwelling_grade.isin([grade.c, grade.d])
