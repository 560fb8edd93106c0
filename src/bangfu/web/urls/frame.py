"""The frame of all pages: my work, signing in, search, jobs."""

from __future__ import annotations

from django.urls import path

from bangfu.web.views import oversight, signing, work

urlpatterns = [
    path("", work.home, name="home"),
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("password/", signing.password, name="password"),
    path("language/", signing.language, name="choose-language"),
    path("division/", signing.division, name="choose-division"),
    path("division/choices/", work.division_choices, name="division-choices"),
    path("search/", work.search, name="search"),
    path("jobs/", oversight.jobs, name="jobs"),
    path("jobs/<uuid:pk>/", oversight.job, name="job"),
    path("jobs/<uuid:pk>/progress/", oversight.progress, name="job-progress"),
    path("jobs/<uuid:pk>/file/", oversight.job_file, name="job-file"),
]
