"""The exit confirmation, filled in from the sheet on record and its verdict; the notice of an exit (S4-76, S2-43)."""

from __future__ import annotations

from bangfu.monitoring.papers import exit_confirmations, exit_forms
from bangfu.platform.files.papers.pdf import as_pdf
from bangfu.targeting.actions.notices import Noticed, publish_cases
from bangfu.targeting.notices import public_view
from bangfu.targeting.papers.printing import Wanted
from tests.cast.places import WILLOW
from tests.monitoring.world import CLERK, Day, enter, fresh, pass_together, put, verified
from tests.platform.files.papers.conftest import chinese_font
from tests.platform.files.papers.reading import pages_of
from tests.targeting.test_notices import WORDING

__all__ = ["chinese_font"]


def wanted(day: Day) -> Wanted:
    return Wanted(division_code=WILLOW, day=day.now)


def test_a_confirmation_for_each_verified_household(day: Day) -> None:
    households = enter(2)
    cases = verified(households)
    (form, _) = exit_forms(cases, wanted(day))
    assert (form.income_total, form.income_per_head, form.income_year) == (2_000_000, 1_000_000, 2025)
    assert form.line is not None
    assert form.line < 1_000_000
    pages = pages_of(as_pdf(exit_confirmations(wanted(day))))
    for household, page in zip(households, pages, strict=True):
        assert household.household_no in page
        assert "20,000.00元" in page
        assert "10,000.00元" in page
        assert f"{form.line // 100:,}.{form.line % 100:02d}元" in page
        assert "帮扶责任人(陈丽)" in page
        assert page.count("入户查看属实") == len(form.guarantees)


def test_what_is_not_known_stays_open(day: Day) -> None:
    cases = verified(enter(1), income_wage=None)
    (form,) = exit_forms(cases, wanted(day))
    assert (form.income_total, form.income_per_head) == (None, None)


def test_no_paper_before_a_verification(day: Day) -> None:
    enter(1)
    assert exit_confirmations(wanted(day)) == []


def test_an_exit_is_published_as_proposed(day: Day) -> None:
    cases = verified(enter(1))
    pass_together(cases, "verification", CLERK)
    put(cases[0], "review_minutes", CLERK)
    rows = [Noticed(cases[0].pk, fresh(cases[0]).revision)]
    view = public_view(publish_cases(cases=rows, wording=WORDING, **CLERK.acts), day.now)
    assert [row[-2:] for row in view.rows] == [(2, "拟退出")]
