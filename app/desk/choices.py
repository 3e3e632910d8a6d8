"""What organisers choose from: time zones by region, languages by their own names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from babel.core import Locale, UnknownLocaleError

from app.pages import LOCALES

REGIONS = (
    "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip
OFFERED = ("en", "de", "da", "es", "fr", "it", "nl", "nb", "pl", "pt", "fi", "sv", "cs", "tr", "uk", "ar")


def zone_choices(chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """[("Europe", [("Europe/Berlin", "Berlin"), …]), …]. What is chosen is among them, whatever it is."""
    found = _zones()
    known = {name for _, zones in found for name, _ in zones}
    return found if chosen in known else [("", [(chosen, chosen)]), *found]


def language_choices(chosen: Iterable[str]) -> list[tuple[str, str, bool]]:
    """(code, own name, whether it is likely): first those that are chosen, then those the house speaks."""
    likely = [*chosen, *LOCALES]
    return [(code, own_name(code), code in likely) for code in dict.fromkeys([*likely, *OFFERED])]


def own_name(code: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code


@cache
def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    names = sorted(available_timezones())
    by_region = [
        (region, [(name, name.partition("/")[2].replace("_", " ")) for name in names if name.startswith(f"{region}/")])
        for region in REGIONS
    ]
    return [("", [("UTC", "UTC")]), *by_region]
