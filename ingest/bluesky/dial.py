"""Getting through to a Jetstream host: the new wire, else the old one, from the best place it still has.

Owns the order of hosts and what their refusals mean. Reads no events.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus, WebSocketException

from ingest.bluesky.cursor import Cursor, resume, start, too_old
from ingest.bluesky.jetstream import Wire, subscribe_url
from ingest.http import Guard, TooSlow, Unreachable

HOSTS = (
    "wss://jetstream.us-west.bsky.network",
    "wss://jetstream.us-east.bsky.network",
    "wss://jetstream1.us-west.bsky.network",
    "wss://jetstream2.us-west.bsky.network",
    "wss://jetstream1.us-east.bsky.network",
    "wss://jetstream2.us-east.bsky.network",
)
_BUFFER = 1_000  # frames that may wait in memory; then we stop reading, and the host waits
_BUSY = (408, 425, 429, 500, 502, 503, 504)


class _Refused(Exception):
    """The host does not know this wire, or not this request."""


class _CursorTooOld(Exception):
    """The host has thrown away what comes after our cursor."""


@dataclass(frozen=True, slots=True)
class Line:
    """An open stream. `missed_since`: what was said right after this moment is not to be had here any more."""

    socket: ClientConnection
    cursor: Cursor  # where it begins
    missed_since: datetime | None = None


class Dialler:
    def __init__(self, guard: Guard, hosts: Sequence[str], now: Callable[[], datetime], timeout: float) -> None:
        self._guard, self._hosts, self._now, self._timeout = guard, tuple(hosts), now, timeout
        self._at = 0

    @property
    def host(self) -> str:
        return self._hosts[self._at % len(self._hosts)]

    def prefer(self, host: str) -> None:
        """Begin with this host, if it is one of ours: only there our sequence number means something."""
        if host in self._hosts:
            self._at = self._hosts.index(host)

    def rotate(self) -> None:
        self._at += 1

    async def dial(self, cursor: Cursor | None, *, by_time: bool = False) -> Line:
        """A line to the current host. Raises OutboundError."""
        for wire in (Wire.V2, Wire.V1):
            try:
                return await self._best(wire, cursor, by_time)
            except _Refused as refusal:
                last = refusal
        raise Unreachable(name(self.host), f"it refuses us ({last})")

    async def _best(self, wire: Wire, cursor: Cursor | None, by_time: bool) -> Line:
        """From our sequence number, else from our time, else from now on."""
        now = self._now()
        numbered, timed = (resume(cursor, self.host, wire, now, by_time=forced) for forced in (by_time, True))
        missed = cursor.at if cursor and numbered == timed and too_old(cursor, now) else None
        for asked in dict.fromkeys((numbered, timed)):
            try:
                return await self._open(wire, cursor, asked, missed)
            except _CursorTooOld:
                missed = cursor.at if cursor else None
        return await self._open(wire, None, None, missed)

    async def _open(self, wire: Wire, cursor: Cursor | None, asked: int | None, missed: datetime | None) -> Line:
        socket = await self._connect(subscribe_url(self.host, wire, asked))
        return Line(socket, start(cursor, self.host, wire, asked, self._now()), missed)

    async def _connect(self, url: str) -> ClientConnection:
        host = name(self.host)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._guard.websocket(url, max_queue=_BUFFER)
        except InvalidStatus as error:
            _interpret(host, error)
        except TimeoutError as error:
            raise TooSlow(host) from error
        except (WebSocketException, OSError, EOFError) as error:
            raise Unreachable(host, "the connection broke off") from error


def name(host: str) -> str:
    """A host as people write it."""
    return urlsplit(host).netloc or host


def _interpret(host: str, error: InvalidStatus) -> NoReturn:
    status, body = error.response.status_code, bytes(error.response.body or b"")
    if b"CursorTooOld" in body:
        raise _CursorTooOld from error
    if status in _BUSY:
        raise Unreachable(host, f"it answered with error {status}") from error
    raise _Refused(f"error {status}") from error
