"""A small Mastodon server whose posts, answers and stream a test holds in its hands.

Its statuses are shaped after the recorded ones. It counts what it was asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ingest.types import Network, SourceConfig
from tests.ingest.mastodon.captures import synthetic
from tests.ingest.servers import RawServer, Request, raw_server, reply

TOKEN = "good"


@dataclass
class FakeMastodon:
    server: RawServer
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    streams: list[tuple[str, asyncio.StreamWriter]] = field(default_factory=list)
    token: str | None = TOKEN
    streaming: bool = True
    closed: bool = False  # shows hashtags only to people who are signed in
    instance: bool = True
    access: dict[str, str] | None = None
    socket: str = ""  # base address of its WebSockets, where these are elsewhere
    source_url: str = "https://github.com/mastodon/mastodon"
    any_of: bool = True  # understands any[]
    ascending: bool = False  # gives pages after min_id oldest first
    several: bool = True  # can be asked for several statuses at once
    slashes: bool = True  # does not mind a slash at the end of an address
    override: Callable[[str], bytes | None] = lambda path: None
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    visited: asyncio.Event = field(default_factory=asyncio.Event)
    asked_statuses: list[str] = field(default_factory=list)  # one by one
    asked_together: list[list[str]] = field(default_factory=list)

    def say(self, n: int, words: str = "Hello", *tags: str, live: bool = False, **fields: Any) -> str:
        """Post number n: ids grow with n."""
        tags = tags or ("wall",)
        local_id = str(116 * 10**15 + n)
        marked = "".join(
            f' <a href="https://w.example/t" class="mention hashtag">#<span>{tag}</span></a>' for tag in tags
        )
        self.statuses[local_id] = synthetic("plain") | {
            "id": local_id,
            "uri": f"https://wall.example/users/ada/statuses/{n}",
            "url": f"https://wall.example/@ada/{n}",
            "content": f"<p>{words}{marked}</p>",
            "tags": [{"name": tag} for tag in tags],
            "card": None,
            **fields,
        }
        if live:
            self.tell("update", local_id)
        return local_id

    def edit(self, local_id: str, content: str, tags: tuple[str, ...] = ("wall",), *, live: bool = False) -> None:
        self.statuses[local_id] |= {
            "content": content,
            "tags": [{"name": tag} for tag in tags],
            "edited_at": "2026-11-21T10:05:00.000Z",
        }
        if live:
            self.tell("status.update", local_id)

    def delete(self, local_id: str, *, live: bool = False) -> None:
        status = self.statuses.pop(local_id)
        if live:
            self.send(f"event: delete\ndata: {local_id}\n\n".encode(), [t["name"] for t in status["tags"]])

    def tell(self, event: str, local_id: str) -> None:
        status = self.statuses[local_id]
        data = f"event: {event}\ndata: {json.dumps(status)}\n\n".encode()
        self.send(data, [tag["name"] for tag in status["tags"]])

    def send(self, data: bytes, tags: list[str] | None = None) -> None:
        for tag, writer in self.streams:
            if tags is None or tag in tags:
                writer.write(b"%x\r\n%s\r\n" % (len(data), data))

    def end_streams(self) -> None:
        for _, writer in self.streams:
            writer.write(b"0\r\n\r\n")
            writer.close()
        self.streams.clear()
        self.opened.clear()

    async def until_streaming(self, count: int = 1) -> None:
        async with asyncio.timeout(10):
            while len(self.streams) < count:
                self.opened.clear()
                await self.opened.wait()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until what we were asked makes the condition true."""
        async with asyncio.timeout(20):
            while not condition():
                self.visited.clear()
                await self.visited.wait()

    def source(self, *tags: str, token: str | None = None, id: int = 1) -> SourceConfig:
        base = self.server.base
        return SourceConfig(
            id=id,
            event="wall",
            kind=Network.MASTODON,
            upstream=base,
            url=base,
            tags=tags or ("wall",),
            token=token,
            allow_private=(base.removeprefix("http://"), *([self.socket.removeprefix("ws://")] if self.socket else [])),
        )

    @property
    def asked(self) -> list[str]:
        """The paths, in order, without their parameters."""
        return [urlsplit(request.path).path for request in self.server.asked]

    def pages(self, name: str) -> list[str]:
        """The values of one paging parameter that timelines were asked with."""
        queries = (parse_qs(urlsplit(request.path).query) for request in self.server.asked)
        return [query[name][0] for query in queries if name in query]

    async def answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        url = urlsplit(request.path)
        self.visited.set()
        said = self.override(url.path)
        if said is not None:
            writer.write(said)
            return
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if url.path.endswith("/") and not self.slashes:
            writer.write(reply(b"<h1>Not found</h1>", "404 Not Found", content_type="text/html"))
            return
        if url.path == "/api/v1/streaming/hashtag":
            await self._stream(parse_qs(url.query)["tag"][0], token, writer)
        elif token and token != self.token:
            writer.write(_json({"error": "The access token is invalid"}, "401 Unauthorized"))
        elif url.path.startswith("/api/v1/timelines/tag/"):
            writer.write(self._timeline(url.path.rpartition("/")[2], parse_qs(url.query), token))
        elif url.path.startswith("/api/v1/statuses/"):
            local_id = url.path.rpartition("/")[2]
            self.asked_statuses.append(local_id)
            found = self.statuses.get(local_id)
            writer.write(_json(found) if found else _json({"error": "Record not found"}, "404 Not Found"))
        elif url.path == "/api/v1/statuses" and self.several:
            writer.write(self._several(parse_qs(url.query)["id[]"]))
        elif url.path == "/api/v2/instance" and self.instance:
            writer.write(_json(self._instance()))
        else:
            writer.write(reply(b"<h1>Not found</h1>", "404 Not Found", content_type="text/html"))

    def _instance(self) -> dict[str, Any]:
        urls = {"streaming": self.socket or self.server.base.replace("http", "ws")} if self.streaming else {}
        access = {"hashtag_feeds": self.access} if self.access else {}
        configuration = {"urls": urls, "timelines_access": access}
        return {"domain": "wall.example", "source_url": self.source_url, "configuration": configuration}

    def _timeline(self, tag: str, query: dict[str, list[str]], token: str) -> bytes:
        if self.closed and not token:
            return _json({"error": "This method requires an authenticated user"}, "422 Unprocessable Entity")
        wanted = {tag, *(query.get("any[]", [])[:3] if self.any_of else [])}
        ids = sorted(i for i, s in self.statuses.items() if wanted & {t["name"] for t in s["tags"]})
        if "max_id" in query:
            ids = [i for i in ids if i < query["max_id"][0]]
        if "min_id" in query:
            shown = [i for i in ids if i > query["min_id"][0]][: int(query["limit"][0])]
        else:
            shown = ids[-int(query["limit"][0]) :]
        ascending = self.ascending and "min_id" in query
        return _json([self.statuses[i] for i in (shown if ascending else reversed(shown))])

    def _several(self, ids: list[str]) -> bytes:
        """In no order; without a word of those that are not there."""
        self.asked_together.append(ids)
        if len(ids) > 20:
            return _json({"error": "Validation failed"}, "422 Unprocessable Entity")
        return _json([self.statuses[i] for i in sorted(ids) if i in self.statuses])

    async def _stream(self, tag: str, token: str, writer: asyncio.StreamWriter) -> None:
        if not token or token != self.token:
            writer.write(_json({"error": "Invalid access token"}, "401 Unauthorized"))
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b"3\r\n:)\n\r\n")
        self.streams.append((tag, writer))
        self.opened.set()
        await writer.wait_closed()


def _json(body: object, status: str = "200 OK") -> bytes:
    return reply(json.dumps(body).encode(), status, content_type="application/json; charset=utf-8")


@contextlib.asynccontextmanager
async def fake_mastodon() -> AsyncIterator[FakeMastodon]:
    fake: list[FakeMastodon] = []

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        await fake[0].answer(request, writer)

    async with raw_server(answer) as server:
        fake.append(FakeMastodon(server))
        yield fake[0]
