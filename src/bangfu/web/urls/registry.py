"""Who is to be helped: households, people, workbooks, the county in numbers."""

from __future__ import annotations

from typing import Final

from django.urls import path, register_converter

from bangfu.web.converters import NumberConverter
from bangfu.web.views import acts, household, imports, oversight, overview, people, registration

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
