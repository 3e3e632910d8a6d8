"""What one post may cost: the statements it takes on its way in, counted, so that they do not creep up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event as hooks

from app.database import Database
from app.domain import intake
from app.models import Policy
from ingest.types import Batch
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_event, make_source

UP = "mastodon:https://kueste.example"


@pytest.fixture
async def said(database: Database) -> AsyncIterator[list[str]]:
    """The statements that were executed, each by its first words."""
    async with database.transaction() as db:
        await make_source(db, await make_event(db, policy=Policy.OPEN), UP)
        await intake.receive(db, Batch(UP, (a_post(key="first"),)), NOW)
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        words = statement.split()
        heard.append(" ".join(words[: 3 if words[0] == "INSERT" else 2 if words[0] == "UPDATE" else 1]))

    hooks.listen(database.writer.sync_engine, "before_cursor_execute", hear)
    yield heard
    hooks.remove(database.writer.sync_engine, "before_cursor_execute", hear)


WRITES = ["INSERT INTO post", "INSERT INTO copy", "INSERT INTO decision"]
LOG_AND_CURSOR = ["UPDATE event", "INSERT INTO entry", "UPDATE source"]


async def take(database: Database, said: list[str], *posts: object) -> list[str]:
    said.clear()
    async with database.transaction() as db:
        await intake.receive(db, Batch(UP, posts, cursor="7"), NOW)  # type: ignore[arg-type]
    return [words for words in said if words not in ("BEGIN", "SELECT pg_notify")]


async def test_a_post_of_somebody_known_takes_few_statements(database: Database, said: list[str]) -> None:
    asked = [words for words in await take(database, said, a_post(key="second")) if words == "SELECT"]
    assert len(asked) <= 5  # readers with their events, authors, the glance, refusals; the ring on PostgreSQL
    written = [words for words in said if words.startswith(("INSERT", "UPDATE")) and "post_search" not in words]
    assert written == [*WRITES, *LOG_AND_CURSOR]


async def test_a_batch_takes_no_more_statements_than_a_post(database: Database, said: list[str]) -> None:
    one = len(await take(database, said, a_post("One #HarbourTalks", an_author("Somebody new"), key="one")))
    many = [a_post(f"{i} #HarbourTalks", an_author(f"Person {i}"), key=f"k{i}") for i in range(40)]
    assert len(await take(database, said, *many)) <= one


async def test_a_post_that_is_known_writes_the_cursor_alone(database: Database, said: list[str]) -> None:
    again = await take(database, said, a_post(key="first"))
    assert [words for words in again if words != "SELECT"] == ["UPDATE source"]
