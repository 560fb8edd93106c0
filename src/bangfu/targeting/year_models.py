"""The figures of a year as a village handed them in, on their way to the township (S4-57)."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.accounts.access import ScopedQuerySet
from bangfu.divisions.codes import scope_prefix
from bangfu.platform.database.prefix import prefix_range
from bangfu.targeting.enums import BatchState


class YearBatchQuerySet(ScopedQuerySet[Any]):
    """``YearBatch.objects.within("610926100000")``."""

    division_field = "division_code"

    def within(self, division: str) -> Self:
        """Of a division and all under it. Raises BadCode."""
        return self.filter(prefix_range("division_code", scope_prefix(division)))


class YearBatch(models.Model):
    """What one village handed in for one year. The registry takes it when somebody else has confirmed it."""

    division_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    year = models.PositiveSmallIntegerField(_("年度"))
    state = models.CharField(_("状态"), max_length=10, choices=BatchState.choices, default=BatchState.WAITING)
    handed_in_on = models.DateField(_("提交日期"))
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("提交人"), max_length=150)
    decided_on = models.DateField(_("处理日期"), null=True)
    decided_by_id = models.CharField(max_length=64, blank=True, default="")
    decided_by_name = models.CharField(_("处理人"), max_length=150, blank=True, default="")
    reason = models.CharField(_("退回原因"), max_length=300, blank=True, default="")

    objects = YearBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("年度更新批次")
        verbose_name_plural = _("年度更新批次")
        ordering = ["-handed_in_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["division_code", "year"],
                condition=Q(state="waiting"),
                name="targeting_one_year_batch_waits",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by_id=F("by_id")),
                name="targeting_year_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""), name="targeting_year_returned_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_code} {self.year}"


class YearLine(models.Model):
    """One household of a batch: its figures (column → fen) as they stood, and as they are to be.

    Equal sides say that the household was checked and nothing changed.
    """

    batch = models.ForeignKey(YearBatch, models.PROTECT, related_name="lines", verbose_name=_("年度更新批次"))
    household = models.ForeignKey(
        "registry.Household", models.PROTECT, related_name="year_lines", verbose_name=_("户")
    )
    before: models.JSONField[Any, Any] = models.JSONField(_("更新前"), default=dict)
    after: models.JSONField[Any, Any] = models.JSONField(_("更新后"), default=dict)

    class Meta:
        verbose_name = _("年度更新户")
        verbose_name_plural = _("年度更新户")
        ordering = ["batch_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "household"], name="targeting_year_line_once")
        ]
