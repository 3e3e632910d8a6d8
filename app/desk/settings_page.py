"""The pages of an event's settings, drawn: what stands in each field, and what came of a save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from babel.core import Locale
from babel.numbers import format_decimal
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.desk.asking import base_address, words
from app.desk.choices import language_choices, zone_choices
from app.domain.event import address, colours, event_settings, life, parts
from app.domain.event.event_settings import Outcome
from app.domain.event.texts import MOST_CONSENT
from app.domain.posts import consent
from app.errors import BadInput, Conflict
from app.models import Account, Event
from app.pages import LOCALES, locale_of
from app.state import State

ADDRESS, LOGO, LIFE = "address", "logo", "life"  # forms beside the parts, each with a verb of its own


@dataclass(frozen=True, slots=True)
class Told:
    """What a form that was sent comes back with."""

    section: str = ""  # which form it was
    outcome: Outcome = field(default_factory=Outcome)
    typed: dict[str, str] = field(default_factory=dict)
    error: BadInput | Conflict | None = None  # of a form beside the parts

    @property
    def status(self) -> int:
        if self.error is not None:
            return self.error.status
        return 400 if self.outcome.errors else 409 if self.outcome.overtaken else 200


def languages_of(event: Event) -> list[str]:
    """Those in which people are told something: the event's first, of those the house speaks."""
    spoken = [given.partition("-")[0] for given in event.languages]
    return list(dict.fromkeys([*(one for one in spoken if one in LOCALES), *LOCALES]))


async def draw(
    request: Request, state: State, account: Account, event: Event, page: str, told: Told | None = None
) -> Response:
    locale, told = locale_of(request), told or Told()
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        more = await _more(db, request, event, page, told.typed)
    languages, outcome = languages_of(event), told.outcome
    stored: dict[str, str] = {}
    for name in parts.PAGES[page]:
        stored |= event_settings.values(event, parts.sections(languages)[name])
    better = {name: str(e.values["better"]) for name, e in outcome.errors.items() if e.values.get("better")}
    values: dict[str, Any] = {
        "account": account, "stored": stored | told.typed, "in_languages": languages, "section": told.section,
        "seen": {name: event_settings.mark(value) for name, value in stored.items()},
        "errors": {name: in_words(error, gettext, locale) for name, error in outcome.errors.items()}, "better": better,
        "overtaken": outcome.overtaken, "kept": outcome.kept,
        "saved": bool(told.section) and told.error is None and outcome.is_saved,
        "error": told.error.told(gettext) if told.error else "", "zone": event.time_zone,
        "erased_at": event.erased_at,
        "named": {code: Locale.parse(code).get_display_name(locale) for code in languages},
    }  # fmt: skip
    return state.pages.page(
        f"desk_settings_{page}.html", locale, told.status, {"cache-control": "no-store"}, **(values | more),
        **words(request, event),
    )  # fmt: skip


async def _more(
    db: AsyncSession, request: Request, event: Event, page: str, typed: Mapping[str, str]
) -> dict[str, Any]:  # fmt: skip
    if page == "event":
        return {
            "address": request.client.host if request.client else "", "zones": zone_choices(event.time_zone),
            "choices": language_choices(event.languages), "given_out": await address.is_given_out(db, event),
            "base": base_address(request).partition("://")[2],
        }  # fmt: skip
    if page == "look":
        line, now = typed.get("colour", event.colour), typed.get("colour_2", event.colour_2)
        return look_words(line, now, locale_of(request))
    if page == "life":
        ways = await life.ways(db, event)
        return {
            "ways": [(way.value, life.is_for_good(event.state, way)) for way in ways],
            "is_made": bool((event.rehearsal or {}).get("made")), "has_posts": await life.has_posts(db, event),
        }  # fmt: skip
    return {"promises": consent.ASKED, "most_consent": MOST_CONSENT}


def look_words(line: str, now: str, locale: str) -> dict[str, Any]:
    """Each colour as it is worn, and how it reads at worst; None where it is the house's own, or none."""
    return {"worn": {name: _worn(one, name, locale) for name, one in (("colour", line), ("colour_2", now))}}


def _worn(typed: str, name: str, locale: str) -> dict[str, str] | None:
    try:
        return worn_words(colours.worn(colours.parse(typed, name)), locale) if typed.strip() else None
    except BadInput:
        return None


def worn_words(worn: colours.Worn, locale: str) -> dict[str, str]:
    by_day, by_night = (format_decimal(one, "0.0", locale=locale) for one in (worn.by_day, worn.by_night))
    return {"day": worn.day, "night": worn.night, "by_day": by_day, "by_night": by_night}


def in_words(error: BadInput, gettext: Callable[[str], str], locale: str) -> str:
    """One sentence, with the numbers in it as the reader writes them."""
    numbers = {name: value for name, value in error.values.items() if isinstance(value, float)}
    told = {name: format_decimal(value, "0.0", locale=locale) for name, value in numbers.items()}
    return BadInput(error.template, error.field, **(error.values | told)).told(gettext)
