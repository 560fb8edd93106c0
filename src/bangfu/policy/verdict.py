"""Three verdicts: yes, no, cannot tell (DESIGN §1.3). A missing value is never a silent no."""

from __future__ import annotations

from enum import IntEnum

from bangfu.policy.words import Words


class Verdict(IntEnum):
    """What a rule says about one subject on one day."""

    NO = 0
    YES = 1
    CANNOT_TELL = 2

    @classmethod
    def of(cls, value: bool | None) -> Verdict:
        """SQL's three-valued logic: NULL is *cannot tell*."""
        return cls.CANNOT_TELL if value is None else cls(int(value))

    @property
    def title(self) -> Words:
        return _TITLES[self]


_TITLES = {
    Verdict.NO: Words("否", "no"),
    Verdict.YES: Words("是", "yes"),
    Verdict.CANNOT_TELL: Words("无法判断", "cannot tell"),
}
