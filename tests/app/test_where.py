"""Where is my post: every answer of the fixed set can be had, and none says what only the desk may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database import Database
from app.domain import moderation
from app.domain.control import retention, where
from app.domain.control.where import SENTENCES, Answer
from app.models import Event, Policy, Post, Source, Verdict
from ingest.types import IncomingAuthorChange, IncomingDeletion, Network
from tests.app.test_intake import edited, house, receive
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account

POST = a_post("Where am I? #HarbourTalks", key="77")
SKY = a_post("Where am I? #HarbourTalks", an_author("Leyla", Network.BLUESKY), "3kabc")


async def ask(database: Database, event: Event, asked: str) -> Answer:
    async with database.reading() as db:
        return await where.find(db, event, asked)


async def decide(database: Database, event: Event, verdict: Verdict) -> None:
    async with database.transaction() as db:
        post = (await db.scalars(select(Post))).one()
        await moderation.decide(db, event, post.id, post.version, verdict, await make_account(db), NOW)


@pytest.mark.parametrize("asked", [POST.uri, "@inka@kueste.example", "inka@Kueste.example"])
async def test_a_shown_post_is_found_by_address_and_by_handle(database: Database, asked: str) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, POST)
    answer = await ask(database, event, asked)
    assert (answer.key, answer.post_id is not None) == ("shown", True)


@pytest.mark.parametrize(
    "asked",
    [
        SKY.uri,
        "https://bsky.app/profile/leyla.sky.example/post/3kabc",
        "https://bsky.app/profile/did:plc:leyla/post/3kabc/",
        "@leyla.sky.example",
    ],
)
async def test_a_bluesky_post_is_found_however_it_is_named(database: Database, asked: str) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, SKY)
    assert (await ask(database, event, asked)).key == "shown"


@pytest.mark.parametrize(
    ("verdict", "key"),
    [(None, "waiting"), (Verdict.HOLD, "held"), (Verdict.HIDE, "hidden"), (Verdict.APPROVE, "shown")],
)
async def test_the_desk_s_verdict_is_told_without_its_words(
    database: Database, verdict: Verdict | None, key: str
) -> None:
    event = await house(database)
    await receive(database, POST)
    if verdict:
        await decide(database, event, verdict)
    answer = await ask(database, event, POST.uri)
    assert answer.key == key
    assert (answer.post_id is None) == (key != "shown")


@pytest.mark.parametrize(
    ("then", "key"),
    [
        (IncomingDeletion(address=POST.address), "gone"),
        (edited(POST, "No tag", tags=frozenset()), "untagged"),
        (replace(POST, public=False), "unpublic"),
        (IncomingAuthorChange(POST.author.uri, author=replace(POST.author, nobot=True)), "nobot"),
        (IncomingAuthorChange(POST.author.uri, author=replace(POST.author, limited=True)), "limited"),
        (IncomingAuthorChange(POST.author.uri, state="deactivated"), "away"),
        (IncomingAuthorChange(POST.author.uri, author=replace(POST.author, no_unauthenticated=True)), "signed_in"),
        (IncomingAuthorChange(POST.author.uri, author=replace(POST.author, labels=("!hide",))), "label"),
    ],
)
async def test_what_its_author_or_network_did_is_the_reason(database: Database, then: Any, key: str) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, POST)
    await receive(database, then)
    assert (await ask(database, event, POST.uri)).key == key


async def test_what_was_never_shown_and_has_gone_by_itself_is_not_said_to_be_taken_back(database: Database) -> None:
    event = await house(database, ends_at=NOW - timedelta(days=40))
    await receive(database, POST)
    async with database.transaction() as db:
        await retention.empty_unshown(db, event.id, NOW + timedelta(days=40))
    assert (await ask(database, event, POST.uri)).key == "let_go"
    await receive(database, IncomingDeletion(address=POST.address))
    assert (await ask(database, event, POST.uri)).key == "let_go", "what has gone already cannot be taken back"


async def test_what_never_came_is_explained_by_what_is_read(database: Database) -> None:
    event = await house(database)
    assert (await ask(database, event, "https://bsky.app/profile/a.example/post/3k")).key == "no_network"
    other = await ask(database, event, "https://elsewhere.example/@kim/1")
    assert (other.key, other.values["host"]) == ("not_read", "elsewhere.example")
    assert (await ask(database, event, "https://kueste.example/@kim/1")).key == "failing"
    async with database.transaction() as db:
        await db.execute(update(Source).values(ok=True))
    assert (await ask(database, event, "https://kueste.example/@kim/1")).key == "never"
    assert (await ask(database, event, "kim@kueste.example")).key == "nobody"


@pytest.mark.parametrize("asked", ["", "hello", "?", "@", "javascript:alert(1)", "x" * 5_000, "a b@c d", "\ud800"])
async def test_anything_else_is_told_how_it_should_look(database: Database, asked: str) -> None:
    event = await house(database)
    assert (await ask(database, event, asked)).key == "unclear"


def test_every_sentence_can_be_filled_in() -> None:
    values = {"place": "a", "places": "a, b", "host": "c", "tag": "#d"}
    assert all(sentence.format(**values) for sentence in SENTENCES.values())
