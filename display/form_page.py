"""Draws the form of /{event}/say: what surrounds it, what was typed before, one sentence where something is wrong."""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass, replace
from typing import Any

from babel.dates import format_date
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app import secrets
from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.posts import consent, saying
from app.domain.posts.saying import Words
from app.domain.posts.seat import Seat, find_seat
from app.domain.schedule.programme import find_session
from app.errors import BadInput, Conflict, NotFound, TooFast
from app.models import Event, Session
from app.pages import LOCALES, locale_of
from app.state import State
from display import proof, uploads
from display.asking import event_words, public_event, words
from display.languages import language_name
from display.uploads import Taken

BLANK = Taken([uploads.Slot(n) for n in uploads.SLOTS])
Problem = BadInput | Conflict | TooFast


@dataclass(frozen=True, slots=True)
class Answered:
    uri: str
    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Around:
    """What the form is filled in beside."""

    event: Event
    answered: Answered | None
    seat: Seat
    room: int = 0  # bytes for pictures


async def find_around(request: Request, state: State, slug: str, to: str, code: str, session: str = "") -> Around:
    """`session`: a talk that was chosen, also where it is not on now."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        seat = await find_seat(db, event, code, state.clock())
        seat = await _beside(db, event, seat, session)
        return Around(event, await _answered(db, event, to), seat, await uploads.room_left(db, state))


async def _beside(db: AsyncSession, event: Event, seat: Seat, session: str) -> Seat:
    known = {str(one.id) for one in seat.sessions}
    if session in known or not (session.isascii() and session.isdigit() and len(session) <= 9):
        return seat
    try:
        return replace(seat, sessions=[*seat.sessions, await find_session(db, event.id, int(session))])
    except NotFound:
        return seat


async def _answered(db: AsyncSession, event: Event, to: str) -> Answered | None:
    """The post this answers, if everybody may see it."""
    if not (to.isascii() and to.isdigit() and len(to) <= 9):
        return None
    view = await snapshot.one(db, event, int(to), Audience.PUBLIC)
    uri = await snapshot.uri_of(db, event, int(to))
    return Answered(uri, view) if view and uri else None


def waiting_header(error: Problem | None) -> dict[str, str]:
    wait = {"retry-after": str(int(error.wait) + 1)} if isinstance(error, TooFast) else {}
    return {"cache-control": "no-store"} | wait


def form_page(
    request: Request, state: State, around: Around, typed: Words, taken: Taken, error: Problem | None = None,
    token: str = "", asked: str = "",
) -> Response:  # fmt: skip
    """The form, with what was typed before and one plain sentence where something is wrong."""
    locale, event = locale_of(request), around.event
    gettext = state.pages.catalogues[locale].gettext
    headers = waiting_header(error)
    return state.pages.page(
        "say.html", locale, error.status if error else 200, headers, typed=typed, slots=taken.slots,
        to=around.answered.view if around.answered else None, error=error.told(gettext) if error else "",
        field=getattr(error, "field", ""), bits=proof.BITS, max_words=saying.MAX_WORDS, max_cover=saying.MAX_COVER,
        sessions=[_session_words(s, event) for s in around.seat.sessions], label=around.seat.label,
        tongues_of_post=_languages(event, locale), consent=gettext(consent.ASKED),
        added=consent.added(event, locale), agreed=consent.version(event),
        promises=consent.told(gettext, _until(event, locale)), kept=_kept(around, typed),
        sum=asked, question=proof.question(state.settings.key, asked, gettext) if asked else "",
        nonce=secrets.sign(state.settings.key, "say", token or random.token_hex(12)), **event_words(event),
        **words(request),
    )  # fmt: skip


def _session_words(session: Session, event: Event) -> dict[str, str]:
    local = session.starts_at.astimezone(event.zone)
    return {"id": str(session.id), "title": session.title, "room": session.room.name if session.room else "",
            "time": f"{local:%H:%M}"}  # fmt: skip


def _until(event: Event, locale: str) -> str:
    return format_date(event.keep_until.astimezone(event.zone), "long", locale) if event.keep_until else ""


def _languages(event: Event, locale: str) -> list[tuple[str, str]]:
    codes = dict.fromkeys((locale, *event.languages, *LOCALES))
    return [(code, language_name(code, locale)) for code in codes]


def _kept(around: Around, typed: Words) -> dict[str, str]:
    """What the address of the form brings along when its reader chooses another language."""
    to = {"to": str(around.answered.view["id"])} if around.answered else {}
    to |= {"code": around.seat.code} if around.seat.code else {}
    to |= {"question": "1"} if typed.question else {}
    return to | ({"session": typed.session} if typed.session not in ("", "none", typed.guess) else {})
