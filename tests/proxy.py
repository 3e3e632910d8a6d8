"""A TCP proxy that misbehaves on request: between a browser and the server, a reader and its upstream, anybody."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

CHUNK = 16_384


@dataclass(slots=True)
class Proxy:
    """What is on the way, and what goes wrong. `fired` counts every fault, so that a test can see that it happened."""

    host: str
    port: int
    address: str = ""  # host:port where the proxy listens
    refusing: bool = False  # new connections are reset at once
    blackhole: bool = False  # bytes are taken and go nowhere, in both directions; nobody is told
    delay: float = 0.0  # seconds every piece waits
    tearing: int = 0  # so many more pieces that come back are cut in the middle, and their connections with them
    answer: bytes = b""  # what whoever asks is told instead, by somebody who sits on the way
    fired: dict[str, int] = field(default_factory=dict)
    _open: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = field(default_factory=set)

    @property
    def base(self) -> str:
        return f"http://{self.address}"

    @property
    def connections(self) -> int:
        return len(self._open)

    def cut(self) -> int:
        """End every open connection the polite way (FIN). Returns how many there were."""
        for pair in list(self._open):
            for writer in pair:
                writer.close()
        return self._note("cut", len(self._open))

    def reset(self) -> int:
        """End every open connection the rude way (RST), and lose what was on its way."""
        for pair in list(self._open):
            for writer in pair:
                _rudely(writer)
        return self._note("reset", len(self._open))

    def _note(self, fault: str, times: int) -> int:
        self.fired[fault] = self.fired.get(fault, 0) + times
        return times

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            self._note("refused", 1)
            _rudely(writer)
            return
        if self.answer:
            await self._answer_itself(reader, writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(self.host, self.port)
        except OSError:
            _rudely(writer)
            return
        pair = (writer, far_writer)
        self._open.add(pair)
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer, back=True))
        finally:
            self._open.discard(pair)
            for one in pair:
                one.close()

    async def _answer_itself(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            self._note("answered", 1)
            writer.write(self.answer)
            await writer.drain()
        writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool = False) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.blackhole:
                    self._note("swallowed", 1)
                    continue
                if back and self.tearing:
                    self.tearing -= 1
                    self._note("torn", 1)
                    writer.write(data[: len(data) // 2])
                    break
                if self.delay:
                    self._note("delayed", 1)
                    await asyncio.sleep(self.delay)
                writer.write(data)
                await writer.drain()
        # One end is gone. In a blackhole the other is not told: it holds a socket that looks alive.
        while self.blackhole:
            await asyncio.sleep(0.02)
        writer.close()


def _rudely(writer: asyncio.StreamWriter) -> None:
    raw: socket.socket | None = writer.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextlib.asynccontextmanager
async def proxied(host: str, port: int) -> AsyncIterator[Proxy]:
    """`async with proxied("127.0.0.1", running.port) as proxy:` and then talk to proxy.base."""
    proxy = Proxy(host, port)
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await proxy._connected(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    proxy.address = "{}:{}".format(*server.sockets[0].getsockname()[:2])
    try:
        yield proxy
    finally:
        server.close()
        proxy.blackhole = False
        proxy.reset()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
