"""Kinds of event. Each says what it does to the totals (S2-42: totals at t = totals at t−1 + ins − outs)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.IntegerChoices):
    """``gains`` and ``losses`` below say which direction counts as in or out."""

    REGISTERED = 1, _("登记建档")
    BIRTH = 2, _("出生")
    MARRIED_IN = 3, _("婚入")
    MOVED_IN = 4, _("迁入")
    ADDED = 5, _("漏登补录")
    ENTERED = 6, _("录入待识别户")
    DEATH = 11, _("死亡")
    MARRIED_OUT = 12, _("婚出")
    MOVED_OUT = 13, _("迁出")
    STRUCK_OFF = 14, _("误登删除")
    SPLIT = 21, _("分户")
    MERGED = 22, _("并户")
    CORRECTION = 31, _("信息更正")
    YEAR_UPDATE = 32, _("年度更新")
    EXIT = 41, _("脱贫")
    RETURN = 42, _("返贫")
    REMOVAL = 43, _("清退")
    STANDING = 44, _("状态变更")


GAINS = frozenset(
    {EventKind.REGISTERED, EventKind.BIRTH, EventKind.MARRIED_IN, EventKind.MOVED_IN, EventKind.ADDED}
)
LOSSES = frozenset({EventKind.DEATH, EventKind.MARRIED_OUT, EventKind.MOVED_OUT, EventKind.STRUCK_OFF})
