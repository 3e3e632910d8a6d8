"""Invented people, posts and events, made with as few words as a test needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import log
from app.models import Account, Event, EventState, Policy, Source
from ingest.text import tags
from ingest.text.segments import Segment, digest
from ingest.types import Address, IncomingAuthor, IncomingPost, Network
from tests.conftest import NOW

_numbers = count(1)


async def make_event(db: AsyncSession, slug: str = "", **fields: Any) -> Event:
    event = Event(
        **{
            "slug": slug or f"event-{next(_numbers)}",
            "title": "Harbour Talks",
            "tags": ["HarbourTalks"],
            "languages": ["en"],
            "time_zone": "Europe/Berlin",
            "state": EventState.LIVE,
            "policy": Policy.REVIEW,
            "created_at": NOW,
            "epoch": log.new_epoch(),
            "seq": 0,
            **fields,
        }
    )
    db.add(event)
    await db.flush()
    return event


async def make_source(db: AsyncSession, event: Event, upstream: str = "mastodon:https://kueste.example") -> Source:
    source = Source(
        event_id=event.id, kind=Network.MASTODON, url="https://kueste.example", upstream=upstream, created_at=NOW
    )
    db.add(source)
    await db.flush()
    return source


async def make_account(db: AsyncSession, name: str = "") -> Account:
    account = Account(name=name or f"Kim {next(_numbers)}", created_at=NOW)
    db.add(account)
    await db.flush()
    return account


def an_author(name: str = "Inka Peters", network: Network = Network.MASTODON, **fields: Any) -> IncomingAuthor:
    key = name.split(maxsplit=1)[0].lower()
    uri = {
        "mastodon": f"https://kueste.example/users/{key}",
        "bluesky": f"did:plc:{key}",
        "form": f"strand:form/author/{key}",
    }
    handle = {"mastodon": f"{key}@kueste.example", "bluesky": f"{key}.sky.example", "form": ""}
    return IncomingAuthor(uri=uri[network], network=network, name=name, handle=handle[network], **fields)


def a_post(
    text: str = "The ferry is late. #HarbourTalks",
    author: IncomingAuthor | None = None,
    key: str = "",
    posted_at: datetime = NOW - timedelta(minutes=1),
    server: str = "kueste.example",
    **fields: Any,
) -> IncomingPost:
    author = author or an_author()
    key = key or str(next(_numbers))
    network = fields.pop("network", author.network)
    uri, address = {
        Network.MASTODON: (f"{author.uri}/statuses/{key}", Address(network, server, key)),
        Network.BLUESKY: (f"at://{author.uri}/app.bsky.feed.post/{key}", Address(network, "", f"{author.uri}/{key}")),
        Network.FORM: (f"strand:form/{key}", Address(network, "", key)),
    }[network]
    segments: tuple[Segment, ...] = ({"t": "text", "text": text},)
    return IncomingPost(
        **{
            "uri": uri,
            "address": address,
            "author": author,
            "posted_at": posted_at,
            "segments": segments,
            "version": digest(segments, fields.get("content_warning", "")),
            "url": uri if network is Network.MASTODON else None,
            "tags": tags.in_text(text),
            **fields,
        }
    )
