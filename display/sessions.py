"""/{event}/sessions, the programme; /{event}/sessions/{id}, what was said of one talk; sessions.json, for walls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.domain import snapshot
from app.domain.audience import Audience, Surface
from app.domain.schedule import programme
from app.domain.schedule.session_view import brief, session_view
from app.domain.strand.standing import all_stand
from app.domain.view import place
from app.fresh import answer, tag
from app.ids import Id
from app.models import Event, EventState, Session
from app.models.account import Role
from app.pages import locale_of
from display.asking import Here, event_words, public_event, words
from display.sharing import NO_INDEX

router = APIRouter(include_in_schema=False)

PAGE = 50
AT_ONCE = 150  # sessions on one page; a larger programme is shown day by day
AHEAD = timedelta(hours=12)
_BEGINNING = (datetime(1970, 1, 1, tzinfo=UTC), 0)


@router.get("/{slug}/sessions.json")
async def for_walls(request: Request, state: Here, slug: str) -> Response:
    """What is on from now until tonight. A wall works out by itself which of it is now and next."""
    now = state.clock()
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
        sessions = await programme.between(db, event.id, now, now + AHEAD, 200)
    told = {"sessions": [brief(s, event) for s in sessions]}
    return JSONResponse(told, headers={"cache-control": "no-cache"})


@router.get("/{slug}/sessions")
async def all_sessions(request: Request, state: Here, slug: str, day: str = "") -> Response:
    now = state.clock()
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        sessions = await programme.list_sessions(db, event.id)
    days, shown = _shown(event, sessions, day, now)
    views = [session_view(s, event, now) for s in shown]
    etag = tag(request, f"{event.epoch}/{_state(views)}", event.seq)
    if unchanged := answer(request, etag):
        return unchanged
    return state.pages.page(
        "sessions.html", locale_of(request), 200, {"etag": etag, "cache-control": "no-cache"},
        days=[(day, list(group)) for day, group in groupby(views, key=lambda view: view["day"])], all_days=days,
        today=f"{now.astimezone(event.zone):%Y-%m-%d}", **event_words(event), **words(request),
    )  # fmt: skip


@router.get("/{slug}/sessions/{session_id}")
async def one_session(request: Request, state: Here, slug: str, session_id: Id, after: str = "") -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        session = await programme.find_session(db, event.id, session_id)
        start = place(after) if after else _BEGINNING
        posts = await snapshot.page(db, event, Audience.PUBLIC, PAGE + 1, after=start, session=session.id)
        kept = await all_stand(db, event, posts[:PAGE], Surface.INDEX) and event.state is not EventState.REHEARSAL
    view = session_view(session, event, state.clock())
    etag = tag(request, f"{event.epoch}/{_state([view])}", event.seq)
    if unchanged := answer(request, etag):
        return unchanged
    later = f"{view['url']}?after={posts[PAGE - 1]['order']}" if len(posts) > PAGE else None
    return state.pages.page(
        "session.html", locale_of(request), 200,
        {"etag": etag, "cache-control": "no-cache"} | ({} if kept else NO_INDEX), session=view, noindex=not kept,
        posts=posts[:PAGE], later=later, from_start=not after, **event_words(event), **words(request),
    )  # fmt: skip


def _shown(event: Event, sessions: Sequence[Session], day: str, now: datetime) -> tuple[list[str], Sequence[Session]]:
    """All days there are, and the sessions to show: all, or those of the day that was asked for or is nearest."""
    by_day: dict[str, list[Session]] = {}
    for session in sessions:
        by_day.setdefault(f"{session.starts_at.astimezone(event.zone):%Y-%m-%d}", []).append(session)
    days = list(by_day)
    if day in by_day:
        return days, by_day[day]
    if len(sessions) <= AT_ONCE:
        return days, sessions
    today = f"{now.astimezone(event.zone):%Y-%m-%d}"
    return days, by_day[next((d for d in days if d >= today), days[-1])]


def _state(views: list[dict[str, Any]]) -> str:
    """What makes a page differ although nobody said anything: the time."""
    return "/".join(view["when"] for view in views)
