"""What is noted of households and villages beside the registry: facts compared three ways, archives, goals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangfu.quality.enums import Agreement
from bangfu.registry.models import new_id


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
