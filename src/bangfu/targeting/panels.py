"""The rules of a review panel and of its ballot, as plain arithmetic (S4-62, S4-63)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bangfu.platform.errors import Problem
from bangfu.policy.words import Words

PANEL = Words("评议小组", "the review panel")
BALLOT = Words("票决结果", "the ballot")
_MORE = Words("请推选更多成员后重新确定评议小组。", "Let more members be chosen, then seat the panel again.")


def smallest(groups: int, *, least: int, least_per_group: int) -> int:
    """How many members a panel has at least: 30, or 5 for each villagers' group."""
    return max(least, least_per_group * groups)


def panel_problems(
    counts: Mapping[int, int], groups: Mapping[int, str], *, least: int, least_per_group: int
) -> Iterator[Problem]:
    """What a panel with so many members of each group lacks; ``groups``: number → name of every group."""
    if not groups:
        yield Problem(
            PANEL,
            Words("该村没有登记村民小组(S4-62)。", "The village has no villagers' group on record (S4-62)."),
            Words("请先在区划资料中登记村民小组。", "Enter its groups with the divisions first."),
        )
    size = sum(counts.values())
    if size < least:
        yield Problem(
            PANEL,
            Words(
                f"共{size}人,不足{least}人(S4-62)。",
                f"It has {size} members, fewer than {least} (S4-62).",
            ),
            _MORE,
        )
    for number, name in groups.items():
        if (count := counts.get(number, 0)) < least_per_group:
            yield Problem(
                Words(name, name),
                Words(
                    f"只有{count}人,每个村民小组不得少于{least_per_group}人(S4-62)。",
                    f"Only {count}; no villagers' group may have fewer than {least_per_group} (S4-62).",
                ),
                _MORE,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """How a panel voted on one application."""

    present: int
    in_favour: int
    against: int
    abstain: int

    @property
    def votes(self) -> int:
        return self.in_favour + self.against + self.abstain

    def as_data(self, *, panel: int, size: int) -> dict[str, int]:
        """As it goes on record."""
        return {
            "panel": panel,
            "size": size,
            "present": self.present,
            "in_favour": self.in_favour,
            "against": self.against,
            "abstain": self.abstain,
        }


NUMBERS: Mapping[str, Words] = {
    "present": Words("到会人数", "the number present"),
    "in_favour": Words("同意票", "the votes in favour"),
    "against": Words("反对票", "the votes against"),
    "abstain": Words("弃权票", "the abstentions"),
}


def read_ballot(data: Mapping[str, object]) -> tuple[Ballot | None, list[Problem]]:
    """The ballot of a record, or what is no number in it."""
    wrong = [name for name in NUMBERS if not _is_count(data.get(name))]
    if wrong:
        return None, [
            Problem(
                NUMBERS[name],
                Words("须填写不小于0的整数。", "It must be a whole number from 0 on."),
                Words("请填写这个数字。", "Enter that number."),
            )
            for name in wrong
        ]
    numbers = {name: int(str(data[name])) for name in NUMBERS}
    return Ballot(**numbers), []


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def ballot_problems(ballot: Ballot, *, size: int) -> Iterator[Problem]:
    """Which number is off: more present than there are members, or votes that are not those of the present."""
    if ballot.present > size:
        yield Problem(
            NUMBERS["present"],
            Words(
                f"到会{ballot.present}人,多于评议小组的{size}人(S4-63)。",
                f"{ballot.present} were present, more than the panel's {size} members (S4-63).",
            ),
            Words(
                "请核对到会人数,或重新确定评议小组。",
                "Check the number present, or seat the panel again.",
            ),
        )
    over = [name for name in ("in_favour", "against", "abstain") if getattr(ballot, name) > ballot.present]
    for name in over:
        title, count = NUMBERS[name], getattr(ballot, name)
        yield Problem(
            title,
            Words(
                f"{title.zh}{count}张,多于到会{ballot.present}人(S4-63)。",
                f"There are {count}, more than the {ballot.present} present (S4-63).",
            ),
            Words(f"请核对{title.zh}。", "Count them again."),
        )
    if not over and ballot.votes != ballot.present:
        off = ballot.votes - ballot.present
        yield Problem(
            BALLOT,
            Words(
                f"同意{ballot.in_favour}、反对{ballot.against}、弃权{ballot.abstain},合计{ballot.votes},"
                f"比到会{ballot.present}人{'多' if off > 0 else '少'}{abs(off)}(S4-63)。",
                f"{ballot.in_favour} in favour, {ballot.against} against and {ballot.abstain} abstentions make "
                f"{ballot.votes}, {abs(off)} {'more' if off > 0 else 'fewer'} than the {ballot.present} "
                "present (S4-63).",
            ),
            Words("请核对票数,使合计等于到会人数。", "Count again until the sum is the number present."),
        )


def has_quorum(ballot: Ballot, *, size: int, quorum: int) -> bool:
    """Whether enough were present; ``quorum`` in 1/10 000 of the panel, the share rounded half up to that."""
    return size > 0 and (20_000 * ballot.present + size) // (2 * size) >= quorum


def carries(ballot: Ballot, *, pass_ratio: int) -> bool:
    """Whether more than ``pass_ratio`` (in 1/10 000) of the votes are in favour."""
    return 10_000 * ballot.in_favour > pass_ratio * ballot.votes


def outcome_problems(ballot: Ballot, *, size: int, quorum: int, pass_ratio: int) -> Iterator[Problem]:
    """Why a ballot does not let the application pass."""
    if not has_quorum(ballot, size=size, quorum=quorum):
        yield Problem(
            BALLOT,
            Words(
                f"到会{ballot.present}人,不足评议小组{size}人的{_percent(quorum)}(S4-63)。",
                f"{ballot.present} of {size} members were present, fewer than {_percent(quorum)} (S4-63).",
            ),
            Words(
                "请重新召开评议会并登记新的票决结果。",
                "Hold the review again and enter the new ballot.",
            ),
        )
    if not carries(ballot, pass_ratio=pass_ratio):
        yield Problem(
            BALLOT,
            Words(
                f"同意{ballot.in_favour}票,没有超过{ballot.votes}票的{_percent(pass_ratio)}(S4-63)。",
                f"{ballot.in_favour} votes in favour are not more than {_percent(pass_ratio)} of "
                f"{ballot.votes} (S4-63).",
            ),
            Words("票决未通过的,请作出“不予通过”的决定。", "A ballot that fails is followed by a refusal."),
        )


def _percent(share: int) -> str:
    return f"{share / 100:g}%"
