from __future__ import annotations

from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "tests.platform.samples"
    label = "samples"
