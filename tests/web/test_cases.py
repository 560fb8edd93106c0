"""The page of a case: what is needed, records, decisions, objections, drafts; and the list of cases."""

from __future__ import annotations

import re

from django.urls import reverse

from bangfu.platform import clock
from bangfu.platform.procedures.models import Act, Case, CaseRecord, Draft, Objection
from bangfu.policy.procedures import all_definitions
from bangfu.registry.models import Membership
from bangfu.targeting.models import Panel
from bangfu.web.procedure_words import GUARDS
from tests.cast import office
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


def test_drafts_are_sealed_restored_and_forgotten(as_: SignIn) -> None:
    _round, (case,) = procedures.at_review(1)
    client = as_("village")
    typed = {
        "draft_key": f"case:{case.pk}:decide",
        "reason": "证件 990101199001011234 有疑问",
        "decision": "return",
    }
    saved = client.post(reverse("draft-save"), typed)
    assert "草稿已自动保存" in saved.content.decode()
    draft = Draft.objects.get()
    assert list(draft.data) == ["sealed"]
    assert "990101199001011234" not in str(draft.data)
    page = _page(as_, "village", case)
    assert "证件 990101199001011234 有疑问" in page
    assert "自动保存的草稿" in page
    assert "有疑问" not in _page(as_, "county", case)
    there = reverse("case", args=[case.pk])
    dropped = client.post(reverse("draft-drop"), {"draft_key": typed["draft_key"], "next": there})
    assert dropped["Location"] == there
    elsewhere = client.post(
        reverse("draft-drop"), {"draft_key": typed["draft_key"], "next": "https://example.org/"}
    )
    assert elsewhere["Location"] == "/"
    assert not Draft.objects.exists()


def test_an_objection_stops_the_case_until_somebody_else_answers(as_: SignIn) -> None:  # S4-61
    _round, (case,) = procedures.at_review(1)
    told = as_("helper").post(
        reverse("case-object", args=[case.pk]), {"text": "该户有商品房", "raised_by": "村民"}
    )
    assert told.status_code == 302
    page = _page(as_, "village", case)
    assert "该户有商品房" in page
    assert "尚未答复" in page
    objection = Objection.objects.get(case=case)
    answer = reverse("case-answer", args=[case.pk, objection.pk])
    sent = {"upheld": "no", "answer": "经核实,房屋属其弟所有"}
    assert answer not in page  # whose nomination is attacked
    assert "请由另一名工作人员或上一级答复" in page
    own = as_("village").post(answer, sent)
    assert own.status_code == 422
    assert "由另一名工作人员或上一级答复" in own.content.decode()
    assert as_("township").post(answer, sent).status_code == 302
    assert "房屋属其弟所有" in _page(as_, "village", case)
    again = as_("township").post(answer, sent)
    assert again.status_code == 422
    assert "已由" in again.content.decode()


def test_a_case_is_taken_back_on_paper_only(as_: SignIn) -> None:  # S0-48
    _round, (case,) = procedures.at_review(1)
    there = reverse("case-withdraw", args=[case.pk])
    sent = {
        "revision": case.revision,
        "asked_by": Membership.objects.filter(household_id=case.subject_id)[0].person.name,
        "asked_on": f"{clock.today()}",
        "reason": "外出务工",
    }
    bare = as_("village").post(there, sent)
    assert bare.status_code == 422
    assert "没有书面申请,也没有本人签名" in bare.content.decode()
    assert as_("county").post(there, sent | {"signed": "on"}).status_code == 422
    done = as_("village").post(there, sent | {"signed": "on"}, follow=True)
    assert "可以在本页提出申诉" in done.content.decode()
    assert Case.objects.get(pk=case.pk).state == "withdrawn"
    assert reverse("case-appeal", args=[case.pk]) in _page(as_, "township", case)


def test_a_higher_level_decides_in_place_and_leaves_its_mark(as_: SignIn) -> None:  # S0-48
    _round, (case,) = procedures.at_review(1)
    sent = {"step": "review", "decision": "refuse", "revision": case.revision, "reason": ""}
    there = reverse("case-override", args=[case.pk])
    assert as_("village").post(there, sent).status_code == 403
    refused = as_("township").post(there, sent)
    assert refused.status_code == 422
    sent["reason"] = "村里三个月未开评议会"
    assert as_("township").post(there, sent).status_code == 302
    act = Act.objects.get(case=case, kind="overridden")
    assert act.by_id == office.who("township").actor().id
    page = _page(as_, "county", case)
    assert "上级代为决定" in page
    appeal = as_("township").post(reverse("case-appeal", args=[case.pk]), {"text": "请求重新评议"})
    assert appeal.status_code == 302
    assert "申诉办件" in _page(as_, "township", case)


def test_lists_equal_their_numbers(as_: SignIn) -> None:
    one, cases = procedures.at_review(3)
    procedures.a_case()
    client = as_("village")
    home = client.get("/").content.decode()
    groups = re.findall(r'href="(/cases/[?]work=[^"]+)">\s*<span class="big-count">([\d,]+)</span>', home)
    assert {link for link, _n in groups} == {
        "/cases/?work=procedure.household_identification",
        "/cases/?work=procedure.village_exit",
    }
    listed = client.get(reverse("cases")).content.decode()
    steps = re.findall(r'<a href="([?][^"]*step=[^"]+)">([\d,]+)</a>', listed)
    assert len(steps) == 2
    for link, count in [*groups, *((f"/cases/{query}", n) for query, n in steps)]:
        assert _TOTAL.search(client.get(link.replace("&amp;", "&")).content.decode())[1] == count, link
    of_round = client.get(reverse("cases"), {"round": one.pk, "state": "any"}).content.decode()
    assert _TOTAL.search(of_round)[1] == "3"
    by_name = client.get(reverse("cases"), {"q": "户主0502"}).content.decode()
    assert f'href="/cases/{cases[1].pk}/"' in by_name
    assert f'href="/cases/{cases[0].pk}/"' not in by_name
    assert "没有符合条件的办件" in client.get(reverse("cases"), {"late": "on"}).content.decode()


def test_every_rule_of_a_definition_has_its_title() -> None:
    named = {name for one in all_definitions() for kind, name in one.calls() if kind == "guard"}
    assert set(GUARDS) == named


def _roster(case: Case) -> dict[str, int]:
    return {"panel": Panel.objects.get(round=case.about["round"]).pk, "size": 30}
