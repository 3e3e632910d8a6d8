"""Whose tags count: the original's, a stand-in's while there is nobody else, and never what was said before."""

from __future__ import annotations

from dataclasses import replace

from app.database import Database
from app.domain.audience import Audience, may_see
from ingest.types import IncomingPost, Network
from tests.app.test_answers import receive, stored, two_servers
from tests.factories import a_post, an_author

ORIGINAL = "https://weit.example/@inka/7"


def bridged(original: str = ORIGINAL) -> IncomingPost:
    inka = an_author("Inka", Network.BLUESKY)
    return a_post("Tea is ready. #HarbourTalks", inka, bridge_of=original, rev="3a")


def without_tag(post: IncomingPost, rev: str | None = None) -> IncomingPost:
    said = ({"t": "text", "text": "Tea is ready."},)
    return replace(post, segments=said, tags=frozenset(), version=f"{post.version}-2", rev=rev)


async def seen(database: Database) -> list[bool]:
    return [may_see(post, Audience.PUBLIC) for post in (await stored(database)).values()]


async def test_a_stand_in_that_lost_its_tag_is_out_of_sight(database: Database) -> None:
    await two_servers(database)
    copy = bridged()
    await receive(database, copy)
    assert await seen(database) == [True]
    await receive(database, without_tag(copy, rev="3b"))
    assert await seen(database) == [False]


async def test_a_copy_that_still_has_the_tag_does_not_bring_back_what_its_author_took_out(database: Database) -> None:
    await two_servers(database)
    original = a_post("Tea is ready. #HarbourTalks")
    copy = bridged(original.url or "")
    await receive(database, original, copy)
    await receive(database, without_tag(original))
    await receive(database, replace(copy, labels=("sunny",)))
    assert await seen(database) == [False]


async def test_what_was_said_before_brings_no_tag_back(database: Database) -> None:
    await two_servers(database)
    post = a_post("Tea is ready. #HarbourTalks", an_author("Inka", Network.BLUESKY), rev="3a")
    await receive(database, post)
    await receive(database, without_tag(post, rev="3b"))
    await receive(database, post)
    assert await seen(database) == [False]
    await receive(database, replace(post, rev="3c"))
    assert await seen(database) == [True]
