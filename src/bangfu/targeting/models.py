"""Rounds of identification, who was told of them, review panels, applications; recognised villages and their lists."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.targeting.enums import Channel, RoundState
from bangfu.targeting.notice_models import Comment, LineObjection, Notice, NoticeLine, SheetDelivery
from bangfu.targeting.querysets import RoundQuerySet
from bangfu.targeting.year_models import YearBatch, YearLine

#: Notices and annual updates stand in files of their own; Django finds them here.
__all__ = [
    "Application", "ChecklistDone", "Comment", "LineObjection", "Notice", "NoticeLine", "Notification", "Panel",
    "PanelMember", "Recognition", "RollHousehold", "Round", "SheetDelivery", "VillageItem", "YearBatch", "YearLine",
]  # fmt: skip


class Round(models.Model):
    """One identification in one village: mobilised, its households told, then open for applications (S4-58).

    ``households``: how many households the village has, in its own words; so many stand on the roll before it opens.
    ``why_fewer``: why that is less than what is known of the village.
    """

    division_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    year = models.PositiveSmallIntegerField(_("识别年度"))
    state = models.CharField(
        _("状态"), max_length=20, choices=RoundState.choices, default=RoundState.PREPARING
    )
    households = models.PositiveIntegerField(_("全村户数"))
    why_fewer = models.CharField(_("户数偏少的原因"), max_length=300, blank=True)
    mobilisation = models.TextField(_("动员大会情况"))
    attendance = models.PositiveIntegerField(_("到会人数"))
    started_on = models.DateField(_("启动日期"))
    started_by = models.CharField(_("启动人"), max_length=150)
    opened_on = models.DateField(_("开始受理日期"), null=True)
    ended_on = models.DateField(_("结束日期"), null=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("识别批次")
        verbose_name_plural = _("识别批次")
        ordering = ["-started_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["division_code"], condition=~Q(state="ended"), name="targeting_one_round_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.division_code} {self.year}"


class RollHousehold(models.Model):
    """A household of the village on a round's roll, registered or not; ``household`` where the registry has it."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="roll", verbose_name=_("识别批次"))
    serial = models.PositiveIntegerField(_("序号"))
    householder = models.CharField(_("户主姓名"), max_length=60)
    group_number = models.PositiveSmallIntegerField(_("组号"), null=True)
    household = models.ForeignKey(
        "registry.Household", models.PROTECT, null=True, related_name="rolls", verbose_name=_("户")
    )

    class Meta:
        verbose_name = _("全村户名册")
        verbose_name_plural = _("全村户名册")
        ordering = ["round_id", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["round", "serial"], name="targeting_roll_serial_once"),
            models.UniqueConstraint(fields=["round", "household"], name="targeting_roll_household_once"),
        ]

    def __str__(self) -> str:
        return f"{self.serial} {self.householder}"


class Notification(models.Model):
    """One attempt to tell a household, whether it was reached or not. Rows are only added."""

    entry = models.ForeignKey(
        RollHousehold, models.PROTECT, related_name="notifications", verbose_name=_("名册中的户")
    )
    channel = models.CharField(_("告知方式"), max_length=10, choices=Channel.choices)
    reached = models.BooleanField(_("是否告知到户"))
    day = models.DateField(_("告知日期"))
    note = models.CharField(_("备注"), max_length=200, blank=True)
    by_id = models.CharField(_("登记人编号"), max_length=64)
    by_name = models.CharField(_("登记人"), max_length=120)
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("告知记录")
        verbose_name_plural = _("告知记录")
        ordering = ["day", "id"]


class Panel(models.Model):
    """The roster of a round's review panel; once seated it changes no more, another one takes its place (S4-62)."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="panels", verbose_name=_("识别批次"))
    seated_on = models.DateField(_("确定日期"), null=True)
    seated_by = models.CharField(_("确定人"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("评议小组")
        verbose_name_plural = _("评议小组")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(seated_on=None), name="targeting_one_open_panel"
            )
        ]


class PanelMember(models.Model):
    """A member: a person of a household on the roll, for the group in which that household lives."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="members", verbose_name=_("评议小组"))
    entry = models.ForeignKey(
        RollHousehold, models.PROTECT, related_name="panel_members", verbose_name=_("名册中的户")
    )
    name = models.CharField(_("姓名"), max_length=60)
    group_number = models.PositiveSmallIntegerField(_("组号"))

    class Meta:
        verbose_name = _("评议小组成员")
        verbose_name_plural = _("评议小组成员")
        ordering = ["group_number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "entry", "name"], name="targeting_member_once")
        ]


class Application(models.Model):
    """A household's application in a round, and the case that decides it."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="applications", verbose_name=_("识别批次"))
    household = models.ForeignKey(
        "registry.Household", models.PROTECT, related_name="applications", verbose_name=_("户")
    )
    case = models.OneToOneField(
        "procedures.Case", models.PROTECT, related_name="application", verbose_name=_("办件")
    )

    class Meta:
        verbose_name = _("识别申请")
        verbose_name_plural = _("识别申请")
        ordering = ["id"]


class Recognition(models.Model):
    """A village that a case has recognised, by which version of the standard (S1-12)."""

    division_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    case = models.OneToOneField(
        "procedures.Case", models.PROTECT, related_name="recognition", verbose_name=_("办件")
    )
    standard = models.CharField(_("标准版本"), max_length=60)
    day = models.DateField(_("认定日期"))

    class Meta:
        verbose_name = _("贫困村认定")
        verbose_name_plural = _("贫困村认定")
        ordering = ["day", "id"]


class VillageItem(models.Model):
    """What was found of one item of a village's checklist; the newest row of an item counts. Rows are only added."""

    division_code = models.CharField(_("行政村代码"), max_length=12)
    checklist = models.CharField(_("清单"), max_length=40)
    item = models.CharField(_("项目"), max_length=40)
    met = models.BooleanField(_("是否达标"))
    households_with = models.PositiveIntegerField(_("达标户数"), null=True)
    households_all = models.PositiveIntegerField(_("全村户数"), null=True)
    certificate = models.CharField(_("证书编号"), max_length=60, blank=True)
    evidence = models.TextField(_("依据"))
    files = models.JSONField(_("附件"), default=list)
    day = models.DateField(_("登记日期"))
    by_id = models.CharField(_("登记人编号"), max_length=64)
    by_name = models.CharField(_("登记人"), max_length=120)

    class Meta:
        verbose_name = _("村级清单项目")
        verbose_name_plural = _("村级清单项目")
        ordering = ["id"]
        indexes = [models.Index(fields=["division_code", "checklist"], name="targeting_item_of_village")]
        constraints = [
            models.CheckConstraint(
                condition=Q(households_with=None) | Q(households_with__lte=F("households_all")),
                name="targeting_share_of_all",
            )
        ]


class ChecklistDone(models.Model):
    """A checklist of a village of which no item lacks."""

    division_code = models.CharField(_("行政村代码"), max_length=12)
    checklist = models.CharField(_("清单"), max_length=40)
    day = models.DateField(_("完成日期"))
    by_name = models.CharField(_("确认人"), max_length=120)

    class Meta:
        verbose_name = _("村级清单完成")
        verbose_name_plural = _("村级清单完成")
        constraints = [
            models.UniqueConstraint(fields=["division_code", "checklist"], name="targeting_done_once")
        ]
