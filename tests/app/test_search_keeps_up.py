"""The search keeps up with what comes, changes and leaves; and what left is not on the disk any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import migrations
from app.database import Database
from app.domain.intake import receive
from app.domain.posts import crossposts, departure
from app.domain.strand import search
from app.domain.strand.reading import Filters, page
from app.jobs.housekeeping import Housekeeping
from app.lease import Holder
from app.models import Event, Policy, Post
from ingest.types import Batch, Incoming, IncomingDeletion, Network
from tests.app.said import an_author, say
from tests.conftest import NOW
from tests.factories import a_post, make_event, make_source
from tests.factories import an_author as incoming_author


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.transaction() as db:
        yield db


async def found(db: AsyncSession, event: Event, q: str) -> list[int]:
    return [post["id"] for post in await page(db, event, Filters(q=q), 50)]


async def test_an_edited_post_is_found_by_its_new_words_only(db: AsyncSession) -> None:
    event = await make_event(db)
    post = await say(db, event, "ferry")
    post.text = "heron"
    post.posted_at = NOW  # a bridge's copy gives its place to the original
    await db.flush()
    await search.renew(db, [post.id])
    assert await found(db, event, "heron") == [post.id]
    assert await found(db, event, "ferry") == []


async def test_what_left_is_forgotten_and_so_is_an_erased_event(db: AsyncSession) -> None:
    event, other = await make_event(db), await make_event(db)
    posts = [await say(db, event, f"ferry {n}") for n in range(3)]
    kept = await say(db, other, "ferry")
    await search.forget(db, [posts[0].id])
    assert await found(db, event, "ferry") == [posts[1].id, posts[2].id]
    await search.forget_event(db, event.id)
    assert await found(db, event, "ferry") == []
    assert await found(db, other, "ferry") == [kept.id]


async def test_two_sayings_of_the_same_become_one_that_is_found_under_both_networks(db: AsyncSession) -> None:
    event = await make_event(db)
    original = await say(db, event, "The ferry is late", also_on=Network.MASTODON)
    bluesky = await an_author(db, network=Network.BLUESKY)
    second = await say(db, event, "The ferry is late!", bluesky, also_on=Network.BLUESKY)
    assert await found(db, event, "ferry") == [original.id, second.id]
    await crossposts.merge(db, crossposts.Pair(event.id, original.id, second.id, ("", "")), NOW)
    assert await found(db, event, "ferry") == [original.id]
    assert [post["id"] for post in await page(db, event, Filters(network="bluesky"), 50)] == [original.id]


async def test_what_comes_in_is_found_and_a_new_name_is_too(database: Database) -> None:
    up = "mastodon:https://kueste.example"
    async with database.transaction() as db:
        event = await make_event(db, policy=Policy.OPEN)
        await make_source(db, event, up)

    async def hits(*items: Incoming) -> list[int]:
        async with database.transaction() as db:
            await receive(db, Batch(up, items), NOW)
        async with database.reading() as db:
            return [len(await found(db, event, q)) for q in ("ferry", "heron", "peters", "diop", "gate")]

    inka = incoming_author(indexable=True)
    first = a_post("The ferry #HarbourTalks", inka, key="1")
    assert await hits(first) == [1, 0, 1, 0, 0]
    assert await hits(a_post("The heron #HarbourTalks", inka, key="1")) == [0, 1, 1, 0, 0]
    other = a_post("At the gate #HarbourTalks", replace(inka, name="Inka Diop"), key="2")
    assert await hits(other) == [0, 1, 0, 2, 1]
    assert await hits(IncomingDeletion(address=first.address, uri=first.uri)) == [0, 0, 0, 1, 1]
    unwilling = replace(inka, name="Inka Diop", indexable=False)
    assert await hits(a_post("Again #HarbourTalks", unwilling, key="3")) == [0, 0, 0, 0, 0]


async def test_an_index_is_built_anew_from_the_posts(db: AsyncSession) -> None:
    event = await make_event(db)
    posts = [await say(db, event, f"ferry {n}") for n in range(3)]
    await search.forget_event(db, event.id)
    posts[2].gone_at = NOW
    await db.flush()
    assert await search.rebuild(db, event.id) == 2
    assert await search.rebuild(db, event.id) == 2  # again changes nothing
    assert await found(db, event, "ferry") == [posts[0].id, posts[1].id]


async def test_a_store_of_before_there_was_a_search_is_filled_when_it_is_brought_up(database: Database) -> None:
    async with database.transaction() as db:
        event = await make_event(db)
        posts = [await say(db, event, f"ferry {n}") for n in range(3)]
        await search.forget_event(db, event.id)
        await search.tidy(db)
        assert await found(db, event, "ferry") == []
    await migrations.upgrade(database)
    await migrations.upgrade(database)
    async with database.reading() as db:
        assert await found(db, event, "ferry") == [post.id for post in posts]


async def test_deleted_words_leave_the_file(sqlite: Database, tmp_path: Path) -> None:
    path = tmp_path / "only.sqlite"

    def in_file(word: str) -> bool:
        return any(word.encode() in p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith(path.name))

    async with sqlite.transaction() as db:
        event = await make_event(db)
        posts = [await say(db, event, f"canary{n} and ferry{n}") for n in range(40)]
        event_id, first = event.id, posts[0].id
    async with sqlite.transaction() as db:
        for n in range(40):  # many small writings, as they come in: the index keeps each in a part of its own
            await say(db, await db.get_one(Event, event_id), f"heron{n}")
    assert in_file("canary0")
    async with sqlite.transaction() as db:
        assert not await search.tidy(db)
        post = await db.get_one(Post, first)
        await departure.purge(db, post, NOW)
    assert in_file("canary0")  # SQLite only crossed it out
    lease = Holder(sqlite, "ingest", lambda: NOW)
    async with asyncio.TaskGroup() as group:
        holding = group.create_task(lease.run())
        await lease.wait(ours=True)
        await Housekeeping(sqlite, lease, lambda: NOW).wipe()
        holding.cancel()
    assert not in_file("canary0")
    assert in_file("canary1")
