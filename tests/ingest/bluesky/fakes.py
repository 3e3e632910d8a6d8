"""A Jetstream and an AppView of a few lines, on 127.0.0.1: captured bytes out, faults on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

V1 = "/subscribe"
V2 = "/xrpc/network.bsky.jetstream.subscribeEvents"

Act = Callable[[ServerConnection], Awaitable[None]]
Query = dict[str, list[str]]


def sends(*frames: str) -> Act:
    """Send these and stay, saying no more."""

    async def act(client: ServerConnection) -> None:
        for frame in frames:
            await client.send(frame)
        await client.wait_closed()

    return act


def then_closes(*frames: str, code: int = 1001, reason: str = "") -> Act:
    async def act(client: ServerConnection) -> None:
        for frame in frames:
            await client.send(frame)
        await client.close(code, reason)

    return act


def then_breaks_off(*frames: str) -> Act:
    """The last frame is cut in the middle, and the connection with it."""

    async def act(client: ServerConnection) -> None:
        for frame in frames[:-1]:
            await client.send(frame)
        torn = frames[-1].encode()
        client.transport.write(b"\x81\x7e" + len(torn).to_bytes(2, "big") + torn[: len(torn) // 2])
        client.transport.close()

    return act


def refusal(status: int, body: str = "", kind: str = "application/json") -> Response:
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(body.encode())), "Connection": "close"})
    return Response(status, "Refused", headers, body.encode())


def too_old(floor: int = 99) -> Response:
    return refusal(400, f'{{"error":"CursorTooOld","message":"floor is {floor}"}}')


@dataclass
class FakeJetstream:
    """`acts` are played one per connection, the last for all that follow; a Response refuses the upgrade."""

    acts: list[Act | Response] = field(default_factory=lambda: [sends()])
    wires: tuple[str, ...] = (V2, V1)
    asked: list[tuple[str, Query]] = field(default_factory=list)  # every request
    offered: list[str] = field(default_factory=list)  # extensions of the WebSocket, as every request named them
    base: str = ""

    def cursors(self, path: str) -> list[str | None]:
        return [query.get("cursor", [None])[0] for asked, query in self.asked if asked == path]

    def _admit(self, _: ServerConnection, request: Request) -> Response | None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        self.asked.append((parts.path, query))
        self.offered.append(request.headers.get("Sec-WebSocket-Extensions", ""))
        if parts.path not in self.wires:
            return refusal(404, "404 page not found", "text/plain")
        if "compress" in query and "Sec-WebSocket-Extensions" in request.headers:
            return refusal(400, "choose one compression scheme", "text/plain")
        act = self.acts[0]
        if isinstance(act, Response):
            self._next()
            return act
        return None

    async def _talk(self, client: ServerConnection) -> None:
        act = self._next()
        assert not isinstance(act, Response)
        await act(client)

    def _next(self) -> Act | Response:
        return self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeJetstream]:
        async with serve(self._talk, "127.0.0.1", 0, process_request=self._admit) as server:
            self.base = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            yield self


@dataclass
class FakeAppView:
    """Answers getProfiles and getPosts from what it is given, at most 25 at a time."""

    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: int = 200
    bad: set[str] = field(default_factory=set)  # ids that spoil a whole request
    asked: list[tuple[str, list[str]]] = field(default_factory=list)
    labelers: list[str | None] = field(default_factory=list)  # as every request named them
    base: str = ""

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            sent = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
            self.labelers.append(sent.get("atproto-accept-labelers"))
            status, body = self._say(urlsplit(head.split(b" ", 2)[1].decode()))
            writer.write(
                b"HTTP/1.1 %d x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status, len(body), body)
            )
            await writer.drain()
        finally:
            writer.close()

    def _say(self, address: Any) -> tuple[int, bytes]:
        method, query = address.path.rsplit(".", 1)[1], parse_qs(address.query)
        named, held = {"getProfiles": ("actors", self.profiles), "getPosts": ("uris", self.posts)}[method]
        ids = query.get(named, [])
        self.asked.append((method, ids))
        if self.status != 200:
            return self.status, b"<html>down</html>"
        if not 0 < len(ids) <= 25 or self.bad & set(ids):
            return 400, b'{"error":"InvalidRequest"}'
        part = {"actors": "profiles", "uris": "posts"}[named]
        return 200, orjson.dumps({part: [held[id] for id in ids if id in held]})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeAppView]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self
