"""Listening to one server: by server-sent events where it has them, else over one WebSocket, else not at all.

Owns the live connections and their coming back. What they say goes to the hearing, how it goes to the standing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from functools import partial

from ingest.backoff import Backoff
from ingest.http import Guard, OutboundError
from ingest.mastodon import frames, live, socket
from ingest.mastodon.errors import ApiError, Denied, NoStream, NoSuchStream, RateLimited
from ingest.mastodon.hearing import Hearing
from ingest.mastodon.pace import Pace
from ingest.mastodon.probe import Instance
from ingest.mastodon.rest import Rest
from ingest.mastodon.standing import LIVE, Standing
from ingest.mastodon.unheard import Unheard

Follow = Callable[[live.Opened], Awaitable[None]]
SOCKET = f"{LIVE[:-1]}, over a WebSocket."


class Listening:
    def __init__(
        self,
        guard: Guard,
        rest: Rest,
        instance: Instance,
        tags: Collection[str],
        pace: Pace,
        hearing: Hearing,
        standing: Standing,
        unheard: Unheard,
        changed: Callable[[], Awaitable[None]],
    ) -> None:
        self._guard, self._rest, self._instance, self._tags, self._pace = guard, rest, instance, tuple(tags), pace
        self._hearing, self._standing, self._unheard, self._changed = hearing, standing, unheard, changed

    async def run(self) -> None:
        """Returns when there is nothing to listen to, having said why."""
        host = self._rest.host
        if self._instance.streaming is None:
            return await self._not_at_all(f"{host} offers no live stream")
        if self._rest.token is None:
            return await self._not_at_all(f"{host} needs an access token for its live stream")
        ways = [self._public] if self._instance.tagless else [self._events, self._socket]
        why = ""
        for way in ways:
            try:
                await way(self._instance.streaming, self._rest.token)
            except* NoSuchStream as error:
                why = str(error.exceptions[0])
                ways += [self._public] if way == self._socket else []
            except* NoStream as error:
                why = str(error.exceptions[0])
        return await self._not_at_all(why)

    async def _not_at_all(self, why: str) -> None:
        self._standing.no_stream(why)
        await self._changed()

    async def _events(self, base: str, token: str) -> None:
        """A connection for each tag."""
        self._standing.listens(LIVE, self._tags)
        async with asyncio.TaskGroup() as streams:
            for tag in self._tags:
                follow = partial(self._event_stream, base, tag)
                streams.create_task(self._keep(tag, follow))

    async def _event_stream(self, base: str, tag: str, opened: live.Opened) -> None:
        await live.follow(self._guard, base, tag, self._rest.headers(), self._pace, opened, self._hearing)

    async def _socket(self, base: str, token: str) -> None:
        """One connection for all tags. Found to be silent, it is given up for the public one."""
        await self._one_socket(base, token, frames.hashtags(self._tags), SOCKET)

    async def _public(self, base: str, token: str) -> None:
        """The public stream, of which we keep our tags."""
        self._hearing.filtered = True
        why = f"{self._rest.host} sends no hashtags on their own, so its public stream is read for them."
        await self._one_socket(base, token, [frames.PUBLIC], f"{SOCKET} {why}")

    async def _one_socket(self, base: str, token: str, channels: list[frames.Channel], way: str) -> None:
        self._standing.listens(way, ["socket"])

        async def follow(opened: live.Opened) -> None:
            await socket.follow(self._guard, base, channels, token, self._pace, opened, self._hearing)

        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep("socket", follow))
            if channels != [frames.PUBLIC]:
                both.create_task(self._until_deaf())

    async def _until_deaf(self) -> None:
        await self._unheard.deaf.wait()
        raise NoSuchStream(f"{self._rest.host} sends nothing on its stream of a hashtag")

    async def _keep(self, name: str, follow: Follow) -> None:
        """Open one connection again and again. Raises NoStream where there is none to open."""
        backoff = Backoff(self._pace.first_wait, self._pace.longest_wait)
        has_worked = False

        async def opened() -> None:
            nonlocal has_worked
            self._unheard.begins(anew=not has_worked)
            has_worked = True
            backoff.working()
            self._standing.opened(name)
            await self._changed()

        while True:
            wait = 0.0
            try:
                await follow(opened)
            except Denied as error:
                self._standing.no_stream(str(error), refused=True)
                wait = self._pace.refused
            except (OutboundError, ApiError) as error:
                self._unheard.ends()
                if isinstance(error, NoSuchStream) or (isinstance(error, NoStream) and not has_worked):
                    raise
                self._standing.broke(name, str(error))
                wait = error.wait if isinstance(error, RateLimited) else 0.0
            await self._changed()
            await asyncio.sleep(wait + backoff.next())
