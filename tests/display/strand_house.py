"""Posts said in a served event, and readers of its pages: for the tests of what is read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from app.domain.intake import receive
from app.models import Event, Post
from ingest.types import Batch, Incoming, IncomingPost
from tests.conftest import NOW
from tests.factories import a_post, make_source
from tests.server import Running

UP = "mastodon:https://kueste.example"
TAG = "#HarbourTalks"


async def say(served: Running, *items: Incoming) -> None:
    async with served.database.transaction() as db:
        if UP not in {source.upstream for source in await _sources(db)}:
            await make_source(db, await db.get_one(Event, 1), UP)
        await receive(db, Batch(UP, items), served.clock())


async def _sources(db: Any) -> Any:
    from app.models import Source

    return await db.scalars(select(Source))


def words(text: str, minutes: float = 1, **fields: Any) -> IncomingPost:
    """Said so many minutes ago."""
    return a_post(f"{text} {TAG}", posted_at=NOW - timedelta(minutes=minutes), **fields)


async def id_of(served: Running, text: str) -> int:
    async with served.database.reading() as db:
        return (await db.scalars(select(Post.id).where(Post.text.contains(text)))).one()


def said(page: httpx.Response) -> list[str]:
    """The first word of every post on the page, in the order of the page."""
    return re.findall(r'<div class="words"[^>]*><p>([\w-]+)', page.text)


def hrefs(page: httpx.Response) -> list[str]:
    return [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]*)"', page.text)]


def link(page: httpx.Response, text: str) -> str:
    """Where the link with these words leads."""
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>(?:<bdi>)?{re.escape(text)}', page.text)
    assert found, text
    return found[1].replace("&amp;", "&")


def robots(page: httpx.Response) -> tuple[bool, bool]:
    """Whether the page and its headers let search engines keep it."""
    return '<meta name="robots" content="noindex">' not in page.text, "noindex" not in page.headers.get(
        "x-robots-tag", ""
    )


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)
