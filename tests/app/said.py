"""Posts put straight into the store, with what they can be found by: for tests of reading."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.strand import search
from app.models import Attachment, Author, Copy, Event, Post, Verdict
from ingest.text import tags
from ingest.types import Network
from tests.conftest import NOW

_numbers = count(1)


async def an_author(db: AsyncSession, name: str = "Inka Peters", **fields: Any) -> Author:
    number = next(_numbers)
    author = Author(
        **{
            "uri": f"https://kueste.example/users/{number}",
            "network": Network.MASTODON,
            "name": name,
            "handle": f"person{number}@kueste.example",
            "indexable": True,
            "first_seen_at": NOW,
            **fields,
        }
    )
    db.add(author)
    await db.flush()
    return author


async def say(
    db: AsyncSession, event: Event, text: str, author: Author | None = None, at: datetime | None = None,
    alts: tuple[str | None, ...] = (), also_on: Network | None = None, **fields: Any,
) -> Post:  # fmt: skip
    number = next(_numbers)
    author = author or await an_author(db)
    at = at or NOW + timedelta(seconds=number)
    post = Post(
        **{
            "event_id": event.id,
            "author": author,
            "uri": f"{author.uri}/{number}",
            "network": author.network,
            "posted_at": at,
            "received_at": at,
            "version": str(number),
            "segments": [{"t": "text", "text": text}],
            "text": text,
            "tags": sorted(tags.in_text(text)),
            "labels": [],
            "verdict": Verdict.APPROVE,
            "copies": [],
            "every_attachment": [Attachment(position=i, kind="image", alt=alt, tries=0) for i, alt in enumerate(alts)],
            **fields,
        }
    )
    if also_on:
        copy = Copy(
            event_id=event.id, network=also_on, server="", local_id=str(number), uri=f"at://{number}", author_uri="",
            upstream="", version="",
        )  # fmt: skip
        post.copies.append(copy)
    db.add(post)
    await db.flush()
    await search.index(db, [post], new=True)
    return post
