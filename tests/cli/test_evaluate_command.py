"""``bangfu evaluate``: the same Parquet from both engines, all of it or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq

from bangfu.analytics.verdicts import read_verdicts
from bangfu.policy import catalogue
from tests.analytics.county import DAY
from tests.cli.conftest import invoke

AS_OF = ["--as-of", "2015-12-31"]


def test_every_rule_is_a_column_and_rows_lie_by_province_and_county(written: Path, tmp_path: Path) -> None:
    out = tmp_path / "verdicts"
    done = invoke(
        "--json", "evaluate", written / "registry.xlsx", "--lists", written / "lists", *AS_OF, "--out", out
    )
    assert done.exit_code in (0, 1), done.output
    said = json.loads(done.stdout)
    people = read_verdicts(out, "person")
    own = [one.key for one in catalogue.rules_on(DAY) if one.subject == "person"]
    assert people.column_names == ["province", "county", "key", "village_code", *sorted(own)]
    assert "610926" in people["county"].to_pylist()  # planted codes of another county lie under that one
    assert people.num_rows == 750
    assert sum(1 for one in people["id_checksum"].to_pylist() if one) == said["rules"]["id_checksum"]
    rules = pq.read_table(out / "rules.parquet").to_pylist()
    assert {row["rule"] for row in rules} >= set(own)
    assert {row["rule"] for row in rules if row["status"] != "ok"} == set(said["not_believed"])


def test_only_the_rules_that_were_named(written: Path, tmp_path: Path) -> None:
    """The same verdicts as in a run of all of them, and no other column."""
    source = [written / "registry.xlsx", "--lists", written / "lists", *AS_OF]
    keys = {"person": ["owns_car", "insurance_missing"], "household": ["subsistence_allowance_missing"]}
    named = [word for own in keys.values() for key in own for word in ("--rule", key)]
    invoke("evaluate", *source, "--out", tmp_path / "all")
    done = invoke("--json", "evaluate", *source, *named, "--out", tmp_path / "few")
    assert done.exit_code == 0, done.output
    assert set(json.loads(done.stdout)["rules"]) == {key for own in keys.values() for key in own}
    for subject, own in keys.items():
        few, every = (read_verdicts(tmp_path / name, subject) for name in ("few", "all"))
        assert few.column_names == ["province", "county", "key", "village_code", *sorted(own)]
        assert few.equals(every.select(few.column_names))
    assert not (tmp_path / "few" / "village").exists()


def test_a_rule_that_nobody_knows_is_refused_before_anything_is_read(written: Path, tmp_path: Path) -> None:
    """One sentence in both languages, with the nearest key."""
    done = invoke("evaluate", written / "registry.xlsx", *AS_OF, "--rule", "own_car", "--out", tmp_path / "o")
    assert done.exit_code == 3
    assert done.stderr.count("“own_car”") == done.stderr.count("“owns_car”") == 2
    assert not (tmp_path / "o").exists()


def test_a_rule_that_is_not_believed_gives_no_verdict(written: Path, tmp_path: Path) -> None:
    """Without lists nobody can be judged by them: those columns are empty, and the exit code says so."""
    done = invoke("--json", "evaluate", written / "registry.xlsx", *AS_OF, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "owns_car" in json.loads(done.stdout)["not_believed"]
    assert read_verdicts(tmp_path / "out", "person")["owns_car"].null_count == 750


def test_a_run_never_writes_over_another(written: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept", encoding="utf-8")
    done = invoke("evaluate", written / "registry.xlsx", *AS_OF, "--out", tmp_path)
    assert done.exit_code == 3
    assert str(tmp_path) in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_an_unknown_engine_is_refused_before_anything_is_read(tmp_path: Path, written: Path) -> None:
    done = invoke(
        "evaluate", written / "registry.xlsx", *AS_OF, "--engine", "oracle", "--out", tmp_path / "o"
    )
    assert done.exit_code in (2, 3)
    assert "oracle" in done.stderr
    assert not (tmp_path / "o").exists()
