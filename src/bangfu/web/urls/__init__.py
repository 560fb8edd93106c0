"""Every address of the screens and its name, by section; the view says who may open it (``web.gates``).

A new section is a module with its ``urlpatterns`` and one line here.
"""

from __future__ import annotations

from bangfu.web.urls import administration, frame, policy, quality, registry

urlpatterns = [
    *frame.urlpatterns,
    *registry.urlpatterns,
    *quality.urlpatterns,
    *policy.urlpatterns,
    *administration.urlpatterns,
]
