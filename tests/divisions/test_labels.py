"""Dated labels of villages and counties, and villagers' groups."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.divisions.actions import add_group, end_attribute, load_tree, set_attribute
from bangfu.divisions.errors import (
    BadCode,
    EmptySpell,
    GroupExists,
    LabelOverlaps,
    NoDocument,
    NoOpenLabel,
    UnknownDivision,
    WrongLevel,
)
from bangfu.divisions.models import DivisionAttribute, VillagersGroup
from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import WorkError
from tests.divisions.conftest import TINY, Rewrite
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]

COUNTY, VILLAGE = "610926000000", "610926100201"
Kind = DivisionAttribute.Kind


@pytest.fixture
def label(clerk: Actor, write_source: Rewrite) -> Any:
    """``set_attribute`` with the usual document, in the tiny county."""
    write_source(TINY)
    load_tree(by=clerk)

    def made(code: str, kind: Kind, since: date, until: date | None = None, document: str = "陕政发") -> Any:
        return set_attribute(
            by=clerk, division_code=code, kind=kind, since=since, until=until, document=document
        )

    return made


def standing(code: str, day: date) -> set[str]:
    return set(DivisionAttribute.objects.under(code).standing_on(day).values_list("kind", flat=True))


def test_a_county_carries_several_labels_at_once(label: Any, clerk: Actor) -> None:
    # X-12, S4-02: provincial poor county since 2001, key county of the Qinba area since 2011, no national one
    label(COUNTY, Kind.PROVINCIAL_POOR_COUNTY, date(2001, 1, 1), date(2020, 2, 27))
    label(COUNTY, Kind.KEY_COUNTY, date(2011, 1, 1))
    assert standing(COUNTY, date(2010, 1, 1)) == {"provincial_poor_county"}
    assert standing(COUNTY, date(2015, 6, 1)) == {"provincial_poor_county", "key_county"}
    assert standing(COUNTY, date(2020, 2, 27)) == {"key_county"}
    trace = AuditRecord.objects.first()
    assert (trace.action, trace.actor_id, trace.division_code) == (
        "divisions.set_attribute",
        clerk.id,
        COUNTY,
    )
    assert trace.detail["kind"] == "key_county"


def test_a_label_ends_and_may_come_again(label: Any, clerk: Actor) -> None:  # S1-02
    label(VILLAGE, Kind.POOR_VILLAGE, date(2014, 1, 1))
    ended = end_attribute(by=clerk, division_code=VILLAGE, kind=Kind.POOR_VILLAGE, until=date(2018, 12, 1))
    assert ended.until == date(2018, 12, 1)
    assert AuditRecord.objects.first().detail["until"] == "2018-12-01"
    label(VILLAGE, Kind.POOR_VILLAGE, date(2018, 12, 1))
    assert standing("610926", date(2018, 11, 30)) == standing("610926", date(2018, 12, 1)) == {"poor_village"}


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2014, 1, 1), None),
        (date(2013, 1, 1), date(2014, 1, 2)),
        (date(2017, 12, 31), None),
        (date(2015, 1, 1), date(2016, 1, 1)),
    ],
)
def test_one_label_never_overlaps_itself(label: Any, since: date, until: date | None) -> None:
    label(VILLAGE, Kind.POOR_VILLAGE, date(2014, 1, 1), date(2018, 1, 1))
    with pytest.raises(LabelOverlaps) as refusal:
        label(VILLAGE, Kind.POOR_VILLAGE, since, until)
    assert "药妇沟村委会" in refusal.value.sentence("zh")
    assert "2014-01-01" in refusal.value.sentence("en")
    with pytest.raises(IntegrityError), transaction.atomic():
        DivisionAttribute.objects.create(
            division_code=VILLAGE, kind=Kind.POOR_VILLAGE, since=since, until=until, document="绕过检查"
        )
    assert DivisionAttribute.objects.count() == 1


def test_the_same_days_of_another_village_or_kind_do_not_clash(label: Any) -> None:  # S2-33
    label(VILLAGE, Kind.POOR_VILLAGE, date(2014, 1, 1))
    label(VILLAGE, Kind.DEEP_POVERTY_VILLAGE, date(2017, 1, 1))
    label("610926100202", Kind.POOR_VILLAGE, date(2014, 1, 1))
    assert DivisionAttribute.objects.count() == 3


@pytest.mark.parametrize(
    ("code", "kind", "since", "until", "document", "refusal"),
    [
        ("平利县", Kind.KEY_COUNTY, date(2011, 1, 1), None, "文件", BadCode),
        (VILLAGE, Kind.KEY_COUNTY, date(2011, 1, 1), None, "文件", WrongLevel),
        (COUNTY, Kind.POOR_VILLAGE, date(2011, 1, 1), None, "文件", WrongLevel),
        ("610999000000", Kind.KEY_COUNTY, date(2011, 1, 1), None, "文件", UnknownDivision),
        (COUNTY, Kind.KEY_COUNTY, date(2011, 1, 1), None, " ", NoDocument),
        (COUNTY, Kind.KEY_COUNTY, date(2011, 1, 1), date(2011, 1, 1), "文件", EmptySpell),
    ],
)
def test_what_does_not_fit_is_refused(  # S0-02: no label without its document
    label: Any,
    code: str,
    kind: Kind,
    since: date,
    until: date | None,
    document: str,
    refusal: type[WorkError],
) -> None:
    with pytest.raises(refusal):
        label(code, kind, since, until, document)
    assert not DivisionAttribute.objects.exists()


def test_the_refusal_speaks_both_languages(label: Any) -> None:
    with pytest.raises(WrongLevel) as refusal:
        label(VILLAGE, Kind.KEY_COUNTY, date(2011, 1, 1))
    assert "县级" in refusal.value.sentence("zh")
    assert "county level" in refusal.value.sentence("en")


def test_only_a_standing_label_ends(label: Any, clerk: Actor) -> None:
    label(VILLAGE, Kind.POOR_VILLAGE, date(2014, 1, 1), date(2018, 1, 1))
    for day in (date(2014, 1, 1), date(2018, 1, 1), date(2019, 1, 1)):
        with pytest.raises(NoOpenLabel):
            end_attribute(by=clerk, division_code=VILLAGE, kind=Kind.POOR_VILLAGE, until=day)


def test_groups_of_a_village(label: Any, clerk: Actor) -> None:
    # S4-62: a review panel has at least five members of each group
    first = add_group(by=clerk, village_code=VILLAGE, number=1, name=" 一组 ")
    add_group(by=clerk, village_code=VILLAGE, number=2, name="二组")
    add_group(by=clerk, village_code="610926100202", number=1, name="一组")
    assert first.name == "一组"
    assert AuditRecord.objects.filter(action="divisions.add_group", division_code=VILLAGE).count() == 2
    for number, name in ((1, "三组"), (3, "一组")):
        with pytest.raises(GroupExists, match="一组"):
            add_group(by=clerk, village_code=VILLAGE, number=number, name=name)
        with pytest.raises(IntegrityError), transaction.atomic():
            VillagersGroup.objects.create(village_code=VILLAGE, number=number, name=name)


def test_a_group_belongs_to_a_village(label: Any, clerk: Actor) -> None:
    with pytest.raises(WrongLevel):
        add_group(by=clerk, village_code="610926100000", number=1, name="一组")
    with pytest.raises(UnknownDivision):
        add_group(by=clerk, village_code="610926100999", number=1, name="一组")
