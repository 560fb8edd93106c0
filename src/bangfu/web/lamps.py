"""Lamps: red, amber, green, grey; always with a word and an icon (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from bangfu.platform.jobs.enums import JobState
from bangfu.platform.procedures.enums import AppealState, CaseState, ObjectionState
from bangfu.policy.verdict import Verdict
from bangfu.policy.vocabulary import codes
from bangfu.quality.enums import Agreement, DoubtState, Finding
from bangfu.quality.workbooks import SEVERITIES
from bangfu.targeting import years
from bangfu.targeting.enums import BatchState, RoundState

_standing = codes("standing")


@dataclass(frozen=True)
class Lamp:
    """``text`` is a lazily translated text or Words."""

    colour: str
    icon: str
    text: Any


RED, AMBER, GREEN, BLUE, GREY = "red", "amber", "green", "blue", "grey"
#: Key of a code list (indicator_state, entitlement_status) → colour and icon.
_ON_LIST: Final = {"lacking": (RED, "circle-x"), "unknown": (GREY, "help"), "counted": (BLUE, "circle-check")}
_ENTITLED: Final = {
    "not_due": (GREY, "circle-minus"),
    "due_received": (GREEN, "circle-check"),
    "due_missing": (RED, "alert-octagon"),
    "due_partly": (AMBER, "alert-triangle"),
    "over_paid": (RED, "alert-triangle"),
    "cannot_tell": (GREY, "help"),
}

LAMPS: Final[Mapping[str, Mapping[str, Lamp]]] = {
    "severity": {
        "error": Lamp(RED, "alert-octagon", SEVERITIES["error"]),
        "warning": Lamp(AMBER, "alert-triangle", SEVERITIES["warning"]),
        "notice": Lamp(GREY, "info-circle", SEVERITIES["notice"]),
    },
    "doubt": {
        DoubtState.OPEN: Lamp(RED, "flag", DoubtState.OPEN.label),
        DoubtState.ANSWERED: Lamp(AMBER, "eye-check", DoubtState.ANSWERED.label),
        DoubtState.CONFIRMED: Lamp(AMBER, "tool", DoubtState.CONFIRMED.label),
        DoubtState.CLOSED: Lamp(GREEN, "circle-check", DoubtState.CLOSED.label),
    },
    "finding": {
        Finding.CONFIRMED: Lamp(AMBER, "tool", Finding.CONFIRMED.label),
        Finding.NOT_AN_ERROR: Lamp(GREEN, "circle-check", Finding.NOT_AN_ERROR.label),
    },
    "standing": {
        str(_standing.registered): Lamp(BLUE, "home", _("在册贫困户")),
        str(_standing.exited): Lamp(GREEN, "door-exit", _("已脱贫")),
        str(_standing.returned): Lamp(RED, "arrow-back-up", _("返贫")),
        str(_standing.marginal): Lamp(AMBER, "alert-triangle", _("边缘户")),
        str(_standing.removed): Lamp(GREY, "circle-x", _("清退")),
        "None": Lamp(GREY, "circle-minus", _("无在册状态")),
    },
    "job": {
        JobState.WAITING: Lamp(GREY, "clock", JobState.WAITING.label),
        JobState.RUNNING: Lamp(BLUE, "player-play", JobState.RUNNING.label),
        JobState.DONE: Lamp(GREEN, "circle-check", JobState.DONE.label),
        JobState.REFUSED: Lamp(AMBER, "hand-stop", JobState.REFUSED.label),
        JobState.FAILED: Lamp(RED, "alert-octagon", JobState.FAILED.label),
    },
    "batch": {
        "uploaded": Lamp(GREY, "clock", _("已上传")),
        "checking": Lamp(BLUE, "player-play", _("检查中")),
        "checked": Lamp(AMBER, "eye-check", _("待确认导入")),
        "unmapped": Lamp(AMBER, "columns", _("待对应各列")),
        "taking": Lamp(BLUE, "player-play", _("导入中")),
        "done": Lamp(GREEN, "circle-check", _("已导入")),
        "refused": Lamp(RED, "circle-x", _("不能导入")),
    },
    "rule": {
        "ok": Lamp(GREEN, "circle-check", _("可信")),
        "everybody": Lamp(RED, "alert-octagon", _("几乎全部命中")),
        "nobody_judged": Lamp(AMBER, "help", _("无法判断")),
        "collapsed": Lamp(AMBER, "alert-triangle", _("骤降为零")),
    },
    "due": {
        "late": Lamp(RED, "clock-exclamation", _("已逾期")),
        "soon": Lamp(AMBER, "clock", _("即将到期")),
        "fine": Lamp(GREY, "clock", _("未到期")),
    },
    "whole": {
        "True": Lamp(GREEN, "circle-check", _("一致")),
        "False": Lamp(RED, "alert-octagon", _("不一致")),
    },
    "filled": {
        "True": Lamp(GREEN, "circle-check", _("已填")),
        "False": Lamp(RED, "circle-x", _("缺项")),
    },
    "paper": {
        "True": Lamp(GREEN, "circle-check", _("已归档")),
        "False": Lamp(RED, "circle-x", _("缺件")),
    },
    "reached": {
        "True": Lamp(GREEN, "circle-check", _("已完成")),
    },
    "agreement": {
        Agreement.CONSISTENT: Lamp(GREEN, "circle-check", Agreement.CONSISTENT.label),
        Agreement.SYSTEM_WRONG: Lamp(RED, "alert-octagon", Agreement.SYSTEM_WRONG.label),
        Agreement.ARCHIVE_WRONG: Lamp(AMBER, "alert-triangle", Agreement.ARCHIVE_WRONG.label),
        Agreement.BOTH_WRONG: Lamp(RED, "alert-octagon", Agreement.BOTH_WRONG.label),
    },
    "verdict": {
        str(int(Verdict.YES)): Lamp(GREEN, "circle-check", _("相符")),
        str(int(Verdict.NO)): Lamp(RED, "alert-octagon", _("不符")),
        str(int(Verdict.CANNOT_TELL)): Lamp(GREY, "help", _("无法核对")),
    },
    "answer": {
        str(int(Verdict.YES)): Lamp(AMBER, "flag", _("命中")),
        str(int(Verdict.NO)): Lamp(GREEN, "circle-check", _("未命中")),
        str(int(Verdict.CANNOT_TELL)): Lamp(GREY, "help", _("无法判断")),
    },
    "entitled": {
        str(code.code): Lamp(*_ENTITLED[code.key], code.title) for code in codes("entitlement_status")
    },
    "on_list": {str(code.code): Lamp(*_ON_LIST[code.key], code.title) for code in codes("indicator_state")},
    "effect": {
        "newly": Lamp(GREEN, "user-plus", _("新符合")),
        "drops_out": Lamp(RED, "user-minus", _("不再符合")),
        "more": Lamp(BLUE, "arrow-up", _("金额增加")),
        "less": Lamp(AMBER, "arrow-down", _("金额减少")),
        "loses": Lamp(RED, "alert-triangle", _("受损户")),
    },
    "nature": {
        "basic": Lamp(BLUE, "shield-check", _("基本权利,不得停发")),
        "preferential": Lamp(GREY, "heart-handshake", _("特惠政策")),
    },
    "case": {
        CaseState.OPEN: Lamp(BLUE, "player-play", CaseState.OPEN.label),
        CaseState.PASSED: Lamp(GREEN, "circle-check", CaseState.PASSED.label),
        CaseState.REFUSED: Lamp(RED, "circle-x", CaseState.REFUSED.label),
        CaseState.WITHDRAWN: Lamp(GREY, "circle-minus", CaseState.WITHDRAWN.label),
        CaseState.STOPPED: Lamp(GREY, "hand-stop", CaseState.STOPPED.label),
    },
    "objection": {
        ObjectionState.OPEN: Lamp(RED, "flag", ObjectionState.OPEN.label),
        ObjectionState.UPHELD: Lamp(AMBER, "alert-triangle", ObjectionState.UPHELD.label),
        ObjectionState.DISMISSED: Lamp(GREEN, "circle-check", ObjectionState.DISMISSED.label),
        ObjectionState.LAPSED: Lamp(GREY, "circle-minus", ObjectionState.LAPSED.label),
    },
    "appeal": {
        AppealState.OPEN: Lamp(AMBER, "clock", AppealState.OPEN.label),
        AppealState.UPHELD: Lamp(GREEN, "circle-check", AppealState.UPHELD.label),
        AppealState.DISMISSED: Lamp(GREY, "circle-x", AppealState.DISMISSED.label),
    },
    "need": {
        "True": Lamp(GREEN, "circle-check", _("已具备")),
        "False": Lamp(AMBER, "alert-triangle", _("待办")),
    },
    "may_exit": {
        str(int(Verdict.YES)): Lamp(GREEN, "circle-check", _("可以退出")),
        str(int(Verdict.NO)): Lamp(RED, "circle-x", _("不能退出")),
        str(int(Verdict.CANNOT_TELL)): Lamp(AMBER, "help", _("无法判断")),
    },
    "by_work": {
        "True": Lamp(GREEN, "circle-check", _("有劳动力,可以靠发展脱贫")),
        "False": Lamp(AMBER, "alert-triangle", _("没有劳动力,由兜底保障")),
        "None": Lamp(GREY, "help", _("劳动能力没有填全,无法判断")),
    },
    "guarantee": {
        "yes": Lamp(GREEN, "circle-check", _("是")),
        "no": Lamp(RED, "circle-x", _("否")),
        "cannot_tell": Lamp(AMBER, "help", _("无法判断")),
    },
    "told": {
        "reached": Lamp(GREEN, "circle-check", _("已告知")),
        "tried": Lamp(AMBER, "alert-triangle", _("未联系上")),
        "untold": Lamp(RED, "circle-x", _("未告知")),
    },
    "round": {
        RoundState.PREPARING: Lamp(AMBER, "clock", RoundState.PREPARING.label),
        RoundState.APPLYING: Lamp(BLUE, "player-play", RoundState.APPLYING.label),
        RoundState.ENDED: Lamp(GREEN, "circle-check", RoundState.ENDED.label),
    },
    "year_batch": {
        BatchState.WAITING: Lamp(AMBER, "clock", BatchState.WAITING.label),
        BatchState.CONFIRMED: Lamp(GREEN, "circle-check", BatchState.CONFIRMED.label),
        BatchState.RETURNED: Lamp(RED, "arrow-back-up", BatchState.RETURNED.label),
        BatchState.TAKEN_BACK: Lamp(GREY, "arrow-back-up", BatchState.TAKEN_BACK.label),
    },
    "sheet": {
        "delivered": Lamp(GREEN, "mail", _("已送达")),
        "missing": Lamp(GREY, "circle-minus", _("未送达")),
    },
    "year": {
        years.UPDATED: Lamp(GREEN, "circle-check", _("已更新")),
        years.WAITING: Lamp(AMBER, "clock", BatchState.WAITING.label),
        years.MISSING: Lamp(GREY, "circle-minus", _("未更新")),
    },
    "mark": {
        "red": Lamp(RED, "clock-exclamation", _("已超期")),
        "orange": Lamp(AMBER, "clock", _("即将超期")),
        "": Lamp(GREY, "clock", _("期限内")),
    },
    "active": {
        "True": Lamp(GREEN, "circle-check", _("启用")),
        "False": Lamp(GREY, "circle-minus", _("停用")),
    },
}
