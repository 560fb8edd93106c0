"""What a target counts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TargetKind(models.TextChoices):
    PERSONS = "persons", _("脱贫人数")
    HOUSEHOLDS = "households", _("脱贫户数")
    VILLAGES = "villages", _("出列村数")
    COUNTIES = "counties", _("摘帽县数")
