"""An event with very many posts, put into the store in seconds: every table a page reads, and what is searched."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import migrations
from app.database import Database
from app.domain import events, search
from app.models import Attachment, Author, Copy, Event, Policy, Post, Session, Verdict
from ingest.types import Network

AUTHORS, SESSIONS, CHUNK = 500, 40, 2_000
EVERY = timedelta(seconds=4)
COMMON, RARE, PAIR, PHRASE = "ferry", "sandpiper", "港町", '"reads the tides"'  # in all, 3, 5 % and 30 % of the posts
SAID = (
    "The ferry is late, but the talk about salt goes on without slides.",
    "Somebody on the ferry reads the tides from the colour of the water, and is right.",
    "Die Fähre (ferry) fährt erst um halb zehn; wer wartet auf der Mole mit mir?",
    "Who of you takes the ferry tomorrow? I can bring the big thermos and the map.",
)
WORDS = (
    "pier",
    "harbour",
    "wind",
    "net",
    "rope",
    "island",
    "lighthouse",
    "market",
    "bread",
    "library",
    "school",
    "map",
)


async def fill(database: Database, posts: int) -> None:
    await migrations.upgrade(database)
    now = datetime.now(UTC)
    async with database.transaction() as db:
        event = await events.create_event(
            db, "harbour", "Harbour", ["Harbour"], now, policy=Policy.OPEN, time_zone="Europe/Berlin", languages=["en"]
        )
        event.seq = posts
        authors = [_author(n, now) for n in range(AUTHORS)]
        db.add_all(authors)
        db.add_all(_session(event, n, now) for n in range(SESSIONS))
        await db.flush()
    chance = random.Random(4)
    for start in range(0, posts, CHUNK):
        async with database.transaction() as db:
            some = [_post(event, authors, n, posts, now, chance) for n in range(start, min(posts, start + CHUNK))]
            await _store(db, event, some)
    async with database.writer.connect() as connection:
        await connection.execute(text("ANALYZE"))  # as PostgreSQL does by itself after a while
        await connection.commit()


async def _store(db: AsyncSession, event: Event, posts: list[Post]) -> None:
    columns = Post.__table__.columns.keys()
    await db.execute(insert(Post), [{name: getattr(post, name) for name in columns} for post in posts])
    copies: list[dict[str, Any]] = [
        {
            "event_id": event.id, "post_id": post.id, "network": post.network, "server": "kueste.example",
            "local_id": str(post.id), "uri": post.uri, "author_uri": post.author.uri, "upstream": "",
            "version": post.version, "crosspost": False,
        }
        for post in posts
    ]  # fmt: skip
    await db.execute(insert(Copy), copies)
    pictures = [
        {"post_id": post.id, "position": 0, "kind": "image", "alt": attachment.alt, "tries": 0}
        for post in posts
        for attachment in post.attachments
    ]
    await db.execute(insert(Attachment), pictures)
    await search.index(db, posts, new=True)


def _post(event: Event, authors: list[Author], n: int, posts: int, now: datetime, chance: random.Random) -> Post:
    author, at = authors[chance.randrange(AUTHORS)], now - EVERY * (posts - n)
    words = " ".join(chance.choices(WORDS, k=8))
    said = f"{SAID[n % 4]} {words} {n}"
    said += f" {RARE}" if n % (posts // 3) == 7 else ""
    said += " 静かな港町でした" if n % 20 == 3 else ""
    tags = ["harbour", *(["pier"] if n % 7 == 0 else [])]
    segments: list[dict[str, Any]] = [
        {"t": "text", "text": f"{said} "}, *({"t": "hashtag", "text": f"#{tag}", "tag": tag} for tag in tags)
    ]  # fmt: skip
    return Post(
        id=n + 1, event_id=event.id, author_id=author.id, author=author, uri=f"{author.uri}/statuses/{n}",
        url=f"{author.uri}/{n}", network=author.network, posted_at=at, received_at=at, version=str(n),
        segments=segments, text=said + "".join(f" #{tag}" for tag in tags), lang="de" if n % 4 == 2 else "en",
        content_warning="", sensitive=False, tags=tags, mentions=[], labels=[], quote_policy="",
        reply_to_id=n - chance.randrange(min(n, 50)) if n % 5 == 4 else None, question=n % 4 == 3, session_how="",
        session_id=1 + chance.randrange(SESSIONS) if n % 3 == 0 else None, first=n < AUTHORS, late=False, bridged=False,
        verdict=Verdict.APPROVE, why="", copies=[],
        attachments=[Attachment(kind="image", alt="A pier")] if n % 10 == 0 else [],
    )  # fmt: skip


def _author(number: int, now: datetime) -> Author:
    uri = f"https://kueste.example/users/person{number}"
    handle = f"person{number}@kueste.example"
    return Author(
        uri=uri, network=Network.MASTODON, name=f"Somebody {number}", handle=handle, url=uri, indexable=number % 5 != 0,
        labels=[], first_seen_at=now,
    )  # fmt: skip


def _session(event: Event, number: int, now: datetime) -> Session:
    start = now + timedelta(minutes=30 * (number - SESSIONS // 2))
    return Session(
        event_id=event.id, guid=str(number), number=number, title=f"Talk {number}", starts_at=start,
        ends_at=start + timedelta(minutes=25),
    )  # fmt: skip
