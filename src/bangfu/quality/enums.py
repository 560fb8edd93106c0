"""States of a doubt, what people say of it, and verdicts of a three-way comparison."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class DoubtState(models.TextChoices):
    OPEN = "open", _("待核实")
    ANSWERED = "answered", _("待复核")
    CONFIRMED = "confirmed", _("属实待整改")
    CLOSED = "closed", _("已销号")


class Finding(models.TextChoices):
    """What the person who checked found."""

    CONFIRMED = "confirmed", _("属实,需要整改")
    NOT_AN_ERROR = "not_an_error", _("不属实或情况合理")


class Closing(models.TextChoices):
    FACT = "fact", _("规则不再命中")
    VERDICT = "verdict", _("核实结论")


class Agreement(models.TextChoices):
    """System, archive and household compared (S2-46); the household's situation is the measure."""

    CONSISTENT = "consistent", _("三方一致")
    SYSTEM_WRONG = "system_wrong", _("系统数据有误")
    ARCHIVE_WRONG = "archive_wrong", _("档案资料有误")
    BOTH_WRONG = "both_wrong", _("系统和档案都有误")


#: Still somebody's work.
UNSETTLED: Final = (DoubtState.OPEN, DoubtState.ANSWERED, DoubtState.CONFIRMED)
