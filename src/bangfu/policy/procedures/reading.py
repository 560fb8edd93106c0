"""From the YAML files to definitions. Whatever does not fit is refused with its file and line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile
from bangfu.policy.parameters import parameters
from bangfu.policy.procedures.definitions import (
    PASS,
    REFUSE,
    RETURN,
    Call,
    Days,
    Definition,
    Notice,
    RecordKind,
    Step,
)
from bangfu.policy.words import Words

Spot = tuple[str | int, ...]


def read_folder(folder: Path) -> tuple[Definition, ...]:
    """Every version of every procedure under ``folder``.

    Raises:
        BadPolicyFile: a file does not fit, or two versions cannot be told apart.
    """
    found = [read_file(path) for path in sorted(folder.glob("*.yaml"))]
    by_procedure: dict[str, list[Definition]] = defaultdict(list)
    for one in found:
        by_procedure[one.procedure].append(one)
    for versions in by_procedure.values():
        for first, second in combinations(versions, 2):
            _tell_apart(first, second)
    return tuple(found)


def read_file(path: Path) -> Definition:
    """The version of one file, ``<procedure>.yaml`` or ``<procedure>.<version>.yaml``.

    Raises:
        BadPolicyFile: with the line of the first thing that does not fit.
    """
    node = yaml_files.read_checked(path, "procedures")
    for spot, reason in _faults(node, path):
        raise BadPolicyFile(where=f"{yaml_files.place(path)}:{yaml_files.line_of(path, spot)}", reason=reason)
    return Definition(
        procedure=node["procedure"],
        version=node["version"],
        title=Words.read(node["title"]),
        version_title=Words.read(node["version_title"]),
        domain=node["domain"],
        subject=node["subject"],
        since=_day(node["since"]),
        until=_day(node["until"]) if node.get("until") else None,
        areas=tuple(node.get("areas", [""])),
        reference=node["reference"],
        from_configuration=node.get("source") == "configuration",
        where=yaml_files.place(path),
        steps=tuple(_step(one) for one in node["steps"]),
        on_pass=tuple(node["on_pass"]),
        on_refuse=tuple(node.get("on_refuse", ())),
        appeal=_days(node.get("appeal")),
        to_open=tuple(_call(one) for one in node.get("to_open", ())),
        due=_days(node.get("due")),
        withdraw=node.get("withdraw", True),
    )


def _step(node: Mapping[str, Any]) -> Step:
    notice = node.get("notice")
    return Step(
        key=node["key"],
        title=Words.read(node["title"]),
        role=node["role"],
        level=node["level"],
        clause=node.get("clause", ""),
        records=tuple(_record(one, node) for one in node.get("records", ())),
        guards=tuple(_call(one) for one in node.get("guards", ())),
        shortest=_days(node.get("shortest")),
        notice=Notice(Days(notice["days"], notice.get("count", "calendar")), notice["record"])
        if notice
        else None,
        due=_days(node.get("due")),
        decisions=tuple(node.get("decisions", (PASS, REFUSE))),
        returns_to=tuple(node.get("returns_to", ())),
        another_person_than=tuple(node.get("another_person_than", ())),
        overridable=tuple(node.get("overridable", ())),
        batch=node.get("batch", False),
    )


def _record(node: Mapping[str, Any], step: Mapping[str, Any]) -> RecordKind:
    return RecordKind(
        key=node["key"],
        title=Words.read(node["title"]),
        role=node.get("role", step["role"]),
        level=node.get("level", step["level"]),
        clause=node.get("clause", step.get("clause", "")),
        file=node.get("file", False),
        needed=node.get("needed", True),
        renew=node.get("renew", False),
        early=node.get("early", False),
        signers=node.get("signers", 0),
        checks=tuple(_call(one) for one in node.get("checks", ())),
    )


def _call(node: str | Mapping[str, Any]) -> Call:
    if isinstance(node, str):
        return Call(node)
    return Call(node["name"], node.get("clause", ""), dict(node.get("values", {})), node.get("always", False))


def _days(node: Mapping[str, Any] | None) -> Days | None:
    return None if node is None else Days(node["days"], node.get("count", "calendar"))


def _day(node: date | str) -> date:
    return node if isinstance(node, date) else date.fromisoformat(node)


def _faults(node: Mapping[str, Any], path: Path) -> Iterator[tuple[Spot, str]]:
    """What the schema cannot see: where it stands and what is wrong."""
    if path.name.split(".")[0] != node["procedure"]:
        yield (
            ("procedure",),
            f"the file's name begins with {path.name.split('.')[0]}, not {node['procedure']}",
        )
    until = node.get("until")
    if until and _day(until) <= _day(node["since"]):
        yield ("until",), f"{until} is not after {node['since']}"
    steps: Sequence[Mapping[str, Any]] = node["steps"]
    yield from _twice(("steps",), [one["key"] for one in steps])
    records = [one["key"] for step in steps for one in step.get("records", ())]
    if len(records) != len(set(records)):
        again = next(key for key in records if records.count(key) > 1)
        yield ("steps",), f"the record {again} stands in two places"
    for at, step in enumerate(steps):
        yield from _step_faults(steps, at, step)
    yield from _unknown_parameters((), node)


def _step_faults(
    steps: Sequence[Mapping[str, Any]], at: int, step: Mapping[str, Any]
) -> Iterator[tuple[Spot, str]]:
    here: Spot = ("steps", at)
    earlier = [one["key"] for one in steps[:at]]
    decisions = step.get("decisions", [PASS, REFUSE])
    if PASS not in decisions:
        yield (*here, "decisions"), f"without “{PASS}” nothing after {step['key']} can be reached"
    if (RETURN in decisions) != bool(step.get("returns_to")):
        yield here, f"“{RETURN}” among the decisions and returns_to belong together"
    for name in ("returns_to", "another_person_than"):
        for spot, key in enumerate(step.get(name, ())):
            if key not in earlier:
                yield (*here, name, spot), f"{key} is no earlier step; earlier are {earlier or 'none'}"
    own = [one["key"] for one in step.get("records", ())]
    needed = [one["key"] for one in step.get("records", ()) if one.get("needed", True)]
    notice = step.get("notice")
    if notice and RETURN not in decisions:
        yield here, f"an objection to the notice must be able to lead back: add “{RETURN}” and returns_to"
    if notice and notice["record"] not in needed:
        yield (*here, "notice", "record"), f"{notice['record']} is no needed record of this step"
    lifted = {*own, *(_call(one).name for one in step.get("guards", ()))}
    for spot, name in enumerate(step.get("overridable", ())):
        if name not in lifted:
            yield (*here, "overridable", spot), f"{name} is neither a record nor a guard of this step"
        if notice and name == notice["record"]:
            yield (*here, "overridable", spot), "nobody lifts a notice"


def _twice(spot: Spot, keys: Sequence[str]) -> Iterator[tuple[Spot, str]]:
    for at, key in enumerate(keys):
        if key in keys[:at]:
            yield (*spot, at, "key"), f"the step {key} stands twice"


def _unknown_parameters(spot: Spot, node: Any) -> Iterator[tuple[Spot, str]]:
    """Every key of a parameter in the file must be one, and a number of days must be a count."""
    known = parameters()
    children: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(node, Mapping):
        children = iter(node.items())
    elif isinstance(node, list):
        children = enumerate(node)
    for name, child in children:
        is_key = isinstance(child, str) and (name == "days" or (spot and spot[-1] == "values"))
        if is_key and child not in set(known):
            yield (*spot, name), f"there is no parameter {child}"
        elif is_key and name == "days" and known[child].kind != "count":
            yield (*spot, name), f"{child} is {known[child].kind}, not a number of days"
        yield from _unknown_parameters((*spot, name), child)


def _tell_apart(first: Definition, second: Definition) -> None:
    """Two versions share title, domain and subject, have names of their own, and never hold together."""
    same = "title", "domain", "subject"
    for name in same:
        if getattr(first, name) != getattr(second, name):
            raise BadPolicyFile(where=second.where, reason=f"{name} differs from {first.where}")
    if first.version == second.version:
        raise BadPolicyFile(
            where=second.where, reason=f"{first.where} is the version {first.version} already"
        )
    together = set(first.areas) & set(second.areas)
    overlap = (second.until is None or first.since < second.until) and (
        first.until is None or second.since < first.until
    )
    if together and overlap:
        area = sorted(together)[0] or "everywhere"
        reason = f"two versions hold on {max(first.since, second.since)} ({area}): this and {first.where}"
        raise BadPolicyFile(where=second.where, reason=reason)
