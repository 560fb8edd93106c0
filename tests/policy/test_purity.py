"""A rule may only compute from tables and parameters: each way out is tried and refused (STYLE 3)."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from bangfu.policy import catalogue
from bangfu.policy.errors import ImpureRule
from bangfu.policy.facts import columns
from bangfu.policy.rules import rule

HEAD = """
import datetime, os, random, secrets, subprocess, time, uuid
from datetime import date
from pathlib import Path
import ibis
from bangfu.policy.facts import columns, summary
from bangfu.policy.rules import rule

COUNT = 0
"""
RULE = """
@rule("naughty", subject="person", since="2014-01-01", law="tests")
def naughty(person, p):
    {body}
"""
FACT = """
@columns("person")
def naughty(person, p):
    {body}
"""
WAYS_OUT = [
    "return person.birth_date > date.today()",
    "return person.birth_date > datetime.datetime.now()",
    "return person.birth_date > datetime.datetime.utcnow()",
    "return person.birth_date > time.time()",
    "return ibis.now() > person.birth_date",
    "return ibis.today() > person.birth_date",
    "return ibis.random() > 0.5",
    "return person.age > random.randint(1, 9)",
    "return person.age > random.choice([1, 2])",
    "return person.age > secrets.randbelow(9)",
    "return person.age > uuid.uuid4().int",
    "return person.age > os.urandom(1)[0]",
    "return person.age > int(os.environ['AGE'])",
    "return person.age > int(os.getenv('AGE'))",
    "return person.age > len(open('/etc/passwd').read())",
    "return person.age > len(Path('/etc/passwd').read_text())",
    "return person.age > len(Path('/etc/passwd').read_bytes())",
    "Path('/tmp/x').write_text('x'); return person.age > 0",
    "return ibis.read_csv('/tmp/x.csv').age > 0",
    "return ibis.read_parquet('/tmp/x.parquet').age > 0",
    "return person.age > int(input())",
    "print(person); return person.age > 0",
    "return eval('person.age > 0')",
    "exec('x = 1'); return person.age > 0",
    "return person.age > len(__import__('os').listdir('/'))",
    "import os; return person.age > len(os.listdir('/'))",
    "from os import listdir; return person.age > len(listdir('/'))",
    "return person.age > len(os.listdir('/'))",
    "return person.age > len(subprocess.check_output('ls'))",
    "time.sleep(1); return person.age > 0",
    "global COUNT; COUNT += 1; return person.age > COUNT",
    "globals()['COUNT'] = 1; return person.age > 0",
    "setattr(person, 'age', 1); return person.age > 0",
    "return getattr(datetime, 'datetime').max.year > person.age",
    "return (lambda: date.today())() > person.birth_date",
    "return [date.today() for _ in 'a'][0] > person.birth_date",
]


def loaded(folder: Path, code: str) -> ModuleType:
    path = folder / "naughty.py"
    path.write_text(HEAD + code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"naughty_{folder.name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("body", WAYS_OUT)
@pytest.mark.parametrize("template", [RULE, FACT], ids=["rule", "fact"])
def test_each_way_out_is_refused_at_registration(tmp_path: Path, template: str, body: str) -> None:
    with pytest.raises(ImpureRule) as refusal:
        loaded(tmp_path, template.format(body=body))
    assert "naughty" in str(refusal.value)
    assert "naughty.py:" in refusal.value.sentence("en")


@pytest.mark.parametrize(
    "body",
    [
        "return person.age > p['who.work.first_age']",
        "return (person.sex == 1) & person.birth_date.notnull()",
        "return ibis.ifelse(person.sex == 1, person.age, 0) > 1",
    ],
)
def test_a_pure_rule_passes(tmp_path: Path, body: str) -> None:
    module = loaded(tmp_path, RULE.format(body=body))
    assert module.naughty.rules[0].key == "naughty"


def test_a_lambda_cannot_slip_through() -> None:
    with pytest.raises(ImpureRule):
        rule("naughty", subject="person", since="2014-01-01", law="tests")(lambda person, p: print(person))
    with pytest.raises(ImpureRule):
        columns("person")(lambda person, p: {"age": open("/etc/passwd")})  # noqa: PTH123, SIM115 -- what it must not do


def test_a_helper_beside_the_rule_cannot_hold_what_the_rule_may_not(tmp_path: Path) -> None:
    """What a rule calls in its own file is held to the same."""
    helper = "def _now():\n    return date.today()\n" + RULE.format(body="return person.birth_date > _now()")
    with pytest.raises(ImpureRule) as refusal:
        loaded(tmp_path, helper)
    assert "today" in str(refusal.value)


ALLOWED_IMPORTS = (
    "__future__",
    "typing",
    "collections.abc",
    "dataclasses",
    "functools",
    "ibis",
    "bangfu.policy",
)


@pytest.mark.parametrize(
    "module", [*catalogue.RULE_FILES, *catalogue.FACT_FILES], ids=lambda one: one.__name__
)
def test_files_of_rules_import_nothing_but_policy_and_ibis(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert [name for name in names if not name.startswith(ALLOWED_IMPORTS)] == []
