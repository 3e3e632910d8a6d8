"""Deletions that another server told us of: the author's own is asked before they are believed.

A server also drops strangers' posts of its own accord: its moderators hid them, or it tidied up. The author's server
decides. Where it cannot say, the deletion is believed: better a post too few than one its author took back. Only after
an event, when servers tidy up much, one that could say and is silent is asked some days in turn before that.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from ingest.mastodon.memory import Memory
from ingest.mastodon.origin import can_be_asked, stands
from ingest.mastodon.pace import Pace
from ingest.types import Batch, House, IncomingDeletion

STANDS = "deleted on this server only: its author's server still has it"
_SILENCE = 60.0  # seconds for which an origin that said nothing is not asked again
_ROOM = 1_000


class Deletions:
    def __init__(
        self,
        client: httpx.AsyncClient,
        house: House,
        upstream: str,
        memory: Memory,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
        *,
        patience: int = 1,
    ) -> None:
        """`patience`: how often a silent server is asked about a post, before the deletion is believed without it."""
        self._client, self._house, self._upstream = client, house, upstream
        self._memory, self._pace, self._clock = memory, pace, clock
        self._waiting: asyncio.Queue[tuple[IncomingDeletion, str]] = asyncio.Queue(_ROOM)
        self._listed: set[str] = set()  # uris in the queue
        self._silent: dict[str, float] = {}  # host: until when we do not ask it
        self._patience = patience
        self._in_vain: Counter[str] = Counter()  # uri: how often nobody said

    async def ask_about(self, deletion: IncomingDeletion, uri: str) -> None:
        if uri not in self._listed:
            self._listed.add(uri)
            await self._waiting.put((deletion, uri))

    async def run(self) -> None:
        """For ever: one question at a time, so that nobody's tidying up floods anybody."""
        while True:
            deletion, uri = await self._waiting.get()
            try:
                await self._settle(deletion, uri)
            finally:
                self._listed.discard(uri)

    async def _settle(self, deletion: IncomingDeletion, uri: str) -> None:
        host = urlsplit(uri).netloc
        answer = None if self._clock() < self._silent.get(host, 0.0) else await self._ask(host, uri)
        if answer is None and self._is_worth_another_try(uri):
            return  # until it is the post's turn again
        self._in_vain.pop(uri, None)
        if answer is not True:
            await self._house.receive(Batch(self._upstream, (deletion,)))
            self._memory.handed(deletion)
        elif self._memory.first_skip(f"stands {uri}"):
            await self._house.receive(Batch(self._upstream, skipped={STANDS: 1}))

    def _is_worth_another_try(self, uri: str) -> bool:
        self._in_vain[uri] += 1
        return can_be_asked(uri) and self._in_vain[uri] < self._patience

    async def _ask(self, host: str, uri: str) -> bool | None:
        answer = await stands(self._client, uri, self._pace.origin)
        if answer is None:
            self._silent = {h: until for h, until in self._silent.items() if until > self._clock()}
            self._silent[host] = self._clock() + _SILENCE
        return answer
