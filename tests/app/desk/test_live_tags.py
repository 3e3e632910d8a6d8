"""Hashtags change while the event runs: readers, the wall, the form and matching follow within five seconds."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from sqlalchemy import select

from app.domain.events import create_event
from app.domain.sources import sources
from app.main import utc_now
from app.models import Post, Source
from app.models.account import Role
from ingest.types import Network
from tests.server import Running, serving
from tests.upstream import upstream

WITHIN = 5.0


async def until(so: Callable[[], Awaitable[bool]], what: str, seconds: float = WITHIN) -> float:
    began = time.monotonic()
    while not await so():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_readers_the_wall_and_the_form_follow_a_new_hashtag_within_five_seconds(
    sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "strand.sqlite")
    url = f"sqlite+aiosqlite:///{tmp_path / 'strand.sqlite'}"
    async with (
        upstream() as networks,
        serving(url, tmp_path, clock=utc_now, ingest=True, allowed_private_hosts="127.0.0.1") as running,  # type: ignore[arg-type]
    ):
        async with running.database.transaction() as db:
            event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], utc_now())
            token = networks.mastodon.token or ""
            await sources.add_mastodon(db, event, networks.mastodon.base, token, "only for tests", utc_now())
            await sources.add_bluesky(db, event, [networks.jetstream.base], networks.appview.base, utc_now())
        await until(lambda: _are_read(running), "both sources are read", 30)

        async with (
            running.visitor(await running.sign_in(Role.ORGANISER, event)) as kim,
            running.socket("harbour", screen="hall", pace="wall") as wall,
        ):
            await wall.recv()
            began = time.monotonic()
            sent = {"tags": "#QuayTalks", "spare_tag": "#QuayCalm"}
            assert (await kim.post("/desk/harbour/settings/hashtags", data=sent)).status_code == 200
            assert await _heard_by(wall) == ["QuayTalks"]
            heard = time.monotonic() - began
            assert "#QuayTalks" in (await kim.get("/harbour/say")).text

            async def said_everywhere() -> bool:
                """What is said now with the new tag, or with the spare one, comes in; with the old one no more."""
                return {"a new word", "a spare word", "a word in blue"} <= await _words(running)

            # Readers are told what to read; what is said before they know is found by catching up.
            networks.say(Network.MASTODON, "a new word #QuayTalks")
            networks.say(Network.MASTODON, "a spare word #QuayCalm")
            networks.say(Network.MASTODON, "an old word #HarbourTalks")
            networks.say(Network.BLUESKY, "a word in blue #QuayTalks")
            await until(said_everywhere, "the new tag is read on both networks")
        read = time.monotonic() - began
        print(f"\nthe wall knew after {heard:.2f} s, both networks were read by the new tag after {read:.2f} s")
        assert "an old word" not in await _words(running)
        assert heard <= WITHIN


async def _are_read(running: Running) -> bool:
    async with running.database.reading() as db:
        found = await db.scalars(select(Source).where(Source.kind != Network.FORM))
        return all(source.ok and source.reported_at is not None for source in found)


async def _words(running: Running) -> set[str]:
    async with running.database.reading() as db:
        return {text.partition(" #")[0] for text in await db.scalars(select(Post.text))}


async def _heard_by(wall: object) -> list[str]:
    """The tags of the next event message."""
    while True:
        async with asyncio.timeout(WITHIN):
            frame = orjson.loads(await wall.recv())  # type: ignore[attr-defined]
        for message in frame.get("messages", []):
            if message["type"] == "event":
                tags: list[str] = message["event"]["tags"]
                return tags
