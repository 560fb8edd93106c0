"""Departments' lists as last supplied, runs of the rules, doubts and their verdicts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangfu.platform.crypto.field import SealedField
from bangfu.policy import catalogue
from bangfu.policy.rules import Rule
from bangfu.quality.enums import Agreement, Closing, DoubtState, Finding
from bangfu.quality.querysets import DoubtQuerySet, RunLineQuerySet, WhatIfQuerySet
from bangfu.registry.models import new_id


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
    """One evaluation of all rules over an area as of a day. ``tallies``: rule → yes, no, cannot_tell, status."""

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


class ThreeWayCheck(models.Model):
    """One fact of a household or person in system, archive and on the spot (S2-46). The latest row of a fact counts.

    Values are typed as the vocabulary has them (codes, yyyymmdd, fen).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey("registry.Household", models.PROTECT, related_name="three_way_checks")
    person = models.ForeignKey("registry.Person", models.PROTECT, null=True, related_name="three_way_checks")
    column = models.CharField(_("项目"), max_length=40)
    division_code = models.CharField(max_length=12, db_index=True)
    system_value = models.JSONField(_("系统数据"), null=True)
    archive_value = models.JSONField(_("档案资料"), null=True)
    field_value = models.JSONField(_("实际情况"), null=True)
    agreement = models.CharField(_("结论"), max_length=20, choices=Agreement)
    evidence = models.TextField(_("实地依据"))
    evidence_name = models.CharField(_("依据文件"), max_length=200, blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    checked_on = models.DateField(_("核对日期"))
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("核对人"), max_length=120)
    at = models.DateTimeField(_("登记时间"))
    latest = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("三方核对")
        verbose_name_plural = _("三方核对")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "column"],
                condition=models.Q(latest=True, person=None),
                name="three_way_latest_of_household",
            ),
            models.UniqueConstraint(
                fields=["person", "column"],
                condition=models.Q(latest=True, person__isnull=False),
                name="three_way_latest_of_person",
            ),
        ]


class FiledPaper(models.Model):
    """What is noted of a paper in an archive (S2-43); the checklists are policy data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    paper = models.CharField(_("资料"), max_length=40)
    filed_on = models.DateField(_("归档日期"))
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")
    file_name = models.CharField(_("扫描件"), max_length=200, blank=True, default="")
    file_sha256 = models.CharField(max_length=64, blank=True, default="")
    by_name = models.CharField(_("归档人"), max_length=120)

    class Meta:
        abstract = True
        verbose_name = _("档案资料")
        verbose_name_plural = _("档案资料")
        ordering = ["paper"]


class ArchivedPaper(FiledPaper):
    """A paper that lies in a household's archive."""

    household = models.ForeignKey("registry.Household", models.PROTECT, related_name="archived_papers")

    class Meta(FiledPaper.Meta):
        constraints = [models.UniqueConstraint(fields=["household", "paper"], name="paper_once_a_household")]


class VillagePaper(FiledPaper):
    """A paper that lies in a village's archive."""

    village_code = models.CharField(_("行政村代码"), max_length=12)

    class Meta(FiledPaper.Meta):
        verbose_name = _("村档案资料")
        verbose_name_plural = _("村档案资料")
        constraints = [models.UniqueConstraint(fields=["village_code", "paper"], name="paper_once_a_village")]


class VillageGoal(models.Model):
    """What a village is to reach, and by when (S4-16)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    village_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    goal = models.CharField(_("目标"), max_length=200)
    due = models.DateField(_("期限"))
    set_on = models.DateField(_("确定日期"))
    basis = models.CharField(_("依据"), max_length=200)
    reached_on = models.DateField(_("完成日期"), null=True)
    by_name = models.CharField(_("登记人"), max_length=120)

    class Meta:
        verbose_name = _("村发展目标")
        verbose_name_plural = _("村发展目标")
        ordering = ["due", "goal"]
        constraints = [
            models.UniqueConstraint(fields=["village_code", "goal"], name="goal_once_a_village"),
            models.CheckConstraint(
                condition=models.Q(due__gt=models.F("set_on")), name="goal_due_after_it_is_set"
            ),
            models.CheckConstraint(
                condition=models.Q(reached_on=None) | models.Q(reached_on__gte=models.F("set_on")),
                name="goal_reached_after_it_is_set",
            ),
        ]


class EntitlementTotal(models.Model):
    """What the subjects of one village are due of one entitlement, and what came, by the latest run over the area.

    Subjects by status (code list ``entitlement_status``), money in fen. A wider division is the sum of its villages.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="entitlement_totals")
    village_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    entitlement = models.CharField(max_length=60)
    not_due = models.PositiveIntegerField()
    due_received = models.PositiveIntegerField()
    due_missing = models.PositiveIntegerField()
    due_partly = models.PositiveIntegerField()
    over_paid = models.PositiveIntegerField()
    cannot_tell = models.PositiveIntegerField()
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
    run = models.ForeignKey(Run, models.CASCADE, related_name="entitlement_lines")
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
    run = models.ForeignKey(Run, models.CASCADE, related_name="indicator_parts")
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
    run = models.ForeignKey(Run, models.CASCADE, related_name="indicator_lines")
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
