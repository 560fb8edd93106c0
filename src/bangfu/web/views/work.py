"""My work: what is mine, what is late, what changed; search; choosing a division."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.accounts.roles import Capability
from bangfu.divisions.codes import NATION, scope_prefix
from bangfu.divisions.models import Division
from bangfu.divisions.queries import search as search_divisions
from bangfu.platform import clock
from bangfu.platform.jobs.models import Job
from bangfu.policy import catalogue
from bangfu.quality.models import Doubt
from bangfu.quality.queries import VERIFY, WorkGroup, items_of, runs_over, work_groups
from bangfu.registry.actions.batches import CONFIRM
from bangfu.registry.models import Event, ImportBatch
from bangfu.registry.queries import search as search_registry
from bangfu.targeting.actions.years import WORK as YEAR_WORK
from bangfu.web.case_filters import RECOGNISED, STEP, leading_to_cases, numbers_of, procedures
from bangfu.web.gates import Asked, needs, signed_in
from bangfu.web.places import names_of, padded, working_division
from bangfu.web.receipts import cases_of, notices_of

SHOWN_CHANGES: Final = 8
RECENT: Final = timedelta(days=7)
#: The side of a three-way comparison that is wrong → what is to be done (S2-46).
_CORRECTIONS: Final = {
    "system": gettext_lazy("三方核对:更正系统数据"),
    "archive": gettext_lazy("三方核对:更正档案资料"),
}


@signed_in()
def home(request: Asked) -> HttpResponse:
    """The worklist of whoever is signed in."""
    today = clock.today()
    groups = work_groups(request.scope, request.by.id, today)
    shown = {
        "groups": [_group(one, items_of(request.scope, request.by.id)) for one in groups],
        "open": sum(one.open for one in groups),
        "late": sum(one.late for one in groups),
        "jobs": Job.objects.filter(by_id=request.by.id)[:3],
        "quick": _quick(request),
    }
    if request.scope.can(Capability.READ_REGISTRY):
        shown |= _changes(request)
    return render(request, "web/home.html", shown)


def _group(one: WorkGroup, items: Any) -> dict[str, Any]:
    """A group with the title of its rule or kind, and the list behind it."""
    if one.kind.startswith(STEP) or one.kind == RECOGNISED:
        return _cases(one, items)
    if one.kind == YEAR_WORK:
        there = {"rule": None, "title": _("年度更新"), "verify": False, "url": reverse("years-waiting")}
        return {"group": one, **there}
    if one.kind == CONFIRM:
        there = {"rule": None, "title": _("确认导入文件的状态变动"), "verify": False}
        return {"group": one, **there, "url": f"{reverse('imports')}?work={CONFIRM}"}
    side = one.kind.removeprefix("quality.three_way.")
    if side in _CORRECTIONS:
        url = f"{reverse('three-way')}?side={side}"
        return {"group": one, "rule": None, "title": _CORRECTIONS[side], "verify": False, "url": url}
    rule = catalogue.by_key(clock.today()).get(one.rule)
    verify = one.kind == VERIFY
    url = f"{reverse('doubts')}?work={one.kind}&rule={one.rule}"
    return {"group": one, "rule": rule, "title": one.rule, "verify": verify, "url": url}


def _cases(one: WorkGroup, items: Any) -> dict[str, Any]:
    """A group that leads to cases, with as many as its list has."""
    procedure = one.kind.removeprefix(STEP)
    titles = dict(procedures()) | {"objection": _("答复异议"), RECOGNISED: _("新识别贫困村")}
    group = replace(one, open=len(numbers_of(leading_to_cases(items, one.kind))))
    url = f"{reverse('cases')}?work={one.kind}"
    return {
        "group": group,
        "rule": None,
        "title": titles.get(procedure, procedure),
        "verify": False,
        "url": url,
    }


def _changes(request: Asked) -> dict[str, Any]:
    """What happened of late in the division that somebody works in."""
    division = working_division(request.user, request.scope)
    if not request.scope.allows(Capability.READ_REGISTRY, division):
        division = padded(request.scope.prefixes_for(Capability.READ_REGISTRY)[0])
    since = clock.today() - RECENT
    events = Event.objects.in_division(division).filter(batch=None).select_related("household", "person")
    doubts = Doubt.objects.visible_to(request.scope).in_division(division)
    closed = doubts.filter(closed_at__gte=clock.start_of(since))
    batches = ImportBatch.objects.filter(request.scope.q("division_code", Capability.IMPORT))
    return {
        "events": events.order_by("-recorded_at")[:SHOWN_CHANGES],
        "unsettled": doubts.unsettled().count(),
        "unsettled_late": doubts.late_on(clock.today()).count(),
        "closed": closed.count(),
        "closed_since": since,
        "runs": runs_over(division)[:1],
        "batches": batches[:3] if request.scope.can(Capability.IMPORT) else [],
        "division": division,
    }


def _quick(request: Asked) -> list[tuple[Any, str]]:
    """Title and address of what somebody begins most often."""
    offered = (
        (_("登记新户"), "household-new", Capability.CORRECT_REGISTRY),
        (_("填写年度更新"), "years", Capability.CORRECT_REGISTRY),
        (_("登记明白纸送达"), "sheets", Capability.ANSWER_DOUBTS),
        (_("导入工作簿"), "import-new", Capability.IMPORT),
        (_("开始核查"), "runs", Capability.RUN_CHECKS),
        (_("查看总览"), "overview", Capability.READ_REGISTRY),
        (_("查看规则"), "rules", Capability.READ_RULES),
        (_("登记区划变更"), "divisions", Capability.MANAGE_DIVISIONS),
        (_("新建用户"), "user-new", Capability.MANAGE_USERS),
        (_("用户与岗位"), "users", Capability.MANAGE_USERS),
        (_("查看审计日志"), "audit", Capability.READ_AUDIT),
    )
    return [(title, reverse(name)) for title, name, capability in offered if request.scope.can(capability)]


@needs(Capability.READ_REGISTRY)
def search(request: Asked) -> HttpResponse:
    """People, households and villages for one text: below the box for htmx, else a page."""
    text = request.GET.get("q", "").strip()[:40]
    found = search_registry(text, request.scope, limit=8 if request.htmx else 50)
    villages = _divisions(request, text, limit=4 if request.htmx else 20) if len(text) > 1 else []
    names_of([*(one.where for one in found), *(one.code for one in villages)])
    receipts, drafts = cases_of(text, request.scope), notices_of(text, request.scope)
    shown = {
        "search_text": text,
        "found": found,
        "villages": villages,
        "receipts": receipts,
        "drafts": drafts,
    }
    return render(request, "web/parts/found.html" if request.htmx else "web/search.html", shown)


@signed_in()
def division_choices(request: Asked) -> HttpResponse:
    """Divisions within one's posts for a text; without one, those just below: for the frame and for forms."""
    text = request.GET.get("q", "").strip()[:40]
    wanted = request.GET.get("for", "")
    capability = Capability(wanted) if wanted in {one.value for one in Capability} else None
    levels = [int(one) for one in request.GET.get("levels", "").split(",") if one.isdigit()]
    hits = _divisions(request, text, limit=12, capability=capability, levels=levels)
    names_of(one.code for one in hits)
    template = "web/parts/division_picks.html" if wanted else "web/parts/division_turns.html"
    return render(request, template, {"hits": hits, "text": text, "nation": NATION})


def _divisions(
    request: Asked, text: str, *, limit: int, capability: Capability | None = None, levels: Sequence[int] = ()
) -> list[Any]:
    """Living divisions that the posts reach: by text, else the nearest ones below."""
    scope = request.scope
    prefixes = scope.prefixes_for(capability) if capability else sorted({prefix for _, prefix in scope.posts})
    found: list[Any] = []
    for prefix in prefixes:
        if text:
            hits = [
                one.division for one in search_divisions(text, prefix=prefix, limit=limit * 4) if not one.dead
            ]
        else:
            here = working_division(request.user, scope)
            under = here if here.startswith(prefix) else padded(prefix)
            near = Division.objects.under(scope_prefix(under)).living_on(clock.today())
            hits = list((near.at_level(*levels) if levels else near).order_by("level", "code")[:limit])
        found += [one for one in hits if not levels or one.level in levels]
    return found[:limit]
