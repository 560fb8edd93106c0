from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorklistConfig(AppConfig):
    name = "bangfu.platform.worklist"
    label = "worklist"
    verbose_name = _("待办")
