"""The same words as server-sent events: what is heard, what is refused, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, update

from app.models import Event, EventState, SignIn
from app.models.account import Role
from display.live import socket as live_socket
from display.live.messages import framed, unframed
from display.live.sse import Buffer
from display.live.transport import WRITE_HIGH_WATER
from tests.display.live.fold import Fold
from tests.display.live.world import World
from tests.server import Running


class Listening:
    """An EventSource, as far as we need one."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def frame(self) -> dict[str, Any]:
        async with asyncio.timeout(3):
            async for line in self._lines:
                if line.startswith("data: "):
                    frame: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    return frame
        raise EOFError

    async def heard(self, *types: str) -> list[dict[str, Any]]:
        while True:
            if found := [m for m in (await self.frame())["messages"] if m["type"] in types]:
                return found


@contextlib.asynccontextmanager
async def listening(
    running: Running, slug: str, headers: dict[str, str] | None = None, **query: Any
) -> AsyncIterator[Listening]:
    async with (
        httpx.AsyncClient(base_url=running.base, timeout=5) as client,
        client.stream("GET", f"/{slug}/live.sse", params=query, headers=headers) as answer,
    ):
        yield Listening(answer)


async def test_a_follower_hears_the_same_as_by_the_socket(running: Running, served: World) -> None:
    slug, fold, other = served.event.slug, Fold(), Fold()
    async with listening(running, slug) as stream, running.socket(slug) as ws:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        fold.apply(await stream.frame())
        other.apply(json.loads(await ws.recv()))
        await served.say()
        await served.say()
        await served.hide(0)
        head = await head_of(running, served)
        while fold.seq < head:
            fold.apply(await stream.frame())
        while other.seq < head:
            other.apply(json.loads(await ws.recv()))
    assert fold.shown() == other.shown()
    assert [p["words"][0]["text"][:6] for p in fold.shown()] == ["Said 1"]


async def head_of(running: Running, served: World) -> int:
    """What the log has, and not what the hub has told so far."""
    async with running.database.reading() as db:
        return (await db.get_one(Event, served.event.id)).seq


async def test_a_browser_that_comes_back_by_itself_gets_only_what_it_missed(running: Running, served: World) -> None:
    slug, fold = served.event.slug, Fold()
    await served.say()
    async with listening(running, slug) as stream:
        fold.apply(await stream.frame())
    await served.say()
    async with listening(running, slug, {"last-event-id": f"{fold.epoch}/{fold.seq}"}) as stream:
        frame = await stream.frame()
    assert {m["type"] for m in frame["messages"]} == {"put"}


async def test_every_frame_carries_the_number_a_browser_comes_back_with(running: Running, served: World) -> None:
    async with listening(running, served.event.slug) as stream:
        async with asyncio.timeout(3):
            async for line in stream.answer.aiter_lines():
                if line.startswith("id: "):
                    break
    epoch, _, seq = line.removeprefix("id: ").rpartition("/")
    assert epoch == served.event.epoch
    assert seq.isdigit()


async def test_the_desk_is_heard_by_those_who_moderate_until_their_sign_in_ends(
    running: Running, served: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "RECHECK", 0.05)
    slug = served.event.slug
    async with listening(running, slug, audience="desk") as stream:
        assert stream.answer.status_code == 403
    cookie = await running.sign_in(Role.MODERATOR, served.event)
    async with listening(running, slug, {"cookie": f"strand={cookie}"}, audience="desk") as stream:
        await stream.heard("snapshot")
        async with running.database.transaction() as db:
            await db.execute(delete(SignIn))
        with pytest.raises(EOFError):
            while True:
                await stream.frame()
    assert not running.hub.members(served.event.id)


async def test_another_sites_page_gets_nothing(running: Running, served: World) -> None:
    for stranger in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        async with listening(running, served.event.slug, stranger) as stream:
            assert stream.answer.status_code == 403


async def test_a_draft_is_not_there_and_nonsense_is_refused(running: Running, served: World) -> None:
    async with listening(running, served.event.slug, seq="minus one") as stream:
        assert stream.answer.status_code == 400
    async with running.database.transaction() as db:
        await db.execute(update(Event).values(state=EventState.DRAFT))
    async with listening(running, served.event.slug) as stream:
        assert stream.answer.status_code == 404


async def test_the_house_says_goodbye_before_it_goes(running: Running, served: World) -> None:
    async with listening(running, served.event.slug) as stream:
        await stream.heard("snapshot")
        await running.hub.close()
        assert await stream.heard("bye")
        with pytest.raises(EOFError):
            await stream.frame()


async def test_whoever_goes_is_forgotten(running: Running, served: World) -> None:
    async with listening(running, served.event.slug) as stream:
        await stream.heard("snapshot")
        assert len(running.hub.members(served.event.id)) == 1
    async with asyncio.timeout(8):  # a heartbeat finds out at the latest
        while running.hub.members(served.event.id):
            await asyncio.sleep(0.05)


async def test_a_buffer_tells_when_it_piles_up_and_when_it_does_not_any_more() -> None:
    buffer = Buffer()
    big = b"x" * (WRITE_HIGH_WATER // 2 + 1)
    buffer.write(framed(big))
    assert not buffer.slow
    buffer.write(framed(big))
    assert buffer.slow
    buffer.finish()
    assert [p async for p in buffer.payloads()] == [big, big]
    assert not buffer.slow
    buffer.write(framed(b"late"))
    buffer.abort()
    assert [p async for p in buffer.payloads()] == []


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 70_000])
def test_a_frame_gives_back_what_it_was_made_of(size: int) -> None:
    assert unframed(framed(b"y" * size)) == b"y" * size
