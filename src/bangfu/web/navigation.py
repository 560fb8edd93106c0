"""The left side of the frame: the four questions and oversight, with the parts that exist (DESIGN §2, §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from bangfu.accounts.roles import Capability
from bangfu.policy.vocabulary import codes

_standing = codes("standing")


@dataclass(frozen=True)
class Entry:
    """One link. ``pages`` are the names of the addresses under it; ``query`` narrows the list it leads to."""

    title: Any
    icon: str
    url_name: str
    capabilities: tuple[Capability, ...]
    pages: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True)
class Question:
    """One of the questions, in the words of the documents."""

    title: Any
    entries: tuple[Entry, ...]


#: The pages of one household stand under the list of households.
HOUSEHOLD_PAGES: Final = (
    "household",
    "household-new",
    "household-correct",
    "household-year",
    "household-split",
    "household-merge",
    "household-move",
    "member-add",
    "member-remove",
    "head-change",
    "person-correct",
    "household-archive",
    "household-explain",
    "household-plain-sheet",
    "household-sheet-deliver",
    "household-compare",
    "household-compare-fact",
    "member-compare-fact",
)
#: The screens of a village meeting.
ROUND_PAGES: Final = ("round", "round-told", "round-panel", "round-applying", "round-ballots")
YEAR_PAGES: Final = ("year-entry", "year-changes", "year-batch", "year-households", "years-waiting")
WATCH_PAGES: Final = (
    "monitored",
    "self-reports",
    "report-code",
    "returns",
    "household-return",
    "household-emergency",
)
_CASES = (Capability.READ_CASES,)
_READ, _RULES = (Capability.READ_REGISTRY,), (Capability.READ_RULES,)

NAVIGATION: Final = (
    Question(
        _("扶持谁"),
        (
            Entry(_("总览"), "chart-bar", "overview", _READ),
            Entry(_("县村类型"), "table", "village-types", _READ),
            Entry(_("三块内容"), "layout-grid", "blocks", _READ),
            Entry(_("户"), "home", "households", _READ, HOUSEHOLD_PAGES),
            Entry(_("人"), "users", "people", _READ),
            Entry(_("办件"), "inbox", "cases", _CASES, ("case", "cases-together")),
            Entry(_("识别批次"), "users-group", "rounds", _CASES, ROUND_PAGES),
            Entry(_("公示公告"), "speakerphone", "notices", _CASES, ("notice", "papers")),
            Entry(_("贫困村识别"), "map-pin", "recognition", _CASES, ("recognised",)),
            Entry(_("参与情况"), "table", "participation", _CASES),
            Entry(_("年度更新"), "coin-yuan", "years", _READ, YEAR_PAGES),
            Entry(_("增减对账"), "arrows-exchange", "flows", _CASES, ("flow-events",)),
            Entry(
                _("导入"),
                "file-import",
                "imports",
                (Capability.IMPORT,),
                ("import-new", "import-batch", "import-columns"),
            ),
            Entry(_("列对应"), "columns", "mappings", (Capability.MANAGE_MAPPINGS,)),
            Entry(_("基本数据"), "chart-line", "master-data", _READ, ("master-data-state",)),
            Entry(
                _("行政区划"),
                "map-2",
                "divisions",
                (Capability.READ_REGISTRY, Capability.MANAGE_DIVISIONS),
                ("division", "division-recode"),
            ),
        ),
    ),
    Question(
        _("谁来扶"),
        (Entry(_("用户与岗位"), "user-cog", "users", (Capability.MANAGE_USERS,), ("user", "user-new")),),
    ),
    Question(
        _("怎么扶"),
        (
            Entry(
                _("应享尽享"),
                "gift",
                "entitlements",
                _READ,
                ("entitlement", "entitlement-lines"),
            ),
            Entry(_("明白纸送达"), "mail", "sheets", _READ, ("sheet-households", "sheets-deliver")),
            Entry(_("致贫原因与脱贫依靠"), "heart-handshake", "causes", _READ),
            Entry(_("村目标与村档案"), "list-check", "villages", _READ, ("village", "village-archive")),
        ),
    ),
    Question(
        _("如何退"),
        (
            Entry(_("减贫任务和退出"), "calendar", "exits", _CASES, ("exit-households", "exit-list")),
            Entry(_("返贫监测"), "bell-ringing", "watch", _CASES, WATCH_PAGES),
            Entry(_("已脱贫户"), "door-exit", "households", _READ, query=f"standing={_standing.exited}"),
            Entry(_("返贫户"), "arrow-back-up", "households", _READ, query=f"standing={_standing.returned}"),
            Entry(_("边缘户"), "alert-triangle", "households", _READ, query=f"standing={_standing.marginal}"),
        ),
    ),
    Question(
        _("监督"),
        (
            Entry(_("疑点"), "flag", "doubts", _READ, ("doubt", "doubt-correction")),
            Entry(_("核查"), "clipboard-check", "runs", _READ, ("run",)),
            Entry(_("疑点率"), "chart-line", "rates", _READ),
            Entry(_("三方核对"), "eye-check", "three-way", _READ),
            Entry(_("规则"), "scale", "rules", _RULES, ("rule",)),
            Entry(_("政策文件"), "file-text", "documents", _RULES, ("document",)),
            Entry(_("政策参数"), "adjustments", "parameters", _RULES, ("parameter",)),
            Entry(_("指标"), "chart-dots", "indicators", _READ, ("indicator-lines", "indicator-gaps")),
            Entry(
                _("假设测算"),
                "test-pipe",
                "what-if",
                (Capability.TRY_VALUES,),
                ("what-if-result", "what-if-lines"),
            ),
            Entry(_("低保五保比对"), "arrows-join", "overlaps", _READ, ("overlapping",)),
            Entry(_("文件数据核对"), "list-check", "sums", _RULES),
            Entry(_("审计日志"), "shield-lock", "audit", (Capability.READ_AUDIT,)),
        ),
    ),
)
