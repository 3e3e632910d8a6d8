"""An open event that posts come into, and one reader: for tests of pages and files that are made of posts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.domain.events import create_event
from app.domain.intake import receive
from app.models import Author, Event, Policy, Post, Verdict
from app.models.author import Standing
from ingest.types import Batch, IncomingPost, Network
from tests.conftest import NOW
from tests.factories import make_source
from tests.server import Running, serving

UP = "mastodon:https://kueste.example"


@asynccontextmanager
async def harbour(store_url: str, folder: Path, **settings: Any) -> AsyncIterator[Running]:
    async with serving(store_url, folder, **settings) as server:
        async with server.database.transaction() as db:
            event = await create_event(
                db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW, policy=Policy.OPEN, time_zone="Europe/Berlin"
            )
            await make_source(db, event, UP)
        yield server


async def say(running: Running, *posts: IncomingPost) -> None:
    async with running.database.transaction() as db:
        await receive(db, Batch(UP, posts), running.clock())


def ago(minutes: float) -> dict[str, Any]:
    return {"posted_at": NOW - timedelta(minutes=minutes)}


async def author_id(running: Running, name: str) -> int:
    async with running.database.reading() as db:
        return (await db.scalars(select(Author.id).where(Author.name == name))).one()


def a_row(event: Event, text: str, author: Author, minutes: float = 1, **fields: Any) -> Post:
    """A post as the store holds it, for what no network would send."""
    return Post(
        event_id=event.id, author=author, uri=f"at://{text}", network=author.network, version="1", received_at=NOW,
        posted_at=NOW - timedelta(minutes=minutes), text=text, segments=[{"t": "text", "text": text}],
        **{"verdict": Verdict.APPROVE, **fields},
    )  # fmt: skip


def somebody(key: str, **fields: Any) -> Author:
    return Author(
        uri=f"did:plc:{key}", name=key, handle=f"{key}.example", first_seen_at=NOW,
        **{"network": Network.BLUESKY, "labels": [], **fields},
    )  # fmt: skip


UNSEEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "held": ({}, {"verdict": Verdict.HOLD}),
    "waiting": ({}, {"verdict": Verdict.WAITING}),
    "hidden": ({}, {"verdict": Verdict.HIDE}),
    "withheld": ({}, {"withheld_at": NOW}),
    "withdrawn": ({}, {"gone_at": NOW}),
    "untagged": ({}, {"untagged_at": NOW}),
    "visible to fewer": ({}, {"unpublic_at": NOW}),
    "labelled": ({}, {"labels": ["!hide"]}),
    "hidden in its thread": ({}, {"labels": ["spam", "!hidden-in-thread"]}),
    "of a labelled author": ({"labels": ["!takedown"]}, {}),
    "of a suspended author": ({"standing": Standing.SUSPENDED}, {}),
    "of a limited author": ({"limited": True}, {}),
    "of nobot": ({"nobot": True}, {}),
    "for signed in people": ({"no_unauthenticated": True}, {}),
}
UNCONSENTING: dict[str, dict[str, Any]] = {
    "mastodon, nothing said": {"network": Network.MASTODON},
    "mastodon, not indexable": {"network": Network.MASTODON, "indexable": False},
    "mastodon, noindex": {"network": Network.MASTODON, "indexable": True, "noindex": True},
    "bluesky, noindex": {"noindex": True},
}
