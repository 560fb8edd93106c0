"""How villages stand with their checklists: item by item, what lacks, and who is late (S1-15, S1-53)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Capability
from bangfu.divisions.models import Division, DivisionAttribute
from bangfu.platform.errors import Problem
from bangfu.policy.villages import Checklist, Item, checklists
from bangfu.policy.words import Words
from bangfu.registry.models import Household
from bangfu.targeting.models import ChecklistDone, Recognition, VillageItem


@dataclass(frozen=True)
class ItemState:
    """An item and the newest that was entered of it; None: nothing yet."""

    item: Item
    entry: VillageItem | None

    @property
    def met(self) -> bool:
        return self.entry is not None and self.entry.met


@dataclass(frozen=True)
class VillageState:
    """A village with one checklist: its items, when it was declared done, and whether it is late on the day asked."""

    division_code: str
    name: str
    checklist: Checklist
    items: Sequence[ItemState]
    done_on: date | None
    overdue: bool

    @property
    def met(self) -> int:
        return sum(one.met for one in self.items)


def village_state(village: str, checklist: str, day: date) -> VillageState:
    """One checklist of one village. Raises KeyError for an unknown checklist."""
    chosen = checklists()[checklist]
    name = Division.objects.filter(code=village).values_list("name", flat=True).first() or village
    done = dict(_done([village], checklist)).get(village)
    return _state(village, str(name), chosen, _newest([village], checklist).get(village, {}), done, day)


def states(scope: Scope, division: str, checklist: str, day: date) -> list[VillageState]:
    """One checklist of every village under ``division`` that a case recognised and that the scope reads."""
    recognised = Recognition.objects.filter(scope.q("division_code", Capability.READ_REGISTRY), day__lte=day)
    labelled = DivisionAttribute.objects.under(division).standing_on(day)
    carried = set(
        labelled.filter(kind=DivisionAttribute.Kind.POOR_VILLAGE).values_list("division_code", flat=True)
    )
    codes = [one for one in recognised.values_list("division_code", flat=True) if one in carried]
    villages = sorted(dict.fromkeys(codes))
    names = dict(Division.objects.filter(code__in=villages).values_list("code", "name"))
    newest, done = _newest(villages, checklist), dict(_done(villages, checklist))
    chosen = checklists()[checklist]
    return [
        _state(code, names.get(code, code), chosen, newest.get(code, {}), done.get(code), day)
        for code in villages
    ]


def overdue(scope: Scope, division: str, checklist: str, day: date) -> list[VillageState]:
    """Those of ``states`` whose deadline has passed with the list not done (S1-15: by the end of 2019)."""
    return [one for one in states(scope, division, checklist, day) if one.overdue]


def lacking(village: str, checklist: Checklist, day: date) -> Iterator[Problem]:
    """Each item that lacks, or that the registry contradicts on the day."""
    newest = _newest([village], checklist.key).get(village, {})
    for item in checklist.items:
        entry = newest.get(item.key)
        if entry is None or not entry.met:
            yield Problem(
                item.title,
                Words(
                    f"{'没有登记' if entry is None else '未达标'}({checklist.clause})。",
                    f"It is {'not entered' if entry is None else 'not met'} ({checklist.clause}).",
                ),
                Words("请补齐并登记依据。", "Provide it, and enter on what that rests."),
            )
        elif item.households and (without := registered_without(village, item.households, day)):
            yield Problem(
                item.title,
                Words(
                    f"登记表中有{len(without)}户没有:{'、'.join(without[:10])}({checklist.clause})。",
                    f"{len(without)} households of the registry lack it: {', '.join(without[:10])} "
                    f"({checklist.clause}).",
                ),
                Words("请核对这些户的登记。", "Check their records."),
            )


def registered_without(village: str, column: str, day: date) -> list[str]:
    """Numbers of households on the books of the village whose ``column`` does not say yes."""
    counted = Household.objects.in_division(village, day).counted_on(day)
    without = counted.exclude(**{column: True}).order_by("household_no")
    return list(without.values_list("household_no", flat=True))


def _state(  # noqa: PLR0917 - the parts of one line
    village: str,
    name: str,
    checklist: Checklist,
    newest: Mapping[str, VillageItem],
    done: date | None,
    day: date,
) -> VillageState:
    items = [ItemState(item, newest.get(item.key)) for item in checklist.items]
    late = checklist.deadline is not None and day > checklist.deadline
    return VillageState(village, name, checklist, items, done, late and (done is None or done > day))


def _newest(villages: Sequence[str], checklist: str) -> dict[str, dict[str, VillageItem]]:
    found: dict[str, dict[str, VillageItem]] = {}
    for row in VillageItem.objects.filter(division_code__in=villages, checklist=checklist).order_by("id"):
        found.setdefault(row.division_code, {})[row.item] = row
    return found


def _done(villages: Sequence[str], checklist: str) -> list[tuple[str, date]]:
    rows = ChecklistDone.objects.filter(division_code__in=villages, checklist=checklist)
    return list(rows.values_list("division_code", "day"))
