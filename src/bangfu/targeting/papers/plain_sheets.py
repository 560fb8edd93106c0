"""What stands on the plain sheet of each household (S0-14), as the latest check says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from bangfu.policy.vocabulary import codes
from bangfu.quality import entitled
from bangfu.quality.entitled import Group
from bangfu.quality.help import helpers_of
from bangfu.registry.models import Household
from bangfu.targeting.papers.filling import families
from bangfu.targeting.papers.sheets import Entitlement, PlainSheet

_said = codes("entitlement_status")
#: What a sheet lists, in this order: not yet had, to be cleared up, had.
LISTED: Final = (
    (_said.due_missing, _said.due_partly),
    (_said.cannot_tell,),
    (_said.due_received,),
)
_HAD: Final = "您家正在享受,不用再申请。"
_UNCLEAR: Final = "资料不全,请先找右边的人核实。"


def sheets_of(households: Sequence[Household], day: date) -> dict[UUID, PlainSheet]:
    """Household → its sheet as the latest check of its county says; none where there was no check."""
    counties = {one.division_code[:6]: one for one in households}
    checked = {county: entitled.checked_on(one) for county, one in counties.items()}
    untold = {county: entitled.untold(one).entitlements for county, one in counties.items()}
    known, lines, helpers = (
        families(households, day),
        entitled.of_households(households),
        helpers_of(households),
    )
    found = {}
    for one in households:
        run_day = checked[one.division_code[:6]]
        if run_day is not None:
            rows = [
                _written(group)
                for statuses in LISTED
                for group in entitled.grouped(lines.get(one.pk, []), *statuses)
            ]
            rows += [
                _written(Group(each, _said.cannot_tell, [], None, None))
                for each in untold[one.division_code[:6]]
            ]
            found[one.pk] = PlainSheet(
                family=known[str(one.pk)],
                day=run_day,
                entitlements=rows,
                helper="、".join(helpers.get(one.pk, ())),
            )
    return found


def _written(group: Group) -> Entitlement:
    one = group.entitlement
    how = {_said.due_received: _HAD, _said.cannot_tell: _UNCLEAR}.get(group.status, one.apply.zh)
    people = "、".join(person.name for person in group.people)
    amount = "" if group.due is None else f"{group.period.zh}{_yuan(group.due)}元"
    return Entitlement(
        title=f"{one.title.zh}({people})" if people else one.title.zh, amount=amount, how=how, ask=one.ask.zh
    )


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
