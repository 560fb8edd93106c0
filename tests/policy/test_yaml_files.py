"""Reading the policy folder: what is wrong is named with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a: 1\na: 2\n", "a stands twice"),
        ("a: {b: 1, b: 2}\n", "b stands twice"),
        ("2015-02-30: 1\n", "2015-02-30 is no day"),
        ("a: [1, 2\n", "line"),
        ("a: !!python/object/apply:os.getcwd []\n", "python/object"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "invented.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicyFile) as refusal:
        yaml_files.read(path)
    assert "invented.yaml" in refusal.value.sentence("en")
    assert named in refusal.value.sentence("zh")


def test_places_are_named_as_a_reader_of_the_repository_knows_them(tmp_path: Path) -> None:
    inside = yaml_files.HERE / "who" / "parameters" / "income.yaml"
    assert yaml_files.place(inside) == "policy/who/parameters/income.yaml"
    assert yaml_files.place(tmp_path / "x.yaml") == str(tmp_path / "x.yaml")


@pytest.mark.parametrize("path", sorted(yaml_files.HERE.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_of_the_policy_folder_can_be_read(path: Path) -> None:
    assert yaml_files.read(path)
