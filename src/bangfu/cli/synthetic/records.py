"""Records of payments and loans beside declared income (S1-24): rows that agree with it, and rows that do not."""

from __future__ import annotations

from datetime import date
from random import Random

from bangfu.cli.synthetic.kit import Kit, is_kept, plants
from bangfu.cli.synthetic.model import DAY, Entry, Household
from bangfu.cli.synthetic.rosters import RECORDS, Rosters

#: What a subsidy in order is at most: within the tolerance, whoever else has the number.
_USUAL = 500


def write(rosters: Rosters, random: Random) -> None:
    """Rows that agree with the declared income and debts, and rows of people who are not registered."""
    lists = rosters.county.lists
    for one in rosters.peopled():
        head = one.head
        if RECORDS[0] in head.off_lists:
            continue
        if one.income_property > 0 and random.random() < 0.5:
            rent = {"rent": one.income_property, "leased": 1.5, "tenant": "样例农业公司", "year": DAY.year}
            lists["land_rent"].append(rosters.entry(head, one.division_code, **rent))
        elif one.income_property > 0:
            paid = {"dividend": one.income_property, "payer": "样例合作社", "year": DAY.year}
            lists["dividends"].append(rosters.entry(head, one.division_code, **paid))
        if one.income_transfer > 0 and random.random() < 0.6:
            amount = float(int(min(one.income_transfer, random.uniform(60, _USUAL))))
            subsidy = {"subsidy": amount, "subsidy_item": "耕地地力保护补贴", "year": DAY.year}
            lists["subsidies"].append(rosters.entry(head, one.division_code, **subsidy))
        if (one.debts or 0) > 1_000 and random.random() < 0.4:
            owed = float(int(min(one.debts or 0, 4_500)))
            loan = {"balance": owed, "lent": 5_000.0, "lent_on": date(2014, 9, 12), "purpose": "发展养殖"}
            lists["loans"].append(rosters.entry(head, one.division_code, **loan))
    strangers(rosters, random)


def strangers(rosters: Rosters, random: Random) -> None:
    """People on the lists who are not registered."""
    values: dict[str, dict[str, object]] = {
        "land_rent": {"rent": 2_400.0, "leased": 4.0, "tenant": "样例农业公司", "year": DAY.year},
        "dividends": {"dividend": 1_800.0, "payer": "样例合作社", "year": DAY.year},
        "subsidies": {"subsidy": 900.0, "subsidy_item": "退耕还林补助", "year": DAY.year},
        "loans": {"balance": 50_000.0, "lent": 50_000.0, "lent_on": date(2015, 3, 20), "purpose": "经营"},
    }
    for name in RECORDS:
        for _ in range(max(3, len(rosters.county.lists[name]) // 5)):
            birth = date(DAY.year - random.randint(25, 70), random.randint(1, 12), random.randint(1, 28))
            sex = random.choice([1, 2])
            place = rosters.county.place(random.choice(rosters.villages))
            row = Entry(rosters.inventor.name(sex), rosters.inventor.number(birth, sex), place)
            row.values = values[name]
            rosters.county.lists[name].append(row)


def _plant(kit: Kit, h: Household, name: str, **values: object) -> None:
    """The head's row, and no other of theirs on these lists."""
    h.head.off_lists.add(RECORDS[0])
    row = kit.rosters.entry(h.head, h.division_code, **values)
    kit.late.append(lambda: kit.insert(name, row))


@plants("property_concealed", is_kept)
def property_concealed(kit: Kit, h: Household) -> None:
    hidden = h.income_property + kit.random.randint(1_500, 6_000)
    if kit.random.random() < 0.5:
        _plant(kit, h, "land_rent", rent=hidden, leased=6.0, tenant="样例农业公司", year=DAY.year)
    else:
        _plant(kit, h, "dividends", dividend=hidden, payer="样例合作社", year=DAY.year)
    kit.truth("property_concealed", h)


@plants("subsidy_concealed", is_kept)
def subsidy_concealed(kit: Kit, h: Household) -> None:
    hidden = h.income_transfer + kit.random.randint(1_500, 5_000)
    _plant(kit, h, "subsidies", subsidy=hidden, subsidy_item="退耕还林补助", year=DAY.year)
    kit.truth("subsidy_concealed", h)


@plants("loan_unrecorded", lambda h: is_kept(h) and h.debts is not None)
def loan_unrecorded(kit: Kit, h: Household) -> None:
    owed = (h.debts or 0) + kit.random.randint(8_000, 40_000)
    _plant(kit, h, "loans", balance=owed, lent=owed, lent_on=date(2015, 5, 6), purpose="购置设备")
    kit.truth("loan_unrecorded", h)
