"""Values that nobody has compared with their source for a year, and noting that somebody has.

A check is data like the value: ``checked_on`` and ``checked_by`` in the metadata of the parameter's own file, so that
it goes the way of every other change of policy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadCheck, PolicyError
from bangfu.policy.parameters import Parameter, Parameters, parameters, read_file
from bangfu.policy.words import Words

_FUTURE = Words("复核日期不能在今天以后", "the day of the check lies in the future")
_NOBODY = Words("请写明复核人", "say who has checked")
_OLDER = Words("已有更晚的复核记录", "a later check is on record")


def not_rechecked(day: date, values: Parameters | None = None) -> tuple[Parameter, ...]:
    """Parameters never checked, or last checked more than a year before ``day``; those never checked first."""
    known = (values or parameters()).values()
    stale = [one for one in known if one.checked_on is None or _year_later(one.checked_on) < day]
    return tuple(sorted(stale, key=lambda one: (one.checked_on or date.min, one.key)))


def note_checked(
    keys: Iterable[str], *, on: date, by: str, today: date, folder: Path = yaml_files.HERE
) -> tuple[Parameter, ...]:
    """Writes into the files of the parameters that ``by`` compared them with their source on the day ``on``.

    Nothing else in the files changes. Each is replaced whole or not at all; nothing is written where one is refused.
    Values that are read already keep what they were read with.

    Raises:
        UnknownParameter: no such key.
        BadCheck: the day or the name cannot be, or a file cannot be written.
    """
    known, name = [parameters()[key] for key in dict.fromkeys(keys)], by.strip()
    for one in known:
        _refuse(one, on, name, today)
    return tuple(_note(one, on, name, folder) for one in known)


def _refuse(one: Parameter, on: date, by: str, today: date) -> None:
    older = one.checked_on is not None and on < one.checked_on
    for refused, why in ((on > today, _FUTURE), (not by, _NOBODY), (older, _OLDER)):
        if refused:
            raise BadCheck(key=one.key, where=one.where, reason=why.zh, reason_en=why.en)


def _note(one: Parameter, on: date, by: str, folder: Path) -> Parameter:
    question, stem, *steps = one.key.split(".")
    path = folder / question / "parameters" / f"{stem}.yaml"
    try:
        text = path.read_text(encoding="utf-8")
        noted = _with_entries(text, (*steps, "metadata"), {"checked_on": on.isoformat(), "checked_by": by})
        return _replace(path, noted, one, replace(one, checked_on=on, checked_by=by))
    except OSError as error:
        raise BadCheck(key=one.key, where=one.where, reason=str(error), reason_en=str(error)) from error


def _replace(path: Path, text: str, before: Parameter, wanted: Parameter) -> Parameter:
    """Puts ``text`` in the place of the file when it reads as ``wanted``, and its lines have not moved."""
    beside = path.with_suffix(".checked")
    try:
        beside.write_text(text, encoding="utf-8")
        question, stem = wanted.key.split(".")[:2]
        try:
            read = read_file(beside, f"{question}.{stem}")[wanted.key]
        except PolicyError as error:
            raise BadCheck(
                key=wanted.key, where=before.where, reason=error.sentence(), reason_en=error.sentence("en")
            ) from error
        if replace(read, where=wanted.where) != wanted:
            why = Words("写入后读出的内容不同,文件没有改动", "it would read otherwise; nothing was written")
            raise BadCheck(key=wanted.key, where=before.where, reason=why.zh, reason_en=why.en)
        beside.replace(path)
        return wanted
    finally:
        beside.unlink(missing_ok=True)


def _with_entries(text: str, steps: tuple[str, ...], entries: Mapping[str, str]) -> str:
    """``text`` (YAML) with these entries in the mapping at ``steps``: what is there is replaced, the rest added."""
    node = _mapping_at(yaml.compose(text, Loader=yaml.SafeLoader), steps)
    values = {key.value: value for key, value in node.value}
    edits: list[tuple[int, int, str]] = []
    added = []
    for name, value in entries.items():
        written = value if name == "checked_on" else json.dumps(value, ensure_ascii=False)
        if name in values:
            edits.append((values[name].start_mark.index, values[name].end_mark.index, written))
        else:
            added.append(f"{name}: {written}")
    if added and node.flow_style:
        end = node.end_mark.index - 1
        edits.append((end, end, "".join(f", {one}" for one in added)))
    elif added:
        start = node.start_mark
        edits.append((start.index, start.index, "".join(f"{one}\n{' ' * start.column}" for one in added)))
    for first, last, written in sorted(edits, reverse=True):
        text = text[:first] + written + text[last:]
    return text


def _mapping_at(node: yaml.Node | None, steps: tuple[str, ...]) -> yaml.MappingNode:
    for step in steps:
        assert isinstance(node, yaml.MappingNode)
        node = next(value for key, value in node.value if key.value == step)
    assert isinstance(node, yaml.MappingNode)
    return node


def _year_later(day: date) -> date:
    """The same day of the next year; 1 March after a 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
