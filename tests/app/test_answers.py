"""An answer finds what it answers, whoever tells of either; closed accounts stay closed, however they are retold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import Database
from app.domain import intake
from app.domain.audience import Audience, may_see
from app.models import Policy, Post
from ingest.types import Address, Batch, IncomingAuthorChange, IncomingPost, Network
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_event, make_source

HERE, THERE = "mastodon:https://kueste.example", "mastodon:https://warnow.example"


async def two_servers(database: Database) -> None:
    async with database.transaction() as db:
        event = await make_event(db, policy=Policy.OPEN)
        for upstream in (HERE, THERE):
            await make_source(db, event, upstream)


async def receive(database: Database, *items: Any, upstream: str = HERE) -> None:
    async with database.transaction() as db:
        await intake.receive(db, Batch(upstream, tuple(items)), NOW)


async def stored(database: Database) -> dict[str, Post]:
    async with database.reading() as db:
        wanted = select(Post).options(joinedload(Post.reply_to), joinedload(Post.author))
        return {post.uri: post for post in (await db.scalars(wanted)).unique()}


def there(post: IncomingPost, number: str, **more: Any) -> IncomingPost:
    """The same post as another server knows it."""
    return replace(post, address=Address(Network.MASTODON, "warnow.example", number), **more)


def answering(number: str, server: str) -> Address:
    return Address(Network.MASTODON, server, number)


async def test_a_server_that_knows_the_parent_may_tell_after_one_that_does_not(database: Database) -> None:
    await two_servers(database)
    parent, child = a_post("Who has the key? #HarbourTalks"), a_post("Me. #HarbourTalks")
    await receive(database, child)
    await receive(database, there(parent, "70"), upstream=THERE)
    await receive(database, there(child, "71", reply_to=answering("70", "warnow.example")), upstream=THERE)
    posts = await stored(database)
    assert posts[child.uri].reply_to is posts[parent.uri]


async def test_an_answer_that_waits_for_one_servers_parent_finds_the_post_another_server_brought(
    database: Database,
) -> None:
    await two_servers(database)
    parent, child = a_post("Who has the key? #HarbourTalks"), a_post("Me. #HarbourTalks")
    await receive(database, there(child, "71", reply_to=answering("70", "warnow.example")), upstream=THERE)
    await receive(database, parent)
    await receive(database, there(parent, "70"), upstream=THERE)
    posts = await stored(database)
    assert posts[child.uri].reply_to is posts[parent.uri]


async def test_nothing_answers_itself_or_changes_what_it_answers(database: Database) -> None:
    await two_servers(database)
    parent, child = a_post("Who has the key? #HarbourTalks"), a_post("Me. #HarbourTalks")
    await receive(database, parent, replace(child, reply_to=parent.address))
    await receive(database, there(child, "71", reply_to=answering("71", "warnow.example")), upstream=THERE)
    posts = await stored(database)
    assert posts[child.uri].reply_to is posts[parent.uri]


async def test_a_post_that_says_it_answers_itself_answers_nothing(database: Database) -> None:
    await two_servers(database)
    post = a_post("Echo. #HarbourTalks", key="9")
    await receive(database, replace(post, reply_to=post.address))
    assert (await stored(database))[post.uri].reply_to is None


async def test_a_replay_brings_nothing_of_a_deleted_account(database: Database) -> None:
    await two_servers(database)
    leyla = an_author("Leyla", Network.BLUESKY)
    first, missed = (a_post(f"{n} #HarbourTalks", leyla, posted_at=NOW - timedelta(minutes=9 - n)) for n in (1, 2))
    await receive(database, first)
    await receive(database, IncomingAuthorChange(leyla.uri, "deleted"))
    await receive(database, first, missed, IncomingAuthorChange(leyla.uri, "deleted"))
    posts = await stored(database)
    assert list(posts) == [first.uri] and posts[first.uri].text == ""


async def test_an_account_that_closes_in_the_batch_that_first_told_of_it_is_closed(database: Database) -> None:
    await two_servers(database)
    leyla, farid = an_author("Leyla", Network.BLUESKY), an_author("Farid", Network.BLUESKY)
    hers, his = a_post("Hers #HarbourTalks", leyla), a_post("His #HarbourTalks", farid)
    closed, deleted = IncomingAuthorChange(leyla.uri, "deactivated"), IncomingAuthorChange(farid.uri, "deleted")
    await receive(database, hers, his, closed, deleted)
    posts = await stored(database)
    assert not any(may_see(post, audience) for post in posts.values() for audience in Audience)
    assert posts[hers.uri].text and not posts[his.uri].text
    await receive(database, IncomingAuthorChange(leyla.uri, "active"))
    assert may_see((await stored(database))[hers.uri], Audience.PUBLIC)
