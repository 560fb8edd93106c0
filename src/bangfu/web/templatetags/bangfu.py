"""How values stand on a page: words, codes, money, days, places, lamps, icons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bangfu.divisions.codes import Level, level_of
from bangfu.platform import clock
from bangfu.platform.jobs.enums import JobState
from bangfu.platform.jobs.models import Job
from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import codes
from bangfu.policy.words import Words
from bangfu.registry.enums import EventKind
from bangfu.registry.masking import masked_tail
from bangfu.web.completeness import PlaceCounts
from bangfu.web.lamps import LAMPS, Lamp
from bangfu.web.places import name_of, path_of
from bangfu.web.speaking import said as in_language

register = template.Library()
LONG_WAIT: Final = timedelta(seconds=10)
_TAKEN: Final = {
    "new_households": _("新登记的户"),
    "new_people": _("新登记的人"),
    "corrected_households": _("更正的户"),
    "corrected_people": _("更正的人"),
    "unchanged": _("没有变化的行"),
    "rows": _("名单的行"),
}
_UNITS: Final = {
    "m2": Words("平方米", "m²"),
    "km": Words("公里", "km"),
    "mu": Words("亩", "mu"),
    "month": Words("个月", "months"),
    "year": Words("年", "years"),
    "day": Words("天", "days"),
    "currency-CNY": Words("元", "yuan"),
    "yuan": Words("元", "yuan"),
    "measure": Words("项", "measures"),
    "person": Words("人", "people"),
    "household": Words("户", "households"),
    "count": Words("个", ""),
    "km2": Words("平方公里", "km²"),
    "m": Words("米", "m"),
    "percent": Words("%", "%"),
}


@register.filter
def said(words: Words | str | None) -> str:
    """A text in the language of the page."""
    return in_language(words)


@register.filter
def label(code: Any, code_list: str) -> str:
    """The label of a code; empty for none."""
    return (
        codes(code_list).label(code, get_language() or "zh-hans") if code is not None and code != "" else ""
    )


@register.filter
def unit(key: str) -> str:
    """The name of a unit; what is not known stands as it is."""
    return said(_UNITS[key]) if key in _UNITS else key


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan, always with both decimals so that columns line up: 1,234.50; empty for none."""
    if fen is None:
        return ""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


@register.filter
def signed_yuan(fen: int) -> str:
    """The same with its plus or minus."""
    return f"{'+' if fen > 0 else ''}{yuan(fen)}"


@register.filter
def fund(key: str) -> str:
    """The name of a source of money."""
    return next((said(one.title) for one in codes("benefit_fund") if one.key == key), key)


@register.filter
def number(value: float | None) -> str:
    """12 345 → 12,345; empty for none."""
    return "" if value is None else f"{value:,}"


@register.filter
def signed(value: int) -> str:
    """A gain with its plus, a loss with its minus."""
    return f"{value:+,}" if value else "0"


@register.filter
def iso(day: date | int | None) -> str:
    """A day as 2015-12-31, also from yyyymmdd; empty for none."""
    if day is None or day == "":
        return ""
    return (clock.from_yyyymmdd(day) if isinstance(day, int) else day).isoformat()


@register.filter
def moment(at: datetime | None) -> str:
    """A moment as 2015-12-31 08:05 in Asia/Shanghai; empty for none."""
    return "" if at is None else f"{at.astimezone(clock.HERE):%Y-%m-%d %H:%M}"


@register.filter
def masked(tail: str) -> str:
    """An identity number of which only the tail may be shown."""
    return masked_tail(tail)


@register.filter
def place(code: str) -> str:
    """The name of a division."""
    return name_of(code)


@register.filter
def place_path(code: str) -> str:
    """The names of a division from the county down."""
    return path_of(code)


@register.filter
def level(code: str) -> str:
    """The level of a division in words."""
    found: Level | None = level_of(code)
    return said(found.title if found is not None else Words("全国", "nation"))


@register.filter
def event_name(kind: int) -> str:
    """What an event is called."""
    return str(EventKind(kind).label)


@register.filter
def at(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """``mapping[key]``; None where there is none."""
    return (mapping or {}).get(key)


@register.filter
def shown_division(bound: BoundField) -> str:
    """What the search box of a division field shows."""
    field: Any = bound.field
    return str(field.shown(bound.value() or ""))


@register.filter
def table_title(name: str) -> str:
    """The title of a table of the vocabulary."""
    return said(vocabulary.table(name).title)


@register.filter
def taken_title(key: str) -> str:
    """What a number of a finished import counts."""
    return str(_TAKEN.get(key, key))


@register.filter
def elapsed(job: Job) -> int:
    """Seconds since a job was queued, until it ended."""
    return int(((job.finished or clock.now()) - (job.started or job.created)).total_seconds())


@register.filter
def waits_long(job: Job) -> bool:
    """Whether nobody has begun the job although it was queued a while ago."""
    return job.state == JobState.WAITING and clock.now() - job.created > LONG_WAIT


@register.filter
def pairs(detail: Mapping[str, Any]) -> str:
    """A record's detail as lines."""
    return "\n".join(f"{name}: {value}" for name, value in detail.items())


@register.filter
def person_index(prefix: str) -> str:
    """person-3 → 3."""
    return prefix.removeprefix("person-")


@register.filter
def hundredths(value: int) -> str:
    """Hundredths of a unit: 20,370,000 → 203,700; 2,826 → 28.26."""
    whole, rest = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{whole:,}" + (f".{rest:02d}" if rest else "")


@register.filter
def signed_hundredths(value: int) -> str:
    """The same with its plus or minus."""
    return f"{'+' if value > 0 else ''}{hundredths(value)}"


@register.filter
def percent(share: int | None) -> str:
    """A share in 1/10 000 as 82.35 %; a dash for none."""
    return "—" if share is None else f"{share // 100}.{share % 100:02d}%"


@register.simple_tag
def share(one: PlaceCounts, part: str, whole: str) -> str:
    """What ``part`` is of ``whole`` in a place."""
    return percent(one.share(part, whole))


@register.simple_tag
def less(whole: int, part: int) -> str:
    """``whole`` less ``part``."""
    return number(whole - part)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; it says nothing to a screen reader, the words beside it do."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/icons.svg"),
        name,
    )


@register.inclusion_tag("web/parts/lamp.html")
def lamp(kind: str, key: Any, text: Any = None) -> dict[str, Any]:
    """Red, amber, green or grey with a word and an icon; ``key`` is a value of ``kind`` in ``web.lamps``."""
    found: Lamp = LAMPS[kind][str(key)]
    return {"colour": found.colour, "icon": found.icon, "text": text or said(found.text)}


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, wide: bool = False) -> dict[str, Any]:
    """A field with label, unit, help and what is wrong with it."""
    return {"field": bound, "wide": wide, "extra": getattr(bound.field, "extra", {})}
