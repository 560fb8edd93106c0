"""What each role may do, in one table. A role holds at the post's division and everything under it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bangfu.divisions.codes import Level
from bangfu.policy.words import Words


class Role(TextChoices):
    """The roles of a post. The three administrators are kept apart: never two of them in one person."""

    COUNTY_OFFICE = "county_office", _("县级主管部门(乡村振兴、扶贫办)")
    TOWNSHIP = "township", _("乡镇")
    VILLAGE = "village", _("村")
    HELPER = "helper", _("帮扶责任人")
    INSPECTOR = "inspector", _("督查人员")
    DATA_ADMIN = "data_admin", _("数据管理员")
    SECURITY_ADMIN = "security_admin", _("安全保密管理员")
    AUDIT_ADMIN = "audit_admin", _("安全审计员")


class Capability(StrEnum):
    """One kind of work. Screens and actions ask for a capability, never for a role."""

    READ_REGISTRY = "read_registry"
    CORRECT_REGISTRY = "correct_registry"
    IMPORT = "import"
    CONFIRM_STANDINGS = "confirm_standings"
    RUN_CHECKS = "run_checks"
    TRY_VALUES = "try_values"
    DISPATCH_DOUBTS = "dispatch_doubts"
    ANSWER_DOUBTS = "answer_doubts"
    VERIFY_DOUBTS = "verify_doubts"
    EXPORT = "export"
    PLAN_EXITS = "plan_exits"
    READ_CASES = "read_cases"
    WORK_CASES = "work_cases"
    OVERRIDE_STEPS = "override_steps"
    CONFIRM_FIGURES = "confirm_figures"
    RAISE_OBJECTIONS = "raise_objections"
    UNMASK = "unmask"
    READ_RULES = "read_rules"
    MANAGE_DIVISIONS = "manage_divisions"
    MANAGE_USERS = "manage_users"
    MANAGE_MAPPINGS = "manage_mappings"
    READ_AUDIT = "read_audit"
    READ_JOBS = "read_jobs"


#: The three administrators (三员): what one does, another permits and the third reads.
ADMINISTRATORS: Final = frozenset({Role.DATA_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

_AT_VILLAGE: Final = frozenset(
    {
        Capability.READ_REGISTRY,
        Capability.CORRECT_REGISTRY,
        Capability.ANSWER_DOUBTS,
        Capability.READ_RULES,
        Capability.READ_CASES,
        Capability.WORK_CASES,
        Capability.RAISE_OBJECTIONS,
    }
)
_AT_TOWNSHIP: Final = _AT_VILLAGE | {
    Capability.OVERRIDE_STEPS,
    Capability.CONFIRM_FIGURES,
    Capability.IMPORT,
    Capability.DISPATCH_DOUBTS,
    Capability.VERIFY_DOUBTS,
    Capability.READ_JOBS,
}

#: Role → what it may do.
CAPABILITIES: Final[Mapping[Role, frozenset[Capability]]] = MappingProxyType(
    {
        Role.COUNTY_OFFICE: _AT_TOWNSHIP
        | {
            Capability.CONFIRM_STANDINGS,
            Capability.RUN_CHECKS,
            Capability.TRY_VALUES,
            Capability.EXPORT,
            Capability.UNMASK,
            Capability.MANAGE_MAPPINGS,
            Capability.PLAN_EXITS,
        },
        Role.TOWNSHIP: _AT_TOWNSHIP,
        Role.VILLAGE: _AT_VILLAGE,
        Role.HELPER: frozenset(
            {
                Capability.READ_REGISTRY,
                Capability.ANSWER_DOUBTS,
                Capability.READ_RULES,
                Capability.READ_CASES,
                Capability.RAISE_OBJECTIONS,
            }
        ),
        Role.INSPECTOR: frozenset(
            {
                Capability.READ_REGISTRY,
                Capability.EXPORT,
                Capability.UNMASK,
                Capability.READ_RULES,
                Capability.READ_CASES,
            }
        ),
        Role.DATA_ADMIN: frozenset(
            {
                Capability.MANAGE_DIVISIONS,
                Capability.MANAGE_MAPPINGS,
                Capability.READ_JOBS,
                Capability.READ_RULES,
            }
        ),
        Role.SECURITY_ADMIN: frozenset({Capability.MANAGE_USERS}),
        Role.AUDIT_ADMIN: frozenset({Capability.READ_AUDIT}),
    }
)

_COUNTY_AND_ABOVE: Final = frozenset({None, Level.PROVINCE, Level.CITY, Level.COUNTY})

#: Role → the levels of division at which it may stand; None is the nation.
LEVELS: Final[Mapping[Role, frozenset[Level | None]]] = MappingProxyType(
    {
        Role.COUNTY_OFFICE: _COUNTY_AND_ABOVE,
        Role.TOWNSHIP: frozenset({Level.TOWNSHIP}),
        Role.VILLAGE: frozenset({Level.VILLAGE}),
        Role.HELPER: frozenset({Level.VILLAGE}),
        Role.INSPECTOR: frozenset({None, *Level}),
        Role.DATA_ADMIN: _COUNTY_AND_ABOVE,
        Role.SECURITY_ADMIN: _COUNTY_AND_ABOVE,
        Role.AUDIT_ADMIN: _COUNTY_AND_ABOVE,
    }
)


def levels_in_words(role: Role) -> Words:
    """The levels at which ``role`` may stand, for a refusal: 乡级; township."""
    allowed = LEVELS[role]
    titles = [Words("全国", "nation")] if None in allowed else []
    titles += [level.title for level in Level if level in allowed]
    return Words("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))
