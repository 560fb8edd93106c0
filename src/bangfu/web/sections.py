"""In which sections the columns of a household and a person stand, on forms and in the household's file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """A titled group of columns of the vocabulary."""

    key: str
    title: Any
    columns: tuple[str, ...]


def without(section: Section, *columns: str) -> Section:
    """The section with fewer columns."""
    return replace(section, columns=tuple(one for one in section.columns if one not in columns))


HOUSEHOLD: Final = (
    Section("place", _("位置与联系"), ("natural_village", "group_no", "address", "phone", "bank_account")),
    Section(
        "kind",
        _("识别与退出"),
        (
            "household_kind",
            "identified_on",
            "exit_mark",
            "exited_on",
            "monitored_kind",
            "risk_found_on",
            "risk_cleared",
            "risk_cleared_on",
        ),
    ),
    Section(
        "causes",
        _("人口、致贫原因与脱贫依靠"),
        ("stated_members", "main_cause", "other_causes", "disaster_on", "exit_means"),
    ),
    Section(
        "dwelling",
        _("住房"),
        ("dwelling_grade", "dangerous_dwelling", "dwelling_area", "sanitary_toilet", "fuel"),
    ),
    Section(
        "services",
        _("水、路、电、网"),
        (
            "safe_water",
            "road_surface",
            "road_distance",
            "domestic_power",
            "production_power",
            "broadcasting",
            "broadband",
        ),
    ),
    Section("land", _("土地"), ("farmland", "forest_land")),
)
#: What follows from a standing or a procedure: shown, and typed nowhere (S0-48).
MARKS: Final = next(one for one in HOUSEHOLD if one.key == "kind")
YEAR: Final = (
    Section(
        "income",
        _("收入"),
        (
            "income_wage",
            "income_business",
            "income_property",
            "income_transfer",
            "production_cost",
            "income_net",
            "income_per_head",
        ),
    ),
    Section(
        "spending", _("支出、存款和负债"), ("spending_medical", "spending_schooling", "savings", "debts")
    ),
)
PERSON: Final = (
    Section("identity", _("身份"), ("name", "id_kind", "id_number", "relation", "sex", "birth_date")),
    Section("family", _("民族、婚姻、教育"), ("ethnicity", "marital", "education", "school_status")),
    Section("health", _("健康与残疾"), ("health", "disability_kind", "disability_grade")),
    Section("work", _("劳动与务工"), ("labour", "work_wish", "work_place", "work_months")),
    Section("insurance", _("保险"), ("medical_insurance", "serious_illness_insurance", "pension_insurance")),
    Section("contact", _("联系与识别"), ("phone", "identified_on")),
)
