"""Doubts, the runs that raise them, the rules behind them."""

from __future__ import annotations

from django.urls import path

from bangfu.web.views import doubt, doubts, master_data, overlaps, rules, runs

urlpatterns = [
    path("doubts/", doubts.doubts, name="doubts"),
    path("doubts/dispatch/", doubts.dispatch, name="doubts-dispatch"),
    path("doubts/export/", doubts.export, name="doubts-export"),
    path("doubts/<uuid:pk>/", doubt.doubt, name="doubt"),
    path("doubts/<uuid:pk>/answer/", doubt.answer, name="doubt-answer"),
    path("doubts/<uuid:pk>/verify/", doubt.verify, name="doubt-verify"),
    path("evidence/<uuid:pk>/", doubt.evidence, name="evidence"),
    path("runs/", runs.runs, name="runs"),
    path("runs/start/", runs.start, name="run-start"),
    path("runs/<uuid:pk>/", runs.run, name="run"),
    path("rates/", runs.rates_over_time, name="rates"),
    path("overlaps/", overlaps.overlaps, name="overlaps"),
    path("overlaps/people/", overlaps.overlapping, name="overlapping"),
    path("sums/", master_data.sums, name="sums"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<slug:key>/", rules.rule, name="rule"),
]
