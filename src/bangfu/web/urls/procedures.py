"""Procedures: cases, rounds of identification, villages, leaving, watching, and the pages for everybody."""

from __future__ import annotations

from django.urls import path

from bangfu.web.views import case_lists, cases, flows, meeting, rounds

CASE = "cases/<int:case>/"
ROUND = "rounds/<int:pk>/"

urlpatterns = [
    path("cases/", case_lists.cases, name="cases"),
    path("cases/together/", meeting.together, name="cases-together"),
    path(CASE, cases.case, name="case"),
    path(f"{CASE}record/<slug:kind>/", cases.record, name="case-record"),
    path(f"{CASE}decide/", cases.decide, name="case-decide"),
    path(f"{CASE}override/", cases.override, name="case-override"),
    path(f"{CASE}withdraw/", cases.withdraw, name="case-withdraw"),
    path(f"{CASE}object/", cases.objecting, name="case-object"),
    path(f"{CASE}objections/<int:objection>/", cases.answer, name="case-answer"),
    path(f"{CASE}appeal/", cases.appeal, name="case-appeal"),
    path(f"{CASE}files/<slug:sha256>/", cases.case_file, name="case-file"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/start/", rounds.start, name="round-start"),
    path(ROUND, rounds.round_page, name="round"),
    path(f"{ROUND}open/", rounds.open_it, name="round-open"),
    path(f"{ROUND}end/", rounds.end_it, name="round-end"),
    path(f"{ROUND}told/", rounds.told_page, name="round-told"),
    path(f"{ROUND}panel/", rounds.panel, name="round-panel"),
    path(f"{ROUND}applying/", rounds.applying, name="round-applying"),
    path(f"{ROUND}ballots/", meeting.ballots, name="round-ballots"),
    path("participation/", flows.taking_part, name="participation"),
    path("flows/", flows.reconciled, name="flows"),
    path("flows/events/", flows.events, name="flow-events"),
    path("drafts/", case_lists.draft_save, name="draft-save"),
    path("drafts/drop/", case_lists.draft_drop, name="draft-drop"),
]
