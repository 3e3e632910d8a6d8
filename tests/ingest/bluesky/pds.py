"""An account's own server, as far as a reader asks it: sessions that run out, and a search with faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from tests.ingest.bluesky import captures

PASSWORD = "abcd-efgh-2345-wxyz"
SHAPE = captures.answer("pds.createSession.response.json")

Answer = tuple[int, bytes, dict[str, str]]


def says(status: int, body: object = None, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else orjson.dumps(body if body is not None else {})
    return status, content, {name.replace("_", "-"): value for name, value in headers.items()}


def refuses(status: int, name: str) -> Answer:
    return says(status, {"error": name, "message": name})


@dataclass
class FakePds:
    """`pages` are what searching finds, by cursor; `faults` are answered first, one per request."""

    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Answer] = field(default_factory=list)
    fired: int = 0
    active: bool = True
    refreshes: bool = True
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    base: str = ""
    _made: int = 0
    _valid: str = ""

    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]

    def run_out(self) -> None:
        """The access token is not taken any more."""
        self._valid = ""

    def _say(self, method: str, query: dict[str, list[str]], token: str, body: bytes) -> Answer:
        self.asked.append((method, query))
        if method == "createSession":
            given = orjson.loads(body)
            fits = given["identifier"] == SHAPE["handle"] and given["password"] == PASSWORD
            return self._session() if fits else refuses(401, "AuthenticationRequired")
        if method == "refreshSession":
            fits = self.refreshes and token == f"refresh-{self._made}" and not body
            return self._session() if fits else refuses(400, "ExpiredToken")
        if self.faults:
            self.fired += 1
            return self.faults.pop(0)
        if token != self._valid:
            return refuses(400, "ExpiredToken")
        return says(200, self.pages.get(query.get("cursor", [""])[0], {"posts": []}))

    def _session(self) -> Answer:
        self._made += 1
        self._valid = f"access-{self._made}"
        document = {**SHAPE["didDoc"], "service": [{**SHAPE["didDoc"]["service"][0], "serviceEndpoint": self.base}]}
        tokens = {"accessJwt": self._valid, "refreshJwt": f"refresh-{self._made}"}
        return says(200, {**SHAPE, **tokens, "didDoc": document, "active": self.active})

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            sent = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await reader.readexactly(int(sent.get("content-length", 0)))
            address = urlsplit(head[0].split(" ")[1])
            token = sent.get("authorization", "").removeprefix("bearer ")
            status, content, headers = self._say(address.path.rsplit(".", 1)[1], parse_qs(address.query), token, body)
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(
                f"HTTP/1.1 {status} x\r\n{lines}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
            )
            writer.write(content)
            await writer.drain()
        finally:
            writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakePds]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self
