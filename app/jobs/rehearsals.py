"""Plays the rehearsals there are: starts their servers, joins them to their sources, hands the form's lines in."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import select

from app.database import Database
from app.domain import rehearsals
from app.domain.events import form_upstream
from app.house import RealHouse
from app.lease import Holder
from app.models import Event, EventState, Post
from app.settings import Settings
from ingest.rehearsal.rehearsal import Ports, Rehearsal
from ingest.types import Batch, IncomingDeletion, IncomingPost

log = structlog.get_logger(__name__)
AGAIN = 5.0  # seconds until a rehearsal that broke is tried again


class Rehearsals:
    """`run()` looks once a second: an event that begins to rehearse is played, one that stopped is stopped."""

    def __init__(
        self, database: Database, lease: Holder, house: RealHouse, settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._lease, self._house = database, lease, house
        self._settings, self._clock = settings, clock
        self._playing: dict[tuple[int, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        try:
            while True:
                await self._look()
                await asyncio.sleep(1)
        finally:
            for task in self._playing.values():
                task.cancel()
            await asyncio.gather(*self._playing.values(), return_exceptions=True)

    async def _look(self) -> None:
        async with self._database.reading() as db:
            events = (await db.scalars(select(Event).where(Event.state == EventState.REHEARSAL))).all()
        wanted = {(e.id, e.rehearsal["opened_at"]): e for e in events if e.rehearsal}
        for key in {k for k, t in self._playing.items() if k not in wanted or t.done()}:
            task = self._playing.pop(key)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for key in wanted.keys() - self._playing.keys():
            self._playing[key] = asyncio.create_task(self._play(wanted[key]))

    async def _play(self, event: Event) -> None:
        try:
            async with _opened(event, _Door(self._house, self._database, event)) as rehearsal:
                ports = rehearsal.ports
                async with self._lease.transaction() as db:
                    stored = await db.get_one(Event, event.id)
                    numbers = (ports.mastodon, ports.jetstream, ports.appview)
                    await rehearsals.connect(
                        db, stored, rehearsal.sources(), numbers, self._settings.key, self._clock()
                    )
                    pattern = rehearsal.script.event["event"]["session_tag_pattern"]
                    await rehearsals.plan(db, stored, rehearsal.programme(), pattern, self._clock())
                log.info("rehearsal.playing", slug=event.slug, speed=(event.rehearsal or {}).get("speed"))
                await rehearsal.play()
                await asyncio.Event().wait()  # the script is over; its servers still answer
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("rehearsal.broke", slug=event.slug)
            await asyncio.sleep(AGAIN)


class _Door:
    """The form, for lines of the script: the same door as everybody's."""

    def __init__(self, house: RealHouse, database: Database, event: Event) -> None:
        self._house, self._database, self._event = house, database, event

    async def say(self, post: IncomingPost) -> None:
        await self._house.receive(Batch(form_upstream(self._event.slug), (post,), seen=1))

    async def withdraw(self, uri: str) -> None:
        await self._house.receive(Batch(form_upstream(self._event.slug), (IncomingDeletion(uri=uri),), seen=1))

    async def page_of(self, uri: str) -> str | None:
        async with self._database.reading() as db:
            found = await db.scalar(select(Post.id).where(Post.event_id == self._event.id, Post.uri == uri))
        return f"https://wall.example/{self._event.slug}/posts/{found}" if found else None


def _opened(event: Event, door: _Door) -> Rehearsal:
    """On the ports it had before, so that its sources find it; on others where those are taken."""
    plan = event.rehearsal or {}
    ports = [Ports(*plan["ports"])] if plan.get("ports") else []
    for chosen in (*ports, Ports()):
        with contextlib.suppress(OSError):
            return Rehearsal(
                opened_at=datetime.fromisoformat(plan["opened_at"]), speed=float(plan["speed"]), ports=chosen,
                say=door.say, withdraw=door.withdraw, page_of=door.page_of,
            )  # fmt: skip
    raise OSError("no free port for the rehearsal")
