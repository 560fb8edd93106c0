"""docs/glossary.md: Chinese and English one to one, and in step with the code (DESIGN §7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po
from django.apps import apps
from django.db.models import Choices
from django.utils import translation

from bangfu.policy import vocabulary
from tests.architecture.documents import DOCS, QUOTED, rows
from tests.architecture.sources import SOURCE

GLOSSARY = DOCS / "glossary.md"


@dataclass(frozen=True)
class Term:
    """A word that the code uses; ``en`` is None where the code itself says it in Chinese only."""

    zh: str
    en: str | None
    name: str
    where: str


@cache
def glossary() -> dict[str, tuple[str, frozenset[str]]]:
    """Chinese term → its English and its names in the code."""
    return {zh: (en, frozenset(QUOTED.findall(names))) for zh, en, names in rows(GLOSSARY, 3)}


@cache
def english() -> dict[str, str]:
    with (SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {one.id: str(one.string) for one in read_po(file) if isinstance(one.id, str) and one.string}


def words_of_the_vocabulary() -> Iterator[Term]:
    for table in vocabulary.tables().values():
        yield Term(table.title.zh, table.title.en, table.name, f"table {table.name}")
        for column in table.columns.values():
            yield Term(column.title.zh, column.title.en, column.name, f"column {table.name}.{column.name}")
    for codes in vocabulary.code_lists().values():
        yield Term(codes.title.zh, codes.title.en, codes.name, f"code list {codes.name}")
    for figure in vocabulary.figures().values():
        yield Term(figure.title.zh, figure.title.en, figure.key, f"figure {figure.key}")
    for kind in vocabulary.codes("standing"):
        yield Term(kind.title.zh, kind.title.en, f"standing.{kind.key}", f"standing {kind.key}")


def words_of_the_models() -> Iterator[Term]:
    """Models and the fields that have a Chinese name; their English is the glossary's own."""
    for model in apps.get_models():
        if not model.__module__.startswith("bangfu."):
            continue
        yield Term(str(model._meta.verbose_name), None, model.__name__, model._meta.label)
        for field in model._meta.concrete_fields:
            if field._verbose_name and not field.auto_created:  # type: ignore[attr-defined]
                yield Term(str(field.verbose_name), None, field.name, f"{model._meta.label}.{field.name}")


def choices(kind: type[Choices] = Choices) -> Iterator[type[Choices]]:
    """Roles, kinds of event, states: every enumeration with labels in the package."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("bangfu."):
            yield one
        yield from choices(one)


def words_of_the_choices() -> Iterator[Term]:
    for kind in choices():
        for member in kind:
            zh, name = str(member.label), f"{kind.__qualname__}.{member.name}"
            yield Term(zh, english().get(zh), name, f"{kind.__module__}.{name}")


def words_of_the_code() -> list[Term]:
    with translation.override("zh-hans"):
        return [*words_of_the_vocabulary(), *words_of_the_models(), *words_of_the_choices()]


def complaint(term: Term) -> str | None:
    """What to do to the glossary for ``term``; None when its line is right."""
    if term.zh not in glossary():
        return f"Add to docs/glossary.md: | {term.zh} | {term.en or '…'} | `{term.name}` |  ({term.where})"
    en, names = glossary()[term.zh]
    if term.en is not None and term.en.casefold() != en.casefold():
        return (
            f"docs/glossary.md calls {term.zh} “{en}”, but {term.where} calls it “{term.en}”: "
            "give both one word, or two Chinese ones."
        )
    if term.name not in names:
        return f"Add `{term.name}` to the line of {term.zh} in docs/glossary.md  ({term.where})"
    return None


def test_the_words_of_the_code_have_their_line() -> None:
    found = words_of_the_code()
    kinds = {term.where.partition(" ")[0] for term in found if " " in term.where}
    assert kinds == {"table", "column", "code", "figure", "standing"}
    assert {"registry.Household", "quality.Doubt"} <= {term.where for term in found}
    assert any(term.name == "Role.VILLAGE" for term in found)
    assert any(term.name == "EventKind.BIRTH" for term in found)
    assert [line for line in map(complaint, found) if line] == []


def test_one_to_one() -> None:
    lines = list(rows(GLOSSARY, 3))
    for language, place in (("Chinese", 0), ("English", 1)):
        counted = Counter(line[place].casefold() for line in lines)
        twice = [term for term, count in counted.items() if count > 1]
        assert twice == [], f"{language} terms that stand twice in docs/glossary.md; leave one line of each"
    assert all(zh and en for zh, en, _ in lines)


def test_names_in_the_glossary_are_in_the_code() -> None:
    """A name that the code has lost leaves the glossary too."""
    known = {(term.zh, term.name) for term in words_of_the_code()}
    stale = [
        f"{zh}: `{name}`"
        for zh, (_, names) in glossary().items()
        for name in names
        if (zh, name) not in known
    ]
    assert stale == [], "docs/glossary.md names what the code no longer has; take it out"


def test_the_complaints() -> None:
    """Each kind of gap is seen, and says what to do."""
    missing = complaint(Term("不存在的词", "no such word", "nothing", "table nothing"))
    assert missing is not None
    assert "| 不存在的词 | no such word | `nothing` |" in missing
    other = complaint(Term("户", "family", "household", "table household"))
    assert other is not None
    assert "“family”" in other
    unnamed = complaint(Term("户", None, "Family", "registry.Family"))
    assert unnamed is not None
    assert "`Family`" in unnamed
    assert complaint(Term("户", "household", "household", "table household")) is None
