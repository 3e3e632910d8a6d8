"""The reader of one Mastodon server: listens where it may, asks where it must, and says which and why.

Owns the order of things: a stream is opened first, then the gap is read, so that nothing falls between.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx

from ingest.backoff import Backoff
from ingest.http import Guard, OutboundError
from ingest.mastodon.aftercare import Aftercare
from ingest.mastodon.allowance import allowance
from ingest.mastodon.asking import Asking
from ingest.mastodon.cursor import load
from ingest.mastodon.deletions import Deletions
from ingest.mastodon.errors import ApiError, Denied
from ingest.mastodon.handing import Handing
from ingest.mastodon.hearing import Hearing
from ingest.mastodon.listening import Listening
from ingest.mastodon.memory import Memory
from ingest.mastodon.pace import Pace, asked_for
from ingest.mastodon.parse import Server
from ingest.mastodon.probe import Instance, probe
from ingest.mastodon.recheck import Recheck
from ingest.mastodon.rest import Rest
from ingest.mastodon.rounds import Rounds
from ingest.mastodon.standing import Standing
from ingest.mastodon.unheard import Unheard
from ingest.mastodon.upkeep import Upkeep
from ingest.types import House, Mode, SourceConfig, SourceState

_SAY_AGAIN = timedelta(minutes=1)
_PATIENCE = 3  # days that an author's own server may be silent, after the event


class _TokenTaken(Exception):
    """A token that was refused is taken again."""


class Reader:
    """`sources` share one server; their tags may overlap. Where all their events are over, nothing new is read."""

    def __init__(
        self, sources: Sequence[SourceConfig], house: House, guard: Guard, *, pace: Pace | None = None
    ) -> None:
        self._sources = sources
        self._upstream = sources[0].upstream
        self._house = house
        self._guard = guard.allowing([place for source in sources for place in source.allow_private])
        self._pace = pace or asked_for(sources)
        self._reading = [source for source in sources if not source.over]
        self._readers = {
            tag: {s.id for s in self._reading if tag in s.tags} for source in self._reading for tag in source.tags
        }
        self._memory = Memory()
        self._standing = self._new_standing()
        self._said: SourceState | None = None

    async def run(self) -> None:
        """Reads for ever; returns where the server lets us read nothing, having said so."""
        token = next((source.token for source in self._sources if source.token), None)
        denied: str | None = None
        while denied is None:
            with contextlib.suppress(_TokenTaken):
                denied = await self._until_denied(token)
        await self._report(SourceState(Mode.OFF, False, denied, _now(), token_ok=self._standing.token_ok))

    async def _until_denied(self, token: str | None) -> str:
        """Reads with the token, and where that is refused, what everybody may read. Gives why that is refused too."""
        self._standing = self._new_standing()
        denied = await self._reads(token)
        if token is None:
            return denied
        # A token that no longer works is worse than none: what everybody may read can still be read.
        self._standing = self._new_standing()
        self._standing.token_ok = False
        self._standing.note("token", f"{denied.rstrip('.')}. The access token there no longer works: make a new one.")
        return await self._reads(None, refused=token)

    def _new_standing(self) -> Standing:
        return Standing(self._pace, over=not self._reading)

    async def _reads(self, token: str | None, refused: str | None = None) -> str:
        why, taken = "", False
        async with self._guard.client() as client:
            rest = self._rest(client, token)
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._read(rest, client) if self._reading else self._look_after(rest, client))
                    if refused is not None and self._reading:
                        tasks.create_task(self._until_taken(self._rest(client, refused)))
            except* Denied as denied:
                why = _first(denied)
            except* _TokenTaken:
                taken = True
        if taken:
            raise _TokenTaken
        return why

    def _rest(self, client: httpx.AsyncClient, token: str | None) -> Rest:
        base = self._sources[0].url
        budget = allowance(base.rstrip("/"), token, self._pace.requests)
        return Rest(client, base, token, deadline=self._pace.deadline, allowance=budget)

    async def _until_taken(self, rest: Rest) -> None:
        """Whoever runs that server may change their mind: once in a while the token is tried again."""
        while True:
            await asyncio.sleep(self._pace.refused)
            with contextlib.suppress(OutboundError, ApiError):
                await rest.page(next(iter(self._readers)))
                raise _TokenTaken

    async def _probed(self, rest: Rest, backoff: Backoff) -> Instance:
        while True:
            try:
                return await probe(rest)
            except (OutboundError, ApiError) as error:
                self._standing.asking_fails(str(error))
                await self._say(rest)
                await asyncio.sleep(backoff.next())

    async def _look_after(self, rest: Rest, client: httpx.AsyncClient) -> None:
        """The events are over: what we hold of them is asked for, and nothing at all before it is one.s turn."""
        await self._say(rest)
        while True:
            if await self._house.due(self._upstream, 1):
                break
            await asyncio.sleep(self._pace.after)
        backoff = Backoff(self._pace.after, self._pace.longest_after)
        server = Server(rest.host, (await self._probed(rest, backoff)).domain)
        deletions = Deletions(client, self._house, self._upstream, self._memory, self._pace, patience=_PATIENCE)
        handing = Handing(self._house, self._upstream, server, {}, {}, self._memory, Unheard(self._memory))
        recheck = Recheck(rest, self._house, self._upstream, server, self._memory, handing, deletions, self._pace)
        aftercare = Aftercare(rest, recheck, self._pace, self._standing, partial(self._say, rest))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(deletions.run())
            tasks.create_task(aftercare.run(backoff))

    async def _read(self, rest: Rest, client: httpx.AsyncClient) -> None:
        """Wire the parts for one server and one token, and run them."""
        instance = await self._probed(rest, Backoff(self._pace.first_wait, self._pace.longest_wait))
        server, standing, memory = Server(rest.host, instance.domain), self._standing, self._memory
        rest.only = instance.only
        standing.note("hidden", instance.hidden)
        progress = load([await self._house.cursor(source.id) for source in self._reading], self._readers)
        unheard = Unheard(memory)
        deletions = Deletions(client, self._house, self._upstream, memory, self._pace)
        hearing = Hearing(self._house, self._upstream, server, self._readers, memory, deletions)
        handing = Handing(self._house, self._upstream, server, self._readers, progress, memory, unheard)
        rounds = Rounds(rest, self._readers, progress, handing)
        recheck = Recheck(rest, self._house, self._upstream, server, memory, handing, deletions, self._pace)
        upkeep = Upkeep(self._house, self._upstream, server, memory, recheck)
        woken, say = asyncio.Event(), partial(self._say, rest)

        async def changed() -> None:
            woken.set()
            await say()

        listening = Listening(
            self._guard, rest, instance, self._readers, self._pace, hearing, standing, unheard, changed
        )
        asking = Asking(rest, rounds, upkeep, self._pace, standing, unheard, hearing, woken, say)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(deletions.run())
            tasks.create_task(listening.run())
            await woken.wait()  # the stream is open, or there is none: from here on nothing falls between
            tasks.create_task(asking.run(memory.clock))

    async def _say(self, rest: Rest) -> None:
        await self._report(self._standing.state(_now(), rest.allowance.left()))

    async def _report(self, state: SourceState) -> None:
        """Only what is new, or was last said a while ago."""
        last = self._said
        same = last is not None and (last.mode, last.ok, last.reason, last.token_ok) == (
            state.mode, state.ok, state.reason, state.token_ok,
        )  # fmt: skip
        if last is None or not same or state.at - last.at >= _SAY_AGAIN:
            self._said = state
            await self._house.report(self._upstream, state)


def _first(group: BaseExceptionGroup[BaseException]) -> str:
    """The first reason in a group of groups."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else str(error)


def _now() -> datetime:
    return datetime.now(UTC)
