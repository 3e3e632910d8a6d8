"""Searching: every alphabet and operator, on both databases; and nothing of what is gone, hidden or not agreed to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain.strand.reading import Filters, page
from app.models import Event, Verdict
from app.models.author import Standing
from ingest.text import words
from ingest.types import Network
from tests.app.said import an_author, say
from tests.conftest import NOW
from tests.factories import make_event


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
