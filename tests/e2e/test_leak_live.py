"""The leak test for those who listen all along: what every frame of the live line held while much was taken back."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from sqlalchemy import select

from app.domain import moderation
from app.domain.intake import receive
from app.models import Event, Post, Verdict
from ingest.types import Batch
from tests.conftest import NOW
from tests.display.saying import UP, harbour
from tests.e2e.test_leak import HALF, NOWHERE, PICTURELESS, SHOWN, UNPICTURED, canary, decide, say_everything, take_back
from tests.factories import a_post, an_author, make_account
from tests.server import Running

NEVER = (
    "waiting",
    "held",
    "hidden",
    "later",
    "unpublic",
    "nobot",
    "limited",
    "signedin",
    "takendown",
)  # shown at no time
Frames = dict[str, list[str]]


@asynccontextmanager
async def listening(running: Running) -> AsyncIterator[Frames]:
    """Everything that one socket and one stream of each audience get, as it comes."""
    frames: Frames = {f"{way} {audience}": [] for way in ("socket", "stream") for audience in ("public", "reviewed")}

    async def socket(audience: str) -> None:
        async with running.socket("harbour", audience=audience) as ws:
            async for frame in ws:
                frames[f"socket {audience}"].append(str(frame))

    async def stream(audience: str) -> None:
        async with (
            httpx.AsyncClient(base_url=running.base, trust_env=False, timeout=None) as visitor,
            visitor.stream("GET", f"/harbour/live.sse?audience={audience}") as answer,
        ):
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    frames[f"stream {audience}"].append(line.removeprefix("data:").strip())

    tasks = [asyncio.create_task(way(a)) for way in (socket, stream) for a in ("public", "reviewed")]
    try:
        yield frames
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def heard(frames: Frames, what: str) -> None:
    async with asyncio.timeout(20):
        while not all(any(what in frame for frame in line) for line in frames.values()):
            await asyncio.sleep(0.02)


async def test_leak_whoever_listens_all_along_gets_nothing_unshown_and_nothing_again_after_its_drop(
    store_url: str, tmp_path: Path
) -> None:
    async with harbour(store_url, tmp_path) as running:
        await say_everything(running)
        async with listening(running) as frames:
            await heard(frames, '"type"')
            await decide(running)
            for fate in (SHOWN, *HALF, "deleted", "withdrawn", "removed", "untagged", "deactivated", "before"):
                await heard(frames, canary(fate, "words"))
            await take_back(running)
            await _say_the_last(running)
            await heard(frames, "the-very-last")
    for line, got in frames.items():
        everything = " ".join(got)
        assert [fate for fate in NEVER if f"canary{fate}" in everything] == [], line
        assert _after_their_drop(got) == [], line
        assert canary(PICTURELESS, "alt") not in everything, line
        assert _pictured(got)[-1] is False, line


async def _say_the_last(running: Running) -> None:
    async with running.database.transaction() as db:
        await receive(db, Batch(UP, (a_post("the-very-last #HarbourTalks", an_author("Last"), "last"),)), NOW)
        event, kim = await db.get_one(Event, 1), await make_account(db, "last@harbour.example")
        post = (await db.scalars(select(Post).where(Post.text.contains("the-very-last")))).one()
        await moderation.decide(db, event, post.id, post.version, Verdict.APPROVE, kim, NOW)


def _pictured(frames: list[str]) -> list[bool]:
    """Of each time the post was told whose picture is taken back: whether it came with it."""
    messages = (json.dumps(m) for frame in frames for m in json.loads(frame).get("messages", []) if m["type"] == "put")
    return [canary(UNPICTURED, "alt") in text for text in messages if canary(UNPICTURED, "words") in text]


def _after_their_drop(frames: list[str]) -> list[str]:
    """Fates whose canaries came in any message after the drop of their post; all that was taken back was dropped."""
    fates: dict[int, str] = {}
    dropped: set[str] = set()
    again = []
    for message in (m for frame in frames for m in json.loads(frame).get("messages", [])):
        text = json.dumps(message)
        again += [fate for fate in dropped if f"canary{fate}" in text]
        if message["type"] == "put" and (found := re.search(rf"canary({'|'.join(NOWHERE)})", text)):
            fates[message["post"]["id"]] = found[1]
        elif message["type"] == "drop" and message["id"] in fates:
            dropped.add(fates[message["id"]])
    assert dropped == {"deleted", "withdrawn", "removed", "untagged", "deactivated", "before"}
    return again
