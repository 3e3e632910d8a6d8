"""One connection, after the upgrade: what is heard, what is ignored, and what ends it with which code."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from websockets.exceptions import ConnectionClosed

from app.domain.screens import find_screen
from app.models import Copy, Decision, Event, EventState, Membership, Post, Screen, SignIn
from app.models.account import Role
from display.live import hub, presence
from display.live import socket as live_socket
from tests.display.live.fold import Fold
from tests.display.live.world import World
from tests.server import Running


async def closed(ws: Any, within: float = 2.0) -> int:
    """The code it is closed with; reads on until then."""
    async with asyncio.timeout(within):
        with pytest.raises(ConnectionClosed) as raised:
            while True:
                await ws.recv()
    assert raised.value.rcvd is not None, "cut without a word"
    return raised.value.rcvd.code


async def heard(ws: Any, *types: str) -> list[dict[str, Any]]:
    """The next frame that carries one of these."""
    async with asyncio.timeout(3):
        while True:
            frame = json.loads(await ws.recv())
            if found := [m for m in frame["messages"] if m["type"] in types]:
                return found


async def test_a_post_that_is_said_reaches_a_wall_and_a_follower(running: Running, served: World) -> None:
    slug = served.event.slug
    async with running.socket(slug, screen="left") as wall, running.socket(slug) as follower:
        await heard(wall, "snapshot"), await heard(follower, "snapshot")
        await served.say()
        for ws in (wall, follower):
            (put,) = await heard(ws, "put")
            assert put["post"]["words"][0]["text"].startswith("Said 0")
        await served.hide(0)
        for ws in (wall, follower):
            assert (await heard(ws, "drop"))[0]["id"] == put["post"]["id"]


async def test_whoever_comes_back_gets_what_they_missed_and_no_more(running: Running, served: World) -> None:
    fold, slug = Fold(), served.event.slug
    await served.say()
    async with running.socket(slug) as ws:
        fold.apply(json.loads(await ws.recv()))
    await served.say()
    await served.hide(0)
    async with running.socket(slug, epoch=fold.epoch, seq=fold.seq) as ws:
        frame = json.loads(await ws.recv())
    assert {m["type"] for m in frame["messages"]} == {"put", "drop"}
    fold.apply(frame)
    assert [p["words"][0]["text"][:6] for p in fold.shown()] == ["Said 1"]


async def test_garbage_is_ignored(running: Running, served: World) -> None:
    async with running.socket(served.event.slug, screen="left") as ws:
        garbage = ["", "null", "[]", "{", "[" * 5000, '{"ack":"1"}', '{"ack":true}', '{"ack":-1}', '{"ack":1e400}',
                   '{"ack":' + "9" * 400 + "}", '{"hide":1}', b"", b"\x00\xff", b'{"ack":0}', "\u0000"]  # fmt: skip
        for piece in garbage:
            await ws.send(piece)
        await ws.ping()
        await served.say()
        assert await heard(ws, "put")


async def test_more_than_two_hundred_messages_a_minute_end_it(running: Running, served: World) -> None:
    async with running.socket(served.event.slug) as ws:
        for _ in range(201):
            await ws.send("{}")
        assert await closed(ws) == 1008


async def test_two_hundred_are_fine(running: Running, served: World) -> None:
    async with running.socket(served.event.slug, screen="left") as ws:
        for _ in range(200):
            await ws.send("{}")
        await served.say()
        assert await heard(ws, "put")


@pytest.mark.parametrize("size", [16_385, 65_536, 300_000])
async def test_a_frame_that_is_too_big_ends_it(running: Running, served: World, size: int) -> None:
    async with running.socket(served.event.slug) as ws:
        await ws.send("x" * size)
        assert await closed(ws) == 1009


async def test_what_a_screen_painted_reaches_its_row(running: Running, served: World) -> None:
    slug = served.event.slug
    await served.say()
    async with running.socket(slug, screen="left") as screen, running.socket(slug) as nobody:
        await heard(screen, "snapshot"), await heard(nobody, "snapshot")
        await nobody.send('{"ack":1}')
        await screen.send('{"ack":2}')  # more than it was told: not so
        await screen.send('{"ack":1}')
        row = await _written(running, served)
    assert (row.acknowledged, row.epoch, row.audience, row.seen_at) == (
        1, served.event.epoch, "public", running.clock(),
    )  # fmt: skip


async def test_words_of_screens_are_written_by_themselves(
    running: Running, served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "EVERY", 0.02)
    async with running.socket(served.event.slug, screen="left") as ws:
        await heard(ws, "snapshot")
        await ws.send('{"ack":0}')
        assert await _written(running, served)


async def _written(running: Running, served: World) -> Screen:
    """The screen's row, as soon as its word has been written."""
    async with asyncio.timeout(10):
        while True:
            async with running.database.reading() as db:
                row = await find_screen(db, served.event.id, "left")
            if row is not None:
                return row
            await asyncio.sleep(0.02)


