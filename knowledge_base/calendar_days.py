"""Which day it is, where nobody said in whose time zone a day was meant.

What ends, ends as soon as that day has begun anywhere; what begins has begun once the
day has begun everywhere. An hour too early closes a page; an hour too late shows it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from knowledge_base.columns import in_utc

EARLIEST = timedelta(hours=14)  # UTC+14: where each day begins first
LATEST = timedelta(hours=12)  # UTC-12: where it begins last


@dataclass(frozen=True, slots=True)
class CivilDays:
    """`closing` is compared with what ends, `opening` with what begins."""

    opening: date
    closing: date


def civil_days(now: datetime) -> CivilDays:
    """The latest day begun anywhere and the latest begun everywhere at that moment."""
    moment = in_utc(now)
    return CivilDays(
        opening=(moment - LATEST).date(), closing=(moment + EARLIEST).date()
    )
