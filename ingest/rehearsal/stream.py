"""Mastodon's hashtag stream: who listens to which tag, and the bytes they get. Nothing missed is ever said again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson

from ingest.rehearsal.faults import Faults
from ingest.rehearsal.status import Json

GREETING = b":)\n"
HEARTBEAT = b":thump\n\n"


def frame(event: str, data: Json | str) -> bytes:
    """A deletion's data is the bare id; the others' is one line of JSON."""
    told = data.encode() if isinstance(data, str) else orjson.dumps(data)
    return b"event: %s\ndata: %s\n\n" % (event.encode(), told)


class Channels:
    def __init__(self, faults: Faults, heartbeat: float) -> None:
        self._faults = faults
        self._heartbeat = heartbeat
        self._listeners: dict[asyncio.Queue[bytes | None], str] = {}

    def __len__(self) -> int:
        return len(self._listeners)

    def publish(self, tags: set[str], *frames: bytes) -> None:
        for queue, tag in self._listeners.items():
            if tag not in tags or self._faults.strikes("silent_stream"):
                continue
            for told in frames:
                queue.put_nowait(told)

    def close(self) -> None:
        """A clean end of every stream, as when a token is revoked or the server stops."""
        for queue in self._listeners:
            queue.put_nowait(None)

    async def listen(self, tag: str) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._listeners[queue] = tag
        try:
            yield GREETING
            while (told := await self._next(queue)) is not None:
                yield told
        finally:
            del self._listeners[queue]

    async def _next(self, queue: asyncio.Queue[bytes | None]) -> bytes | None:
        while True:
            try:
                async with asyncio.timeout(self._heartbeat):  # wait_for can lose a cancellation before Python 3.12
                    return await queue.get()
            except TimeoutError:
                if not self._faults.strikes("silent_stream"):
                    return HEARTBEAT
