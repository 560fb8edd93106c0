"""A synthetic county with many rows, on the real tree: for lists, pages and figures."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bangfu.accounts.actions import change_own_password, create_user, grant_post
from bangfu.accounts.roles import Role
from bangfu.cli import synthetic
from bangfu.cli.synthetic import workbooks
from bangfu.divisions import source
from bangfu.divisions.actions import load_tree
from bangfu.divisions.codes import NATION
from bangfu.platform.audit.actor import Actor
from tests.cast import office
from tests.cast.build import check, take

CROWD: Final = "610926000000"
HOUSEHOLDS: Final = 300
PERSONS: Final = 760


def gather(folder: Path) -> None:
    """300 households of 平利县 with planted errors, taken in by their workbook, and one run without lists.

    The county office of it is the account ``crowd``.
    """
    load_tree(by=Actor.system("crowd"), prefix=CROWD[:6])
    tree = list(source.rows(CROWD[:6]))
    neighbours = [
        row for row in source.rows(CROWD[:4]) if row.level == 5 and not row.code.startswith(CROWD[:6])
    ]
    made = synthetic.county(CROWD[:6], tree, neighbours[:50], households=HOUSEHOLDS, persons=PERSONS, seed=7)
    workbooks.write(made, folder)
    _county_office()
    take(folder / "registry.xlsx", "registry", CROWD, by="crowd")
    check(CROWD, by="crowd")


def _county_office() -> None:
    hand = office.who("security").actor()
    everywhere = office.Scope.of([(Role.SECURITY_ADMIN, NATION)])
    user = create_user(
        by=hand, scope=everywhere, username="crowd", display_name="平利县办", password=office.FIRST_PASSWORD
    )
    grant_post(
        by=hand,
        scope=everywhere,
        user=user,
        role=Role.COUNTY_OFFICE,
        division_code=CROWD,
        since=office.date(2015, 1, 1),
    )
    change_own_password(by=user.actor(), user=user, present=office.FIRST_PASSWORD, password=office.PASSWORD)
