"""Who is to be helped: households, people, workbooks, the county in numbers."""

from __future__ import annotations

from typing import Final

from django.urls import path, register_converter

from bangfu.web.converters import NumberConverter
from bangfu.web.views import (
    acts,
    archives,
    explaining,
    household,
    imports,
    master_data,
    oversight,
    overview,
    people,
    registration,
    three_way,
    villages,
    years,
)

register_converter(NumberConverter, "number")
HOUSEHOLD: Final = "households/<number:household_no>/"
MEMBER: Final = f"{HOUSEHOLD}people/<number:person_no>/"

urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("causes/", overview.causes, name="causes"),
    path("households/", people.households, name="households"),
    path("households/export/", people.export, name="registry-export"),
    path("households/register/", registration.register, name="household-new"),
    path("households/register/person/", registration.another_person, name="person-block"),
    path("households/register/like/", registration.like, name="like-this"),
    path(HOUSEHOLD, household.household, name="household"),
    path(f"{HOUSEHOLD}explain/", explaining.explain, name="household-explain"),
    path(f"{HOUSEHOLD}plain-sheet/", explaining.plain_sheet, name="household-plain-sheet"),
    path(f"{HOUSEHOLD}reveal/", household.reveal, name="household-reveal"),
    path(f"{HOUSEHOLD}correct/", acts.correct, name="household-correct"),
    path(f"{HOUSEHOLD}year/", acts.year, name="household-year"),
    path(f"{HOUSEHOLD}add/", acts.add, name="member-add"),
    path(f"{HOUSEHOLD}head/", acts.head, name="head-change"),
    path(f"{HOUSEHOLD}split/", acts.split, name="household-split"),
    path(f"{HOUSEHOLD}merge/", acts.merge, name="household-merge"),
    path(f"{HOUSEHOLD}move/", acts.move, name="household-move"),
    path(f"{MEMBER}correct/", acts.correct_member, name="person-correct"),
    path(f"{MEMBER}remove/", acts.remove, name="member-remove"),
    path(f"{MEMBER}reveal/", household.reveal, name="person-reveal"),
    path("people/", people.people, name="people"),
    path("people/<number:person_no>/", people.person, name="person"),
    path(f"{HOUSEHOLD}archive/", archives.household_archive, name="household-archive"),
    path(f"{HOUSEHOLD}archive/withdraw/", archives.household_paper_withdraw, name="household-paper-withdraw"),
    path(f"{HOUSEHOLD}archive/<uuid:pk>/", archives.household_scan, name="household-scan"),
    path(f"{HOUSEHOLD}compare/", three_way.facts, name="household-compare"),
    path(f"{HOUSEHOLD}compare/<slug:column>/", three_way.compare, name="household-compare-fact"),
    path(f"{MEMBER}compare/<slug:column>/", three_way.compare, name="member-compare-fact"),
    path("three-way/", three_way.checks, name="three-way"),
    path("three-way/<uuid:pk>/evidence/", three_way.evidence, name="three-way-evidence"),
    path("master-data/", master_data.figures, name="master-data"),
    path("master-data/<slug:code>/", master_data.state, name="master-data-state"),
    path("villages/", villages.villages, name="villages"),
    path("villages/<slug:code>/", villages.village, name="village"),
    path("villages/<slug:code>/goal/", villages.goal, name="village-goal"),
    path("villages/<slug:code>/goal/<uuid:pk>/reached/", villages.reached, name="village-goal-reached"),
    path("villages/<slug:code>/archive/", archives.village_archive, name="village-archive"),
    path(
        "villages/<slug:code>/archive/withdraw/",
        archives.village_paper_withdraw,
        name="village-paper-withdraw",
    ),
    path("villages/<slug:code>/archive/<uuid:pk>/", archives.village_scan, name="village-scan"),
    path("years/", years.progress, name="years"),
    path("years/waiting/", years.waiting, name="years-waiting"),
    path("years/households/", years.households, name="year-households"),
    path("years/<slug:code>/entry/", years.entry, name="year-entry"),
    path("years/<slug:code>/workbook/", years.workbook, name="year-workbook"),
    path("years/<slug:code>/upload/", years.upload, name="year-upload"),
    path("years/<slug:code>/changes/", years.changes, name="year-changes"),
    path("years/batches/<int:pk>/", years.batch, name="year-batch"),
    path("years/batches/<int:pk>/confirm/", years.confirm, name="year-batch-confirm"),
    path("years/batches/<int:pk>/return/", years.give_back, name="year-batch-return"),
    path("years/batches/<int:pk>/take-back/", years.take_back, name="year-batch-take-back"),
    path("years/batches/<int:pk>/again/", years.again, name="year-batch-again"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/<uuid:pk>/", imports.batch, name="import-batch"),
    path("imports/<uuid:pk>/accept/", imports.accept, name="import-accept"),
    path("imports/<uuid:pk>/which/", imports.which, name="import-which"),
    path("imports/<uuid:pk>/retry/", imports.retry, name="import-retry"),
    path("imports/<uuid:pk>/columns/", imports.columns, name="import-columns"),
    path("imports/<uuid:pk>/returned/", imports.returned, name="import-returned"),
    path("mappings/", oversight.mappings, name="mappings"),
    path("mappings/<uuid:pk>/forget/", oversight.forget, name="mapping-forget"),
]
