"""Whose signatures stand on an exit sheet, against the registry and the list of helpers (S4-76)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from bangfu.platform.errors import Problem
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.quality.help import helpers_of
from bangfu.registry.models import Household, Membership

_SHORTEST: Final = 4
_relation = codes("relation")
_HELPER, _HOUSEHOLDER = Words("帮扶责任人", "the helper"), Words("户主", "the householder")
_EXPLAIN: Final = Words(
    "请核对签名;确由他人签名的,在“签名说明”中写明代签人、关系和原因。",
    "Check the signature; where somebody else did sign, say who, how they are related and why.",
)


def strangers(helper: str, householder: str, household: Household, day: date) -> Iterator[Problem]:
    """Signatures that are not those of the head on record, or of a helper on the list where the household has one."""
    members = list(
        Membership.objects.on(day).filter(household=household).values_list("person__name", "relation")
    )
    heads = [name for name, relation in members if relation == _relation.head]
    if members and householder not in heads:
        yield _householder(householder, heads, is_member=householder in {name for name, _ in members})
    listed: Sequence[str] = helpers_of([household]).get(household.pk, [])
    if listed and helper not in listed:
        names = "、".join(listed)
        yield Problem(
            _HELPER,
            Words(
                f"签名“{helper}”不在该户的结对帮扶名单中(名单:{names})(S4-76)。",
                f"“{helper}” is not on the household's list of helpers ({names}) (S4-76).",
            ),
            _EXPLAIN,
        )


def _householder(name: str, heads: Sequence[str], *, is_member: bool) -> Problem:
    known = "、".join(heads) or "—"
    if is_member:
        why = Words(
            f"签名“{name}”是家庭成员,不是户主“{known}”(S4-76)。",
            f"“{name}” is a member, not the householder “{known}” (S4-76).",
        )
    else:
        why = Words(
            f"签名“{name}”不是户主“{known}”,也不是该户成员(S4-76)。",
            f"“{name}” is neither the householder “{known}” nor a member (S4-76).",
        )
    return Problem(_HOUSEHOLDER, why, _EXPLAIN)


def unexplained(
    helper: str, householder: str, why: str, household: Household, day: date
) -> Iterator[Problem]:
    """Signatures of strangers without a word about them."""
    if len(why) < _SHORTEST:
        yield from strangers(helper, householder, household, day)


def helper_of(household: Household) -> str:
    """The helper on the list; empty where there is none, or more than one."""
    listed: Sequence[str] = helpers_of([household]).get(household.pk, [])
    return listed[0] if len(listed) == 1 else ""


def head_of(household: Household, day: date) -> str:
    """The name of the head on record; empty where there is none."""
    heads = Membership.objects.on(day).filter(household=household, relation=_relation.head)
    return str(heads.values_list("person__name", flat=True).first() or "")
