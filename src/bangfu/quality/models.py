"""Departments' lists as last supplied, runs of the rules, doubts and their verdicts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangfu.platform.crypto.field import SealedField
from bangfu.policy import catalogue
from bangfu.policy.rules import Rule
from bangfu.quality.enums import Closing, DoubtState, Finding
from bangfu.quality.querysets import DoubtQuerySet
from bangfu.quality.record_models import ArchivedPaper, ThreeWayCheck, VillageGoal, VillagePaper
from bangfu.quality.result_models import (
    EntitlementLine,
    EntitlementTotal,
    IndicatorLine,
    IndicatorParts,
    WhatIf,
    WhatIfLine,
)
from bangfu.registry.models import new_id

#: Records and results stand in files of their own; Django finds them here.
__all__ = [
    "ArchivedPaper", "Doubt", "EntitlementLine", "EntitlementTotal", "IndicatorLine", "IndicatorParts", "ListEntry",
    "Run", "RunVillage", "ThreeWayCheck", "Verdict", "VillageGoal", "VillagePaper", "WhatIf", "WhatIfLine",
]  # fmt: skip


class ListEntry(models.Model):
    """A row of a department's list. Only the latest upload of a list for an area is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list_name = models.CharField(_("名单"), max_length=30)
    division_code = models.CharField(_("范围"), max_length=12)
    batch = models.ForeignKey("registry.ImportBatch", models.PROTECT, related_name="list_entries")
    row_no = models.PositiveIntegerField(_("行号"))
    name = models.CharField(_("姓名"), max_length=60, blank=True, default="")
    id_number = SealedField(_("身份证号"), null=True)
    id_token = models.BinaryField(null=True, max_length=32)
    id_tail = models.CharField(max_length=4, blank=True, default="")
    id_state = models.PositiveSmallIntegerField(default=1)
    id_birth = models.DateField(null=True)
    id_sex = models.PositiveSmallIntegerField(null=True)
    birth_date = models.DateField(_("出生日期"), null=True)
    sex = models.PositiveSmallIntegerField(_("性别"), null=True)
    place = models.CharField(_("所在村"), max_length=200, blank=True, default="")
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("名单记录")
        verbose_name_plural = _("名单记录")
        indexes = [
            models.Index(fields=["list_name", "division_code"], name="entry_of_list"),
            models.Index(fields=["id_token", "list_name"], name="entry_of_number_on_list"),
        ]


class Run(models.Model):
    """One evaluation of all rules over an area as of a day. ``tallies``: rule → yes, no, cannot_tell, status.

    ``untold``: entitlement that nobody of the area can be told about → the lists that were not supplied.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(_("范围"), max_length=12, db_index=True)
    day = models.DateField(_("核查日"))
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("发起人"), max_length=120)
    households = models.PositiveIntegerField(_("户数"), default=0)
    people = models.PositiveIntegerField(_("人数"), default=0)
    lists = models.JSONField(_("名单"), default=dict)
    tallies = models.JSONField(default=dict)
    untold = models.JSONField(default=dict)
    opened = models.PositiveIntegerField(_("新增疑点"), default=0)
    reopened = models.PositiveIntegerField(_("重新打开"), default=0)
    closed = models.PositiveIntegerField(_("自动销号"), default=0)
    standing_doubts = models.PositiveIntegerField(_("未销号疑点"), default=0)

    class Meta:
        verbose_name = _("核查")
        verbose_name_plural = _("核查")
        ordering = ["-started_at"]


class RunVillage(models.Model):
    """How many households, people and unsettled doubts a village had after a run: its rate over time."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="villages")
    village_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    households = models.PositiveIntegerField(_("户数"))
    people = models.PositiveIntegerField(_("人数"))
    doubts = models.PositiveIntegerField(_("未销号疑点"))
    doubtful_households = models.PositiveIntegerField(_("有疑点的户数"))

    class Meta:
        verbose_name = _("村疑点率")
        verbose_name_plural = _("村疑点率")
        constraints = [models.UniqueConstraint(fields=["run", "village_code"], name="village_once_a_run")]


