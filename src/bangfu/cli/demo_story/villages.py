"""A recognised village with its first items, one on its way, and notices that everybody reads (S4-55, S1-15, S2-01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bangfu.cli.demo_story.hands import Teller, fresh, post_up
from bangfu.platform.procedures.models import Case
from bangfu.policy.villages import standards_in_force
from bangfu.targeting.actions.cases import act_on, record_on
from bangfu.targeting.actions.consultations import comment_on, open_consultation
from bangfu.targeting.actions.notices import Wording, publish_text
from bangfu.targeting.actions.villages import apply_for_village, report_item


def tell_recognition(teller: Teller) -> None:
    """The two smallest villages apply: one is recognised, the other waits for the township's meeting."""
    for village, goes_on in zip(teller.villages, (True, False), strict=False):
        with teller.ago(25):
            case = _apply(teller, village)
        if goes_on:
            _recognise(teller, case)
            _report(teller, village)


def _apply(teller: Teller, village: str) -> Case:
    standard = standards_in_force(teller.today, village)[0]
    case = apply_for_village(
        division_code=village,
        standard=standard.version,
        statement="本村贫困发生率高,基础设施薄弱,无集体经济收入,申请识别为贫困村。",
        signed_by="村支书",
        **teller.clerk_of(village),
    )
    act_on(
        case=case.pk,
        step="village_application",
        decision="pass",
        revision=fresh(case).revision,
        **teller.clerk_of(village),
    )
    return case


def _recognise(teller: Teller, case: Case) -> None:
    """Studied by the township, checked and published by the county, then decided."""
    with teller.ago(22):
        minutes = {"text": "班子会议研究,同意上报。"}
        _put(case, "meeting_minutes", minutes, teller.township, signatures=["书记", "镇长"])
        _pass(case, teller.township)
    with teller.ago(20):
        standard = standards_in_force(teller.today, case.division_code)[0]
        found = {"income_per_head": 2_480, "poverty_rate": 31.5, "collective_income": 0}
        values = {one.key: found.get(one.key, 1) for one in standard.indicators}
        _put(case, "village_indicators", {"values": values}, teller.county)
        post_up([case], "拟识别贫困村", "县政府网站", "县扶贫办", teller.county)
    with teller.ago(14):
        _pass(case, teller.county)


def _report(teller: Teller, village: str) -> None:
    """Two items are met, one is not."""
    clerk = teller.clerk_of(village)
    with teller.ago(4):
        for item, met, why in (
            ("hard_road", True, "通村水泥路已验收,交通局验收单第3号"),
            ("production_power", True, "变压器已增容,供电所验收"),
            ("clinic", False, "卫生室主体完工,设备未到"),
        ):
            common: dict[str, Any] = {"division_code": village, "checklist": "nine_items"}
            report_item(item=item, met=met, evidence=why, **common, **clerk)


def _put(case: Case, kind: str, data: dict[str, Any], acts: dict[str, Any], **parts: Any) -> None:
    record_on(case=case.pk, kind=kind, revision=fresh(case).revision, data=data, **acts, **parts)


def _pass(case: Case, acts: dict[str, Any]) -> None:
    now = fresh(case)
    act_on(case=now.pk, step=now.step, decision="pass", revision=now.revision, **acts)


def tell_notices(teller: Teller) -> None:
    """A text of the village, and a draft of the county with a comment to be answered."""
    name = teller.names[teller.place.village]
    with teller.ago(6):
        publish_text(
            division_code=teller.place.village,
            until=teller.today + timedelta(days=14),
            wording=_wording(
                "召开村民代表会议的通知", "定于本月二十八日召开村民代表会议。", "本村村民", name
            ),
            **teller.village,
        )
        opened = open_consultation(
            division_code=teller.place.county,
            until=teller.today + timedelta(days=24),
            wording=_wording("贫困户识别实施细则(征求意见稿)", "现公开征求意见。", "全县群众", "县扶贫办"),
            **teller.county,
        )
    with teller.ago(2):
        comment_on(
            notice=opened.notice.pk,
            text="建议评议会安排在赶集日之后,方便在外务工的人参加。",
            by=teller.village["by"],
            name="一位村民",
        )


def _wording(title: str, text: str, audience: str, issuer: str) -> Wording:
    return Wording(
        title=title,
        text=text,
        audience=audience,
        place="公示栏",
        issuer=issuer,
        phone="0915-0000000",
        address=f"{issuer}办公室",
    )
