"""/{event}/card: a postcard and a table tent to print, with the hashtag, three reasons and the way to the form."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import segno
from babel.dates import format_date, format_interval
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from app.domain.event import cards, one_tag
from app.domain.event.cards import Place
from app.domain.event.look import logo_address
from app.errors import NotAllowed
from app.models import Event
from app.models.account import Role
from app.pages import LOCALES, locale_of
from app.security import may_enter, visitor_in
from app.state import State
from display.asking import Here, base_address, event_words, public_event, words
from display.languages import calendar

router = APIRouter(include_in_schema=False)

FORMATS = ("a6", "tent")
REASONS = 3
_FITS = (6.6, 8.0, 9.7, 11.8, 14.6, 18.2)  # how wide a tag may be, in its own size, before it is set smaller
_WIDE, _NARROW = "mwMW@", "fijlrtI"


@router.get("/{slug}/card")
async def card(request: Request, state: Here, slug: str, code: str = "", format: str = "a6") -> Response:
    """One place's card, or one for everywhere; every language of the event on a card of its own."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        place = await cards.find_place(db, event.id, code) if code else Place("", "")
    return _page(request, state, event, [place], format, place)


@router.get("/{slug}/card/all")
async def all_cards(request: Request, state: Here, slug: str, format: str = "a6") -> Response:
    """Every place's card, to print in one go: for those who look after the event."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        if not await may_enter(db, await visitor_in(db, request), event, Role.REPORTER):
            raise NotAllowed("You have no desk at this address.")
        places = await cards.list_places(db, event.id)
    return _page(request, state, event, places or [Place("", "")], format, None)


def _page(
    request: Request, state: State, event: Event, places: Sequence[Place], format: str, place: Place | None
) -> Response:
    format = format if format in FORMATS else "a6"
    languages = languages_of(event, request.query_params.get("lang"), locale_of(request))
    return state.pages.page(
        "card.html", locale_of(request), 200, {"cache-control": "no-cache"}, format=format, place=place,
        sheets=sheets(request, state, event, places, format, languages), card_languages=languages,
        **event_words(event), **words(request),
    )  # fmt: skip


def sheets(
    request: Request, state: State, event: Event, places: Sequence[Place], format: str, languages: Sequence[str]
) -> list[Markup]:
    """What comes out of the printer, page by page. A tent speaks two languages, one to each side."""
    if format == "a6":
        return [_face(request, state, event, place, one, "card_a6.html") for place in places for one in languages]
    pairs = [(languages[i], languages[(i + 1) % len(languages)]) for i in range(0, len(languages), 2)]
    return [
        Markup('<section class="sheet tent">{}{}</section>').format(  # the far side lies on its head, to be folded
            _face(request, state, event, place, far, "card_tent.html", far=True),
            _face(request, state, event, place, near, "card_tent.html", far=False),
        )
        for place in places
        for near, far in pairs
    ]


def languages_of(event: Event, asked: str | None, reader: str) -> list[str]:
    """The one asked for; else the event's that we speak; else the reader's."""
    if asked in LOCALES:
        return [asked]
    spoken = [given.partition("-")[0] for given in event.languages]
    return list(dict.fromkeys(one for one in spoken if one in LOCALES)) or [reader]


def reasons(event: Event, language: str) -> list[str]:
    """The organiser's own, in this language; empty where they gave none: then the card knows some."""
    given: list[Any] = next((r for key, r in event.reasons.items() if key.partition("-")[0] == language and r), [])
    return [str(reason) for reason in given if str(reason).strip()][:REASONS]


def when(starts: datetime | None, ends: datetime | None, locale: str) -> str:
    """ "11–12 June 2027", as the event's own clock has it. What ends at midnight ends the day before."""
    if starts is None:
        return ""
    last = max(starts, (ends or starts) - timedelta(seconds=1))
    first, spoken = starts.date(), calendar(locale)
    if first == last.date():
        return str(format_date(first, "long", spoken))
    if locale == "en" and (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{format_date(last, 'long', spoken)}"  # Babel would shorten the month
    return str(format_interval(first, last.date(), "yMMMMd", locale=spoken))


def fit(tag: str) -> int:
    """How small a tag must be set to stand on one line: 0 the largest, 6 wraps."""
    width = sum(_width(letter) for letter in f"#{tag}")
    return next((step for step, most in enumerate(_FITS) if width <= most), len(_FITS))


def _width(letter: str) -> float:
    if ord(letter) > 0x2E80 or letter in _WIDE:
        return 0.95
    return 0.32 if letter in _NARROW else 0.7 if letter.isupper() else 0.56


def qr(address: str, label: str) -> Markup:
    """With a quiet zone of its own; a path and no picture, so that every printer draws it sharply."""
    drawn = io.BytesIO()
    segno.make(address, micro=False, error="m").save(
        drawn, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=False, omitsize=True,
        svgclass="qr", lineclass=None, title=label,
    )  # fmt: skip
    return Markup(drawn.getvalue().decode().strip())  # noqa: S704  segno's own, and it escapes the title


def _face(
    request: Request, state: State, event: Event, place: Place, language: str, template: str, **more: Any
) -> Markup:
    base = base_address(request)
    shown = base.partition("://")[2]
    query = f"?code={place.code}" if place.code else ""
    good = [tag for tag in event.tags if one_tag.works(tag)] or event.tags[:1]
    zone = event.zone
    starts, ends = (m.astimezone(zone) if m else None for m in (event.starts_at, event.ends_at))
    gettext = state.pages.catalogues[language].gettext
    drawn = state.pages.text(
        template, language, title=event.title, when=when(starts, ends, language), where=event.place, tags=good,
        fit=fit(good[0]) if good else 0, reasons=reasons(event, language), spare=event.spare_tag,
        goes_on=event.spare_announced_at is not None,
        logo=logo_address(event),
        address=f"{shown}/{event.slug}/say", remove=f"{shown}/{event.slug}/remove", label=place.label, code=place.code,
        qr=qr(f"{base}/{event.slug}/say{query}", gettext("QR code to the form")),
        way=f"/{event.slug}/say{query}", **more,
    )  # fmt: skip
    return Markup(drawn)  # noqa: S704  drawn by a template of ours, which escapes
