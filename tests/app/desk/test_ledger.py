"""The ledger follows the log: whatever happens, it says what the store says; and no question breaks the queue."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.desk import ledger
from app.domain.desk import queue as reading
from app.domain.desk.sieve import ANY, STATES, Sieve, clauses, sieve
from app.models import Author, Post, Verdict
from ingest.types import IncomingDeletion, Network
from tests.app.desk.conftest import Desk
from tests.app.desk.moderators import PICTURE, Moderator, change, moderating, say, say_many
from tests.conftest import NOW
from tests.factories import a_post, an_author


@pytest.fixture
async def kim(desk: Desk) -> AsyncIterator[Moderator]:
    async with moderating(desk.running, desk.event, "Kim") as (kim,):
        yield kim


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_the_queue_is_what_the_store_says(desk: Desk, kim: Moderator, seed: int) -> None:
    """The ledger follows the log; the store is asked by clauses of its own. They never differ."""
    chance = random.Random(seed)
    said = [
        a_post(f"word{n} #HarbourTalks", an_author(f"P{n % 7}", chance.choice([Network.MASTODON, Network.BLUESKY])),
               key=f"k{n}", lang=chance.choice(["de", "en", "de-AT", None]), posted_at=NOW - timedelta(seconds=n),
               attachments=(PICTURE,) * chance.randrange(2))
        for n in range(30)
    ]  # fmt: skip
    ids = await say(desk, *said)
    for _ in range(6):
        some = chance.sample(ids, 6)
        match chance.randrange(4):
            case 0:
                await change(desk, some, verdict=chance.choice(list(Verdict)), why=chance.choice(["label", "review"]))
            case 1:
                await change(desk, some, verdict=Verdict.APPROVE, media_verdict=Verdict.WAITING)
            case 2:
                await change(desk, some, cluster_id=min(some))
            case 3:
                await say(desk, IncomingDeletion(chance.choice(said).address))
        for _ in range(12):
            await agree(desk, a_question(chance, ids))
        await fresh(desk)


def a_question(chance: random.Random, ids: list[int]) -> Sieve:
    asked = Sieve(state=chance.choice([*STATES, ANY]))
    more: dict[str, list[Any]] = {
        "language": ["de", "en", "fr"], "media": ["with", "without"], "reason": ["label", "review"],
        "q": ["word1", "p3"], "domain": ["kueste.example", "sky.example"], "cluster": [min(ids), ids[3]],
        "author": [1, 2, 3],
        "source": ["mastodon:https://kueste.example", "elsewhere"],
    }  # fmt: skip
    chosen = chance.sample(sorted(more), chance.randrange(3))
    return replace(asked, **{key: chance.choice(more[key]) for key in chosen})


async def agree(desk: Desk, asked: Sieve) -> None:
    async with desk.running.database.reading() as db:
        answer = await reading.read(db, desk.event, asked)
        query = select(Post.id).join(Author, Author.id == Post.author_id).where(*clauses(desk.event.id, asked))
        stored = set(await db.scalars(query))
    assert {post["id"] for post in answer["posts"]} == stored, asked
    assert answer["total"] == len(stored)


async def fresh(desk: Desk) -> None:
    """What was kept is what one would find who begins now."""
    async with desk.running.database.reading() as db:
        kept = await ledger.read(db, desk.event)
        lines, seq = dict(kept.lines), kept.seq
        ledger._kept.clear()
        begun = await ledger.read(db, desk.event)
    assert (lines, seq) == (begun.lines, begun.seq)


BAD: list[dict[str, Any]] = [
    {"state": "nonsense"}, {"state": "x" * 5000}, {"media": "maybe"}, {"session": "no"}, {"session": "9" * 40},
    {"session": "-1"}, {"author": "1.5"}, {"cluster": "²"}, {"after": "nowhere"}, {"after": "9" * 3000},
    {"after": "20271301T000000.000000-1"}, {"q": "x" * 201}, {"domain": "x" * 256}, {"language": "d" * 36},
    {"reason": "r" * 65}, {"source": "s" * 256},
]  # fmt: skip


@pytest.mark.parametrize("query", BAD, ids=[next(iter(q)) + str(i) for i, q in enumerate(BAD)])
async def test_what_no_queue_is_asked_by_is_answered_with_a_sentence(
    desk: Desk, kim: Moderator, query: dict[str, Any]
) -> None:
    answer = await kim.web.get("/desk/harbour/queue.json", params=query)
    assert answer.status_code in (400, 422) and answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "query",
    [{"q": "%_\\'\"("}, {"q": '"'}, {"q": "-"}, {"q": " "}, {"q": "\ud800".encode("utf-8", "surrogatepass")},
     {"domain": "%"}, {"domain": "_"}, {"language": "%"}, {"source": "'"}, {"lang": "en", "unknown": "1"},
     {"fold": "perhaps"}, {"q": "🦭 (NOT) AND"}, {"session": str(2**31 - 1)}, {"q": "x " * 100}],
    ids=str,
)  # fmt: skip
async def test_whatever_else_is_asked_is_a_question_that_may_find_nothing(
    desk: Desk, kim: Moderator, query: dict[str, Any]
) -> None:
    await say_many(desk, 2)
    answer = await kim.web.get("/desk/harbour/queue.json", params=query)
    assert answer.status_code == 200, answer.text


def test_a_sieve_is_read_out_of_a_body_as_out_of_an_address() -> None:
    assert sieve({"author": 3, "q": None, "else": "x"}) == sieve({"author": "3"}) == Sieve(author=3)
