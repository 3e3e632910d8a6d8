"""/desk/{event}/schedule: where the programme comes from, what an import changed, how its sessions are tagged."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from babel.dates import format_date, format_datetime
from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.domain import audit
from app.domain.audit import Line
from app.domain.schedule import programme, schedule, schedule_feed
from app.domain.schedule.session_view import session_view
from app.errors import BadInput, Conflict
from app.models import Account, Event, ScheduleFeed
from app.models.account import Role
from app.pages import locale_of
from app.state import State
from ingest.http import Guard, OutboundError
from ingest.programme import IncomingSchedule
from ingest.schedule import parse, read
from ingest.schedule.reading import MAX_BYTES

router = APIRouter(include_in_schema=False)

CHANGES = 50
Text = Annotated[str, Form(max_length=2_000)]


@router.get("/desk/{slug}/schedule")
async def page(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    return await _page(request, state, account, event)


@router.post("/desk/{slug}/schedule")
async def import_(
    request: Request, state: Here, slug: str, address: Text = "", file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """A file is read once; an address now and again every five minutes."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    gettext = state.pages.catalogues[locale_of(request)].gettext
    try:
        incoming, etag = await _incoming(state, event, address, file)
        async with state.database.transaction() as db:
            stored = await db.get_one(Event, event.id)
            told = await schedule.import_schedule(db, stored, incoming, state.clock())
            if etag is not None:
                await schedule_feed.remember(db, stored, address, etag, state.clock())
            await audit.note(db, event.id, account, Line("schedule", why="read"), state.clock())
    except BadInput as error:
        return await _page(request, state, account, event, error=error.told(gettext), typed=address, status=400)
    except OutboundError as error:
        return await _page(request, state, account, event, error=str(error), typed=address, status=400)
    return await _page(request, state, account, event, told=told.told(gettext))


@router.post("/desk/{slug}/schedule/forget")
async def forget(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.transaction() as db:
        await schedule_feed.forget(db, event)
        await audit.note(db, event.id, account, Line("schedule", why="forgotten"), state.clock())
    return RedirectResponse(f"/desk/{slug}/schedule", 303)


@router.post("/desk/{slug}/schedule/marks")
async def marks(request: Request, state: Here, slug: str, tag: Text = "") -> Response:
    """The sessions' tag, and the codes on the cards of each room."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    given = await request.form(max_fields=1_000)
    codes = {key.removeprefix("code-"): str(value) for key, value in given.items() if key.startswith("code-")}
    try:
        async with state.database.transaction() as db:
            await schedule_feed.set_marks(db, event, tag, codes, state.clock())
            await audit.note(db, event.id, account, Line("schedule", why="marks"), state.clock())
    except (BadInput, Conflict) as error:
        gettext = state.pages.catalogues[locale_of(request)].gettext
        return await _page(request, state, account, event, error=error.told(gettext), status=error.status)
    return RedirectResponse(f"/desk/{slug}/schedule", 303)


async def _incoming(
    state: State, event: Event, address: str, file: UploadFile | None
) -> tuple[IncomingSchedule, str | None]:
    """What was handed in, and the tag of its address where it has one. Raises BadInput, OutboundError."""
    if file is not None and file.size:
        if file.size > MAX_BYTES:
            raise BadInput("That file is too large for a schedule.", "file")
        return await asyncio.to_thread(parse, await file.read(MAX_BYTES), event.zone), None
    if not address.strip():
        raise BadInput("Give an address, or choose a file.", "address")
    guard = Guard(allow_private=state.settings.private_hosts, contact=state.settings.public_url)
    reading = await read(guard, schedule_feed.check_address(address), event.zone)
    return reading.schedule or IncomingSchedule(known_format=False), reading.etag


def _read_at(feed: ScheduleFeed | None, event: Event, locale: str) -> str:
    if feed is None or feed.fetched_at is None:
        return ""
    return format_datetime(feed.fetched_at.astimezone(event.zone), "EEEE, HH:mm", locale=locale)


async def _page(
    request: Request, state: State, account: Account, event: Event, told: str = "", error: str = "", typed: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    now = state.clock()
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        feed = await schedule_feed.find_feed(db, event.id)
        rooms = await schedule_feed.list_rooms(db, event.id)
        changed = [session_view(s, event, now) for s in await programme.changed(db, event.id, CHANGES)]
        count = await programme.count_sessions(db, event.id)
    values: dict[str, Any] = {
        "account": account, "feed": feed, "rooms": rooms, "changed": changed, "count": count, "told": told,
        "error": error, "typed": typed or (feed.url if feed else ""), "session_tag": event.session_tag,
        "read_at": _read_at(feed, event, locale_of(request)),
        "day_name": lambda day: format_date(date.fromisoformat(day), "full", locale_of(request)),
    }  # fmt: skip
    return state.pages.page(
        "desk_schedule.html", locale_of(request), status, {"cache-control": "no-store"}, **values,
        **words(request, event),
    )  # fmt: skip
