"""An event with very many posts, put into the store in seconds: every table a page reads, and what is searched."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import migrations
from app.database import Database
from app.domain import events
from app.domain.strand import search
from app.models import Attachment, Author, Event, Policy, Post, Session, Verdict
from app.models.base import Base
from ingest.types import Network

AUTHORS, SESSIONS, CHUNK = 500, 40, 5_000
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

Row = dict[str, Any]
_tables = Base.metadata.tables


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
            some = [
                _post(event, authors[chance.randrange(AUTHORS)], n, now - EVERY * (posts - n), posts, chance)
                for n in range(start, min(posts, start + CHUNK))
            ]
            await _store(db, some, authors)
    async with database.writer.connect() as connection:
        quiet = await connection.execution_options(isolation_level="AUTOCOMMIT")
        # As PostgreSQL does by itself after a while.
        await quiet.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


async def _store(db: AsyncSession, rows: list[Row], authors: list[Author]) -> None:
    """`rows` of posts, and what hangs on each."""
    await db.execute(insert(_tables["post"]), rows)
    copies: list[Row] = [
        {
            "event_id": row["event_id"], "post_id": row["id"], "network": row["network"], "server": "kueste.example",
            "local_id": str(row["id"]), "uri": row["uri"], "author_uri": row["uri"], "upstream": "",
            "version": row["version"], "crosspost": False,
        }
        for row in rows
    ]  # fmt: skip
    await db.execute(insert(_tables["copy"]), copies)
    pier = Attachment(kind="image", alt="A pier")
    pictures: list[Row] = [
        {"post_id": row["id"], "position": 0, "kind": pier.kind, "alt": pier.alt, "tries": 0}
        for row in rows
        if row["id"] % 10 == 1
    ]
    await db.execute(insert(_tables["attachment"]), pictures)
    shown = {row["post_id"] for row in pictures}
    by_id = {author.id: author for author in authors}
    # Only to be read by what indexes them: a real Post is a tenth of a millisecond to make.
    posts = [
        SimpleNamespace(
            **row, author=by_id[row["author_id"]], copies=(), attachments=(pier,) if row["id"] in shown else ()
        )
        for row in rows
    ]
    await search.index(db, cast(Sequence[Post], posts), new=True)


def _post(event: Event, author: Author, n: int, at: datetime, posts: int, chance: random.Random) -> Row:
    said = f"{SAID[n % 4]} {' '.join(chance.choices(WORDS, k=8))} {n}"
    said += f" {RARE}" if n % (posts // 3) == 7 else ""
    said += " 静かな港町でした" if n % 20 == 3 else ""
    tags = ["harbour", *(["pier"] if n % 7 == 0 else [])]
    segments: list[Row] = [
        {"t": "text", "text": f"{said} "}, *({"t": "hashtag", "text": f"#{tag}", "tag": tag} for tag in tags)
    ]  # fmt: skip
    return {
        "id": n + 1, "event_id": event.id, "author_id": author.id, "uri": f"{author.uri}/statuses/{n}",
        "url": f"{author.uri}/{n}", "network": author.network, "posted_at": at, "received_at": at, "version": str(n),
        "segments": segments, "text": said + "".join(f" #{tag}" for tag in tags), "lang": "de" if n % 4 == 2 else "en",
        "content_warning": "", "sensitive": False, "tags": tags, "mentions": [], "labels": [], "quote_policy": "",
        "card": None, "poll": None, "quote": None, "question": n % 4 == 3, "session_how": "",
        "reply_to_id": n - chance.randrange(min(n, 50)) if n % 5 == 4 else None, "first": n < AUTHORS, "late": False,
        "session_id": 1 + chance.randrange(SESSIONS) if n % 3 == 0 else None, "bridged": False,
        "gone_at": None, "verdict": Verdict.APPROVE, "media_verdict": Verdict.APPROVE, "why": "",
    }  # fmt: skip


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
