"""States of a round and of a year's batch, ways of telling a household, kinds of notice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    PREPARING = "preparing", _("宣传动员")
    APPLYING = "applying", _("受理申请")
    ENDED = "ended", _("已结束")


class Channel(models.TextChoices):
    """How a household is told of the identification (S4-58)."""

    MEETING = "meeting", _("会议")
    VISIT = "visit", _("入户")
    PHONE = "phone", _("电话")


class NoticeKind(models.TextChoices):
    """What a public notice is for."""

    CASES = "cases", _("办件公示")
    GENERAL = "general", _("一般公告")
    CONSULTATION = "consultation", _("征求意见")


class BatchState(models.TextChoices):
    """Where the figures that a village handed in for a year stand (S4-57)."""

    WAITING = "waiting", _("待镇确认")
    CONFIRMED = "confirmed", _("已确认")
    RETURNED = "returned", _("已退回")
    TAKEN_BACK = "taken_back", _("村里已撤回")
