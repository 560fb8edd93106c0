"""Tables of the divisions: the tree, what became of old codes, dated labels, villagers' groups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bangfu.divisions.codes import Level, scope_prefix
from bangfu.divisions.matching import meaning
from bangfu.platform.database.prefix import prefix_range


class DivisionQuerySet(models.QuerySet["Division"]):
    """``Division.objects.under("610926000000").at_level(Level.VILLAGE).living_on(day)``."""

    def under(self, code_or_prefix: str) -> Self:
        """The division itself and everything below it; the nation or "" is everything.

        Raises:
            BadCode: no code and no prefix of one.
        """
        return self.filter(prefix_range("code", scope_prefix(code_or_prefix)))

    def children_of(self, code: str) -> Self:
        """The divisions one step below ``code``, by code; the provinces below the nation."""
        return self.filter(parent_code=code).order_by("code")

    def at_level(self, *levels: int) -> Self:
        return self.filter(level__in=levels)

    def living_on(self, day: date) -> Self:
        """Divisions in being on ``day``; a bound that is not known does not exclude."""
        begun = Q(valid_from=None) | Q(valid_from__lte=day)
        return self.filter(begun, Q(valid_until=None) | Q(valid_until__gt=day))

    def matching(self, text: str) -> Self:
        """Divisions that ``text`` may mean, best first: those that equal it, begin with it, contain it.

        Within each the higher level comes first, and the living before the dead. Over the nation take the
        codes alone (``values_list("code")``): one index answers that.
        """
        found = meaning(text)
        if found is None:
            return self.none()
        living_first = F("valid_until").asc(nulls_first=True)
        return self.filter(found.fits).order_by(found.rank, "level", living_first, "code")


class SuccessorQuerySet(models.QuerySet["Successor"]):
    def of(self, codes: Iterable[str], day: date) -> Self:
        """The changes of ``codes`` that have taken effect by ``day``."""
        return self.filter(old_code__in=codes, changed_on__lte=day)


class AttributeQuerySet(models.QuerySet["DivisionAttribute"]):
    """Labels in force from ``since``, up to but not on ``until``."""

    def standing_on(self, day: date) -> Self:
        return self.lasting_beyond(day).filter(since__lte=day)

    def lasting_beyond(self, day: date) -> Self:
        """Labels that have not ended by ``day``, those that begin later included."""
        return self.filter(Q(until=None) | Q(until__gt=day))

    def overlapping(self, since: date, until: date | None) -> Self:
        """Labels in force on some day from ``since`` up to ``until``."""
        begun = Q(since__lt=until) if until else Q()
        return self.lasting_beyond(since).filter(begun)

    def under(self, code_or_prefix: str) -> Self:
        """Labels of the division itself and of those below it. Raises BadCode."""
        return self.filter(prefix_range("division_code", scope_prefix(code_or_prefix)))


class Division(models.Model):
    """One division. Its code is its key and is never deleted; an ended one keeps its row.

    ``valid_from`` is the first day in being, ``valid_until`` the first day without; empty when unknown.
    """

    LEVELS = (
        (Level.PROVINCE.value, _("省级")),
        (Level.CITY.value, _("市级")),
        (Level.COUNTY.value, _("县级")),
        (Level.TOWNSHIP.value, _("乡级")),
        (Level.VILLAGE.value, _("村级")),
    )

    code = models.CharField(_("区划代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.PositiveSmallIntegerField(_("级别"), choices=LEVELS)
    parent_code = models.CharField(_("上级代码"), max_length=12)
    initials = models.CharField(_("拼音首字母"), max_length=60)
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    valid_until = models.DateField(_("撤销日期"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=200)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        indexes = [
            models.Index(fields=["parent_code", "code"], name="division_children"),
            # A search over the nation reads this index and not the table.
            models.Index(fields=["level", "name", "initials", "code", "valid_until"], name="division_search"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="division_level_is_one_of_five"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gt=F("valid_from")),
                name="division_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def lives_on(self, day: date) -> bool:
        """Whether the division is in being on ``day``; a bound that is not known does not exclude."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day < self.valid_until)


class Successor(models.Model):
    """A step from an old code to a new one: a split has several of one old code, a merger of one new."""

    old_code = models.CharField(_("原代码"), max_length=12)
    new_code = models.CharField(_("新代码"), max_length=12, db_index=True)
    changed_on = models.DateField(_("变更日期"))
    document = models.TextField(_("批准文件"))

    objects = SuccessorQuerySet.as_manager()

    class Meta:
        verbose_name = _("区划代码变更")
        verbose_name_plural = _("区划代码变更")
        constraints = [
            models.UniqueConstraint(fields=["old_code", "new_code"], name="successor_named_once"),
            models.CheckConstraint(condition=~Q(old_code=F("new_code")), name="successor_is_another_code"),
        ]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.new_code}"


class VillagersGroup(models.Model):
    """A villagers' group (村民小组, 社) of a village (S4-61, S4-62)."""

    village_code = models.CharField(_("行政村代码"), max_length=12)
    number = models.PositiveSmallIntegerField(_("组号"))
    name = models.CharField(_("组名"), max_length=40)

    class Meta:
        verbose_name = _("村民小组")
        verbose_name_plural = _("村民小组")
        constraints = [
            models.UniqueConstraint(fields=["village_code", "number"], name="villagers_group_number_once"),
            models.UniqueConstraint(fields=["village_code", "name"], name="villagers_group_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionAttribute(models.Model):
    """A dated label of a village or county. Several kinds stand at once; one never overlaps itself (X-12)."""

    class Kind(models.TextChoices):
        POOR_VILLAGE = "poor_village", _("贫困村")
        DEEP_POVERTY_VILLAGE = "deep_poverty_village", _("深度贫困村")
        KEY_SUPPORT_VILLAGE = "key_support_village", _("乡村振兴重点帮扶村")
        NATIONAL_POOR_COUNTY = "national_poor_county", _("国家扶贫开发工作重点县")
        PROVINCIAL_POOR_COUNTY = "provincial_poor_county", _("省级贫困县")
        KEY_COUNTY = "key_county", _("连片特困地区重点县")
        DEEP_POVERTY_COUNTY = "deep_poverty_county", _("深度贫困县")
        KEY_SUPPORT_COUNTY = "key_support_county", _("国家乡村振兴重点帮扶县")

        @property
        def level(self) -> Level:
            """The level of the divisions that carry it."""
            return Level.VILLAGE if self.value.endswith("village") else Level.COUNTY

    division_code = models.CharField(_("区划代码"), max_length=12)
    kind = models.CharField(_("标记"), max_length=30, choices=Kind)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    document = models.TextField(_("认定文件"))

    objects = AttributeQuerySet.as_manager()

    class Meta:
        verbose_name = _("区划标记")
        verbose_name_plural = _("区划标记")
        indexes = [models.Index(fields=["division_code", "kind", "since"], name="attribute_of_division")]

    def __str__(self) -> str:
        return f"{self.division_code} {self.get_kind_display()}"
