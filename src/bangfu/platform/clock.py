"""The only clock of the house. Rules never read it: they are told the day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

HERE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, aware, in UTC. Not pretended even in demo mode: records keep true times."""
    return timezone.now()


def today() -> date:
    """The day in Asia/Shanghai; in demo mode the day of ``BANGFU_TODAY`` where that is set."""
    if settings.BANGFU_DEMO and settings.BANGFU_TODAY is not None:
        pretended: date = settings.BANGFU_TODAY
        return pretended
    return now().astimezone(HERE).date()


def day_of(moment: datetime) -> date:
    """The day in Asia/Shanghai of an aware ``moment``."""
    return moment.astimezone(HERE).date()


def start_of(day: date) -> datetime:
    """The first moment of ``day`` in Asia/Shanghai, aware."""
    return datetime(day.year, day.month, day.day, tzinfo=HERE)


def as_yyyymmdd(day: date) -> int:
    """2016-01-31 → 20160131."""
    return day.year * 10_000 + day.month * 100 + day.day


def from_yyyymmdd(number: int) -> date:
    """20160131 → 2016-01-31. Raises ValueError when there is no such day."""
    return date(number // 10_000, number // 100 % 100, number % 100)
