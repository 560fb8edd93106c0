"""The pages of docs/procedures, made from the definitions: one per procedure and the table of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bangfu.policy.procedures import procedures
from bangfu.policy.procedures.definitions import LEVELS, Definition, Step
from bangfu.policy.procedures.diagrams import mermaid

INDEX = "all.md"
_NOTE = "<!-- Made by `bangfu procedures --write docs/procedures`; change policy/procedures and make it again. -->"

_CONFIGURATION = ",文件没有规定的部分为配置 · parts that no document gives are configuration"


def pages() -> Mapping[str, str]:
    """File name → text."""
    found = {f"{key}.md": page(versions) for key, versions in procedures().items()}
    return {INDEX: index(), **found}


def index() -> str:
    """All versions of all procedures in one table."""
    rows = [
        f"| [{one.title.zh}]({one.procedure}.md) {one.title.en} | {one.version_title.zh} {one.version_title.en} "
        f"| {_areas(one)} | {one.since}{f' – {one.until}' if one.until else ''} | {len(one.steps)} | {one.reference} |"
        for versions in procedures().values()
        for one in versions
    ]
    head = [
        "| 程序 procedure | 版本 version | 地区 areas | 施行 in force | 步骤 steps | 依据 reference |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([_NOTE, "# 全部程序 · all procedures", "", *head, *rows, ""])


def page(versions: Sequence[Definition]) -> str:
    """One procedure with its versions."""
    first = versions[0]
    parts = [_NOTE, f"# {first.title.zh} · {first.title.en}", ""]
    for one in versions:
        source = _CONFIGURATION if one.from_configuration else ""
        parts += [
            f"## {one.version_title.zh} · {one.version_title.en}",
            "",
            f"`{one.where}` · {_areas(one)} · {one.since} – {one.until or ''} · {one.reference}{source}",
            "",
            "```mermaid",
            mermaid(one),
            "```",
            "",
            "| 步骤 step | 层级 level | 须有 records | 条件 guards | 另一人 another person than | 依据 clause |",
            "|---|---|---|---|---|---|",
            *(_row(one, step) for step in one.steps),
            "",
        ]
    return "\n".join(parts)


def _row(definition: Definition, step: Step) -> str:
    records = "、".join(
        f"{one.title.zh}{_marks(one.file, one.signers)}" for one in step.records if one.needed
    )
    others = "、".join(definition.step(key).title.zh for key in step.another_person_than)
    guards = ", ".join(f"`{call.name}` {call.clause}".strip() for call in step.guards)
    return (
        f"| {step.title.zh} {step.title.en} | {LEVELS[step.level].zh} | {records} | {guards} | {others} "
        f"| {step.clause or definition.reference} |"
    )


def _marks(file: bool, signers: int) -> str:
    marks = [*(["附件"] if file else []), *([f"{signers}人签名"] if signers else [])]
    return f"({','.join(marks)})" if marks else ""


def _areas(definition: Definition) -> str:
    return "、".join(prefix or "各地 everywhere" for prefix in definition.areas)
