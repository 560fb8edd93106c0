"""Filters of the lists, in the address. A number on a page leads to such a list and equals its length."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.divisions.codes import NATION
from bangfu.divisions.types import typed
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy.vocabulary import codes
from bangfu.quality.archives import lacking
from bangfu.quality.help import without_ground, without_helper, without_measure
from bangfu.quality.queries import doubtful_households, doubtful_people
from bangfu.registry.overview import place_on
from bangfu.registry.village_types import POOR
from bangfu.web.speaking import language

_standing = codes("standing")
Choices = list[tuple[str, Any]]


def labels(name: str) -> Callable[[], Choices]:
    """The choices of a code list, in the language of the page."""
    return lambda: [(str(one.code), one.title.text(language())) for one in codes(name)]


def or_empty(name: str) -> Callable[[], Choices]:
    """The choices of a code list, and that nothing is entered."""
    return lambda: [*labels(name)(), ("empty", _("未填"))]


def chosen(label: Any, choices: Any, method: str, *, otherwise: Any = None) -> django_filters.ChoiceFilter:
    """One of some values; ``otherwise`` says what the list holds when none is chosen (all)."""
    empty = otherwise or _("全部")
    return django_filters.ChoiceFilter(label=label, choices=choices, method=method, empty_label=empty)


def ticked(label: Any, method: str) -> django_filters.BooleanFilter:
    """Only those with a property."""
    return django_filters.BooleanFilter(label=label, method=method, widget=forms.CheckboxInput())


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]
    """``day``: the day the list is about. ``primary`` fields stand open, the others behind “more”."""

    primary: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any, queryset: Any, *, day: date, **kwargs: Any) -> None:
        self.day = day
        super().__init__(data, queryset, **kwargs)
        for field in self.form.fields.values():
            look = "form-check-input" if isinstance(field.widget, forms.CheckboxInput) else "form-control"
            field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else look

    @property
    def rows(self) -> Any:
        """The rows that fit; none when a filter cannot be read."""
        return self.qs if self.is_valid() else self.queryset.none()

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self.form[name] for name in self.primary]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [one for one in self.form.visible_fields() if one.name not in self.primary]

    @property
    def hidden_fields(self) -> list[forms.BoundField]:
        """What narrows the list without a field of its own: the run that found the doubts."""
        return list(self.form.hidden_fields())

    @property
    def more_set(self) -> bool:
        """Whether a filter behind “more” is in use."""
        return any(self.form.data.get(one.name) for one in self.more_fields)

    @property
    def in_use(self) -> bool:
        """Whether any filter is in use."""
        return any(self.form.data.get(name) for name in self.form.fields)


def _standings() -> Choices:
    return [*_of_people(), ("none", _("无在册状态")), ("any", _("全部,含清退和已注销"))]


def _of_people() -> Choices:
    return [*labels("standing")(), ("poor", _("未脱贫(在册、返贫)"))]


def kinds_of(value: str) -> tuple[int, ...]:
    """The standings that a choice means."""
    return POOR if value == "poor" else (int(value),)


YES_NO: Choices = [("yes", _("是")), ("no", _("否")), ("empty", _("未填"))]
COUNTY_TYPES: Choices = [("poor", _("贫困县")), ("other", _("非贫困县")), ("unknown", _("未登记"))]
VILLAGE_TYPES: Choices = [("poor", _("贫困村")), ("other", _("非贫困村")), ("unknown", _("未登记"))]
ARCHIVES: Choices = [("lacking", _("缺件")), ("whole", _("齐全"))]
HELP_GAPS: Choices = [
    ("no_ground", _("识别依据不全(识别时间、主要致贫原因)")),
    ("no_helper", _("没有帮扶责任人")),
    ("no_measure", _("没有帮扶措施")),
    ("either", _("帮扶责任人、措施缺一")),
    ("any", _("三块内容缺一")),
    ("whole", _("三块内容齐全")),
]


class HouseholdFilter(ListFilter):
    """Households. Without a standing: those that count in the totals."""

    primary = ("q", "standing", "household_kind", "main_cause")

    q = django_filters.CharFilter(label=_("户编号或户主姓名"), method="by_text", max_length=40)
    standing = chosen(_("在册状态"), _standings, "by_standing", otherwise=_("在册(不含清退)"))
    household_kind = chosen(_("户类型"), or_empty("household_kind"), "by_code")
    main_cause = chosen(_("主要致贫原因"), or_empty("cause"), "by_code")
    exit_means = chosen(_("脱贫依靠"), labels("exit_means"), "by_means")
    size = django_filters.NumberFilter(label=_("家庭人数"), method="by_size", min_value=0, max_value=99)
    dwelling_grade = chosen(_("房屋等级"), labels("dwelling_grade"), "by_code")
    safe_water = chosen(_("是否解决安全饮用水"), YES_NO, "by_yes_no")
    archive = chosen(_("档案资料"), ARCHIVES, "by_archive")
    help = chosen(_("扶持谁、谁来扶、怎么扶"), HELP_GAPS, "by_help")
    doubts = ticked(_("有未销号疑点"), "by_doubts")
    county_type = chosen(_("县类型"), COUNTY_TYPES, "by_type")
    village_type = chosen(_("村类型"), VILLAGE_TYPES, "by_type")

    def __init__(self, data: Any, queryset: Any, *, day: date, area: str = NATION, **kwargs: Any) -> None:
        self.area = area
        super().__init__(data, queryset, day=day, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.cleaned_data.get("standing"):
            queryset = queryset.counted_on(self.day)
        return super().filter_queryset(queryset)

    def by_text(self, rows: Any, _name: str, value: str) -> Any:
        if value.isdigit():
            return rows.filter(prefix_range("household_no", value))
        heads = {"memberships__until": None, "memberships__relation": codes("relation").head}
        return rows.filter(memberships__person__name__contains=value, **heads)

    def by_standing(self, rows: Any, _name: str, value: str) -> Any:
        if value == "any":
            return rows
        return (
            rows.without_standing_on(self.day)
            if value == "none"
            else rows.standing_on(self.day, *kinds_of(value))
        )

    def by_code(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{f"{name}__isnull": True} if value == "empty" else {name: int(value)})

    def by_means(self, rows: Any, _name: str, value: str) -> Any:
        return rows.relying_on(int(value))

    def by_size(self, rows: Any, _name: str, value: Any) -> Any:
        return rows.sized_on(int(value), self.day)

    def by_yes_no(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{name: {"yes": True, "no": False, "empty": None}[value]})

    def by_archive(self, rows: Any, _name: str, value: str) -> Any:
        gaps = lacking(self.day)
        return rows.filter(gaps if value == "lacking" else ~gaps)

    def by_help(self, rows: Any, _name: str, value: str) -> Any:
        ground, helper, measure = without_ground(), without_helper(self.area), without_measure(self.area)
        gaps = {"no_ground": ground, "no_helper": helper, "no_measure": measure, "either": helper | measure}
        lacking = ground | helper | measure
        return rows.filter(~lacking if value == "whole" else gaps.get(value, lacking))

    def by_doubts(self, rows: Any, _name: str, value: bool) -> Any:
        return rows.filter(pk__in=doubtful_households()) if value else rows

    def by_type(self, rows: Any, name: str, value: str) -> Any:
        return typed(rows, place_on(self.day, ""), self.day, **{name.removesuffix("_type"): value})


class PersonFilter(ListFilter):
    """People, as members of households. Without a standing: those of households that count in the totals."""

    primary = ("q", "sex", "youngest", "oldest")

    q = django_filters.CharFilter(label=_("姓名或证件号后四位"), method="by_text", max_length=40)
    sex = chosen(_("性别"), lambda: [one for one in labels("sex")() if one[0] in "12"], "by_code")
    youngest = django_filters.NumberFilter(label=_("年龄从"), method="by_age", min_value=0, max_value=130)
    oldest = django_filters.NumberFilter(label=_("年龄到"), method="by_age", min_value=0, max_value=130)
    standing = chosen(_("在册状态"), _of_people, "by_standing", otherwise=_("在册(不含清退)"))
    relation = chosen(_("与户主关系"), labels("relation"), "by_relation")
    health = chosen(_("健康状况"), labels("health"), "by_code")
    labour = chosen(_("劳动技能"), labels("labour"), "by_code")
    school_status = chosen(_("在校生状况"), labels("school_status"), "by_code")
    medical_insurance = chosen(_("是否参加基本医疗保险"), YES_NO, "by_yes_no")
    disabled = ticked(_("残疾"), "by_group")
    ill = ticked(_("患病(长期慢性病、大病)"), "by_group")
    at_school = ticked(_("在校生"), "by_group")
    doubts = ticked(_("有未销号疑点"), "by_doubts")
    county_type = chosen(_("县类型"), COUNTY_TYPES, "by_type")
    village_type = chosen(_("村类型"), VILLAGE_TYPES, "by_type")

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.cleaned_data.get("standing"):
            queryset = queryset.of_counted(self.day)
        return super().filter_queryset(queryset)

    def by_text(self, rows: Any, _name: str, value: str) -> Any:
        tail = Q(person__id_tail=value.upper()) if len(value) == 4 else Q(pk__in=())
        return rows.filter(Q(person__name__contains=value) | tail)

    def by_standing(self, rows: Any, _name: str, value: str) -> Any:
        return rows.of_counted(self.day, *kinds_of(value))

    def by_code(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{f"person__{name}": int(value)})

    def by_relation(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(relation=int(value))

    def by_age(self, rows: Any, name: str, value: Any) -> Any:
        years = int(value)
        return rows.aged(years, None, self.day) if name == "youngest" else rows.aged(None, years, self.day)

    def by_yes_no(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**{f"person__{name}": {"yes": True, "no": False, "empty": None}[value]})

    def by_group(self, rows: Any, name: str, value: bool) -> Any:
        return getattr(rows, name)() if value else rows

    def by_doubts(self, rows: Any, _name: str, value: bool) -> Any:
        return rows.filter(person__in=doubtful_people()) if value else rows

    def by_type(self, rows: Any, name: str, value: str) -> Any:
        return typed(rows, place_on(self.day), self.day, **{name.removesuffix("_type"): value})
