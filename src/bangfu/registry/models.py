"""Households and people, where they belonged when, and everything that happened to them.

Columns carry the vocabulary's names (a test compares); codes are its numbers, money is fen, areas are hundredths.
Numbers of identity cards, phones and bank accounts are sealed; what rules need of an identity number is parsed once
and stored beside it (STACK).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _
from uuid_utils import compat

from bangfu.platform.crypto.field import SealedField
from bangfu.registry.enums import EventKind
from bangfu.registry.querysets import (
    EventQuerySet,
    HouseholdQuerySet,
    MembershipQuerySet,
    PersonQuerySet,
    StandingQuerySet,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def new_id() -> UUID:
    """A time-ordered key, known before the row is written: sealed values are bound to it."""
    return compat.uuid7()


def code(title: StrOrPromise) -> models.PositiveSmallIntegerField[int | None, int | None]:
    return models.PositiveSmallIntegerField(title, null=True, blank=True)


def day(title: StrOrPromise) -> models.DateField[date | None, date | None]:
    return models.DateField(title, null=True, blank=True)


def yes_no(title: StrOrPromise) -> models.BooleanField[bool | None, bool | None]:
    return models.BooleanField(title, null=True, blank=True)


def fen(title: StrOrPromise) -> models.BigIntegerField[int | None, int | None]:
    return models.BigIntegerField(title, null=True, blank=True)


def hundredths(title: StrOrPromise) -> models.BigIntegerField[int | None, int | None]:
    return models.BigIntegerField(title, null=True, blank=True)


def short(title: StrOrPromise, length: int = 60) -> models.CharField[str, str]:
    return models.CharField(title, max_length=length, blank=True, default="")


class Household(models.Model):
    """A household of the registry. Its people are its open memberships, its status is its standing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household_no = models.CharField(_("户编号"), max_length=32, unique=True)
    division_code = models.CharField(_("行政村代码"), max_length=12, db_index=True)
    natural_village = short(_("自然村"))
    group_no = short(_("村民小组"), 30)
    address = short(_("家庭住址"), 200)
    phone = SealedField(_("联系电话"), null=True)
    bank_account = SealedField(_("银行账号"), null=True)
    household_kind = code(_("户类型"))
    exit_mark = code(_("脱贫标志"))
    identified_on = day(_("首次识别时间"))
    exited_on = day(_("脱贫时间"))
    monitored_kind = code(_("监测对象类型"))
    risk_found_on = day(_("风险识别时间"))
    risk_cleared = yes_no(_("风险是否消除"))
    risk_cleared_on = day(_("风险消除时间"))
    disaster_on = day(_("受灾时间"))
    stated_members = code(_("人数"))
    main_cause = code(_("主要致贫原因"))
    other_causes = models.JSONField(_("其他致贫原因"), default=list, blank=True)
    exit_means = models.JSONField(_("脱贫依靠"), default=list, blank=True)
    dwelling_grade = code(_("房屋等级"))
    dangerous_dwelling = yes_no(_("是否危房户"))
    dwelling_area = hundredths(_("住房面积"))
    safe_water = yes_no(_("是否解决安全饮用水"))
    road_surface = code(_("入户路类型"))
    road_distance = hundredths(_("与村主干路距离"))
    domestic_power = yes_no(_("是否通生活用电"))
    production_power = yes_no(_("是否通生产用电"))
    broadcasting = yes_no(_("是否通广播电视"))
    broadband = yes_no(_("是否通宽带"))
    sanitary_toilet = yes_no(_("有无卫生厕所"))
    fuel = code(_("主要燃料类型"))
    farmland = hundredths(_("耕地面积"))
    forest_land = hundredths(_("林地面积"))
    revision = models.PositiveIntegerField(_("修订"), default=1)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("户")
        verbose_name_plural = _("户")
        ordering = ["household_no"]
        # A page of a county's list is read from here in its order.
        indexes = [models.Index(fields=["division_code", "household_no"], name="household_place_number")]

    def __str__(self) -> str:
        return self.household_no


