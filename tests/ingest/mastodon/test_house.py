"""From two servers' bytes into the real house: one post with two copies, judged anew when its author changes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.database import Database
from app.domain import intake, moderation
from app.models import Account, Event, Post, Verdict
from ingest.mastodon.parse import Server
from ingest.types import Batch, IncomingDeletion
from tests.conftest import NOW
from tests.factories import make_account, make_event, make_source
from tests.ingest.mastodon.captures import account, changed, parsed

HOSTS = ("eins.example", "zwei.example")


async def a_house(database: Database) -> tuple[Event, Account]:
    async with database.transaction() as db:
        event = await make_event(db, tags=["walldemo"])
        for host in HOSTS:
            await make_source(db, event, f"mastodon:https://{host}")
        return event, await make_account(db)


async def told(database: Database, host: str, local_id: str, **fields: Any) -> None:
    post = parsed(changed(id=local_id, **fields), Server(host, host))
    async with database.transaction() as db:
        await intake.receive(db, Batch(f"mastodon:https://{host}", (post,)), NOW)


async def the_post(database: Database) -> Post:
    async with database.reading() as db:
        found = select(Post).options(selectinload(Post.copies), joinedload(Post.author))
        return (await db.scalars(found)).one()


async def approve(database: Database, event: Event, by: Account) -> None:
    post = await the_post(database)
    async with database.transaction() as db:
        await moderation.decide(db, event, post.id, post.version, Verdict.APPROVE, by, NOW)


async def test_mastodon_c4_one_uri_from_two_servers_is_one_post_with_each_one_s_id(sqlite: Database) -> None:
    await a_house(sqlite)
    await told(sqlite, "eins.example", "111")
    await told(sqlite, "zwei.example", "999")
    post = await the_post(sqlite)
    assert [(copy.server, copy.local_id) for copy in post.copies] == [("eins.example", "111"), ("zwei.example", "999")]


async def test_mastodon_c8_an_edit_goes_back_to_whoever_reviews(sqlite: Database) -> None:
    event, by = await a_house(sqlite)
    await told(sqlite, "eins.example", "111")
    await approve(sqlite, event, by)
    edit = {"content": "<p>Other words #WallDemo</p>", "edited_at": "2027-06-11T08:59:30.000Z"}
    await told(sqlite, "eins.example", "111", **edit)
    post = await the_post(sqlite)
    assert (post.verdict, post.text) == (Verdict.WAITING, "Other words #WallDemo")


async def test_mastodon_c10_of_two_servers_the_one_that_knows_the_edit_is_right(sqlite: Database) -> None:
    event, by = await a_house(sqlite)
    edit = {"content": "<p>Newer #WallDemo</p>", "edited_at": "2027-06-11T08:59:30.000Z"}
    await told(sqlite, "eins.example", "111")
    await told(sqlite, "zwei.example", "999", **edit)
    assert (await the_post(sqlite)).text == "Newer #WallDemo"
    await approve(sqlite, event, by)
    await told(sqlite, "eins.example", "111")  # that server has not heard of the edit
    post = await the_post(sqlite)
    assert (post.text, post.verdict) == ("Newer #WallDemo", Verdict.APPROVE)


async def test_mastodon_c5_a_deletion_that_came_first_wins_over_its_post(sqlite: Database) -> None:
    await a_house(sqlite)
    post = parsed(changed(id="111"), Server("eins.example", "eins.example"))
    async with sqlite.transaction() as db:
        early = IncomingDeletion(address=post.address, may_precede=True)
        await intake.receive(db, Batch("mastodon:https://eins.example", (early, post)), NOW)
    async with sqlite.reading() as db:
        assert (await db.scalars(select(Post))).all() == []


async def test_wishes_are_kept_and_a_wish_can_change_while_the_words_stay(sqlite: Database) -> None:
    await a_house(sqlite)
    asks = account(indexable=False, noindex=True, discoverable=False)
    policy = {"automatic": ["public"], "manual": []}
    await told(sqlite, "eins.example", "111", account=asks, quote_approval=policy)
    post = await the_post(sqlite)
    assert (post.author.indexable, post.author.noindex, post.author.discoverable) == (False, True, False)
    assert post.quote_policy == "automatic: public"
    await told(sqlite, "eins.example", "111", account=asks, quote_approval={"automatic": [], "manual": ["followers"]})
    assert (await the_post(sqlite)).quote_policy == "manual: followers"
