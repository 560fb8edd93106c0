"""A definition as a drawing: SVG for pages, Mermaid for the docs. Pure functions of the definition.

The SVG has neither script nor style: only presentation attributes, as the content policy of the pages asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from bangfu.policy.procedures.definitions import LEVELS, ROLES, Definition, Step
from bangfu.policy.words import Words

BOX_LEFT, BOX_WIDTH, GAP, PAD, LINE = 8, 290, 22, 10, 18
LANE, FONT = 9, 13
_PASSED = Words("通过", "passed")
_WIDE_FROM = 0x2E80


def lines_of(step: Step, day: date, area: str) -> list[Words]:
    """What is said of a step under its title: who, which records, which waiting time, who not again."""
    said = [
        Words(
            f"{ROLES[step.role].zh} · {LEVELS[step.level].zh}",
            f"{ROLES[step.role].en} · {LEVELS[step.level].en}",
        )
    ]
    needed = [one.title for one in step.records if one.needed]
    if needed:
        said.append(_list(Words("须有:", "needs: "), needed))
    if step.notice:
        length = step.notice.days.words(day, area)
        said.append(Words(f"公示满{length.zh}", f"public notice of {length.en}"))
    if step.shortest:
        length = step.shortest.words(day, area)
        said.append(Words(f"至少{length.zh}", f"at least {length.en}"))
    if step.due:
        length = step.due.words(day, area)
        said.append(Words(f"期限{length.zh}", f"due in {length.en}"))
    return said


def others_of(definition: Definition, step: Step) -> Words | None:
    """Whose hands may not do this step too."""
    if not step.another_person_than:
        return None
    numbers = [str(definition.position(key) + 1) for key in step.another_person_than]
    return Words(
        f"不是第{'、'.join(numbers)}步的办理人", f"by somebody who did not do step {', '.join(numbers)}"
    )


def _list(head: Words, titles: Sequence[Words]) -> Words:
    return Words(head.zh + "、".join(one.zh for one in titles), head.en + ", ".join(one.en for one in titles))


@dataclass(frozen=True, slots=True)
class _Box:
    """A step as it is drawn: its top edge and its lines, the first ``titles`` of them its title."""

    step: Step
    top: int
    lines: Sequence[str]
    titles: int

    @property
    def height(self) -> int:
        return 2 * PAD + LINE * len(self.lines)

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


def svg(
    definition: Definition,
    *,
    language: str = "zh",
    day: date | None = None,
    area: str = "",
    current: str = "",
) -> str:
    """The steps from top to bottom, returns at the right; ``current`` is marked. Values are those of ``day`` (the
    version's first where none is given) at the division ``area``."""
    boxes = _boxes(definition, language, day or definition.since, area or definition.areas[0])
    returning = [box for box in boxes if box.step.returns_to]
    width = BOX_LEFT + BOX_WIDTH + LANE * (len(returning) + 1) + 8
    end = boxes[-1].top + boxes[-1].height + GAP
    title = f"{definition.title.text(language)} · {definition.version_title.text(language)}"
    height = end + 36
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="procedure" role="img" aria-label={quoteattr(title)}'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-size="{FONT}" font-family="sans-serif">'
    )
    parts = [head, f"<title>{escape(title)}</title>"]
    for box in boxes:
        parts += _draw(box, current)
        parts += _down(box.top + box.height)
    by_key = {box.step.key: box for box in boxes}
    for lane, box in enumerate(returning):
        parts += _back(box, [by_key[key] for key in box.step.returns_to], lane)
    parts += _end(end, _PASSED.text(language))
    return "\n".join([*parts, "</svg>"])


def _boxes(definition: Definition, language: str, day: date, area: str) -> list[_Box]:
    boxes: list[_Box] = []
    top = 8
    for at, step in enumerate(definition.steps, 1):
        said = [*lines_of(step, day, area), *filter(None, [others_of(definition, step)])]
        wrapped = list(_wrapped(f"{at}. {step.title.text(language)}"))
        titles = len(wrapped)
        for words in said:
            wrapped += _wrapped(words.text(language))
        box = _Box(step, top, wrapped, titles)
        boxes.append(box)
        top += box.height + GAP
    return boxes


