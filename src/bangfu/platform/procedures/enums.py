"""States of a case and kinds of act."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    OPEN = "open", _("办理中")
    PASSED = "passed", _("已通过")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")
    STOPPED = "stopped", _("已终止")


class ActKind(models.TextChoices):
    """What one row of a case's log is about."""

    OPENED = "opened", _("立案")
    RECORDED = "recorded", _("登记材料")
    DECIDED = "decided", _("办理")
    OVERRIDDEN = "overridden", _("上级代为决定")
    OBJECTED = "objected", _("提出异议")
    ANSWERED = "answered", _("答复异议")
    APPEALED = "appealed", _("提出申诉")
    REOPENED = "reopened", _("申诉成立,重新办理")
    DISMISSED = "dismissed", _("申诉不成立")
    WITHDRAWN = "withdrawn", _("撤回")
    STOPPED = "stopped", _("终止")


class ObjectionState(models.TextChoices):
    OPEN = "open", _("待答复")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")
    LAPSED = "lapsed", _("办件已结束")


class AppealState(models.TextChoices):
    OPEN = "open", _("审理中")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")
