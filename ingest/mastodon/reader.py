"""The reader of one Mastodon server: streams where it may, asks where it must, and says which and why.

Owns the two loops and their order: a stream is opened first, then the gap is read, so that nothing falls between.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ingest.backoff import Backoff
from ingest.http import Guard, OutboundError
from ingest.mastodon.cursor import load
from ingest.mastodon.errors import ApiError, Denied, NoStream, RateLimited
from ingest.mastodon.live import follow
from ingest.mastodon.memory import Memory
from ingest.mastodon.pace import Pace, asked_for
from ingest.mastodon.parse import Server, Skip
from ingest.mastodon.probe import Instance, probe
from ingest.mastodon.rest import Rest
from ingest.mastodon.rounds import Rounds
from ingest.mastodon.standing import Standing
from ingest.mastodon.stream import Event, meaning
from ingest.types import Batch, House, Incoming, Mode, SourceConfig, SourceState

_BATCH = 100
_SAY_AGAIN = timedelta(minutes=1)


class Reader:
    """`sources` share one server; their tags may overlap."""

    def __init__(
        self, sources: Sequence[SourceConfig], house: House, guard: Guard, *, pace: Pace | None = None
    ) -> None:
        self._sources = sources
        self._upstream = sources[0].upstream
        self._house = house
        self._guard = guard.allowing([place for source in sources for place in source.allow_private])
        self._pace = pace or asked_for(sources)
        self._readers = {tag: {s.id for s in sources if tag in s.tags} for s in sources for tag in s.tags}
        self._memory = Memory()
        self._standing = Standing(self._readers, self._pace)
        self._said: SourceState | None = None
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Reads for ever; returns where the server lets us read nothing, having said so."""
        token = next((source.token for source in self._sources if source.token), None)
        denied = await self._until_denied(token)
        if token is not None:
            # A token that no longer works is worse than none: what everybody may read can still be read.
            why = f"{denied.rstrip('.')}. The access token there no longer works: make a new one."
            self._standing = Standing(self._readers, self._pace)
            self._standing.note(why, someone_should_act=True)
            denied = await self._until_denied(None)
        await self._report(SourceState(Mode.OFF, False, denied, _now()))

    async def _until_denied(self, token: str | None) -> str:
        why = ""
        async with self._guard.client() as client:
            rest = Rest(client, self._sources[0].url, token, deadline=self._pace.deadline, requests=self._pace.requests)
            try:
                await self._read(rest, await self._probed(rest))
            except* Denied as denied:
                why = str(denied.exceptions[0])
        return why

    async def _probed(self, rest: Rest) -> Instance:
        backoff = self._backoff()
        while True:
            try:
                return await probe(rest)
            except (OutboundError, ApiError) as error:
                self._standing.asking_fails(str(error))
                await self._say()
                await asyncio.sleep(backoff.next())

    async def _read(self, rest: Rest, instance: Instance) -> None:
        server = Server(rest.host, instance.domain)
        rest.local_only = instance.local_only
        if instance.local_only:
            self._standing.note(f"{rest.host} shows strangers only the posts of its own people; a token shows more.")
        cursors = [await self._house.cursor(source.id) for source in self._sources]
        progress = load(cursors, self._readers)
        rounds = Rounds(rest, self._house, self._upstream, server, self._readers, progress, self._memory)
        async with asyncio.TaskGroup() as tasks:
            if instance.streaming is None:
                self._standing.no_stream(f"{rest.host} offers no live stream")
            elif rest.token is None:
                self._standing.no_stream(f"{rest.host} needs an access token for its live stream")
            else:
                for tag in self._readers:
                    tasks.create_task(self._follow(tag, instance.streaming, rest, server))
                await self._wake.wait()
            tasks.create_task(self._ask(rest, rounds))

    async def _ask(self, rest: Rest, rounds: Rounds) -> None:
        backoff = self._backoff()
        count = 0
        while True:
            self._wake.clear()
            deep = self._standing.streaming or count % 4 == 0
            try:
                await rounds.read(self._pace.sweep_pages if deep else 1, _now())
                more = await rounds.past(self._pace.past_pages, _now())
            except Denied:
                raise
            except (OutboundError, ApiError) as error:
                self._standing.asking_fails(str(error))
                await self._say()
                await asyncio.sleep(backoff.next())
                continue
            count += 1
            backoff.working()
            self._standing.asking_works()
            await self._say()
            await self._pause(hurry=more)

    async def _pause(self, *, hurry: bool) -> None:
        seconds = self._pace.sweep if self._standing.streaming and not hurry else self._pace.poll
        with contextlib.suppress(TimeoutError):
            # Not wait_for: before Python 3.12 it loses a cancellation that comes in the same moment as the wake.
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _follow(self, tag: str, base: str, rest: Rest, server: Server) -> None:
        backoff = self._backoff()

        async def opened() -> None:
            backoff.working()
            self._standing.opened(tag)
            self._wake.set()
            await self._say()

        async def heard(events: list[Event], dropped: int) -> None:
            await self._hear(events, dropped, server)

        while True:
            wait = 0.0
            try:
                await follow(self._guard, base, tag, rest.headers(), self._pace, opened, heard)
            except (Denied, NoStream) as error:
                self._standing.no_stream(str(error), someone_should_act=isinstance(error, Denied))
                return
            except (OutboundError, ApiError) as error:
                self._standing.broke(tag, str(error))
                wait = error.wait if isinstance(error, RateLimited) else 0.0
            finally:
                self._wake.set()
            await self._say()
            await asyncio.sleep(wait + backoff.next())

    async def _hear(self, events: list[Event], dropped: int, server: Server) -> None:
        """Hand over what the stream said, as it came. No cursor: a stream can have holes, only asking knows."""
        items: list[Incoming] = []
        skipped: Counter[str] = Counter({"an event far too long": dropped} if dropped else {})
        for event in events:
            said = meaning(event, server, _now())
            if isinstance(said, Skip):
                skipped[said.reason] += 1
            elif said is not None:
                self._memory.told_live(said)
                items.append(said)
        for start in range(0, max(len(items), 1 if skipped else 0), _BATCH):
            piece = items[start : start + _BATCH]
            told = skipped if start == 0 else Counter[str]()
            await self._house.receive(Batch(self._upstream, tuple(piece), None, told, len(piece) + told.total()))
        for item in items:
            self._memory.handed(item)

    async def _say(self) -> None:
        await self._report(self._standing.state(_now()))

    async def _report(self, state: SourceState) -> None:
        """Only what is new, or was last said a while ago."""
        last = self._said
        same = last is not None and (last.mode, last.ok, last.reason) == (state.mode, state.ok, state.reason)
        if last is None or not same or state.at - last.at >= _SAY_AGAIN:
            self._said = state
            await self._house.report(self._upstream, state)

    def _backoff(self) -> Backoff:
        return Backoff(self._pace.first_wait, self._pace.longest_wait)


def _now() -> datetime:
    return datetime.now(UTC)
