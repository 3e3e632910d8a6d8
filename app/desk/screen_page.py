"""The pages about screens, drawn: the list of them, and one of them, or all at once, with everything it can be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.desk import screen_forms, spotlight_words
from app.desk.asking import base_address, words
from app.desk.ready_made import MODES, READY, SECONDS, TURNS, WHEN
from app.desk.screen_forms import Line
from app.desk.screen_words import moment_in_words, rows
from app.domain import screens
from app.domain.schedule import programme, schedule_feed
from app.domain.screens import quiet
from app.errors import StrandError
from app.models import Event, Screen, Session
from app.pages import locale_of, long_day
from app.state import State

NO_STORE = {"cache-control": "no-store"}
ALL = "all"
COMING, AHEAD = 80, timedelta(days=14)  # talks one can choose from
MOST_UNITS, EASY = 64, 140  # as static/js/wall/look.js sizes words; metres a reader may sit away for each of their size
BLANK = {
    "name": "", "audience": "reviewed", "code": "", "screen": "new", "room": "", "kind": "announcement", "words": "",
    "ends": "", "at": "", "session": "", "day": "", "since": "", "until": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a form that was sent comes back with."""

    form: str = ""  # which one it was
    error: StrandError | None = None
    typed: dict[str, str] = field(default_factory=dict)
    lines: Sequence[Line] | None = None  # a programme that is not kept yet
    chosen: frozenset[int] = frozenset()  # of all screens those it is for; none: every one
    freeze_link: str = ""
    invited: dict[str, Any] | None = None


NOTHING = Told()


def wall_address(event: Event, name: str) -> str:
    return f"/{event.slug}/wall?{urlencode({'screen': name})}"


async def how_they_are(request: Request, state: State, db: AsyncSession, event: Event) -> list[dict[str, Any]]:
    """A row for each, in words. Needs the event as it is now."""
    gettext = state.pages.catalogues[locale_of(request)].gettext
    resting = event.frozen_at is not None or event.blank_at is not None
    found = await screens.states(db, event, state.clock())
    return rows(found, resting, gettext, event.zone, lit=event.spotlight is not None)


async def list_page(request: Request, state: State, event: Event, told: Told = NOTHING) -> Response:
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        its = await how_they_are(request, state, db, event)
        follows = {one.id for one in await screens.list_screens(db, event.id) if one.programme}
        lit = await spotlight_words.shown(db, event)
    values = {"screens": [row | {"programme": row["id"] in follows} for row in its]} | lit
    values |= {"has_link": bool(event.freeze_nonce), "freeze_link": told.freeze_link}
    return _drawn(request, state, event, "desk_screens.html", told, values)


async def screen_page(request: Request, state: State, event: Event, which: str, told: Told = NOTHING) -> Response:
    """Raises NotFound."""
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        one = None if which == ALL else await screens.find(db, event.id, int(which))
        its = await how_they_are(request, state, db, event)
        rooms = await schedule_feed.list_rooms(db, event.id)
        talks = await _talks(db, event, state.clock())
        values: dict[str, Any] = {"quiet": await _quiet(request, state, db, event, one), "rooms": rooms, "talks": talks}
    row = next((row for row in its if one is not None and row["id"] == one.id), None)
    values |= {"screens": its, "row": row}
    values |= {"wall": wall_address(event, one.name) if one else "", **_can_be_set(event, one, told, state.clock())}
    return _drawn(request, state, event, "desk_screen.html", told, {"which": which, "one": one, **values})


def _can_be_set(event: Event, one: Screen | None, told: Told, now: datetime) -> dict[str, Any]:
    stored = screen_forms.as_lines(one.programme) if one else []
    look = {key: _as_typed(value) for key, value in screens.look_of(one.look).items()} if one else {}
    room = str((one.room_id if one else None) or "")
    kept: dict[str, str] = {"room": room} | ({"name": one.name, "audience": one.audience} if one else {})
    kept |= {"day": f"{now.astimezone(event.zone):%Y-%m-%d}", **look}
    ready = next((key for key, (_, _, steps) in READY.items() if one and steps == one.programme), "")
    lines = stored if told.lines is None else list(told.lines)
    too_far = _too_far(screens.look_of(one.look)) if one else 0
    return {
        "kept": kept, "lines": screen_forms.padded(lines), "unkept": told.lines is not None, "is_ready": ready,
        "too_far": too_far,
    }  # fmt: skip


def _too_far(look: dict[str, Any]) -> int:
    """The metres from which even the largest small words of this picture are hard to read; 0: nobody sits there."""
    lines = 1_920 if look["turn"] in (90, 270) else 1_080
    reach = MOST_UNITS * look["height"] / lines * EASY
    return int(reach) if 0 < reach < look["metres"] else 0


def _as_typed(value: Any) -> str:
    """As a field of the form has it: yes, no; 12 and not 12.0; an empty field where nobody said."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


async def _talks(db: AsyncSession, event: Event, now: datetime) -> list[dict[str, Any]]:
    """What runs or comes, to be quiet during."""
    found = await programme.between(db, event.id, now, now + AHEAD, COMING)
    return [{"id": one.id, "title": one.title, "time": f"{one.starts_at.astimezone(event.zone):%H:%M}",
             "day": f"{one.starts_at.astimezone(event.zone):%Y-%m-%d}"} for one in found]  # fmt: skip


async def _quiet(
    request: Request, state: State, db: AsyncSession, event: Event, one: Screen | None
) -> list[dict[str, Any]]:
    """Its quiet times in words, each with the name by which it is taken away."""
    now, locale = state.clock(), locale_of(request)

    def told(at: datetime) -> str:
        return moment_in_words(at, now, event.zone, lambda day: long_day(day, locale))

    windows = one.quiet if one else []
    by_talk = any("session" in window for window in windows)
    talks = {talk.id: talk for talk in await programme.list_sessions(db, event.id)} if by_talk else {}
    return [_window(window, talks, told) | {"mark": screen_forms.named(window)} for window in windows]


def _window(window: dict[str, Any], talks: dict[int, Session], told: Callable[[datetime], str]) -> dict[str, Any]:
    if "session" in window:
        talk = talks.get(window["session"])
        return {"title": talk.title if talk else "", "when": told(talk.starts_at) if talk else "", "until": ""}
    since, until = quiet.moment(window["from"]), quiet.moment(window["to"])
    return {"title": "", "when": told(since) if since else "", "until": told(until) if until else ""}


def _drawn(
    request: Request, state: State, event: Event, template: str, told: Told, values: dict[str, Any]
) -> Response:  # fmt: skip
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    resting = "blank" if event.blank_at else "frozen" if event.frozen_at else ""
    common = {
        "form": told.form, "error": told.error.told(gettext) if told.error else "", "typed": BLANK | told.typed,
        "chosen": told.chosen, "invited": told.invited, "base": base_address(request), "public": event.is_public,
        "resting": resting, "modes": {key: tuple(map(gettext, both)) for key, both in MODES.items()},
        "turns": TURNS, "seconds": SECONDS, "when": {key: gettext(one) for key, one in WHEN.items()},
        "ready": {key: (gettext(name), gettext(hint)) for key, (name, hint, _) in READY.items()},
    }  # fmt: skip
    status = told.error.status if told.error else 200
    return state.pages.page(template, locale, status, NO_STORE, **(common | values), **words(request, event))
