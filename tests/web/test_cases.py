"""The page of a case: what is needed, records, decisions, objections, drafts; and the list of cases."""

from __future__ import annotations

import re

from django.urls import reverse

from bangfu.platform.procedures.models import Case, CaseRecord
from tests.web import procedures
from tests.web.conftest import SignIn

_TOTAL = re.compile(r"合计 ([\d,]+) 件")


def _page(as_: SignIn, username: str, case: Case) -> str:
    return as_(username).get(reverse("case", args=[case.pk])).content.decode()


def test_the_page_says_what_is_needed_with_clause_and_state(as_: SignIn) -> None:  # S4-61
    _round, (case,) = procedures.at_review(1)
    page = _page(as_, "village", case)
    for text in (
        "代表评议和票决",
        "评议小组名册",
        "S4-62",
        "票决结果",
        "S4-63",
        "缺少“票决结果”",
        "户主0501",
    ):
        assert text in page
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="procedure"' in page
    township = _page(as_, "township", case)
    assert 'id="decide"' not in township
    assert 'id="override"' in township
    helper = _page(as_, "helper", case)
    assert 'id="override"' not in helper
    assert 'id="case-object"' in helper
    assert 'id="case-object"' not in _page(as_, "inspector", case)


def test_records_and_a_decision_by_the_village(as_: SignIn) -> None:  # S4-62, S4-63
    _round, (case,) = procedures.at_review(1)
    client = as_("village")
    answer = client.post(reverse("case-record", args=[case.pk, "review_panel"]), {"revision": case.revision})
    assert answer.status_code == 302
    ballot = {"present": 28, "in_favour": 20, "against": 5, "abstain": 1, "revision": case.revision + 1}
    refused = client.post(reverse("case-record", args=[case.pk, "ballot"]), ballot)
    assert refused.status_code == 422
    assert "合计26,比到会28人少2(S4-63)" in refused.content.decode()
    answer = client.post(reverse("case-record", args=[case.pk, "ballot"]), {**ballot, "against": 7})
    assert answer.status_code == 302
    sent = {"step": "review", "decision": "pass", "revision": case.revision + 2, "reason": ""}
    assert client.post(reverse("case-decide", args=[case.pk]), sent).status_code == 302
    (case,) = procedures.fresh([case])
    assert case.step == "village_check"
    assert CaseRecord.objects.filter(case=case, kind="ballot").count() == 1
    page = _page(as_, "village", case)
    assert "王强(村 · 村级)" in page


def test_a_stale_page_says_what_changed_and_keeps_what_was_typed(as_: SignIn) -> None:
    _round, (case,) = procedures.at_review(1)
    procedures.put([case], "review_panel", _roster(case))
    sent = {"step": "review", "decision": "refuse", "revision": case.revision, "reason": "家有商品房一套"}
    answer = as_("village").post(reverse("case-decide", args=[case.pk]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "在您填写期间" in page
    assert "登记材料" in page
    assert "家有商品房一套" in page
    assert f'name="revision" value="{case.revision + 1}"' in page
    again = {**sent, "revision": case.revision + 1}
    assert as_("village").post(reverse("case-decide", args=[case.pk]), again).status_code == 302
    assert Case.objects.get(pk=case.pk).state == "refused"


def _roster(case: Case) -> dict[str, int]:
    from bangfu.targeting.models import Panel

    return {"panel": Panel.objects.get(round=case.about["round"]).pk, "size": 30}
