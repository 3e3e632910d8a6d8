"""What one person says on two networks is one post with two marks, and follows the fate of the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.database import Database
from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.posts import crossposts
from app.domain.posts.crossposts import alike
from app.models import Event, Policy, Post
from ingest.rehearsal.script import conference
from ingest.types import IncomingDeletion, Network
from tests.app.test_intake import edited, house, receive
from tests.conftest import NOW
from tests.factories import a_post, an_author

SCRIPT = conference()
WORDS = "Lunch is in the yard, soup in four kinds, all labelled. #HarbourTalks"


def pair(**fields: Any) -> tuple[Any, Any]:
    here = an_author("Inka Peters", avatar_url="https://a.example/1.png")
    there = an_author("Inka Peters", Network.BLUESKY, avatar_url="https://b.example/2.png")
    first = a_post(WORDS, here, "1", NOW - timedelta(minutes=3))
    second = a_post("Lunch is in the yard. Soup in four kinds, all labelled. #HarbourTalks", there, "2", NOW, **fields)
    return first, second


async def one_post(database: Database) -> Post:
    async with database.reading() as db:
        wanted = select(Post).options(joinedload(Post.author), selectinload(Post.copies))
        return (await db.scalars(wanted)).unique().one()


async def merged(database: Database) -> tuple[Event, Any, Any]:
    event = await house(database, policy=Policy.OPEN)
    first, second = pair()
    await receive(database, first, second)
    async with database.transaction() as db:
        (found,) = await crossposts.candidates(db, NOW)
        await crossposts.merge(db, found, NOW)
    return event, first, second


async def test_a_second_saying_becomes_a_copy_with_both_marks(database: Database) -> None:
    event, first, _ = await merged(database)
    assert (await one_post(database)).uri == first.uri
    async with database.reading() as db:
        (view,) = (await snapshot.take(db, event.id, Audience.PUBLIC)).posts
    assert view["networks"] == ["mastodon", "bluesky"]


async def test_it_stays_one_post_when_its_second_saying_comes_again_or_is_edited(database: Database) -> None:
    _, first, second = await merged(database)
    await receive(database, second, edited(second, "Other words, no tag", tags=frozenset()))
    post = await one_post(database)
    assert (post.text, post.untagged_at, len(post.copies)) == (WORDS, None, 2)
    await receive(database, edited(first, "Lunch is over. #HarbourTalks"))
    assert (await one_post(database)).text == "Lunch is over. #HarbourTalks"


async def test_the_first_takes_the_second_along_and_the_second_only_its_mark(database: Database) -> None:
    _, first, second = await merged(database)
    await receive(database, IncomingDeletion(address=second.address))
    assert (await one_post(database)).gone_at is None
    await receive(database, IncomingDeletion(address=first.address))
    assert (await one_post(database)).gone_at == NOW
    await receive(database, second)
    assert (await one_post(database)).text == ""


async def test_answers_to_the_second_answer_the_first_before_and_after(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    first, second = pair()
    early = a_post("Thank you #HarbourTalks", an_author("Ole"), "early", reply_to_uri=second.uri)
    await receive(database, first, second, early)
    async with database.transaction() as db:
        (found,) = await crossposts.candidates(db, NOW)
        await crossposts.merge(db, found, NOW)
    await receive(database, a_post("Me too #HarbourTalks", an_author("Ole"), "late", reply_to_uri=second.uri))
    async with database.reading() as db:
        posts = (await snapshot.take(db, event.id, Audience.PUBLIC)).posts
    answers = [p for p in posts if p["reply_to"]]
    assert [p["reply_to"]["name"] for p in answers] == ["Inka Peters", "Inka Peters"]


@pytest.mark.parametrize(
    "change",
    [
        {"author": an_author("Somebody", Network.BLUESKY, avatar_url="https://b.example/2.png")},
        {"author": an_author("Inka Peters", Network.BLUESKY)},  # no picture to compare
        {"posted_at": NOW - timedelta(minutes=30)},
        {"segments": ({"t": "text", "text": "Something else altogether, at some length. #HarbourTalks"},)},
    ],
)
async def test_another_name_time_text_or_no_picture_makes_no_pair(database: Database, change: dict[str, Any]) -> None:
    await house(database, policy=Policy.OPEN)
    first, second = pair()
    await receive(database, first, replace(second, **change))
    async with database.reading() as db:
        assert list(await crossposts.candidates(db, NOW)) == []


def test_the_rehearsal_has_its_six_and_no_others_of_the_same_person() -> None:
    pairs = {(p["original"], p["crosspost"]) for p in SCRIPT.truth["crosspost_pairs"]}
    posts = [p for p in SCRIPT.posts.values() if not p.bridged]
    found = {
        (one.id, two.id)
        for one in posts
        for two in posts
        if one.author == two.author and one.network != two.network and 0 <= two.t - one.t <= 900
        and alike(one.text, two.text)
    }  # fmt: skip
    assert found == pairs
