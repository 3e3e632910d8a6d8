"""What a language is called, and how days and moments are written, in the reader's own language."""

from __future__ import annotations

from datetime import date, datetime

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

from app.pages import calendar

__all__ = ["calendar", "day_words", "language_name", "moment_words", "short_moment"]
_DAY = {"de": "EEEE, d. MMMM", "en": "EEEE, d MMMM"}  # Babel's own have the year


def language_name(code: str, locale: str) -> str:
    """ "German" for "de"; the code itself where nobody has a word for it."""
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name(locale)
    except (UnknownLocaleError, ValueError, TypeError):
        return code
    return name or code


def short_moment(moment: datetime, locale: str) -> str:
    """ "11 Jun, 10:00": for a list, where the weekday would be too much."""
    return f"{format_skeleton('MMMd', moment, locale=calendar(locale))}, {moment:%H:%M}"


def day_words(day: date, locale: str) -> str:
    """ "Friday, 11 June"."""
    return str(format_date(day, _DAY.get(locale, "full"), calendar(locale)))


def moment_words(moment: datetime, locale: str) -> str:
    """ "Friday, 11 June, 10:00"."""
    return f"{day_words(moment.date(), locale)}, {moment:%H:%M}"
