"""The kinds of refusal that every floor above speaks, and the one shape in which they leave the house."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it is, why it is wrong, what to do now. A ``str`` where reads alike in
    both languages (a cell, a column as the user wrote it)."""

    where: Words | str
    why: Words
    now: Words

    def as_json(self, language: str) -> dict[str, str]:
        return {
            "where": _text(self.where, language),
            "why": self.why.text(language),
            "now": self.now.text(language),
        }


class WorkError(BangfuError):
    """Base of this floor's errors: ``Words`` among the values are filled in the reader's language, and a list
    of problems may come along."""

    says: ClassVar[Words]

    def __init__(self, problems: Iterable[Problem] = (), **values: object) -> None:
        super().__init__(**values)
        self.problems = tuple(problems)

    def sentence(self, language: str = "zh") -> str:
        values = {
            name: value.text(language) if isinstance(value, Words) else value
            for name, value in self.values.items()
        }
        return self.says.text(language).format_map(values)


class Refused(WorkError):
    """A rule of work refuses. Subclasses elsewhere say which."""

    code = "refused"
    says = Words("按规定不能这样做，没有保存任何内容。", "A rule of work refuses this; nothing was saved.")


class NotFound(WorkError):
    """The same answer for an object that does not exist and for one that the asker may not reach."""

    code = "not_found"
    says = Words(
        "没有找到这项内容：它不存在，或不在您的管辖范围内。请核对编号，或从列表中重新选择。",
        "This was not found: it does not exist, or it is outside your area. Check the number, or choose "
        "again from the list.",
    )


class NotAllowed(WorkError):
    """The asker's posts do not include this work."""

    code = "not_allowed"
    says = Words(
        "您的岗位没有办理这项工作的权限，没有保存任何内容。如确需办理，请联系安全保密管理员调整岗位。",
        "Your posts do not include this work; nothing was saved. If you need it, ask the security "
        "administrator to change your posts.",
    )


class Stale(WorkError):
    """Somebody changed the object meanwhile. ``changed`` builds the problem that shows one changed value."""

    code = "stale"
    says = Words(
        "在您填写期间，{by} 已于 {at} 修改了“{what}”，您的修改没有保存。请对照下列变化后重新提交。",
        "While you were writing, {by} changed “{what}” at {at}; your change was not saved. Compare the "
        "changes below and send it again.",
    )

    def __init__(self, problems: Iterable[Problem] = (), *, what: Words | str, by: str, at: str) -> None:
        super().__init__(problems, what=what, by=by, at=at)

    @staticmethod
    def changed(where: Words | str, *, seen: Words | str, found: Words | str) -> Problem:
        """The value of ``where`` was ``seen`` on the user's screen and is ``found`` now."""
        return Problem(
            where,
            Words(
                f"您看到的是“{_text(seen, 'zh')}”，现在是“{_text(found, 'zh')}”。",
                f"You saw “{_text(seen, 'en')}”; it is “{_text(found, 'en')}” now.",
            ),
            Words("请确认以哪一个为准。", "Decide which of the two is right."),
        )


class BadInput(WorkError):
    """What was handed in cannot be used; the problems say where, why and what to do now."""

    code = "bad_input"
    says = Words(
        "提交的内容有问题，没有保存任何内容。请按下列说明逐项改正后重新提交。",
        "What was handed in cannot be used; nothing was saved. Mend each item below and send it again.",
    )


class WrongUsage(WorkError):
    """A command, a setting or an option was given wrongly."""

    code = "wrong_usage"
    says = Words(
        "命令或设置的写法不对，没有执行。请用 --help 查看用法。",
        "The command or setting is written wrongly; nothing was done. See --help.",
    )


def _text(where: Words | str, language: str) -> str:
    return where.text(language) if isinstance(where, Words) else where


def as_json(error: BangfuError, language: str = "zh") -> dict[str, Any]:
    """The one shape for screens, HTTP API and command line: ``code``, ``sentence``, ``problems``."""
    problems = error.problems if isinstance(error, WorkError) else ()
    return {
        "code": error.code,
        "sentence": error.sentence(language),
        "problems": [problem.as_json(language) for problem in problems],
    }


def exit_code(error: BangfuError) -> int:
    """The exit code of a command that ended with ``error`` (DESIGN §8): 1 refused, 2 wrong usage, 3 unusable
    input.

    Errors of the floors below (a folder that is no snapshot, a broken policy file) are unusable input.
    """
    if isinstance(error, WrongUsage):
        return 2
    if isinstance(error, Refused | NotFound | NotAllowed | Stale):
        return 1
    return 3
