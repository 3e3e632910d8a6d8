"""Wires everything: the one file that knows all parts. The lifespan is the start order; stopping is its mirror."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import FastAPI, WebSocket
from starlette.middleware import Middleware

from app import migrations, problems
from app.api import description
from app.api import events as api_events
from app.api import people as api_people
from app.api import posts as api_posts
from app.api import sessions as api_sessions
from app.database import Database
from app.desk import (
    asked,
    audit,
    bulk,
    cards,
    connect,
    connect_bluesky,
    desks,
    freeze,
    life,
    lists,
    look,
    notes,
    own,
    pulse,
    queue,
    rules,
    schedule,
    screen_tell,
    screens,
    setup,
    signing,
    sources,
    sponsors,
    spotlight,
    voices,
)
from app.desk import people as helpers
from app.desk import questions as asked_aloud
from app.desk import raid as raid_page
from app.desk import settings as event_settings
from app.encoder import Encoder
from app.limits import Limits
from app.pages import Pages
from app.security import Guard
from app.settings import Settings
from app.state import State
from app.static import Immutable
from app.work import work
from display import (
    about,
    act,
    card,
    exports,
    feeds,
    health,
    home,
    me,
    media,
    metrics,
    numbers,
    opened,
    own_data,
    pairing,
    people,
    post_page,
    questions,
    receipt,
    remove,
    report,
    robots,
    say,
    sessions,
    strand,
    theme,
    wall,
    wall_card,
    wall_people,
    wall_worker,
    where,
)
from display.live import sse, wake
from display.live.hub import Hub
from display.live.parts import Live
from display.live.presence import Presence
from display.live.reports import Reports
from display.live.socket import live
from display.recent import Recent
from display.strings import for_scripts

log = structlog.get_logger(__name__)

# Order matters: what names a path comes before what takes any word as an event's address.
ROUTERS = (
    health, metrics, description, api_events, api_posts, api_sessions, api_people, robots, sse, home, pairing,
    signing,
    asked, setup, desks, freeze, helpers, audit, own, screens, screen_tell,
    spotlight, sponsors, queue, bulk, pulse, notes, voices, asked_aloud, raid_page, schedule,
    sources, connect, connect_bluesky, media, theme, wall, wall_card, wall_people, wall_worker, feeds,
    opened, say, own_data, receipt, exports, report, remove, me, where, sessions, people, cards, life, look, rules,
    lists, event_settings, card, about, numbers, questions, act, post_page, strand,
)  # fmt: skip


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, *, ingest: bool = True, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The whole application. Nothing runs and nothing is opened before its lifespan begins."""
    database = Database(settings.database)
    pages = Pages(for_scripts)
    hub = Hub(database, clock)
    presence, reports = Presence(database, clock), Reports(database, clock)
    encoder = Encoder()

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await migrations.ensure(database)
        database.on_commit(hub.ring)
        seen = app.state.strand.seen
        parts = [hub.run(), presence.run(), reports.run(), seen.run(database), wake.listen(database, hub.ring_all)]
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            stack.push_async_callback(reports.flush)
            stack.push_async_callback(presence.flush)
            stack.push_async_callback(seen.flush, database)
            stack.push_async_callback(encoder.close)
            await stack.enter_async_context(_running(*parts))
            stack.push_async_callback(hub.close)
            if ingest:
                await stack.enter_async_context(_running(work(database, settings, clock)))
            yield

    app = FastAPI(
        title="Strand", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None,
        middleware=[Middleware(Guard)], exception_handlers=problems.HANDLERS,
    )  # fmt: skip
    app.state.strand = State(settings, database, clock, pages, Limits(time.monotonic), encoder)
    app.state.live = Live(hub, presence, reports)
    app.state.recent = Recent()
    app.mount("/static", Immutable(pages.build))
    for module in ROUTERS:
        app.include_router(module.router)

    @app.websocket("/{slug}/live")
    async def _live(websocket: WebSocket, slug: str) -> None:
        await live(websocket, slug)

    return app


@contextlib.asynccontextmanager
async def _running(*parts: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run parts for as long as the block lasts. One that breaks by a fault of ours stops the process, loudly."""
    tasks = [asyncio.create_task(part) for part in parts]
    for task in tasks:
        task.add_done_callback(_stop_if_broken)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _stop_if_broken(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("part.broke", part=task.get_coro().__qualname__, exc_info=error)  # type: ignore[union-attr]
        os.kill(os.getpid(), signal.SIGTERM)
