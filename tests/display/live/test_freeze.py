"""A freeze reaches a hundred screens, each says so, and the desk names those that did not."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest

from app.domain import screens
from app.models.account import Role
from tests.display.live.world import World
from tests.server import Running

MANY = 100


async def keep(ws: Any, frozen: list[float]) -> None:
    """A wall: paints, says so, and notes when it went to its holding card."""
    async for text in ws:
        frame = json.loads(text)
        if any(m["type"] == "event" and m["event"]["frozen"] for m in frame["messages"]):
            frozen.append(time.perf_counter())
        await ws.send(json.dumps({"ack": frame["seq"]}))


async def states(running: Running, world: World) -> dict[str, screens.State]:
    async with running.database.reading() as db:
        return {one.name: one for one in await screens.states(db, world.event, running.clock())}


async def until_known(running: Running, world: World, count: int) -> float:
    """Until so many screens acknowledged the last switch; when that was."""
    async with asyncio.timeout(10):
        while sum(one.acknowledged for one in (await states(running, world)).values()) < count:
            await asyncio.sleep(0.02)
    return time.perf_counter()


async def press(running: Running, world: World, on: bool) -> None:
    token = await running.sign_in(Role.MODERATOR, world.event)
    async with running.visitor(token) as kim:
        assert (await kim.post(f"/desk/{world.event.slug}/freeze", json={"on": on})).status_code == 200


async def test_a_freeze_is_acknowledged_by_a_hundred_screens(running: Running, served: World) -> None:
    slug, frozen = served.event.slug, list[float]()
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        walls = [await stack.enter_async_context(running.socket(slug, screen=f"wall-{n}")) for n in range(MANY)]
        keeping = [group.create_task(keep(ws, frozen)) for ws in walls]
        await until_known(running, served, MANY)
        began = time.perf_counter()
        await press(running, served, True)
        known = await until_known(running, served, MANY)
        assert len(frozen) == MANY
        print(f"\nfrozen after {max(frozen) - began:.3f} s, all known after {known - began:.3f} s")
        await press(running, served, False)
        await until_known(running, served, MANY)
        for task in keeping:
            task.cancel()


async def test_a_screen_that_did_not_acknowledge_the_freeze_is_named_at_the_desk(
    running: Running, served: World
) -> None:
    slug, frozen = served.event.slug, list[float]()
    async with running.socket(slug, screen="good") as good, running.socket(slug, screen="stuck") as stuck:
        keeping = asyncio.create_task(keep(good, frozen))
        await stuck.send(json.dumps({"ack": json.loads(await stuck.recv())["seq"]}))
        await until_known(running, served, 2)
        await press(running, served, True)
        await until_known(running, served, 1)
        told = await states(running, served)
        token = await running.sign_in(Role.MODERATOR, served.event)
        async with running.visitor(token) as kim:
            page = (await kim.get(f"/desk/{slug}/freeze")).text
            listed = (await kim.get(f"/desk/{slug}/screens.json")).json()["screens"]
        keeping.cancel()
    assert {name: one.acknowledged for name, one in told.items()} == {"good": True, "stuck": False}
    assert {one["name"]: one["doing"] for one in listed} == {"good": "well", "stuck": "late"}
    assert "has not said yet that it rests" in page


async def test_a_screen_that_comes_during_a_freeze_acknowledges_it_with_its_first_word(
    running: Running, served: World
) -> None:
    await press(running, served, True)
    async with running.socket(served.event.slug, screen="late") as late:
        frame = json.loads(await late.recv())
        (snapshot,) = [m for m in frame["messages"] if m["type"] == "snapshot"]
        assert snapshot["event"]["frozen"]
        await late.send(json.dumps({"ack": frame["seq"]}))
        await until_known(running, served, 1)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"on": 1}', b'{"on": true, "x": 1}', b'{"blank": true}', b"\xff"])
async def test_a_freeze_that_makes_no_sense_is_told_in_a_sentence(running: Running, served: World, body: bytes) -> None:
    token = await running.sign_in(Role.MODERATOR, served.event)
    headers = {"content-type": "application/json"}
    async with running.visitor(token, headers={"Origin": running.base}) as kim:
        answer = await kim.post(f"/desk/{served.event.slug}/freeze", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"][-1]) == (400, ".")
