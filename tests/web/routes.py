"""Every address with the arguments of the cast, and who may open it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

from bangfu.platform.jobs.models import Job
from bangfu.quality.models import Doubt, Run
from bangfu.registry.models import ImportBatch
from tests.cast import office
from tests.cast.places import COUNTY, WILLOW
from tests.web.procedures import a_case, a_notice, a_round, a_year_batch

READERS = frozenset({"county", "township", "village", "helper", "inspector"})
EDITORS = frozenset({"county", "township", "village"})
SIGNED_IN = frozenset(office.EVERYBODY) - {"newcomer"}


@dataclass(frozen=True)
class Route:
    """``allowed`` of the accounts of 青禾县 get 200 for a GET; ``post``: the address takes forms only (405 for a GET).

    ``reached``: accounts that hold the capability but not there get 404 as for something missing.
    """

    name: str
    allowed: frozenset[str]
    args: dict[str, Any] = field(default_factory=dict)
    post: bool = False
    beyond: frozenset[str] = frozenset()
    #: Open without an account.
    public: bool = False


def routes() -> Iterator[Route]:
    """One route for each name in ``urls``."""
    home = {"household_no": f"{WILLOW}0001"}
    member = {**home, "person_no": f"{WILLOW}000103"}
    owns_car = Doubt.objects.get(rule="owns_car", area=COUNTY)
    doubt = {"pk": owns_car.pk}
    run = {"pk": Run.objects.get(division_code=COUNTY).pk}
    job = {"pk": Job.objects.get(kind="quality.run", division_code=COUNTY).pk}
    nothing = {"pk": "00000000-0000-0000-0000-000000000000"}
    importers, runners = frozenset({"county", "township"}), frozenset({"county", "elsewhere"})
    answerers = frozenset({"county", "township", "village", "helper"})
    foreign = frozenset({"bridge", "elsewhere"})

    for name in ("home", "password", "jobs", "division-choices"):
        yield Route(name, SIGNED_IN)
    for name in ("sign-out", "choose-division"):
        yield Route(name, SIGNED_IN, post=True)
    yield Route("choose-language", SIGNED_IN | {"newcomer"}, post=True)
    for name in ("search", "overview", "causes", "households", "people", "doubts", "runs", "rates"):
        yield Route(name, READERS | foreign)
    yield from completeness(home, member)
    yield from procedures()
    yield Route("household", READERS, home, beyond=foreign)
    yield Route("person", READERS, {"person_no": member["person_no"]}, beyond=foreign)
    yield Route("doubt", READERS, doubt, beyond=foreign)
    yield Route("run", READERS | {"bridge"}, run, beyond=frozenset({"elsewhere"}))
    yield Route("evidence", frozenset(), nothing, beyond=READERS | foreign)
    for name in ("household-new", "person-block"):
        yield Route(name, EDITORS | foreign)
    for name in ("household-correct", "household-year", "member-add", "head-change", "household-split"):
        yield Route(name, EDITORS, home, beyond=foreign)
    for name in ("household-merge", "household-move"):
        yield Route(name, EDITORS, home, beyond=foreign)
    for name in ("person-correct", "member-remove"):
        yield Route(name, EDITORS, member, beyond=foreign)
    yield Route("like-this", EDITORS | foreign, post=True)
    yield Route("household-reveal", frozenset({"county", "inspector"}), home, post=True, beyond=foreign)
    yield Route("person-reveal", frozenset({"county", "inspector"}), member, post=True, beyond=foreign)
    yield Route("registry-export", frozenset({"county", "inspector", "elsewhere"}), post=True)
    yield Route("doubts-export", frozenset({"county", "inspector", "elsewhere"}), post=True)
    yield from imports()
    yield Route("doubts-dispatch", importers | {"elsewhere"}, post=True)
    yield Route("doubt-answer", answerers, doubt, post=True)
    yield Route("doubt-verify", importers, doubt, post=True)
    yield Route("run-start", runners, post=True)
    for name, args in (("rules", {}), ("rule", {"key": "owns_car"})):
        yield Route(name, READERS | foreign | {"data"}, args)
    yield from policy(home)
    yield from administration()
    for name in ("job", "job-progress"):
        yield Route(name, frozenset({"county", "data"}), job, beyond=SIGNED_IN - {"county", "data"})
    yield Route("job-file", frozenset(), job, beyond=SIGNED_IN)
    yield Route("sign-in", frozenset())


def imports() -> Iterator[Route]:
    """Of workbooks brought in, and of what their headers mean."""
    batch = {"pk": ImportBatch.objects.get(format="registry", division_code=COUNTY).pk}
    nothing = {"pk": "00000000-0000-0000-0000-000000000000"}
    importers = frozenset({"county", "township"})
    for name in ("imports", "import-new"):
        yield Route(name, importers | {"elsewhere"})
    for name in ("import-batch", "import-columns"):
        yield Route(name, frozenset({"county"}), batch, beyond=frozenset({"township", "elsewhere"}))
    yield Route("import-returned", frozenset(), batch, beyond=frozenset({"county", "township", "elsewhere"}))
    for name in ("import-accept", "import-which", "import-retry"):
        yield Route(name, importers, batch, post=True)
    yield Route("import-confirm", frozenset({"county"}), batch, post=True)
    yield Route("mappings", frozenset({"county", "data", "elsewhere"}))
    yield Route("mapping-forget", frozenset({"county", "data"}), nothing, post=True)


def completeness(home: dict[str, Any], member: dict[str, Any]) -> Iterator[Route]:
    """Of archives, three-way comparison, villages and master figures."""
    foreign = frozenset({"bridge", "elsewhere"})
    answerers = frozenset({"county", "township", "village", "helper"})
    nothing = {"pk": "00000000-0000-0000-0000-000000000000"}
    village = {"code": WILLOW}
    for name in ("village-types", "three-way", "villages", "master-data", "overlaps", "overlapping"):
        yield Route(name, READERS | foreign)
    yield Route("sums", READERS | foreign | {"data"})
    yield Route("household-compare", READERS, home, beyond=foreign)
    yield Route("household-compare-fact", answerers, {**home, "column": "safe_water"}, beyond=foreign)
    yield Route("member-compare-fact", answerers, {**member, "column": "health"}, beyond=foreign)
    yield Route("three-way-evidence", frozenset(), nothing, beyond=READERS | foreign)
    yield Route("household-archive", EDITORS, home, beyond=foreign)
    yield Route("household-paper-withdraw", EDITORS, home, post=True, beyond=foreign)
    yield Route("household-scan", frozenset(), {**home, **nothing}, beyond=READERS | foreign)
    yield Route("village", READERS, village, beyond=foreign)
    yield Route("village-goal", EDITORS, village, post=True, beyond=foreign)
    yield Route("village-goal-reached", EDITORS, {**village, **nothing}, post=True, beyond=foreign)
    yield Route("village-archive", EDITORS, village, beyond=foreign)
    yield Route("village-paper-withdraw", EDITORS, village, post=True, beyond=foreign)
    yield Route("village-scan", frozenset(), {**village, **nothing}, beyond=READERS | foreign)
    yield Route("master-data-state", EDITORS, village, post=True, beyond=foreign)
    yield from years()
    yield from sheets(home)


def sheets(home: dict[str, Any]) -> Iterator[Route]:
    """Of plain sheets that were handed over."""
    foreign = frozenset({"bridge", "elsewhere"})
    for name in ("sheets", "sheet-households", "blocks"):
        yield Route(name, READERS | foreign)
    deliverers = frozenset({"county", "township", "village", "helper"})
    yield Route("sheets-deliver", deliverers, {"code": WILLOW}, beyond=foreign)
    yield Route("household-sheet-deliver", deliverers, home, beyond=foreign)
    yield Route("sheet-receipt", frozenset(), {**home, "pk": 999_999}, beyond=READERS | foreign)


def years() -> Iterator[Route]:
    """Of the annual update: a batch of the village is made where there is none."""
    foreign = frozenset({"bridge", "elsewhere"})
    village = {"code": WILLOW}
    one, confirmers = {"pk": a_year_batch().pk}, frozenset({"county", "township"})
    for name in ("years", "years-waiting", "year-households"):
        yield Route(name, READERS | foreign)
    for name in ("year-entry", "year-changes"):
        yield Route(name, EDITORS, village, beyond=foreign)
    for name in ("year-workbook", "year-upload"):
        yield Route(name, EDITORS, village, post=True)
    yield Route("year-batch", READERS, one, beyond=foreign)
    for name in ("year-batch-confirm", "year-batch-return"):
        yield Route(name, confirmers, one, post=True)
    for name in ("year-batch-take-back", "year-batch-again"):
        yield Route(name, EDITORS, one, post=True)


def procedures() -> Iterator[Route]:
    """Of cases and rounds: the case and the round are made where there are none."""
    case, one = {"case": a_case().pk}, {"pk": a_round().pk}
    foreign = frozenset({"bridge", "elsewhere"})
    workers = frozenset({"county", "township", "village"})
    for name in ("cases", "cases-together", "rounds", "participation", "flows", "flow-events"):
        yield Route(name, READERS | foreign)
    yield Route("case", READERS, case, beyond=foreign)
    yield Route("case-file", frozenset(), {**case, "sha256": "f" * 64}, beyond=READERS | foreign)
    yield Route("case-record", workers, {**case, "kind": "village_application"}, post=True)
    for name in ("case-decide", "case-withdraw", "case-appeal"):
        yield Route(name, workers, case, post=True)
    yield Route("case-override", frozenset({"county", "township"}), case, post=True)
    yield Route("case-object", workers | {"helper"}, case, post=True)
    yield Route("case-contact", workers, {**case, "voice": "00000000-0000-0000-0000-000000000000"}, post=True)
    yield Route("case-answer", workers, {**case, "objection": 999_999}, post=True)
    yield from leaving()
    for name in ("draft-save", "draft-drop"):
        yield Route(name, SIGNED_IN, post=True)
    yield Route("round-start", EDITORS | foreign, post=True)
    for name in ("round-open", "round-end"):
        yield Route(name, EDITORS, one, post=True)
    for name in ("round", "round-told", "round-panel", "round-applying", "round-ballots"):
        yield Route(name, READERS, one, beyond=foreign)


def policy(home: dict[str, Any]) -> Iterator[Route]:
    """Of documents, values, entitlements, indicators and what-ifs."""
    foreign = frozenset({"bridge", "elsewhere"})
    triers = frozenset({"county", "elsewhere"})
    nothing = {"pk": "00000000-0000-0000-0000-000000000000"}
    for name, args in (
        ("documents", {}),
        ("document", {"key": "wan_fuzu_2017_8"}),
        ("parameters", {}),
        ("parameter", {"key": "who.income.poverty_line"}),
    ):
        yield Route(name, READERS | foreign | {"data"}, args)
    for name in ("entitlements", "entitlement-lines", "indicators", "indicator-lines", "indicator-gaps"):
        yield Route(name, READERS | foreign)
    for name in ("indicators-export", "lines-export"):
        yield Route(name, frozenset({"county", "inspector", "elsewhere"}), post=True)
    yield Route("entitlement", READERS | foreign, {"key": "subsistence_allowance"})
    for name in ("household-explain", "household-plain-sheet"):
        yield Route(name, READERS, home, beyond=foreign)
    yield Route("what-if", triers)
    yield Route("what-if-start", triers, post=True)
    for name in ("what-if-result", "what-if-lines"):
        yield Route(name, frozenset(), nothing, beyond=triers)


def leaving() -> Iterator[Route]:
    """Of exits, watching, notices, recognised villages, and the pages for everybody."""
    foreign = frozenset({"bridge", "elsewhere"})
    workers = frozenset({"county", "township", "village"})
    home, village = {"household_no": f"{WILLOW}0001"}, {"code": WILLOW}
    notice = a_notice()
    for name in (
        "exits",
        "exit-list",
        "exit-households",
        "exit-verifying",
        "watch",
        "monitored",
        "self-reports",
        "returns",
    ):
        yield Route(name, READERS | foreign)
    for name in ("notices", "recognition"):
        yield Route(name, READERS | foreign)
    for name in ("exit-target", "exit-divide"):
        yield Route(name, frozenset({"county"}), post=True)
    yield Route("exit-division", workers, post=True)
    for name in ("household-return", "household-emergency", "household-monitoring"):
        yield Route(name, workers, home, beyond=foreign)
    for name in ("household-clearance", "household-removal"):
        yield Route(name, workers, home, post=True)
    nothing = {"pk": "00000000-0000-0000-0000-000000000000"}
    yield Route("self-report-reveal", frozenset({"county", "inspector"}), nothing, post=True)
    yield Route("report-code", READERS, village, beyond=foreign)
    yield Route("notice-publish", EDITORS, post=True)
    yield Route("notice", READERS, {"pk": notice.pk}, beyond=foreign)
    for name in ("notice-withdraw", "notice-photo"):
        yield Route(name, EDITORS, {"pk": notice.pk}, post=True)
    yield Route("notice-answer", EDITORS, {"pk": notice.pk, "comment": 999_999}, post=True)
    owns_car = Doubt.objects.get(rule="owns_car", area=COUNTY)
    yield Route("doubt-correction", workers, {"pk": owns_car.pk}, beyond=foreign)
    yield Route("papers", EDITORS | foreign)
    yield Route("recognition-apply", workers | foreign, post=True)
    yield Route("recognised", READERS, village, beyond=foreign)
    one = {**village, "checklist": "nine_items", "key": "road"}
    yield Route("recognised-item", EDITORS, one, post=True)
    verifiers = frozenset({"county", "township"})
    yield Route("recognised-finish", verifiers, {**village, "checklist": "nine_items"}, post=True)
    yield Route("recognised-work", verifiers, {**village, "what": "team"}, post=True)
    everybody = SIGNED_IN | {"newcomer"}
    yield Route("public-notice", everybody, {"code": notice.code}, public=True)
    for name in ("public-notices", "public-receipt", "self-report"):
        yield Route(name, everybody, public=True)
    yield Route("public-photo", frozenset(), {"code": notice.code}, beyond=everybody, public=True)


def administration() -> Iterator[Route]:
    """Of the divisions, the users and the log."""
    user = {"pk": office.who("village").pk}
    division = {"code": WILLOW}
    foreign = frozenset({"bridge", "elsewhere"})
    yield Route("divisions", READERS | foreign | {"data"})
    yield Route("division", READERS | {"data"}, division, beyond=foreign)
    yield Route("division-recode", frozenset({"data"}), division)
    for name in ("division-label", "division-label-end", "division-group"):
        yield Route(name, frozenset({"data"}), division, post=True)
    for name in ("users", "user-new"):
        yield Route(name, frozenset({"security"}))
    yield Route("user", frozenset({"security"}), user)
    for name in ("user-grant", "user-end", "user-password", "user-deactivate"):
        yield Route(name, frozenset({"security"}), user, post=True)
    yield Route("audit", frozenset({"audit"}))
    yield Route("audit-verify", frozenset({"audit"}), post=True)


def patterns() -> Iterator[URLPattern]:
    """Every address of the site."""
    todo: list[Any] = list(get_resolver().url_patterns)
    while todo:
        one = todo.pop()
        if isinstance(one, URLPattern):
            yield one
        else:
            todo += one.url_patterns


def address(route: Route) -> str:
    return reverse(route.name, kwargs=route.args)
