"""Many sockets on a real server: one that never reads hurts nobody, and a restart says goodbye to all."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from app.models import Policy
from display.live import hub
from tests.display.live.world import World
from tests.factories import a_post
from tests.server import Running, serving


async def deaf(running: Running, slug: str) -> socket.socket:
    """A connection that asks for a wall's feed and never reads a byte of it."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", running.port))
    ask = (
        f"GET /{slug}/live?screen=deaf HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await asyncio.get_running_loop().sock_sendall(raw, ask.encode())
    return raw


async def until_members(running: Running, world: World, count: int) -> None:
    async with asyncio.timeout(10):
        while len(running.hub.members(world.event.id)) != count:
            await asyncio.sleep(0.02)


async def test_a_peer_that_never_reads_is_cut_and_the_others_never_wait(
    running: Running, served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SLOW_FOR", 0.5)
    monkeypatch.setattr(hub, "POLL", 0.1)
    raw = await deaf(running, served.event.slug)
    await until_members(running, served, 1)
    waits: list[float] = []
    async with running.socket(served.event.slug, screen="left") as ws:
        await ws.recv()
        was_slow = False
        for i in range(1_000):
            long = a_post(f"{i} #HarbourTalks " + "x" * 4_000, served.authors[0])
            began = time.perf_counter()
            await served._receive(
                *([long] if i % 4 else [long, *(a_post("y" * 4000 + " #HarbourTalks") for _ in "12")])
            )
            while not any(m["type"] == "put" for m in json.loads(await asyncio.wait_for(ws.recv(), 3))["messages"]):
                pass
            waits.append(time.perf_counter() - began)
            was_slow = was_slow or bool(running.hub._slow)
            if was_slow and len(running.hub.members(served.event.id)) == 1:
                break
    raw.close()
    assert was_slow, "it was never even noticed"
    await until_members(running, served, 0)
    assert sorted(waits)[len(waits) // 2] < 0.25
    assert max(waits) < 2


async def test_a_restart_says_goodbye_to_two_hundred_parked_sockets_within_six_seconds(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "served.sqlite"
    shutil.copy(sqlite_template, path)
    async with serving(f"sqlite+aiosqlite:///{path}", tmp_path) as running:
        world = World(running.database)
        await world.begin(Policy.OPEN)
        parked = [await running.socket(world.event.slug) for _ in range(200)]
        deaf_ones = [await deaf(running, world.event.slug) for _ in range(3)]
        await until_members(running, world, 203)
        began = time.perf_counter()
    took = time.perf_counter() - began
    codes = [await code_of(ws) for ws in parked]
    for raw in deaf_ones:
        raw.close()
    assert took < 6
    assert set(codes) == {1012}


async def code_of(ws: object) -> int | None:
    with pytest.raises(ConnectionClosed) as raised:
        while True:
            await ws.recv()  # type: ignore[attr-defined]
    return raised.value.rcvd.code if raised.value.rcvd else None