async def test_a_heartbeat_comes_when_nothing_is_said(
    running: Running, served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hub.HEARTBEAT == 5.0, "docs/wire.md promises it"
    monkeypatch.setattr(hub, "HEARTBEAT", 0.1)
    async with running.socket(served.event.slug) as ws:
        for _ in range(3):
            (beat,) = await heard(ws, "heartbeat")
            assert beat["now"] == running.clock().isoformat(timespec="seconds")


async def test_a_sign_in_that_is_revoked_ends_the_desk_within_two_seconds(running: Running, served: World) -> None:
    token = await running.sign_in(Role.MODERATOR, served.event)
    async with running.socket(served.event.slug, token, audience="desk") as ws:
        await heard(ws, "snapshot")
        async with running.database.transaction() as db:
            await db.execute(delete(SignIn))
        assert await closed(ws, within=2) == 4003


async def test_a_role_that_is_lowered_ends_the_desk(
    running: Running, served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "RECHECK", 0.05)
    token = await running.sign_in(Role.MODERATOR, served.event)
    async with running.socket(served.event.slug, token, audience="desk") as ws:
        await heard(ws, "snapshot")
        async with running.database.transaction() as db:
            await db.execute(update(Membership).values(role=Role.REPORTER))
        assert await closed(ws) == 4003


async def test_a_draft_is_closed_to_a_reporter_whose_sign_in_ended(
    running: Running, served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "RECHECK", 0.05)
    async with running.database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.DRAFT))
    token = await running.sign_in(Role.REPORTER, served.event)
    async with running.socket(served.event.slug, token) as ws:
        await heard(ws, "snapshot")
        async with running.database.transaction() as db:
            await db.execute(delete(SignIn))
        assert await closed(ws) == 4003


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_desk(
    running: Running, served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def away(*_: Any) -> None:
        nonlocal asked
        asked += 1
        raise OperationalError("SELECT", {}, Exception("away"))

    token = await running.sign_in(Role.MODERATOR, served.event)
    async with running.socket(served.event.slug, token, audience="desk") as ws:
        await heard(ws, "snapshot")
        monkeypatch.setattr(live_socket, "RECHECK", 0.02)
        monkeypatch.setattr(live_socket, "visitor_in", away)
        async with asyncio.timeout(3):
            while asked < 3:
                await asyncio.sleep(0.05)
        await served.say()
        assert await heard(ws, "put")


async def test_an_event_that_is_deleted_ends_its_sockets(running: Running, served: World) -> None:
    async with running.socket(served.event.slug) as ws:
        await heard(ws, "snapshot")
        async with running.database.transaction() as db:
            for table in (Copy, Decision, Post, Event):
                await db.execute(delete(table))
        assert await closed(ws) == 4003


async def test_whoever_goes_is_forgotten(running: Running, served: World) -> None:
    async with running.socket(served.event.slug) as ws:
        await heard(ws, "snapshot")
        assert len(running.hub.members(served.event.id)) == 1
    async with asyncio.timeout(3):
        while running.hub._members or running.hub._channels:
            await asyncio.sleep(0.01)
