"""The table of roles and what they may do."""

from __future__ import annotations

import pytest

from bangfu.accounts.roles import ADMINISTRATORS, CAPABILITIES, LEVELS, Capability, Role, levels_in_words
from bangfu.divisions.codes import Level

PERSONAL = {
    Capability.READ_REGISTRY,
    Capability.CORRECT_REGISTRY,
    Capability.IMPORT,
    Capability.EXPORT,
    Capability.UNMASK,
    Capability.ANSWER_DOUBTS,
    Capability.VERIFY_DOUBTS,
    Capability.DISPATCH_DOUBTS,
    Capability.RUN_CHECKS,
    Capability.READ_CASES,
    Capability.WORK_CASES,
    Capability.OVERRIDE_STEPS,
    Capability.RAISE_OBJECTIONS,
}


def test_every_role_stands_in_both_tables_and_every_capability_is_given() -> None:
    assert set(CAPABILITIES) == set(LEVELS) == set(Role)
    assert frozenset().union(*CAPABILITIES.values()) == set(Capability)


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_administrators_see_no_personal_data(role: Role) -> None:
    assert not CAPABILITIES[role] & PERSONAL


def test_what_one_administrator_does_no_other_role_does() -> None:
    for capability, only in (
        (Capability.MANAGE_USERS, Role.SECURITY_ADMIN),
        (Capability.READ_AUDIT, Role.AUDIT_ADMIN),
        (Capability.MANAGE_DIVISIONS, Role.DATA_ADMIN),
    ):
        assert [role for role in Role if capability in CAPABILITIES[role]] == [only]


def test_the_county_does_all_the_work_and_the_village_its_own() -> None:
    assert CAPABILITIES[Role.COUNTY_OFFICE] >= PERSONAL
    assert CAPABILITIES[Role.VILLAGE] & PERSONAL == {
        Capability.READ_REGISTRY,
        Capability.CORRECT_REGISTRY,
        Capability.ANSWER_DOUBTS,
        Capability.READ_CASES,
        Capability.WORK_CASES,
        Capability.RAISE_OBJECTIONS,
    }
    assert CAPABILITIES[Role.HELPER] < CAPABILITIES[Role.VILLAGE] < CAPABILITIES[Role.TOWNSHIP]


def test_an_inspector_looks_and_changes_nothing() -> None:
    assert CAPABILITIES[Role.INSPECTOR] == {
        Capability.READ_REGISTRY,
        Capability.EXPORT,
        Capability.UNMASK,
        Capability.READ_RULES,
        Capability.READ_CASES,
    }


def test_levels_are_told_in_both_languages() -> None:
    assert levels_in_words(Role.TOWNSHIP).zh == "乡级"
    assert levels_in_words(Role.COUNTY_OFFICE).en == "nation, province, city, county"
    assert LEVELS[Role.INSPECTOR] == {None, *Level}
