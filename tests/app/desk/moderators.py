"""Moderators at a desk with posts before them: what they ask, decide and are told, as a browser would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select, update

from app.domain import intake, log
from app.models import AuditLine, Event, Post, Source
from app.models.account import Role
from ingest.types import Batch, Incoming, IncomingAttachment, IncomingPost, Network
from tests.app.desk.conftest import Desk
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account
from tests.server import Running

UP = "mastodon:https://kueste.example"
PICTURE = IncomingAttachment("image", "https://files.example/a.png", alt="A crane")
Answer = dict[str, Any]


class Moderator:
    """One who is signed in, with a browser of their own."""

    def __init__(self, name: str, web: httpx.AsyncClient, slug: str) -> None:
        self.name, self.web, self.base = name, web, f"/desk/{slug}"

    async def queue(self, **query: Any) -> Answer:
        answer = await self.web.get(f"{self.base}/queue.json", params=query)
        assert answer.status_code == 200, answer.text
        found: Answer = answer.json()
        return found

    async def ask(self, **query: Any) -> list[int]:
        return [post["id"] for post in (await self.queue(**query))["posts"]]

    async def post(self, way: str, body: Any) -> httpx.Response:
        return await self.web.post(f"{self.base}/{way}", json=body)

    async def does(self, way: str, **body: Any) -> Answer:
        answer = await self.post(way, body)
        assert answer.status_code == 200, answer.text
        found: Answer = answer.json()
        return found

    async def decides(self, view: Answer, verdict: str, **more: Any) -> httpx.Response:
        return await self.post("decide", seen(view) | {"verdict": verdict} | more)

    async def look(self, post_id: int) -> Answer:
        answer = await self.web.get(f"{self.base}/posts/{post_id}.json")
        assert answer.status_code == 200, answer.text
        found: Answer = answer.json()
        return found

    async def bulk_to_the_end(self, **body: Any) -> list[Answer]:
        """As the page does it: again and again until there is no rest."""
        told = [await self.does("bulk", **body)]
        while told[-1]["rest"]:
            assert len(told) < 50, "it has no end"
            told.append(await self.does("bulk", **body, bulk=told[0]["bulk"]))
        return told


def seen(view: Answer) -> Answer:
    """What a desk names a post by, once it has read it."""
    return {"post": view["id"], "version": view["version"], "stand": view["stand"]}


@asynccontextmanager
async def moderating(running: Running, event: Event, *names: str) -> AsyncIterator[list[Moderator]]:
    people = []
    try:
        for name in names:
            async with running.database.transaction() as db:
                account = await make_account(db, name)
            token = await running.sign_in(Role.MODERATOR, event, account)
            people.append(Moderator(name, running.visitor(token), event.slug))
        yield people
    finally:
        for person in people:
            await person.web.aclose()


async def say(desk: Desk, *items: Incoming, upstream: str = UP) -> list[int]:
    """They arrive; gives their numbers, in this order."""
    async with desk.running.database.transaction() as db:
        if await db.scalar(select(Source.id).where(Source.upstream == upstream)) is None:
            db.add(Source(event_id=desk.event.id, kind=Network.MASTODON, url="https://kueste.example",
                          upstream=upstream, created_at=NOW))  # fmt: skip
            await db.flush()
        await intake.receive(db, Batch(upstream, items), desk.running.clock())
        numbers = dict((await db.execute(select(Post.uri, Post.id))).all())
    return [numbers[item.uri] for item in items if isinstance(item, IncomingPost)]


async def say_many(desk: Desk, number: int, **fields: Any) -> list[int]:
    """One a second, the oldest first, each by somebody else."""
    began = NOW - timedelta(seconds=number)
    at = [began + timedelta(seconds=n) for n in range(number)]
    said = (
        a_post(f"word{n} is said #HarbourTalks", an_author(f"Person{n}"), posted_at=at[n], **fields)
        for n in range(number)
    )
    return await say(desk, *said)


async def change(desk: Desk, ids: Sequence[int], **values: Any) -> None:
    """Somebody else's verb changed these, and told the log."""
    async with desk.running.database.transaction() as db:
        await db.execute(update(Post).where(Post.id.in_(ids)).values(**values))
        await log.append_posts(db, desk.event.id, ids, desk.running.clock())


async def lines(desk: Desk) -> list[AuditLine]:
    """Of the event's chain."""
    async with desk.running.database.reading() as db:
        ours = select(AuditLine).where(AuditLine.chain_id == desk.event.id)
        return list(await db.scalars(ours.order_by(AuditLine.id)))


async def heard(ws: Any, wanted: Any, seconds: float = 1.0) -> Answer:
    """The first message that is wanted."""
    async with asyncio.timeout(seconds):
        while True:
            for message in json.loads(await ws.recv())["messages"]:
                if wanted(message):
                    found: Answer = message
                    return found