class Doubt(models.Model):
    """What a rule says about one subject: one row for each subject and rule, through all runs.

    It closes by a verified verdict or when the rule no longer fires, and comes back when it fires on other values.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField(_("规则"), max_length=60)
    subject_kind = models.CharField(_("对象类别"), max_length=20)
    subject_id = models.CharField(_("对象"), max_length=80)
    household = models.ForeignKey("registry.Household", models.PROTECT, null=True, related_name="doubts")
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="doubts")
    subject_name = models.CharField(_("姓名"), max_length=60, blank=True, default="")
    division_code = models.CharField(_("所在区划"), max_length=12)
    area = models.CharField(_("核查范围"), max_length=12)
    concern = models.CharField(_("性质"), max_length=20)
    severity = models.CharField(_("程度"), max_length=10)
    two_person = models.BooleanField(_("须复核"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=DoubtState, default=DoubtState.OPEN)
    values = models.JSONField(default=dict)
    score = models.PositiveSmallIntegerField(_("匹配得分"), null=True)
    reasons = models.PositiveIntegerField(default=0)
    handler_division = models.CharField(_("办理区划"), max_length=12)
    handler_role = models.CharField(_("办理岗位"), max_length=20)
    due = models.DateField(_("期限"), null=True)
    opened_at = models.DateTimeField(_("发现时间"))
    times_opened = models.PositiveSmallIntegerField(_("打开次数"), default=1)
    last_run = models.ForeignKey(Run, models.PROTECT, related_name="doubts")
    closed_at = models.DateTimeField(_("销号时间"), null=True)
    closed_by = models.CharField(_("销号方式"), max_length=10, choices=Closing, blank=True, default="")

    objects = DoubtQuerySet.as_manager()

    class Meta:
        verbose_name = _("疑点")
        verbose_name_plural = _("疑点")
        ordering = ["-opened_at", "rule", "subject_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_kind", "subject_id"], name="doubt_once_a_subject"
            ),
            models.CheckConstraint(
                condition=models.Q(state=DoubtState.CLOSED, closed_at__isnull=False) & ~models.Q(closed_by="")
                | ~models.Q(state=DoubtState.CLOSED) & models.Q(closed_at__isnull=True, closed_by=""),
                name="doubt_closed_by_something",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "division_code"], name="doubt_state_division"),
            models.Index(fields=["state", "handler_division"], name="doubt_state_handler"),
            models.Index(fields=["area", "rule"], name="doubt_area_rule"),
        ]

    @property
    def work_key(self) -> str:
        """The key of its item in the worklist."""
        return f"doubt:{self.pk}"

    @property
    def verify_key(self) -> str:
        """The key of the item that asks somebody else to verify."""
        return f"{self.work_key}:verify"

    def rule_text(self) -> Rule | None:
        """The rule as it was on the day of the last run; None when it is no longer in the catalogue."""
        return catalogue.by_key(self.last_run.day).get(self.rule)


class Verdict(models.Model):
    """What one person found on the spot, and what another said of it. Rows are added, and changed only to verify."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doubt = models.ForeignKey(Doubt, models.PROTECT, related_name="verdicts")
    finding = models.CharField(_("结论"), max_length=20, choices=Finding)
    text = models.TextField(_("核实情况"))
    evidence_name = models.CharField(_("证据文件"), max_length=200, blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    values = models.JSONField(default=dict)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("核实人"), max_length=120)
    by_digits = models.PositiveSmallIntegerField(_("核实人岗位区划位数"), null=True)
    at = models.DateTimeField(_("核实时间"))
    verified = models.BooleanField(_("复核通过"), null=True)
    verified_by_id = models.CharField(max_length=64, blank=True, default="")
    verified_by_name = models.CharField(_("复核人"), max_length=120, blank=True, default="")
    verified_at = models.DateTimeField(_("复核时间"), null=True)
    verified_text = models.TextField(_("复核意见"), blank=True, default="")

    class Meta:
        verbose_name = _("核实结论")
        verbose_name_plural = _("核实结论")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verified_by_id="") | ~models.Q(verified_by_id=models.F("by_id")),
                name="verdict_verified_by_another",
            )
        ]
