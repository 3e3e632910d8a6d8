"""Searching: every alphabet and operator, on both databases; and nothing of what is gone, hidden or not agreed to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import migrations
from app.database import Database
from app.domain import crossposts, departure, search
from app.domain.intake import receive
from app.domain.reading import Filters, page
from app.jobs.housekeeping import Housekeeping
from app.lease import Holder
from app.models import Event, Policy, Post, Verdict
from app.models.author import Standing
from ingest.text import words
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


@pytest.mark.parametrize(
    ("said", "hits", "misses"),
    [
        ("The ferry is late", ("ferry", "FERRY late", '"is late"', "ferr*", "late -early"), ("ferr", "ferry early")),
        ("Grüße vom Straßenfest", ("grusse", "GRÜSSE", "strassenfest", "straß*"), ("fest",)),
        ("Un café à Łódź", ("cafe", "łodz", "CAFÉ"), ("lodzia",)),
        ("東京都の港町", ("東京", "京都", "港町", "町", "港", "東京都の港町", '"京都の港"'), ("東都", "町港", "京東")),
        ("カフェで会う", ("カフェ", "ｶﾌｪ", "会う"), ("カエ",)),
        ("항구는 크다", ("항구", "항구는", "크다"), ("구항",)),
        ("ท่าเรือใหม่", ("ท่าเรือ", "เรือ", "ใหม่"), ("เรือท่า",)),
        ("हिन्दी में", ("हिन्दी", "में"), ("हन्द",)),
        ("مَرْحَبًا بكم", ("مرحبا", "مرحباً"), ("بك",)),
        ("Ёлка у моря", ("елка", "МОРЯ"), ("ел",)),
        ("See #HarbourTalks and #open_data", ("harbourtalks", "#harbourtalks", "#open_data", "data"), ("harbour",)),
        ("So good 👍🏽 🇩🇪", ("👍", "👍🏿", "🇩🇪"), ("👎", "🇫🇷")),
        ("one two one three", ('"one three"', '"two one" three'), ('"one one"', '"three one"', 'one -"two one"')),
    ],
)
async def test_words_are_found_however_they_are_written(
    db: AsyncSession, said: str, hits: tuple[str, ...], misses: tuple[str, ...]
) -> None:
    event = await make_event(db)
    post = await say(db, event, said)
    for q in hits:
        assert await found(db, event, q) == [post.id], q
    for q in misses:
        assert await found(db, event, q) == [], q


async def test_everything_a_reader_sees_of_a_post_is_searched(db: AsyncSession) -> None:
    event = await make_event(db)
    author = await an_author(db, "Fatou Diop", handle="fatou@muelheim.example")
    post = await say(
        db, event, "Words", author, alts=("A heron on the pier", None), content_warning="about eels", tags=["outline"],
        poll={"choices": ["Tide", "Ebb"], "multiple": False},
        card={"url": "https://www.lotse.example/x", "title": "Pilots", "description": ""},
        segments=[{"t": "link", "text": "here", "href": "https://wattenmeer.example/a"}],
    )  # fmt: skip
    for q in ("words", "heron", "eels", "outline", "ebb", "pilots", "lotse.example", "wattenmeer", "diop", "@fatou"):
        assert await found(db, event, q) == [post.id], q
    assert await found(db, event, '"words about"') == []  # a phrase does not run from the text on into the warning


async def test_a_word_is_of_its_event(db: AsyncSession) -> None:
    here, there = await make_event(db), await make_event(db)
    await say(db, here, "ferry")
    assert await found(db, there, "ferry") == []


async def test_leak_nothing_out_of_sight_is_found(db: AsyncSession) -> None:
    event = await make_event(db)
    post = await say(db, event, "canary")
    author = post.author
    out_of_sight: list[tuple[object, str, object, object]] = [
        (post, "verdict", Verdict.HIDE, Verdict.APPROVE),
        (post, "verdict", Verdict.HOLD, Verdict.APPROVE),
        (post, "verdict", Verdict.WAITING, Verdict.APPROVE),
        (post, "withheld_at", NOW, None),
        (post, "untagged_at", NOW, None),
        (post, "unpublic_at", NOW, None),
        (post, "gone_at", NOW, None),
        (post, "labels", ["!hide"], []),
        (author, "labels", ["!takedown"], []),
        (author, "standing", Standing.SUSPENDED, Standing.ACTIVE),
        (author, "nobot", True, False),
        (author, "limited", True, False),
        (author, "no_unauthenticated", True, False),
    ]
    for whose, field, away, back in out_of_sight:
        assert await found(db, event, "canary") == [post.id]
        setattr(whose, field, away)
        await db.flush()
        assert await found(db, event, "canary") == [], field
        setattr(whose, field, back)
        await db.flush()


async def test_consent_without_it_a_post_is_read_and_not_searched(db: AsyncSession) -> None:
    event = await make_event(db)
    post = await say(db, event, "canary #pier")
    assert await found(db, event, "canary") == [post.id]
    for field, value in (("indexable", None), ("indexable", False), ("noindex", True)):
        post.author.indexable, post.author.noindex = True, None
        setattr(post.author, field, value)
        await db.flush()
        assert await found(db, event, "canary") == []
        assert [p["id"] for p in await page(db, event, Filters(tag="pier"), 50)] == [post.id]


async def test_consent_words_are_not_even_kept_without_it(db: AsyncSession) -> None:
    event = await make_event(db)
    await say(db, event, "canary", await an_author(db, indexable=None))
    assert "canary" not in str((await db.execute(text("SELECT * FROM post_search"))).all())
    form = await say(db, event, "heron", await an_author(db, network=Network.FORM, indexable=None))
    assert "heron" in str((await db.execute(text("SELECT * FROM post_search"))).all())
    assert await found(db, event, "heron") == [form.id]


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


@pytest.mark.parametrize(
    "q", ["'", '"', "*", "a*b", ":*", "a & | b", "<->", "NEAR(a b, 3)", "marks : e1", "^a", "\\", "\0", "a\0b", "-",
          "%", "x" * 10_000, '"' * 9_999, "港" * 10_000, "ferry' OR '1'='1", "\u202eevil", "\U0001f469\u200d\U0001f467",
          "-a -b", "{words} : a"],
)  # fmt: skip
async def test_no_query_is_an_error(db: AsyncSession, q: str) -> None:
    event = await make_event(db)
    await say(db, event, "ferry")
    await found(db, event, q)


async def test_only_words_to_leave_out_leave_the_rest(db: AsyncSession) -> None:
    event = await make_event(db)
    one, two = await say(db, event, "ferry late"), await say(db, event, "ferry")
    assert await found(db, event, "-late") == [two.id]
    assert await found(db, event, "-heron") == [one.id, two.id]


ALPHABET = st.text(st.characters(codec="utf-8"), max_size=40) | st.text(
    "ab \"'*-&|!<>():^{}\\\0港東🇩é\u0301", max_size=40
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=ALPHABET, q=ALPHABET)
async def test_a_post_is_found_by_its_own_words_however_strange_and_no_query_breaks(
    db: AsyncSession, said: str, q: str
) -> None:  # fmt: skip
    said = said.replace("\0", "")  # PostgreSQL has no such character; nothing that comes in has it either
    event = await make_event(db)
    post = await say(db, event, said)
    await found(db, event, q)
    mine = await found(db, event, '"' + said.replace('"', " ") + '"')
    assert mine == ([post.id] if words.asked(said) else [])


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
