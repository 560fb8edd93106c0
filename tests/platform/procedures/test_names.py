"""What stands behind the names in definitions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.management import call_command

from bangfu.platform.procedures import names
from bangfu.platform.procedures.errors import UnknownFunction
from bangfu.platform.procedures.registry import effect, guard, guard_of
from bangfu.policy import procedures
from tests.platform.procedures.office import Day


def test_every_name_of_an_installed_domain_has_a_function() -> None:
    assert names.unknown_names(procedures.all_definitions()) == []
    call_command("check")


def test_a_name_without_a_function_is_found(day: Day) -> None:
    permit = replace(procedures.definition("permit", "standard"), on_pass=("sample_gone",))
    (found,) = names.unknown_names([permit])
    assert found.endswith("permit.yaml: effect sample_gone")
    assert names.unknown_names([replace(permit, domain="not_installed")]) == []


def test_nothing_passes_a_guard_that_is_not_there() -> None:
    with pytest.raises(UnknownFunction) as refusal:
        guard_of("sample_gone")
    assert "sample_gone" in refusal.value.sentence("en")


def test_a_name_has_one_function() -> None:
    with pytest.raises(ValueError, match="two functions for the guard sample_may_open"):
        guard("sample_may_open")(lambda question: ())
    with pytest.raises(ValueError, match="two functions for the effect sample_granted"):
        effect("sample_granted")(lambda outcome: None)
