"""Reading the policy folder's YAML, with the file named in every refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from bangfu.policy.errors import BadPolicyFile

HERE = Path(__file__).parent
_DAY = "tag:yaml.org,2002:timestamp"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which a key that stands twice, or a day that is none, is an error with its line."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{name} stands twice", key.start_mark)
            seen.add(name)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found

    def construct_day(self, node: yaml.ScalarNode) -> Any:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            message = f"{node.value} is no day"
            raise yaml.constructor.ConstructorError(None, None, message, node.start_mark) from None


_Loader.add_constructor(_DAY, _Loader.construct_day)


def read(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        BadPolicyFile: it is not YAML, a key stands twice, or a day is none.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=_Loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise BadPolicyFile(where=place(path), reason=str(error)) from error


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(read(HERE / "schemas" / f"{schema}.yaml"))


def read_checked(path: Path, schema: str) -> Any:
    """The content of a YAML file that fits ``schemas/<schema>.yaml``; a refusal names the line.

    Raises:
        BadPolicyFile: with the first place that does not fit.
    """
    content = read(path)
    for error in _validator(schema).iter_errors(_with_text_keys(content)):
        steps = tuple(str(step) for step in error.absolute_path)
        raise BadPolicyFile(where=place_of(path, steps), reason=f"{'/'.join(steps) or '/'}: {error.message}")
    return content


def lines(path: Path) -> Mapping[tuple[str, ...], int]:
    """The line of every node of a readable file, by the steps that lead to it; the root stands at ``()``."""
    with path.open(encoding="utf-8") as stream:
        return dict(_lines(yaml.compose(stream, Loader=_Loader), ()))


def place_of(path: Path, steps: tuple[str, ...]) -> str:
    """File and line of a node, or of the nearest one above it that is there."""
    return f"{place(path)}:{line_of(path, steps)}"


def line_of(path: Path, spot: Sequence[str | int]) -> int:
    """The line, from 1, of the place ``spot`` (keys and positions from the top), or of what is around it."""
    known, steps = lines(path), tuple(str(step) for step in spot)
    while steps not in known:
        steps = steps[:-1]
    return known[steps]


def _lines(node: yaml.Node | None, steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if not steps:
        yield steps, 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*steps, key.value), key.start_mark.line + 1
            yield from _lines(value, (*steps, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for place_in, value in enumerate(node.value):
            yield (*steps, str(place_in)), value.start_mark.line + 1
            yield from _lines(value, (*steps, str(place_in)))


def place(path: Path) -> str:
    """``path`` as a reader of the repository knows it."""
    return str(path.relative_to(HERE.parent)) if path.is_relative_to(HERE.parent) else str(path)


def _with_text_keys(node: Any) -> Any:
    """JSON schema knows text only; YAML reads ``2015-01-01`` as a date, as key and as value."""
    if isinstance(node, dict):
        return {str(key): _with_text_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_text_keys(item) for item in node]
    if isinstance(node, date):
        return node.isoformat()
    return node