class HouseholdYear(models.Model):
    """Income in its four kinds, spending, savings and debts of one household in one year (fen)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="years")
    income_year = models.PositiveSmallIntegerField(_("收入年度"))
    income_wage = fen(_("工资性收入"))
    income_business = fen(_("生产经营性收入"))
    income_property = fen(_("财产性收入"))
    income_transfer = fen(_("转移性收入"))
    production_cost = fen(_("生产经营性支出"))
    income_net = fen(_("家庭年纯收入"))
    income_per_head = fen(_("人均纯收入"))
    spending_medical = fen(_("医疗支出"))
    spending_schooling = fen(_("教育支出"))
    savings = fen(_("存款"))
    debts = fen(_("负债"))

    class Meta:
        verbose_name = _("户年度收支")
        verbose_name_plural = _("户年度收支")
        ordering = ["-income_year"]
        constraints = [models.UniqueConstraint(fields=["household", "income_year"], name="one_row_a_year")]


class Person(models.Model):
    """A person. ``id_state`` … ``id_area_known`` are what the number says, parsed at entry."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_no = models.CharField(_("人编号"), max_length=32, unique=True)
    name = models.CharField(_("姓名"), max_length=60, db_index=True, blank=True, default="")
    name_initials = models.CharField(_("姓名首字母"), max_length=60, db_index=True, blank=True, default="")
    name_sound = models.CharField(_("姓名读音"), max_length=200, db_index=True, blank=True, default="")
    id_kind = code(_("证件类型"))
    id_number = SealedField(_("证件号码"), null=True)
    id_token = models.BinaryField(null=True, max_length=32, db_index=True)
    id_tail = models.CharField(_("证件号码后四位"), max_length=4, db_index=True, blank=True, default="")
    id_state = models.PositiveSmallIntegerField(_("证件号码状态"), default=1)
    id_birth = day(_("号码中的出生日期"))
    id_sex = code(_("号码中的性别"))
    id_area = models.PositiveIntegerField(_("号码中的地区"), null=True)
    id_area_known = yes_no(_("号码中的地区可查"))
    sex = code(_("性别"))
    birth_date = models.DateField(_("出生日期"), null=True, blank=True, db_index=True)
    died_on = day(_("死亡日期"))
    ethnicity = code(_("民族"))
    marital = code(_("婚姻状况"))
    education = code(_("文化程度"))
    school_status = code(_("在校生状况"))
    health = code(_("健康状况"))
    disability_kind = code(_("残疾类别"))
    disability_grade = code(_("残疾等级"))
    labour = code(_("劳动技能"))
    work_place = code(_("务工区域"))
    work_months = models.SmallIntegerField(_("务工时间"), null=True, blank=True)
    work_wish = yes_no(_("有无就业意愿"))
    medical_insurance = yes_no(_("是否参加基本医疗保险"))
    serious_illness_insurance = yes_no(_("是否参加大病保险"))
    pension_insurance = yes_no(_("是否参加养老保险"))
    phone = SealedField(_("本人联系电话"), null=True)
    identified_on = day(_("人员识别时间"))
    revision = models.PositiveIntegerField(_("修订"), default=1)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("人")
        verbose_name_plural = _("人")
        ordering = ["person_no"]
        indexes = [
            models.Index(fields=["name_sound", "birth_date"], name="person_sound_birth"),
            # The search box is given a given name as often as a whole one.
            models.Index(Substr("name", 2), name="person_name_from_second"),
            models.Index(Substr("name", 3), name="person_name_from_third"),
        ]

    def __str__(self) -> str:
        return self.name or self.person_no


