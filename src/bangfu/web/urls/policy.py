"""Policy documents and values, what people are due, indicators, what-ifs."""

from __future__ import annotations

from django.urls import path

from bangfu.web.views import documents, entitlements, indicators, parameters, what_if

urlpatterns = [
    path("documents/", documents.documents, name="documents"),
    path("documents/<slug:key>/", documents.document, name="document"),
    path("parameters/", parameters.parameters, name="parameters"),
    path("parameters/<str:key>/", parameters.parameter, name="parameter"),
    path("entitlements/", entitlements.entitlements, name="entitlements"),
    path("entitlements/lines/", entitlements.lines, name="entitlement-lines"),
    path("entitlements/<slug:key>/", entitlements.entitlement, name="entitlement"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/lines/", indicators.lines, name="indicator-lines"),
    path("indicators/gaps/", indicators.gaps, name="indicator-gaps"),
    path("indicators/export/", indicators.export, name="indicators-export"),
    path("lines/export/", indicators.export_lines, name="lines-export"),
    path("what-if/", what_if.what_ifs, name="what-if"),
    path("what-if/start/", what_if.start, name="what-if-start"),
    path("what-if/<uuid:pk>/", what_if.result, name="what-if-result"),
    path("what-if/<uuid:pk>/lines/", what_if.lines, name="what-if-lines"),
]
