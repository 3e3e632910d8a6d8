"""Labels, hidden answers and detached quotes that come after a post: what they take out of sight, and give back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.database import Database
from app.domain import intake, moderation, snapshot
from app.domain.audience import Audience, may_see
from app.domain.posts.marks import NO_QUOTES
from app.models import Entry, Event, Policy, Post, Verdict
from ingest.types import Batch, IncomingAuthorChange, IncomingMarks, IncomingPost, IncomingQuote, Network
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account, make_event, make_source

UP = "bluesky:"
INKA = an_author(network=Network.BLUESKY)
SAID = a_post(author=INKA, key="3k1")


async def house(database: Database, *items: Any, policy: Policy = Policy.OPEN) -> Event:
    async with database.transaction() as db:
        event = await make_event(db, policy=policy)
        await make_source(db, event, UP)
    await hear(database, *items)
    return event


async def hear(database: Database, *items: Any) -> None:
    async with database.transaction() as db:
        await intake.receive(db, Batch(UP, items), NOW)


async def approve(database: Database, event: Event) -> None:
    async with database.transaction() as db:
        kim, post = await make_account(db), (await db.scalars(select(Post))).first()
        assert post is not None
        await moderation.decide(db, event, post.id, post.version, Verdict.APPROVE, kim, NOW)


async def stored(database: Database, uri: str = SAID.uri) -> Post:
    async with database.reading() as db:
        wanted = select(Post).where(Post.uri == uri).options(joinedload(Post.author), selectinload(Post.copies))
        return (await db.scalars(wanted)).one()


async def shown(database: Database, uri: str = SAID.uri) -> bool:
    return may_see(await stored(database, uri), Audience.PUBLIC)


async def entries(database: Database) -> int:
    async with database.reading() as db:
        return (await db.execute(select(func.count()).select_from(Entry))).scalar_one()


def labelled(*labels: str, **more: Any) -> IncomingMarks:
    return IncomingMarks(SAID.uri, labels=labels, **more)


@pytest.mark.parametrize("label", ["!hide", "!takedown", "!suspend"])
async def test_a_label_that_hides_takes_a_shown_post_down_and_gives_it_back_when_it_goes(
    database: Database, label: str
) -> None:
    await house(database, SAID)
    before = await entries(database)
    await hear(database, labelled(label))
    assert not await shown(database) and await entries(database) == before + 1
    await hear(database, labelled())
    assert await shown(database)


@pytest.mark.parametrize("label", ["!warn", "porn", "sexual", "nudity", "graphic-media", "spam"])
async def test_a_label_that_warns_holds_a_post_somebody_approved_and_gives_it_back_when_it_goes(
    database: Database, label: str
) -> None:
    event = await house(database, SAID, policy=Policy.REVIEW)
    await approve(database, event)
    await hear(database, labelled(label))
    post = await stored(database)
    assert (post.verdict, post.why, post.decided_by) == (Verdict.HOLD, "label", None)
    await hear(database, labelled())
    post = await stored(database)
    assert (post.verdict, post.why) == (Verdict.APPROVE, "person") and post.decided_by is not None


async def test_a_person_who_read_a_post_with_its_label_is_believed(database: Database) -> None:
    event = await house(database, replace(SAID, labels=("graphic-media",)))
    assert (await stored(database)).verdict is Verdict.HOLD
    await approve(database, event)
    await hear(database, labelled("graphic-media"), labelled("graphic-media"))
    assert await shown(database)
    await hear(database, labelled("graphic-media", "spam"))
    assert not await shown(database)


@pytest.mark.parametrize("label", ["!warn", "porn", "sexual", "nudity", "graphic-media", "gore"])
async def test_what_a_person_shows_in_spite_of_a_label_has_its_pictures_covered(database: Database, label: str) -> None:
    async def sensitive() -> bool:
        async with database.reading() as db:
            view = await snapshot.one(db, event, 1, Audience.PUBLIC)
        assert view is not None
        return bool(view["sensitive"])

    event = await house(database, SAID)
    assert not await sensitive()
    await hear(database, labelled(label))
    await approve(database, event)
    assert await sensitive()
    before = await entries(database)
    await hear(database, labelled())
    assert not await sensitive() and await entries(database) == before + 1, "walls hear of it"
    await hear(database, IncomingAuthorChange(INKA.uri, author=replace(INKA, labels=(label,))))
    await approve(database, event)
    assert await sensitive()


async def test_a_label_that_was_there_from_the_start_goes_and_the_rules_decide_anew(database: Database) -> None:
    await house(database, replace(SAID, labels=("spam",)))
    assert not await shown(database)
    await hear(database, labelled())
    assert await shown(database) and (await stored(database)).why == "open"


async def test_what_a_person_hid_no_label_brings_back(database: Database) -> None:
    event = await house(database, SAID)
    async with database.transaction() as db:
        kim, post = await make_account(db), (await db.scalars(select(Post))).one()
        await moderation.decide(db, event, post.id, post.version, Verdict.HIDE, kim, NOW)
    await hear(database, labelled("spam"), labelled())
    assert (await stored(database)).verdict is Verdict.HIDE


async def test_a_label_on_an_account_holds_everything_it_said_and_says(database: Database) -> None:
    spammer = replace(INKA, labels=("spam",))
    await house(database, SAID)
    await hear(database, IncomingAuthorChange(INKA.uri, author=spammer), a_post("More #HarbourTalks", spammer, "3k2"))
    async with database.reading() as db:
        assert [(p.verdict, p.why) for p in await db.scalars(select(Post))] == [(Verdict.HOLD, "label")] * 2
    await hear(database, IncomingAuthorChange(INKA.uri, author=INKA))
    assert await shown(database)


async def test_a_label_on_an_account_that_comes_with_a_new_post_holds_the_old_ones_too(database: Database) -> None:
    await house(database, SAID)
    await hear(database, a_post("More #HarbourTalks", replace(INKA, labels=("spam",)), "3k2"))
    assert not await shown(database)


async def test_an_answer_hidden_by_whoever_began_the_thread_is_hidden_and_comes_back(database: Database) -> None:
    await house(database, SAID)
    await hear(database, IncomingMarks(SAID.uri, hidden=True))
    assert not await shown(database)
    await hear(database, labelled("bot"))
    assert not await shown(database), "labels say nothing about the thread"
    await hear(database, labelled(hidden=False))
    assert await shown(database)


async def test_marks_of_another_version_or_of_nobodys_post_say_nothing(database: Database) -> None:
    await house(database, SAID)
    await hear(database, labelled("!hide", version="other"), IncomingMarks("at://did:plc:x/app.bsky.feed.post/1"))
    assert await shown(database)


async def test_a_new_version_stays_hidden_until_its_network_says_otherwise(database: Database) -> None:
    await house(database, SAID)
    await hear(database, labelled("!hide"))
    edited = replace(SAID, segments=({"t": "text", "text": "Edited #HarbourTalks"},), version="v2", rev="3b")
    await hear(database, edited)
    assert (await stored(database)).version == "v2" and not await shown(database)
    await hear(database, labelled(version="v2"))
    assert await shown(database)


def quoting(state: Any = "accepted", words: str = "Tides", uri: str = SAID.uri) -> IncomingQuote:
    return IncomingQuote(uri, state, "Inka", ({"t": "text", "text": words},))


QUOTER: IncomingPost = a_post("This! #HarbourTalks", an_author("Jo", Network.BLUESKY), "3q", quote=quoting())


async def test_a_quote_that_was_detached_loses_its_words_and_gets_them_back(database: Database) -> None:
    await house(database, QUOTER)
    await hear(database, IncomingMarks(QUOTER.uri, quote=IncomingQuote(SAID.uri, "gone")))
    quote = (await stored(database, QUOTER.uri)).quote
    assert quote == {"uri": SAID.uri, "state": "gone", "name": "", "words": []}
    await hear(database, IncomingMarks(QUOTER.uri, quote=quoting(words="Tides")))
    quote = (await stored(database, QUOTER.uri)).quote
    assert quote and quote["words"] == [{"t": "text", "text": "Tides"}]


async def test_who_does_not_want_to_be_quoted_is_quoted_nowhere_neither_before_nor_after(database: Database) -> None:
    await house(database, SAID, QUOTER)
    before = await entries(database)
    await hear(database, IncomingMarks(SAID.uri, quote_policy=NO_QUOTES))
    assert await entries(database) == before + 1
    later = a_post("That! #HarbourTalks", an_author("Bo", Network.BLUESKY), "3r", quote=quoting())
    await hear(database, IncomingMarks(QUOTER.uri, quote=quoting()), later)
    for uri in (QUOTER.uri, later.uri):
        quote = (await stored(database, uri)).quote
        assert quote and quote["state"] == "gone" and quote["words"] == []
    await hear(database, IncomingMarks(SAID.uri, quote_policy=""), IncomingMarks(QUOTER.uri, quote=quoting()))
    quote = (await stored(database, QUOTER.uri)).quote
    assert quote and quote["state"] == "accepted"


async def test_a_moment_of_the_past_or_the_future_is_never_later_than_our_receipt(database: Database) -> None:
    old = a_post("From 2020 #HarbourTalks", INKA, "old", NOW - timedelta(days=2000))
    new = a_post("From 2031 #HarbourTalks", INKA, "new", NOW + timedelta(days=2000))
    await house(database, new, SAID, old)
    async with database.reading() as db:
        in_order = (await db.scalars(select(Post).order_by(Post.posted_at, Post.id))).all()
    assert [p.uri for p in in_order] == [old.uri, SAID.uri, new.uri]
    assert in_order[2].posted_at == NOW
