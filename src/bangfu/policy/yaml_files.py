"""Reading the policy folder's YAML, with the file named in every refusal."""

from __future__ import annotations

from collections.abc import Sequence
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


def read_checked(path: Path, schema: str, *, with_line: bool = False) -> Any:
    """The content of a YAML file that fits ``schemas/<schema>.yaml``; a refusal names the line if asked to.

    Raises:
        BadPolicyFile: with the first place that does not fit.
    """
    content = read(path)
    for error in _validator(schema).iter_errors(_with_text_keys(content)):
        spot = "/".join(str(step) for step in error.absolute_path) or "/"
        line = f":{line_of(path, tuple(error.absolute_path))}" if with_line else ""
        raise BadPolicyFile(where=f"{place(path)}{line}", reason=f"{spot}: {error.message}")
    return content


def line_of(path: Path, spot: Sequence[str | int]) -> int:
    """The line, from 1, of the place ``spot`` (keys and positions from the top) in a YAML file; of the
    nearest thing around it where there is nothing."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    line = node.start_mark.line if node else 0
    for step in spot:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
            if not found:
                break
            line, node = found[0][0].start_mark.line, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return line + 1


def place(path: Path) -> str:
    """``path`` as a reader of the repository knows it."""
    return str(path.relative_to(HERE.parent)) if path.is_relative_to(HERE.parent) else str(path)


def _with_text_keys(node: Any) -> Any:
    """JSON schema knows text keys only; YAML reads ``2015-01-01:`` as a date."""
    if isinstance(node, dict):
        return {str(key): _with_text_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_text_keys(item) for item in node]
    return node
