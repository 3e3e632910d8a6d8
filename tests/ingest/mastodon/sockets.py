"""A streaming server that speaks only WebSocket, as a test wants it: it tells what it was asked, and by whom."""

from __future__ import annotations

import asyncio
import contextlib
import http
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import Request, Response, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.ingest.mastodon.server import TOKEN


@dataclass
class FakeSocket:
    """`publishes`: whether a subscription to a hashtag ever brings anything (GoToSocial: no)."""

    port: int = 0
    token: str | None = TOKEN
    publishes: bool = True
    complaint: dict[str, Any] | None = None  # the answer to every subscription
    refusal: http.HTTPStatus | None = None  # of the upgrade
    asked: list[str] = field(default_factory=list)  # addresses, upgraded or not
    subscribed: list[dict[str, str]] = field(default_factory=list)
    open: dict[ServerConnection, list[dict[str, str]]] = field(default_factory=dict)
    fired: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def until(self, count: int = 1) -> None:
        """Until so many subscriptions stand."""
        async with asyncio.timeout(10):
            while sum(map(len, self.open.values())) < count:
                self.changed.clear()
                await self.changed.wait()

    async def tell(self, event: str, payload: object, *tags: str) -> None:
        """To whoever subscribed to one of the tags, and on the public stream; the payload is JSON in a string."""
        for peer, subscriptions in list(self.open.items()):
            for asked in subscriptions:
                if asked["stream"] == "public" or (self.publishes and asked.get("tag") in tags):
                    stream = [asked["stream"], *([asked["tag"]] if "tag" in asked else [])]
                    told = payload if isinstance(payload, str) else json.dumps(payload)
                    await peer.send(json.dumps({"stream": stream, "event": event, "payload": told}) + "\n")

    async def send(self, text: str | bytes) -> None:
        for peer in list(self.open):
            await peer.send(text)

    async def hang_up(self) -> None:
        for peer in list(self.open):
            self.fired.append("hung up")
            await peer.close()

    def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.asked.append(request.path)
        if self.refusal is not None:
            self.fired.append("refused")
            return connection.respond(self.refusal, "")
        if "upgrade" in request.headers and request.headers.get("authorization") != f"Bearer {self.token}":
            self.fired.append("token refused")
            return connection.respond(http.HTTPStatus.UNAUTHORIZED, "")
        return None

    async def talk(self, peer: ServerConnection) -> None:
        assert peer.request is not None
        self.open[peer] = []
        try:
            await self._subscribe(peer, dict(parse_qsl(urlsplit(peer.request.path).query)))
            async for text in peer:
                said = json.loads(text)
                assert said.pop("type") == "subscribe"
                await self._subscribe(peer, said)
        except ConnectionClosed:
            pass
        finally:
            del self.open[peer]

    async def _subscribe(self, peer: ServerConnection, asked: dict[str, str]) -> None:
        self.subscribed.append(asked)
        if self.complaint is not None:
            self.fired.append("complained")
            await peer.send(json.dumps(self.complaint))
            return
        self.open[peer].append(asked)
        self.changed.set()


@contextlib.asynccontextmanager
async def fake_socket(**fields: Any) -> AsyncIterator[FakeSocket]:
    fake = FakeSocket(**fields)
    async with serve(
        fake.talk, "127.0.0.1", 0, process_request=fake.admit, compression=None, ping_interval=None, close_timeout=0.2,
        select_subprotocol=lambda connection, offered: offered[0] if offered else None,
    ) as server:  # fmt: skip
        fake.port = next(iter(server.sockets)).getsockname()[1]
        yield fake
