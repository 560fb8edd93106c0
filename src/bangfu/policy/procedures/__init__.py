"""Procedures as data: dated, by area (DESIGN §1.1, §2). One YAML file here is one version of one procedure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from bangfu.policy.errors import NoProcedure, UnknownProcedure
from bangfu.policy.procedures.definitions import Definition
from bangfu.policy.procedures.reading import read_folder

FOLDER = Path(__file__).parent


@cache
def all_definitions() -> tuple[Definition, ...]:
    """Every version of every procedure. Raises BadPolicyFile."""
    return read_folder(FOLDER)


def procedures() -> Mapping[str, tuple[Definition, ...]]:
    """The versions of each procedure, by its key."""
    keys = dict.fromkeys(one.procedure for one in all_definitions())
    return {key: tuple(one for one in all_definitions() if one.procedure == key) for key in keys}


def definition(procedure: str, version: str) -> Definition:
    """The version that a case has pinned. Raises UnknownProcedure."""
    for one in all_definitions():
        if (one.procedure, one.version) == (procedure, version):
            return one
    raise UnknownProcedure(procedure=f"{procedure}/{version}")


def in_force(procedure: str, day: date, area: str) -> Definition:
    """The version for a case that opens on ``day`` at the division ``area`` (12 digits): the nearest area
    wins.

    Raises:
        UnknownProcedure: no file has this key.
        NoProcedure: none of its versions holds there on that day.
    """
    versions = [one for one in all_definitions() if one.procedure == procedure]
    if not versions:
        raise UnknownProcedure(procedure=procedure)
    near = [
        (nearness, one)
        for one in versions
        if one.in_force(day) and (nearness := one.nearness(area)) is not None
    ]
    if not near:
        raise NoProcedure(procedure=procedure, day=day.isoformat(), area=area)
    return max(near, key=lambda pair: pair[0])[1]
