"""Which files cite a clause; ``python -m tests.architecture.citations`` writes it into docs/coverage.md.

Only the last column is written. What a clause's state is, and where it lives, a person has to say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.architecture.documents import DOCS
from tests.architecture.sources import PROJECT, TESTS

COVERAGE = DOCS / "coverage.md"
CLAUSE = re.compile(r"\b(?:S[0-4]|R|X)-\d{2}\b")
CASES = "tests/policy/cases/"
#: The register of all clauses: it names them, and cites none.
REGISTER = "src/bangfu/policy/documents/clauses.yaml"


def citing(folder: Path) -> Mapping[str, set[str]]:
    """Clause → the files under ``folder`` that cite it, as paths of the checkout."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".yaml", ".html") and TESTS / "architecture" not in path.parents:
            name = path.relative_to(PROJECT).as_posix()
            for clause in CLAUSE.findall(path.read_text(encoding="utf-8")) if name != REGISTER else ():
                found[clause].add(name)
    return found


def named(paths: Iterable[str]) -> str:
    """The paths as the document writes them; several cases of one folder are that folder."""
    cases = [path for path in paths if path.startswith(CASES)]
    folders = {path.rpartition("/")[0] for path in cases} if len(cases) > 1 else set(cases)
    shown = sorted(folders | {path for path in paths if path not in cases})
    return " · ".join(f"`{path}`" for path in shown) or "–"


def renewed(text: str, cited: Mapping[str, set[str]]) -> str:
    """The document with its last column as ``cited`` says."""
    return "".join(f"{_renewed(line, cited)}\n" for line in text.splitlines())


def _renewed(line: str, cited: Mapping[str, set[str]]) -> str:
    cells = line.strip("|").split("|")
    if not line.startswith("|") or len(cells) != 5 or not CLAUSE.fullmatch(cells[0].strip()):
        return line
    return f"|{'|'.join(cells[:4])}| {named(cited.get(cells[0].strip(), ()))} |"


if __name__ == "__main__":
    COVERAGE.write_text(renewed(COVERAGE.read_text(encoding="utf-8"), citing(TESTS)), encoding="utf-8")