def _draw(box: _Box, current: str) -> Iterator[str]:
    here = box.step.key == current
    fill, thick = ("#dbe7f5", 2) if here else ("#f6f8fb", 1)
    mark = ' aria-current="step"' if here else ""
    yield (
        f'<g{mark}><rect x="{BOX_LEFT}" y="{box.top}" width="{BOX_WIDTH}" height="{box.height}" rx="6"'
        f' fill="{fill}" stroke="#5b7083" stroke-width="{thick}"/>'
    )
    for row, line in enumerate(box.lines):
        weight = ' font-weight="bold"' if row < box.titles else ""
        shade = "#1f2d3a" if row < box.titles else "#44525f"
        y = box.top + PAD + LINE * row + FONT
        yield f'<text x="{BOX_LEFT + PAD}" y="{y}" fill="{shade}"{weight}>{escape(line)}</text>'
    yield "</g>"


def _down(top: int) -> Iterator[str]:
    x = BOX_LEFT + BOX_WIDTH // 2
    yield f'<path d="M{x} {top}V{top + GAP - 6}" stroke="#5b7083" fill="none"/>'
    yield f'<path d="M{x - 4} {top + GAP - 7}h8l-4 7z" fill="#5b7083"/>'


def _back(box: _Box, targets: Sequence[_Box], lane: int) -> Iterator[str]:
    """One dashed lane from a step up to the steps it returns to."""
    edge = BOX_LEFT + BOX_WIDTH
    x = edge + LANE * (lane + 1)
    start = box.middle + 6
    top = min(one.middle for one in targets) - 6 + 3 * lane
    yield f'<path d="M{edge} {start}H{x}V{top}" stroke="#9a6b1f" fill="none" stroke-dasharray="4 3"/>'
    for one in targets:
        y = one.middle - 6 + 3 * lane
        yield f'<path d="M{x} {y}H{edge + 6}" stroke="#9a6b1f" fill="none" stroke-dasharray="4 3"/>'
        yield f'<path d="M{edge + 7} {y - 3}v6l-6 -3z" fill="#9a6b1f"/>'


def _end(top: int, text: str) -> Iterator[str]:
    x = BOX_LEFT + BOX_WIDTH // 2
    yield f'<rect x="{x - 50}" y="{top}" width="100" height="28" rx="14" fill="#e6f2ea" stroke="#2f6b45"/>'
    yield f'<text x="{x}" y="{top + 19}" text-anchor="middle" fill="#1d4a2f">{escape(text)}</text>'


def _wrapped(text: str) -> Iterator[str]:
    """Lines that fit the box: Chinese breaks anywhere, other words only at blanks."""
    room, line, used = BOX_WIDTH - 2 * PAD, "", 0.0
    for piece in _pieces(text):
        wide = sum(_width(sign) for sign in piece)
        if line and used + wide > room:
            yield line.rstrip()
            line, used = "", 0.0
        if line or piece != " ":
            line, used = line + piece, used + wide
    if line:
        yield line


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for sign in text:
        if ord(sign) >= _WIDE_FROM or sign == " ":
            if word:
                yield word
                word = ""
            yield sign
        else:
            word += sign
    if word:
        yield word


def _width(sign: str) -> float:
    return FONT if ord(sign) >= _WIDE_FROM else FONT * 0.56


def mermaid(definition: Definition) -> str:
    """The same for the docs, in both languages."""
    rows = ["flowchart TD"]
    for step in definition.steps:
        said = lines_of(step, definition.since, definition.areas[0])
        label = "<br>".join([step.title.zh, step.title.en, *(words.zh for words in said)])
        rows.append(f'  {step.key}["{_quoted(label)}"]')
    rows.append('  passed(["通过 passed"])')
    for step in definition.steps:
        following = definition.after(step.key)
        rows.append(f"  {step.key} --> {following.key if following else 'passed'}")
        rows += [f"  {step.key} -. 退回 .-> {key}" for key in step.returns_to]
    return "\n".join(rows)


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")
