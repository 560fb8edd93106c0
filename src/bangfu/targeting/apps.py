from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetingConfig(AppConfig):
    name = "bangfu.targeting"
    label = "targeting"
    verbose_name = _("精准识别")
    question = "who"
