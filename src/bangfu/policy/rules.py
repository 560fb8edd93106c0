"""``@rule``: a small pure function from tables and parameters to an Ibis expression, with its dates and its law.

The texts of a rule (title, sentence, severity) lie in the YAML file of the same name beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

from bangfu.policy import yaml_files
from bangfu.policy.errors import BadPolicyFile, TwoInForce
from bangfu.policy.purity import refuse_impure
from bangfu.policy.words import Words

Kind = Literal["check", "eligibility", "amount", "alert", "indicator"]
Expression = Any  # Ibis has no typing of its own
Function = TypeVar("Function", bound=Callable[..., Expression])

#: A cross-match rule stands twice in the catalogue: by equal number, and by likely match.
EXACT, LIKELY = "exact", "likely"
_UNSAID = Words("", "")


@dataclass(frozen=True)
class Rule:
    """One version of a rule.

    ``function(subject_table, p)`` gives a boolean Ibis column: yes, no, NULL for cannot tell.
    ``sentence`` has ``{column}`` places that are filled with the subject's values.
    """

    key: str
    subject: str
    kind: Kind
    since: date
    until: date | None
    law: str
    function: Callable[..., Expression]
    where: str
    variant: str | None = None
    matched: str | None = None
    title: Words = _UNSAID
    sentence: Words = _UNSAID
    concern: str = "data"
    severity: str = "warning"
    handler: str = "village"
    two_person: bool = False
    from_configuration: bool = False

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def expression(self, subject: Expression, p: Expression) -> Expression:
        """The verdict column over ``subject`` (three-valued boolean)."""
        if self.variant:
            return self.function(subject, p, self.variant)
        return self.function(subject, p)


def rule(
    key: str,
    *,
    subject: str,
    kind: Kind = "check",
    since: str,
    until: str | None = None,
    law: str,
    matched: str | None = None,
) -> Callable[[Function], Function]:
    """Registers a function as a rule.

    Args:
        key: the rule's name for ever; two versions share it and differ in dates.
        subject: the table whose rows it judges (``person``, ``household``, ``village`` or a list).
        since: first day in force, ISO; ``until`` the last, None while it stands.
        law: clause id of the catalogue, or document and article.
        matched: the department's list whose matches the rule judges. The function then takes a third argument
            (``exact`` or ``likely``), and the catalogue holds ``key`` and ``key_likely``.

    Raises:
        ImpureRule: the function uses the clock, chance or files.
    """

    def register(function: Function) -> Function:
        where = f"{yaml_files.place(Path(function.__code__.co_filename))}:{function.__code__.co_firstlineno}"
        refuse_impure(function, key, where)
        first = Rule(
            key=key,
            subject=subject,
            kind=kind,
            since=date.fromisoformat(since),
            until=date.fromisoformat(until) if until else None,
            law=law,
            function=function,
            where=where,
            variant=EXACT if matched else None,
            matched=matched,
        )
        versions = (first, replace(first, key=f"{key}_{LIKELY}", variant=LIKELY)) if matched else (first,)
        function.rules = versions  # type: ignore[attr-defined]
        return function

    return register


def collect(modules: Iterable[ModuleType]) -> tuple[Rule, ...]:
    """All rules of ``modules`` with the texts beside them, in the order written.

    Raises:
        BadPolicyFile: a rule without texts, or texts without a rule.
        TwoInForce: two versions of a key overlap.
    """
    found: list[Rule] = []
    for module in modules:
        path = Path(str(module.__file__)).with_suffix(".yaml")
        texts = yaml_files.read_checked(path, "rules")
        rules = [
            one for value in vars(module).values() if _defined_here(value, module) for one in value.rules
        ]
        bases = {one.key.removesuffix(f"_{LIKELY}") if one.variant else one.key for one in rules}
        if bases != set(texts):
            raise BadPolicyFile(
                where=yaml_files.place(path), reason=f"rules without texts or reverse: {bases ^ set(texts)}"
            )
        found += [_with_texts(one, texts) for one in rules]
    refuse_overlap(found)
    return tuple(found)


def refuse_overlap(rules: Iterable[Rule]) -> None:
    """TwoInForce when two versions of one key hold on one day."""
    seen: dict[str, list[Rule]] = {}
    for one in rules:
        for other in seen.setdefault(one.key, []):
            later = max(one.since, other.since)
            if one.in_force(later) and other.in_force(later):
                raise TwoInForce(rule=one.key, day=later.isoformat(), where=f"{other.where}, {one.where}")
        seen[one.key].append(one)


def _defined_here(value: object, module: ModuleType) -> bool:
    return hasattr(value, "rules") and getattr(value, "__module__", None) == module.__name__


def _with_texts(one: Rule, texts: Mapping[str, Mapping[str, Any]]) -> Rule:
    likely = one.variant == LIKELY
    node = texts[one.key.removesuffix(f"_{LIKELY}") if likely else one.key]
    title, sentence = Words.read(node["title"]), Words.read(node["sentence"])
    if likely:
        title = Words(f"{title.zh}(疑似同一人)", f"{title.en} (likely the same person)")
        sentence = Words(
            f"名单上有一人与其疑似同一人,请先核实是否同一人。{sentence.zh}",
            f"Somebody on the list is likely the same person; check that first. {sentence.en}",
        )
    return replace(
        one,
        title=title,
        sentence=sentence,
        concern=node["concern"],
        severity="warning" if likely and node["severity"] == "error" else node["severity"],
        handler=node.get("handler", "village"),
        two_person=node.get("two_person", False),
        from_configuration=node.get("source") == "configuration",
    )
