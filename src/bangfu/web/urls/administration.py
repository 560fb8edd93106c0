"""Divisions, users and their posts, the audit log."""

from __future__ import annotations

from django.urls import path

from bangfu.web.views import divisions, oversight, users

urlpatterns = [
    path("divisions/", divisions.divisions, name="divisions"),
    path("divisions/<slug:code>/", divisions.division, name="division"),
    path("divisions/<slug:code>/label/", divisions.label, name="division-label"),
    path("divisions/<slug:code>/label/end/", divisions.end_label, name="division-label-end"),
    path("divisions/<slug:code>/group/", divisions.group, name="division-group"),
    path("divisions/<slug:code>/recode/", divisions.recode, name="division-recode"),
    path("users/", users.users, name="users"),
    path("users/new/", users.new, name="user-new"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/grant/", users.grant, name="user-grant"),
    path("users/<int:pk>/end/", users.end, name="user-end"),
    path("users/<int:pk>/password/", users.password, name="user-password"),
    path("users/<int:pk>/deactivate/", users.deactivate, name="user-deactivate"),
    path("audit/", oversight.audit, name="audit"),
    path("audit/verify/", oversight.verify, name="audit-verify"),
]