class Membership(models.Model):
    """A spell of a person in a household, with the relation to its head. Nobody is in two households at once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships")
    relation = code(_("与户主关系"))
    since = models.DateField(_("自"))
    until = day(_("至"))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("家庭成员")
        verbose_name_plural = _("家庭成员")
        ordering = ["since"]
        # Counting the members of a day reads this index and not the table.
        indexes = [models.Index(fields=["household", "since", "until"], name="member_of_household")]


class Standing(models.Model):
    """A dated spell of a household's status (code list standing). Spells of a household never overlap."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="standings")
    kind = models.PositiveSmallIntegerField(_("在册状态"))
    since = models.DateField(_("自"))
    until = day(_("至"))
    basis = models.CharField(_("依据"), max_length=120)
    policy_version = models.CharField(_("政策版本"), max_length=60)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("在册状态")
        verbose_name_plural = _("在册状态")
        ordering = ["since"]
        indexes = [models.Index(fields=["household", "kind", "since", "until"], name="standing_of_household")]


class Event(models.Model):
    """Something that happened to a household or person: who recorded it, when, why, and what it changed (S2-42).

    ``households`` and ``people`` are what the event adds to the totals of ``division_code``: −1, 0, +1 …
    ``before`` and ``after`` hold the changed columns of a correction, sealed ones masked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.PositiveSmallIntegerField(_("事件"))
    day = models.DateField(_("发生日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("登记人"), max_length=120)
    reason = models.CharField(_("原因"), max_length=300, blank=True, default="")
    household = models.ForeignKey(Household, models.PROTECT, related_name="events")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="events")
    division_code = models.CharField(max_length=12)
    households = models.SmallIntegerField(default=0)
    people = models.SmallIntegerField(default=0)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    batch = models.ForeignKey("registry.ImportBatch", models.PROTECT, null=True, related_name="events")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("事件")
        verbose_name_plural = _("事件")
        ordering = ["-day", "-recorded_at"]
        indexes = [
            models.Index(fields=["division_code", "day"], name="event_division_day"),
            # Every count as of a day asks who has moved since.
            models.Index(
                fields=["day"],
                condition=models.Q(kind=EventKind.MOVED_OUT, person=None),
                name="event_moved_out",
            ),
        ]


class ImportBatch(models.Model):
    """One uploaded workbook on its way: what it was, how it was read, what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    format = models.CharField(_("种类"), max_length=40)
    division_code = models.CharField(_("范围"), max_length=12)
    file_name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    day = models.DateField(_("数据日期"))
    state = models.CharField(_("状态"), max_length=20, default="uploaded")
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    returned_sha256 = models.CharField(max_length=64, blank=True, default="")
    job_id = models.CharField(max_length=36, blank=True, default="")
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(_("上传人"), max_length=120)
    uploaded_at = models.DateTimeField(_("上传时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    #: Who let it change standings, and exactly which changes (``standings_asked.digest``).
    confirmed_by_id = models.CharField(max_length=64, blank=True, default="")
    confirmed_by_name = models.CharField(_("状态变动确认人"), max_length=120, blank=True, default="")
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)
    confirmed_digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        ordering = ["-uploaded_at"]


class SavedMapping(models.Model):
    """What a clerk once said the columns of a header mean; remembered for the county."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    format = models.CharField(max_length=40)
    division_code = models.CharField(max_length=12)
    signature = models.CharField(max_length=32)
    columns = models.JSONField()
    by_name = models.CharField(max_length=120)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("列对应")
        verbose_name_plural = _("列对应")
        constraints = [
            models.UniqueConstraint(
                fields=["format", "division_code", "signature"], name="one_mapping_a_header"
            )
        ]


class StatedFigure(models.Model):
    """A division's master figure as a document states it (S4-02, S4-52). Contradictions are kept and flagged (X-15)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(_("区划代码"), max_length=12)
    figure = models.CharField(_("指标"), max_length=30)
    value = models.BigIntegerField(_("数值(百分之一)"))
    as_of = models.DateField(_("日期"))
    source = models.CharField(_("来源"), max_length=200)

    class Meta:
        verbose_name = _("基本数据")
        verbose_name_plural = _("基本数据")
        ordering = ["figure", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["division_code", "figure", "as_of"], name="figure_stated_once_a_day"
            )
        ]
