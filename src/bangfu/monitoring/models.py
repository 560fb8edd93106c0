"""Targets and plans of exit, exits of villages and counties, returns, emergency help, and what households report.

A household's status is its standing (registry); what is here says what was hoped for, and why things happened.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.monitoring.enums import TargetKind
from bangfu.monitoring.querysets import SelfReportQuerySet, TargetQuerySet
from bangfu.platform.crypto.field import SealedField
from bangfu.registry.models import new_id


class Target(models.Model):
    """How many are to leave in a year; ``about``: the document says 左右. Nobody leaves by a target (S2-03)."""

    year = models.PositiveSmallIntegerField(_("任务年度"))
    division_code = models.CharField(_("区划代码"), max_length=12, db_index=True)
    kind = models.CharField(_("任务类别"), max_length=20, choices=TargetKind.choices)
    value = models.PositiveIntegerField(_("任务数"))
    about = models.BooleanField(_("约数"), default=False)
    part = models.BooleanField(_("由上级分解"), default=False)
    document = models.CharField(_("任务文件"), max_length=200)
    set_on = models.DateField(_("下达日期"))
    set_by = models.CharField(_("下达人"), max_length=150)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("减贫任务")
        verbose_name_plural = _("减贫任务")
        ordering = ["year", "division_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "division_code", "kind"], name="monitoring_one_target_a_year"
            )
        ]


class PlannedExit(models.Model):
    """The year in which a household is planned to leave (S4-35)."""

    household = models.OneToOneField(
        "registry.Household", models.PROTECT, related_name="planned_exit", verbose_name=_("户")
    )
    year = models.PositiveSmallIntegerField(_("计划脱贫年度"))
    planned_on = models.DateField(_("列入计划日期"))
    planned_by = models.CharField(_("列入计划人"), max_length=150)

    class Meta:
        verbose_name = _("减贫计划")
        verbose_name_plural = _("减贫计划")
        ordering = ["year", "household__household_no"]


class DivisionExit(models.Model):
    """A village or county that a case let leave, and the incidence it had then (1/10 000; S2-35)."""

    division_code = models.CharField(_("区划代码"), max_length=12, db_index=True)
    labels: models.JSONField[list[str], list[str]] = models.JSONField(_("结束的标记"), default=list)
    case = models.OneToOneField(
        "procedures.Case", models.PROTECT, related_name="division_exit", verbose_name=_("办件")
    )
    day = models.DateField(_("退出日期"))
    incidence = models.PositiveIntegerField(_("贫困发生率(万分之一)"))

    class Meta:
        verbose_name = _("区划退出")
        verbose_name_plural = _("区划退出")
        ordering = ["day", "id"]


class PovertyReturn(models.Model):
    """A return to poverty that a case found, with its causes, the main one first (S4-05, S4-74)."""

    household = models.ForeignKey(
        "registry.Household", models.PROTECT, related_name="returns", verbose_name=_("户")
    )
    case = models.OneToOneField(
        "procedures.Case", models.PROTECT, related_name="poverty_return", verbose_name=_("办件")
    )
    division_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    day = models.DateField(_("返贫日期"))
    main_cause = models.PositiveSmallIntegerField(_("主要返贫原因"))
    other_causes: models.JSONField[list[int], list[int]] = models.JSONField(_("其他返贫原因"), default=list)
    text = models.TextField(_("返贫情况"))

    class Meta:
        verbose_name = _("返贫记录")
        verbose_name_plural = _("返贫记录")
        ordering = ["day", "id"]


class EmergencyHelp(models.Model):
    """What a marginal household was given in an emergency; it is not counted as poor by it (S2-31)."""

    household = models.ForeignKey(
        "registry.Household", models.PROTECT, related_name="emergency_help", verbose_name=_("户")
    )
    case = models.OneToOneField(
        "procedures.Case", models.PROTECT, related_name="emergency_help", verbose_name=_("办件")
    )
    division_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    day = models.DateField(_("救助日期"))
    what = models.TextField(_("救助内容"))
    amount = models.BigIntegerField(_("救助金额"), null=True)

    class Meta:
        verbose_name = _("救急难记录")
        verbose_name_plural = _("救急难记录")
        ordering = ["day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="monitoring_help_not_negative"
            )
        ]


class SelfReport(models.Model):
    """What a household told through the public page. The number is sealed; addresses are kept as keyed tokens only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.CharField(_("回执号"), max_length=16, unique=True)
    division_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    name = models.CharField(_("申报人"), max_length=60)
    number = SealedField(_("申报人号码"))
    number_tail = models.CharField(_("申报人号码后四位"), max_length=4)
    number_token = models.BinaryField(max_length=32, db_index=True)
    difficulty = models.PositiveSmallIntegerField(_("困难类别"))
    text = models.TextField(_("困难情况"))
    address_token = models.BinaryField(max_length=32, db_index=True)
    day = models.DateField(_("申报日期"))
    at = models.DateTimeField(_("申报时间"))
    case = models.OneToOneField(
        "procedures.Case", models.PROTECT, related_name="self_report", verbose_name=_("办件")
    )

    objects = SelfReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("自主申报")
        verbose_name_plural = _("自主申报")
        ordering = ["at"]
