"""How many deliveries a CPU second of the server gives: our hub and its way to the socket, beside the loop that
FastAPI's documentation shows. One message in flight; what counts is the server's CPU time, so a busy machine hardly
matters.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import sys
from collections.abc import AsyncIterator

import httpx

LISTENERS = 1000
WARM_UP, ROUNDS, MESSAGES = 5, 9, 15
HEAD = 2  # bytes every frame begins with
SHORT = 126  # from this length on a frame says its length in two more bytes; a heartbeat is shorter, a post longer


class Listeners:
    """Many open sockets that read frames and count those that carry a post. The first is what a newcomer gets."""

    def __init__(self) -> None:
        self.got, self.all_got = 0, asyncio.Event()

    def heard(self) -> None:
        self.got += 1
        if self.got == LISTENERS:
            self.all_got.set()

    def expect(self) -> None:
        self.got = 0
        self.all_got.clear()


class Listener(asyncio.Protocol):
    def __init__(self, among: Listeners, path: str, port: int) -> None:
        self._among, self._buffer, self._upgraded = among, b"", False
        here, key = f"127.0.0.1:{port}", base64.b64encode(os.urandom(16)).decode()
        self._asking = (
            f"GET {path} HTTP/1.1\r\nHost: {here}\r\nOrigin: http://{here}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._asking)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._upgraded, self._buffer = True, rest
        self._read()

    def _read(self) -> None:
        while len(self._buffer) >= HEAD:
            length, start = self._buffer[1] & 127, HEAD
            if length >= SHORT:
                size = 2 if length == SHORT else 8
                start, length = HEAD + size, int.from_bytes(self._buffer[HEAD : HEAD + size])
            if len(self._buffer) < start + length:
                return
            payload, self._buffer = self._buffer[start : start + length], self._buffer[start + length :]
            self._hear(payload)

    def _hear(self, payload: bytes) -> None:
        if len(payload) >= SHORT:
            self._among.heard()


class Contender:
    """One server in a process of its own, with its listeners."""

    def __init__(self, client: httpx.AsyncClient, listeners: Listeners) -> None:
        self._client, self._listeners = client, listeners

    async def round(self, messages: int) -> float:
        """Deliveries per CPU second of the server."""
        before = await self._ask("/bench/cpu")
        for _ in range(messages):
            self._listeners.expect()
            await self._ask("/bench/publish")
            await asyncio.wait_for(self._listeners.all_got.wait(), 30)
        return messages * LISTENERS / (await self._ask("/bench/cpu") - before)

    async def _ask(self, path: str) -> float:
        return float((await self._client.post(path)).raise_for_status().text)


@contextlib.asynccontextmanager
async def contender(name: str) -> AsyncIterator[Contender]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.servers", name, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        port, path = (await process.stdout.readline()).decode().split()
        listeners = Listeners()
        loop = asyncio.get_running_loop()
        transports = []
        for _ in range(LISTENERS):
            made = await loop.create_connection(lambda: Listener(listeners, path, int(port)), "127.0.0.1", int(port))
            transports.append(made[0])
        await asyncio.wait_for(listeners.all_got.wait(), 60)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            yield Contender(client, listeners)
        for transport in transports:
            transport.abort()
    finally:
        process.terminate()
        await process.wait()


async def measure() -> tuple[float, float]:
    """(ours, theirs): the best of rounds that take turns. A busy neighbour only makes a round worse."""
    async with contender("strand") as strand, contender("stock") as stock:
        for each in (strand, stock):
            await each.round(WARM_UP)
        rounds = [(await strand.round(MESSAGES), await stock.round(MESSAGES)) for _ in range(ROUNDS)]
    return max(ours for ours, _ in rounds), max(theirs for _, theirs in rounds)
