"""Papers in batch for a village: a real job draws them from the registry and the cases."""

from __future__ import annotations

import io
import logging
import zipfile
from typing import Any

import pytest

from bangfu.platform import clock
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.errors import NotAllowed, NotFound
from bangfu.platform.files import store
from bangfu.platform.jobs import worker
from bangfu.platform.jobs.models import Job
from bangfu.policy import checklists
from bangfu.quality.actions.archives import file_paper
from bangfu.quality.archives import papers_of
from bangfu.registry.models import Household
from bangfu.targeting.actions.printing import request_papers
from bangfu.targeting.models import Round
from bangfu.targeting.papers.printing import PRINTS
from tests.cast.places import BRIDGE, WILLOW, plant_tree
from tests.platform.files.papers.reading import pages_of, text_of, word_text
from tests.targeting.test_notices import publish
from tests.targeting.world import (
    CLERK,
    ELSEWHERE,
    HELPER,
    MONDAY,
    PHOTO,
    Day,
    apply_all,
    decide,
    opened,
    put,
    to_the_end,
    to_village_check,
)


@pytest.fixture
def day(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Day:
    """As everywhere, but what is written is seen by the worker."""
    plant_tree()
    turned = Day(MONDAY)
    monkeypatch.setattr(clock, "today", lambda: turned.now)
    return turned


def printed(kind: str, **parts: Any) -> tuple[Job, bytes]:
    job = request_papers(**{"kind": kind, "division_code": WILLOW, **CLERK.acts, **parts})
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        worker.run(batch=True, interval=0)
    finally:
        logging.disable(before)
    job.refresh_from_db()
    if job.state != "done":
        return job, b""
    with store.fetch((job.result or {})["sha256"]) as content:
        return job, content.read()


def test_a_village_prints_every_paper_of_its_round(day: Day) -> None:
    one = opened(3)
    cases = apply_all(one)
    heads = [f"户主{case.about['household_no'][-4:]}" for case in cases]

    job, forms = printed("application", round_id=one.pk)
    assert (job.result or {})["papers"] == 3
    assert [head in page for head, page in zip(heads, pages_of(forms), strict=True)] == [True] * 3
    assert (job.done, job.total) == (3, 3)
    detail = AuditRecord.objects.get(action="targeting.print").detail
    assert (detail["kind"], detail["papers"]) == ("application", 3)

    _, only = printed("application", round_id=one.pk, only=[cases[1].pk])
    assert [heads[1] in page for page in pages_of(only)] == [True]

    _, word = printed("nomination", round_id=one.pk, form="docx")
    assert all(head in word_text(word) for head in heads)
    assert "本组会议共提名1户" in word_text(word)
    assert "本组会议共提名2户" in word_text(word)

    to_village_check(one, cases)
    _, roster = printed("roster", round_id=one.pk)
    assert "30人,来自2个村民小组" in text_of(roster)
    _, ballot = printed("ballot", round_id=one.pk)
    assert f"1{heads[0]}1组2282521" in text_of(ballot)

    put(cases, "village_check", CLERK, data={"opinion": "同意"})
    notice = publish(cases)
    _, board = printed("notice", notice=notice.pk, size="a3")
    assert "户***" in text_of(board)
    assert heads[0] not in text_of(board)
    day.on(7)
    decide(cases, "village_check", CLERK)
    _, approval = printed("approval", round_id=one.pk, packing="archive")
    with zipfile.ZipFile(io.BytesIO(approval)) as archive:
        assert len(archive.namelist()) == 3
        said = text_of(archive.read(archive.namelist()[0]))
    assert "到会28人,同意25票,反对2票,弃权1票" in said
    assert "村级公示:2026年3月2日至2026年3月8日村公示栏" in said
    assert said.count("同意(经办:村甲)") == 3, "nomination, review and the village's check are decided"
    assert "县级审批意见" in said


def test_archives_are_complete_household_by_household(day: Day) -> None:
    one = opened(1)
    to_the_end(one, apply_all(one), day)
    household = Household.objects.get(household_no__endswith="0001", division_code=WILLOW)
    filed = sorted(
        {found.archived_as for found in PRINTS.values() if found.archived_as} - {"exit_confirmation"}
    )
    for paper in filed:
        file_paper(household=household, paper=paper, filed_on=day.now, scan=PHOTO, **CLERK.acts)
    lacking = [state.paper.title.zh for state in papers_of(household, day.now) if state.filed is None]
    _, drawn = printed("archive")
    assert f"已归档{len(filed)}份,尚缺{len(lacking)}份" in text_of(drawn)
    assert len(filed) == 4


def test_every_paper_has_its_place_in_the_archive() -> None:
    known = {one.key for one in checklists.archive_papers()}
    assert {one.archived_as for one in PRINTS.values()} <= known | {""}
    assert set(PRINTS) >= {"application", "nomination", "roster", "ballot", "approval", "archive", "notice"}
    assert PRINTS["exit_confirmation"].archived_as == "exit_confirmation"


def test_nothing_to_print_is_said(day: Day) -> None:
    one = opened(1)
    job, _ = printed("application", round_id=one.pk)
    assert job.state == "refused"
    assert "没有可打印的内容" in str(job.refusal)


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ({"kind": "elsewhere"}, NotFound),
        ({"kind": "application"}, NotFound),
        ({"kind": "notice", "notice": 4_711}, NotFound),
        ({"kind": "archive", **ELSEWHERE.acts}, NotFound),
        ({"kind": "archive", **HELPER.acts}, NotAllowed),
        ({"kind": "archive", "division_code": BRIDGE}, NotFound),
    ],
)
def test_who_may_print_what(day: Day, parts: dict[str, Any], error: type[Exception]) -> None:
    opened(1)
    with pytest.raises(error):
        request_papers(**{"division_code": WILLOW, **CLERK.acts, **parts})
    assert not Job.objects.exists()
    assert Round.objects.exists()
