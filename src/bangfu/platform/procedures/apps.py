from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "bangfu.platform.procedures"
    label = "procedures"
    verbose_name = _("办理程序")

    def ready(self) -> None:
        """Load every app's ``procedures`` module, where its guards, checks and effects are registered."""
        from bangfu.platform.procedures import names
        from bangfu.platform.procedures.actions import appeals

        del appeals  # imported so that its functions are known
        autodiscover_modules("procedures")
        register(names.check)
