from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "bangfu.quality"
    label = "quality"
    verbose_name = _("数据质量")
    question = "oversight"

    def ready(self) -> None:
        from bangfu.quality import jobs

        del jobs  # imported so that its functions are known to the queue
