"""A case, the log of its acts, and what hangs on it. Acts and records are only ever added."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.platform.procedures.enums import ActKind, AppealState, CaseState, ObjectionState
from bangfu.platform.procedures.querysets import CaseQuerySet
from bangfu.policy.procedures import definition
from bangfu.policy.procedures.definitions import Definition, Step

OPEN = Q(state=CaseState.OPEN)
CLOSED = Q(state__in=[state for state in CaseState if state != CaseState.OPEN])


class Case(models.Model):
    """One subject on its way through one version of a procedure, which it keeps to the end.

    ``revision`` grows by one with every act: whoever acts says which one was on the screen. ``about`` is what the
    domain wants to remember.
    """

    procedure = models.CharField(_("程序"), max_length=60)
    version = models.CharField(_("版本"), max_length=60)
    subject_kind = models.CharField(_("对象类别"), max_length=60)
    subject_id = models.CharField(_("对象编号"), max_length=64)
    division_code = models.CharField(_("行政区划代码"), max_length=12)
    step = models.CharField(_("步骤"), max_length=60)
    step_since = models.DateField(_("步骤开始日期"))
    state = models.CharField(_("状态"), max_length=20, choices=CaseState.choices, default=CaseState.OPEN)
    revision = models.PositiveIntegerField(_("版次"), default=1)
    opened_on = models.DateField(_("立案日期"))
    opened_by = models.CharField(_("立案人"), max_length=150)
    closed_on = models.DateField(_("办结日期"), null=True)
    about = models.JSONField(_("办件内容"), default=dict)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("办件")
        verbose_name_plural = _("办件")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "subject_kind", "subject_id"],
                condition=OPEN,
                name="procedures_open_once",
            ),
            models.CheckConstraint(
                condition=OPEN & Q(closed_on=None) | CLOSED & Q(closed_on__isnull=False),
                name="procedures_closed_on_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["procedure", "state", "division_code"], name="procedures_place"),
            models.Index(fields=["subject_kind", "subject_id"], name="procedures_subject"),
            models.Index(fields=["division_code", "state"], name="procedures_division"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.pk}"

    @property
    def definition(self) -> Definition:
        """The version this case has pinned."""
        return definition(self.procedure, self.version)

    @property
    def current(self) -> Step:
        """The step it stands at, or stood at when it was closed."""
        return self.definition.step(self.step)

    @property
    def is_open(self) -> bool:
        return self.state == CaseState.OPEN


class Signed(models.Model):
    """Who did something, as what, and when. The day is the clock's: it is never handed in."""

    by_id = models.CharField(_("办理人编号"), max_length=64)
    by_name = models.CharField(_("办理人"), max_length=150)
    role = models.CharField(_("岗位角色"), max_length=40, blank=True)
    level = models.CharField(_("层级"), max_length=20, blank=True)
    day = models.DateField(_("日期"))
    files: models.JSONField[Any, Any] = models.JSONField(_("附件"), default=list)
    signatures: models.JSONField[Any, Any] = models.JSONField(_("签名人"), default=list)

    class Meta:
        abstract = True


class Act(Signed):
    """One row of a case's log: what changed it to ``revision``. The database refuses to change or remove it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts", verbose_name=_("办件"))
    revision = models.PositiveIntegerField(_("版次"))
    kind = models.CharField(_("类别"), max_length=20, choices=ActKind.choices)
    step = models.CharField(_("步骤"), max_length=60)
    decision = models.CharField(_("决定"), max_length=20, blank=True)
    to_step = models.CharField(_("转到步骤"), max_length=60, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    overrides: models.JSONField[Any, Any] = models.JSONField(_("代为免除的要求"), default=list)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        ordering = ["case_id", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["case", "revision"], name="procedures_one_act_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.revision} {self.kind}"


class CaseRecord(Signed):
    """Something on record for a step: a roster, a ballot, a visit, a posted notice. Mended by a newer one."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="records", verbose_name=_("办件"))
    revision = models.PositiveIntegerField(_("版次"))
    step = models.CharField(_("步骤"), max_length=60)
    kind = models.CharField(_("材料类别"), max_length=60)
    data = models.JSONField(_("内容"), default=dict)

    class Meta:
        verbose_name = _("办件材料")
        verbose_name_plural = _("办件材料")
        ordering = ["case_id", "id"]
        indexes = [models.Index(fields=["case", "kind"], name="procedures_record")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Objection(models.Model):
    """Somebody objects to a case. While one is open the case passes nowhere."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="objections", verbose_name=_("办件"))
    step = models.CharField(_("步骤"), max_length=60)
    raised_by = models.CharField(_("异议人"), max_length=150)
    by_id = models.CharField(_("登记人编号"), max_length=64)
    text = models.TextField(_("异议内容"))
    day = models.DateField(_("提出日期"))
    state = models.CharField(
        _("状态"), max_length=20, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.CharField(_("答复人"), max_length=150, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True)
    answered_revision = models.PositiveIntegerField(_("答复版次"), null=True)

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN, answered_on=None)
                | Q(state__in=["upheld", "dismissed", "lapsed"], answered_on__isnull=False) & ~Q(answer=""),
                name="procedures_objection_answered",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Appeal(models.Model):
    """Somebody appeals against the end of a case; ``hearing`` is the case in which that is decided."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="appeals", verbose_name=_("原办件"))
    hearing = models.OneToOneField(Case, models.PROTECT, related_name="hears", verbose_name=_("申诉办件"))
    text = models.TextField(_("申诉理由"))
    day = models.DateField(_("提出日期"))
    state = models.CharField(_("状态"), max_length=20, choices=AppealState.choices, default=AppealState.OPEN)

    class Meta:
        verbose_name = _("申诉")
        verbose_name_plural = _("申诉")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=AppealState.OPEN), name="procedures_one_open_appeal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Draft(models.Model):
    """What somebody typed and has not handed in; ``key`` names the form (``case:12:review``)."""

    owner_id = models.CharField(_("填写人编号"), max_length=64)
    key = models.CharField(_("表单"), max_length=150)
    data = models.JSONField(_("内容"), default=dict)
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["owner_id", "key"], name="procedures_one_draft")]

    def __str__(self) -> str:
        return self.key
