"""From a moderator's key to every screen: a post shown, a post hidden, all screens frozen and each of them heard.

One process is the house, this one is the hall: it holds the screens, presses the keys as the desk's script does, and
looks into the store for what the screens acknowledged, as the desk is told it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import orjson

from app.database import Database
from app.domain import screens
from app.domain.events import find_event
from bench import hall
from bench.fanout import SHORT, Listener, Listeners

SIZES = {1: 20, 100: 8, 1_000: 5}  # screens: how often each key is pressed
LOOK = 0.02  # seconds between two looks into the store
LONGEST = 15.0


@dataclass
class Hall:
    """What the screens wait for, and when each had it."""

    waits_for: tuple[str, int] = ("", 0)  # a message's type, and of which post
    had: dict[str, float] = field(default_factory=dict)


class Screen(Listener):
    """A wall as our browser's script keeps it: takes what comes, and says what it painted once a second, of an event at
    once."""

    def __init__(self, hall_: Hall, name: str, port: int) -> None:
        super().__init__(Listeners(), f"/{hall.SLUG}/live?audience=public&pace=wall&screen={name}", port)
        self._hall, self._name = hall_, name
        self._out: asyncio.Transport | None = None
        self._said = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)
        self._out = transport

    def _hear(self, payload: bytes) -> None:
        if not payload.startswith(b"{"):
            return  # a goodbye
        frame, now = orjson.loads(payload), time.perf_counter()
        for message in frame["messages"]:
            if (message["type"], _of(message)) == self._hall.waits_for:
                self._hall.had.setdefault(self._name, now)
        urgent = any(message["type"] in ("event", "snapshot") for message in frame["messages"])
        if self._out is not None and (urgent or now - self._said > 1):
            self._said = now
            self._out.write(_masked(orjson.dumps({"ack": frame["seq"]})))


@dataclass(frozen=True, slots=True)
class Waits:
    """How long screens waited for one kind of key, in milliseconds."""

    act: str
    screens: int
    p50: float
    p95: float
    p99: float


class House:
    def __init__(self, port: int, token: str, folder: Path) -> None:
        self.port = port
        base = f"http://127.0.0.1:{port}"
        self._desk = httpx.AsyncClient(
            base_url=base, cookies={"strand": token}, headers={"origin": base}, timeout=60, trust_env=False
        )
        self._store = Database(hall.settings(folder).database)
        self._post = 0
        self.hall = Hall()

    async def press(self, verdict: str) -> None:
        sent = {"post": self._post, "version": "1", "verdict": verdict}
        (await self._desk.post(f"/desk/{hall.SLUG}/decide", json=sent)).raise_for_status()

    async def freeze(self, on: bool) -> None:
        (await self._desk.post(f"/desk/{hall.SLUG}/freeze", json={"on": on})).raise_for_status()

    async def painted(self, key: Callable[[], Awaitable[None]], message: str, count: int) -> list[float]:
        """Press, and wait until every screen has this message of our post."""
        self.hall.waits_for, self.hall.had = (message, self._post), {}
        began = time.perf_counter()
        await key()
        await _until(lambda: len(self.hall.had) == count)
        return [at - began for at in self.hall.had.values()]

    async def acknowledged(self, on: bool, count: int) -> list[float]:
        """Press, and wait until the desk knows of every screen that it has it."""
        known: dict[str, float] = {}
        began = time.perf_counter()
        pressing = asyncio.create_task(self.freeze(on))
        while len(known) < count and time.perf_counter() - began < LONGEST:
            await asyncio.sleep(LOOK)
            for name in await self._acknowledged() if pressing.done() else ():
                known.setdefault(name, time.perf_counter())
        await pressing
        assert len(known) == count, f"{count - len(known)} of {count} screens never acknowledged"
        return [at - began for at in known.values()]

    async def rounds(self, count: int, times: int) -> list[Waits]:
        shown: list[float] = []
        gone: list[float] = []
        frozen: list[float] = []
        for _ in range(times):
            self._post += 1
            shown += await self.painted(lambda: self.press("approve"), "put", count)
            gone += await self.painted(lambda: self.press("hide"), "drop", count)
            frozen += await self.acknowledged(True, count)
            await self.acknowledged(False, count)
        told = (("approve, on screen", shown), ("hide, gone", gone), ("freeze, acknowledged", frozen))
        return [Waits(act, count, *(_at(waits, part) * 1_000 for part in (0.5, 0.95, 0.99))) for act, waits in told]

    async def close(self) -> None:
        await self._desk.aclose()
        await self._store.close()

    async def _acknowledged(self) -> list[str]:
        async with self._store.reading() as db:
            event = await find_event(db, hall.SLUG)
            return [one.name for one in await screens.states(db, event, datetime.now(UTC)) if one.acknowledged]


@contextlib.asynccontextmanager
async def a_house() -> AsyncIterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.hall", folder, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        port, token = (await process.stdout.readline()).decode().split()
        house = House(int(port), token, Path(folder))
        try:
            yield house
        finally:
            await house.close()
            process.terminate()
            await process.wait()


async def measure() -> list[Waits]:
    loop = asyncio.get_running_loop()
    found: list[Waits] = []
    here: list[asyncio.BaseTransport] = []
    async with a_house() as house:
        for count, times in SIZES.items():
            while len(here) < count:
                screen = partial(Screen, house.hall, f"s{len(here)}", house.port)
                here.append((await loop.create_connection(screen, "127.0.0.1", house.port))[0])
            await house.acknowledged(False, count)  # all of them are there
            found += await house.rounds(count, times)
        for transport in here:
            transport.close()
    return found


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not done():
            await asyncio.sleep(0.001)


def _of(message: dict[str, Any]) -> int:
    return int(message["post"]["id"]) if message["type"] == "put" else int(message.get("id") or 0)


def _at(waits: list[float], part: float) -> float:
    return sorted(waits)[min(len(waits) - 1, int(len(waits) * part))]


def _masked(payload: bytes) -> bytes:
    """A short text frame as browsers send it."""
    assert len(payload) < SHORT
    mask = os.urandom(4)
    return bytes([0x81, 0x80 | len(payload)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
