"""The site's addresses: screens and the HTTP interface are mounted here."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("bangfu.web.urls"))]

handler400 = "bangfu.web.refusals.bad_request"
handler403 = "bangfu.web.refusals.forbidden"
handler404 = "bangfu.web.refusals.not_found"
handler500 = "bangfu.web.refusals.fault"
