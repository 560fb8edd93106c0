"""What the latest run of an area came to beside its doubts: entitlements, parts of indicators, what-ifs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangfu.quality.querysets import RunLineQuerySet, WhatIfQuerySet
from bangfu.registry.models import new_id


class EntitlementTotal(models.Model):
    """What the subjects of one village are due of one entitlement, and what came, by the latest run over the area.

    Subjects by status (code list ``entitlement_status``), money in fen. A wider division is the sum of its villages.
    ``untold``: nobody of the area can be told, for want of a list; there are no lines for them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey("quality.Run", models.CASCADE, related_name="entitlement_totals")
    village_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    entitlement = models.CharField(max_length=60)
    not_due = models.PositiveIntegerField()
    due_received = models.PositiveIntegerField()
    due_missing = models.PositiveIntegerField()
    due_partly = models.PositiveIntegerField()
    over_paid = models.PositiveIntegerField()
    cannot_tell = models.PositiveIntegerField()
    untold = models.PositiveIntegerField(default=0)
    due = models.BigIntegerField()
    received = models.BigIntegerField()
    missing = models.BigIntegerField()
    over = models.BigIntegerField()

    class Meta:
        verbose_name = _("应享汇总")
        verbose_name_plural = _("应享汇总")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "village_code", "entitlement"], name="entitlement_once_a_village"
            )
        ]


class EntitlementLine(models.Model):
    """One subject and entitlement of the latest run over the area: due, received, or nobody can tell.

    ``household`` and ``person`` are None where the subject is a village; ``due`` and ``received`` (fen) in kind.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey("quality.Run", models.CASCADE, related_name="entitlement_lines")
    household = models.ForeignKey(
        "registry.Household", models.PROTECT, null=True, related_name="entitlement_lines"
    )
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="entitlement_lines")
    division_code = models.CharField(max_length=12)
    entitlement = models.CharField(max_length=60)
    status = models.PositiveSmallIntegerField()
    due = models.BigIntegerField(null=True)
    received = models.BigIntegerField(null=True)

    objects = RunLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("应享明细")
        verbose_name_plural = _("应享明细")
        ordering = ["division_code", "household", "entitlement"]
        indexes = [
            models.Index(fields=["entitlement", "status", "division_code"], name="line_of_entitlement")
        ]


class IndicatorParts(models.Model):
    """The additive parts of all indicators for one division (county, township, village), by the latest run over it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey("quality.Run", models.CASCADE, related_name="indicator_parts")
    level = models.CharField(max_length=10)
    division_code = models.CharField(max_length=12)
    parts = models.JSONField()

    class Meta:
        verbose_name = _("指标分项")
        verbose_name_plural = _("指标分项")
        constraints = [
            models.UniqueConstraint(fields=["run", "level", "division_code"], name="parts_once_a_division")
        ]
        indexes = [models.Index(fields=["level", "division_code"], name="parts_level_division")]


class IndicatorLine(models.Model):
    """Somebody behind the coverage of a division, by the latest run over the area: not covered, or not known; and each
    poor household (state ``counted`` of the code list ``indicator_state``, with its ``people``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey("quality.Run", models.CASCADE, related_name="indicator_lines")
    household = models.ForeignKey(
        "registry.Household", models.PROTECT, null=True, related_name="indicator_lines"
    )
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="indicator_lines")
    division_code = models.CharField(max_length=12)
    indicator = models.CharField(max_length=60)
    state = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()

    objects = RunLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("指标名单")
        verbose_name_plural = _("指标名单")
        ordering = ["division_code", "household", "indicator"]
        indexes = [models.Index(fields=["indicator", "state", "division_code"], name="line_of_indicator")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.state}"


class WhatIf(models.Model):
    """Values that were tried on a county, and what they would change; verdicts are neither read nor written.

    ``variants``: of each, ``changes`` (key=value@from[:area]), ``cost`` (fen) and the breakdowns of ``analytics``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(_("范围"), max_length=12, db_index=True)
    day = models.DateField()
    variants = models.JSONField()
    job_id = models.CharField(max_length=36)
    engine_ms = models.PositiveIntegerField()
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("发起人"), max_length=120)
    made_at = models.DateTimeField()

    objects = WhatIfQuerySet.as_manager()

    class Meta:
        verbose_name = _("假设测算")
        verbose_name_plural = _("假设测算")
        ordering = ["-made_at"]


class WhatIfLine(models.Model):
    """One subject that a variant changes in one rule or entitlement, or (effect ``loses``) a household that loses.

    ``question`` is empty where a household loses in several.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    what_if = models.ForeignKey(WhatIf, models.CASCADE, related_name="lines")
    variant = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=80)
    effect = models.CharField(max_length=10)
    household = models.ForeignKey("registry.Household", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="+")
    division_code = models.CharField(max_length=12)
    due_before = models.BigIntegerField()
    due_after = models.BigIntegerField()

    class Meta:
        verbose_name = _("测算明细")
        verbose_name_plural = _("测算明细")
        ordering = ["division_code", "household"]
        indexes = [models.Index(fields=["what_if", "variant", "effect", "question"], name="line_of_what_if")]
