"""A screen that is told something hears it at once, by its name; followers and desks hear nothing of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from app.domain import log, screens
from app.domain.audience import Audience
from app.domain.screens.airtime import airtime
from app.models import Account, EntryKind, Screen
from app.models.account import Role
from display.live import hub
from tests.display.live.test_socket import heard
from tests.display.live.world import World
from tests.factories import make_account
from tests.server import Running


async def made(served: World, *names: str) -> tuple[Account, list[Screen]]:
    async with served.database.transaction() as db:
        kim = await make_account(db)
        return kim, [await screens.make(db, served.event, n, "public", kim, served.event.created_at) for n in names]


async def told(served: World, kim: Account, *ids: int) -> None:
    async with served.database.transaction() as db:
        await screens.tell_mode(db, served.event, ids, "card", kim, served.event.created_at)


async def until_heartbeat(ws: Any) -> list[str]:
    """The kinds of everything that comes before the next heartbeat."""
    kinds: list[str] = []
    async with asyncio.timeout(4):
        while "heartbeat" not in kinds:
            kinds += [message["type"] for message in json.loads(await ws.recv())["messages"]]
    return kinds


@pytest.fixture(autouse=True)
def quick_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT", 0.5)


async def test_walls_hear_which_screen_was_told_and_nobody_else_does(running: Running, served: World) -> None:
    kim, (left, right) = await made(served, "left", "Hall, right")
    slug, token = served.event.slug, await running.sign_in(Role.MODERATOR, served.event)
    async with (
        running.socket(slug, screen="left") as wall, running.socket(slug, screen="x", audience="reviewed") as other,
        running.socket(slug) as follower, running.socket(slug, token, audience="desk") as desk,
    ):  # fmt: skip
        for ws in (wall, other, follower, desk):
            await heard(ws, "snapshot")
        await told(served, kim, right.id, left.id)
        for ws in (wall, other):
            assert await heard(ws, "screen") == [
                {"type": "screen", "name": "Hall, right"}, {"type": "screen", "name": "left"},
            ]  # fmt: skip
        assert "screen" not in [*await until_heartbeat(follower), *await until_heartbeat(desk)]
        await served.say()
        assert await heard(follower, "put"), "and they miss nothing else"


async def test_a_removed_a_renamed_and_any_screen_make_every_wall_ask(running: Running, served: World) -> None:
    kim, (left, right) = await made(served, "left", "right")
    now = served.event.created_at
    async with running.socket(served.event.slug, screen="left") as wall:
        await heard(wall, "snapshot")
        async with served.database.transaction() as db:
            await screens.rename(db, served.event, left.id, "Foyer", kim, now)
        assert (await heard(wall, "screen"))[0]["name"] is None
        async with served.database.transaction() as db:
            await screens.remove(db, served.event, right.id, kim, now)
        assert (await heard(wall, "screen"))[0]["name"] is None
        async with served.database.transaction() as db:
            await log.append(db, served.event.id, EntryKind.SCREEN, [left.id, log.ALL_SCREENS], now)
        assert await heard(wall, "screen") == [{"type": "screen", "name": None}]


async def test_a_wall_that_comes_back_hears_what_it_missed(running: Running, served: World) -> None:
    kim, (left,) = await made(served, "left")
    async with running.socket(served.event.slug, screen="left") as wall:
        frame = json.loads(await wall.recv())
    await told(served, kim, left.id)
    async with running.socket(served.event.slug, screen="left", epoch=frame["epoch"], seq=frame["seq"]) as wall:
        assert (await heard(wall, "screen"))[0]["name"] == "left"


async def test_what_a_screen_says_over_its_socket_is_written_down(running: Running, served: World) -> None:
    _, (left,) = await made(served, "left")
    await served.say()
    async with running.socket(served.event.slug, screen="left") as wall:
        (snapshot,) = await heard(wall, "snapshot")
        post = snapshot["posts"][0]["id"]
        running.clock.forward(30)
        await wall.send(json.dumps({"shown": [[post, 20_000, 1_000], [post, 900_000, 25_000]]}))
        await wall.send(json.dumps({"doing": {"mode": "voice", "kept": 1}, "ack": 0}))
        await wall.send(json.dumps({"trouble": {"kind": "picture", "post": post, "words": "torn"}}))
        await wall.send(json.dumps({"shown": "everything", "doing": [], "trouble": "x"}))
        await (await wall.ping())
    parts = running.app.state.live
    await parts.presence.flush()
    await parts.reports.flush()
    async with running.database.reading() as db:
        (state,) = await screens.states(db, served.event, running.clock())
        found = await db.get_one(Screen, left.id)
        told_back = await airtime(db, served.event, found, Audience.PUBLIC, running.clock())
    assert state.shows == {"mode": "voice", "kept": 1, "firsts": 0, "wait": 0}
    assert [(one["kind"], one["post"], one["words"]) for one in state.troubles] == [("picture", post, "torn")]
    assert told_back["posts"] == {str(post): 24.0}, "19 s as it was said, and 5 s since it was there"


async def test_somebody_without_a_screen_says_nothing_of_one(running: Running, served: World) -> None:
    await made(served, "left")
    await served.say()
    async with running.socket(served.event.slug, pace="wall") as nobody:
        await heard(nobody, "snapshot")
        running.clock.forward(30)
        await nobody.send(json.dumps({"shown": [[1, 9_000, 0]], "doing": {"mode": "card"}, "ack": 0}))
        await (await nobody.ping())
    parts = running.app.state.live
    assert not (parts.reports._pieces or parts.reports._doing or parts.presence._said)
