"""The forty checks as Polars expressions that are true where a row is wrong. Counts must equal Bangfu's."""

from __future__ import annotations

import polars as pl
from frame import DAY

c = pl.col


def _between(name: str, low: int, high: int) -> pl.Expr:
    return c(name).is_between(low, high)


stage = (
    pl.when(c("school_status") == 10)
    .then(~_between("age", 2, 7))
    .when(c("school_status") == 20)
    .then(~_between("age", 5, 15))
    .when(c("school_status") == 30)
    .then(~_between("age", 10, 18))
    .when(c("school_status").is_in([40, 45]))
    .then(~_between("age", 13, 24))
    .when(c("school_status").is_in([50, 60, 70]))
    .then(~_between("age", 15, 45))
    .otherwise(False)
)
education = (
    pl.when(c("education") == 70)
    .then(c("age") < 10)
    .when(c("education").is_in([40, 60]))
    .then(c("age") < 13)
    .when(c("education").is_in([10, 20, 30]))
    .then(c("age") < 15)
    .otherwise(False)
)
legal = pl.when(c("sex") == 1).then(18).otherwise(16)

PERSON: dict[str, pl.Expr] = {
    "id_missing": c("id_number").is_null(),
    "id_malformed": c("id_number").is_not_null() & ~c("shaped"),
    "id_birth_impossible": (c("shaped") & c("id_date").is_null()) | (c("usable") & (c("id_birth") > DAY)),
    "id_checksum": c("shaped") & c("id_date").is_not_null() & ~c("usable"),
    "id_sex_mismatch": c("usable") & c("sex").is_in([1, 2]) & (c("sex") != c("id_sex")),
    "id_birth_mismatch": c("usable") & (c("birth_date") != c("id_birth")),
    "id_duplicate_in_household": c("usable") & (c("id_copies_here") > 1),
    "id_duplicate_across": c("usable") & (c("id_households") > 1),
    "head_underage": (c("relation") == 2) & (c("age") < 16) & (c("age") >= 0),
    "spouse_same_sex": c("relation").is_in([10, 11, 12])
    & c("sex").is_in([1, 2])
    & (c("sex") == c("head_sex")),
    "child_not_younger": (_between("relation", 20, 27) | _between("relation", 30, 37))
    & (c("years_younger") < 14),
    "age_impossible": (c("birth_date") > DAY) | (c("age") > 110),
    "married_underage": c("marital").is_in([20, 21, 22, 23]) & (c("age") < legal),
    "school_stage_age": stage,
    "education_beyond_age": education,
    "school_age_not_enrolled": _between("age", 7, 15)
    & ~c("at_school")
    & ~c("education").is_in([70, 60, 40]).fill_null(False),
    "student_working": c("at_school") & (c("work_months") > 6),
    "work_months_range": (c("work_months") < 0) | (c("work_months") > 12),
    "underage_working": (c("age") < 16) & (c("work_months") > 0),
    "work_place_incomplete": (c("work_months") > 0).fill_null(False) != c("work_place").is_not_null(),
    "labour_age": c("labour").is_in([1, 2]) & ((c("age") < 16) | (c("age") > 79)),
    "labour_disability": c("labour").is_in([1, 2]) & (c("disability_grade") == 1),
    "unable_working": c("labour").is_in([3, 4]) & (c("work_months") > 3),
    "disability_incomplete": (c("health") == 60)
    & (c("disability_kind").is_null() | c("disability_grade").is_null()),
    "disability_denied": c("disability_grade").is_not_null() & (c("health") == 10),
    "insurance_missing": ~c("medical_insurance"),
    "serious_without_basic": c("serious_illness_insurance") & ~c("medical_insurance"),
    "person_before_birth": c("identified_on") < c("birth_date"),
    "person_before_household": c("identified_on") < c("household_identified_on"),
}
HOUSEHOLD: dict[str, pl.Expr] = {
    "head_missing": (c("members") > 0) & (c("heads") == 0),
    "head_multiple": c("heads") > 1,
    "spouse_multiple": c("spouses") > 1,
    "member_count_mismatch": (c("members") > 0) & (c("stated_members") != c("members")),
    "income_parts_total": (c("parts") - c("income_net")).abs() > 100,
    "income_per_head_mismatch": (c("stated_members") == c("members"))
    & ((c("income_net") // c("members") - c("income_per_head")).abs() > 100),
    "income_negative": (c("income_wage") < 0) | (c("income_property") < 0) | (c("income_transfer") < 0),
    "wage_without_worker": (c("income_wage") > 0) & (c("workers") == 0),
    "dwelling_contradiction": c("dangerous_dwelling") != c("dwelling_grade").is_in([3, 4]),
    "exited_below_line": c("exited") & (c("income_per_head") < 285_500),
    "exit_mark_contradicted": c("exited_on").is_not_null() != c("exit_mark").is_in([1, 2]),
}
