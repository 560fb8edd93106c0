"""The demo county: who may sign in, and where its files lie. Everything in it is invented."""

from __future__ import annotations

from datetime import date
from typing import Final

from bangfu.accounts.roles import Role

COUNTY: Final = "610926"
DAY: Final = date(2015, 12, 31)
HOUSEHOLDS: Final = 23_035
PERSONS: Final = 57_568
SEED: Final = 1
#: The lists that are taken in before the page answers; the others follow in the background.
LISTS: Final = (
    "civil_affairs", "disability", "human_resources", "enrolment", "medical_insurance",
    "vehicles", "businesses", "housing", "deaths", "payroll",
)  # fmt: skip
#: Demo mode only; a real installation has no default account.
PASSWORD: Final = "Pingli-demo-2015"  # noqa: S105 -- printed on the sign-in page of the demo
TOWNSHIP: Final = "610926100000"
VILLAGE: Final = "610926100201"
#: Username → role, division, shown name. The three administrators are three people.
USERS: Final = {
    "county": (Role.COUNTY_OFFICE, f"{COUNTY}000000", "县办 周明"),
    "township": (Role.TOWNSHIP, TOWNSHIP, "城关镇 李静"),
    "village": (Role.VILLAGE, VILLAGE, "药妇沟村 王强"),
    "helper": (Role.HELPER, VILLAGE, "帮扶责任人 陈丽"),
    "inspector": (Role.INSPECTOR, f"{COUNTY}000000", "督查 赵平"),
    "data": (Role.DATA_ADMIN, f"{COUNTY}000000", "数据管理员 孙杰"),
    "security": (Role.SECURITY_ADMIN, f"{COUNTY}000000", "安全保密管理员 吴芳"),
    "audit": (Role.AUDIT_ADMIN, f"{COUNTY}000000", "安全审计员 郑宁"),
}
LOGINS: Final = tuple((username, shown) for username, (_, _, shown) in USERS.items())

#: What the document states of 平利县 (clauses S4-02, S4-03): the only numbers of the demo that are not invented.
FIGURES_SOURCE: Final = "平利县政协视察调研报告(2015年6月下旬)第一部分,文中未写数据日期"
FIGURES_DAY: Final = date(2015, 6, 30)
FIGURES: Final = {
    "rural_population": 203_700,
    "townships": 11,
    "land_area": 2_627,
    "poor_villages": 90,
    "poor_households": 23_035,
    "poor_people": 57_568,
}
