"""The strand narrowed by a reader: the right posts, each exactly once however one pages, at one price for any event."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as listen
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain.audience import Surface
from app.domain.strand.reading import Filters, choices, page
from app.models import Event, Post, Session, Verdict
from ingest.types import Network
from tests.app.said import an_author, say
from tests.conftest import NOW
from tests.factories import make_event


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.transaction() as db:
        yield db


async def ids(db: AsyncSession, event: Event, filters: Filters, limit: int = 50, **where: Any) -> list[int]:
    return [view["id"] for view in await page(db, event, filters, limit, **where)]


async def test_each_filter_shows_what_it_says_and_several_show_what_is_all_of_it(db: AsyncSession) -> None:
    event = await make_event(db)
    author = await an_author(db)
    plain = await say(db, event, "plain", author)
    tagged = await say(db, event, "one #Pier", author, lang="de-AT")
    asking = await say(db, event, "two? #Pier", question=True, lang="en", also_on=Network.BLUESKY)
    shown = await say(db, event, "three", alts=("A pier",), lang="de")
    form = await say(db, event, "four", await an_author(db, network=Network.FORM))
    hidden = await say(db, event, "five #Pier", author, verdict=Verdict.HIDE, question=True, alts=(None,), lang="de")
    for filters, posts in (
        (Filters(), [plain, tagged, asking, shown, form]),
        (Filters(tag="pier"), [tagged, asking]),
        (Filters(lang="de"), [tagged, shown]),
        (Filters(lang="d"), []),
        (Filters(network="bluesky"), [asking]),
        (Filters(network="mastodon"), [plain, tagged, asking, shown]),
        (Filters(network="form"), [form]),
        (Filters(pictures=True), [shown]),
        (Filters(questions=True), [asking]),
        (Filters(author=author.id), [plain, tagged]),
        (Filters(tag="pier", questions=True), [asking]),
        (Filters(tag="pier", lang="de", author=author.id), [tagged]),
        (Filters(q="pier", pictures=True), [shown]),
        (Filters(q="four", tag="pier"), []),
        (Filters(q="…"), []),
        (Filters(q=" "), [plain, tagged, asking, shown, form]),
    ):
        assert await ids(db, event, filters) == [post.id for post in posts], filters
    assert hidden.id not in await ids(db, event, Filters())


async def test_a_filter_that_is_set_narrows() -> None:
    assert not Filters().any
    assert all(f.any for f in (Filters(q="a"), Filters(tag="a"), Filters(pictures=True), Filters(author=1)))


async def test_a_sessions_posts(db: AsyncSession) -> None:
    event = await make_event(db)
    session = Session(
        event_id=event.id, guid="1", title="Tides", starts_at=NOW, ends_at=NOW + timedelta(hours=1), speakers=[]
    )
    db.add(session)
    await db.flush()
    one = await say(db, event, "ferry", session_id=session.id)
    await say(db, event, "ferry")
    assert await ids(db, event, Filters(session=session.id)) == [one.id]
    assert await ids(db, event, Filters(session=session.id, q="ferry")) == [one.id]


async def test_consent_an_export_has_only_whom_it_may_copy(db: AsyncSession) -> None:
    event = await make_event(db)
    yes = await say(db, event, "yes #pier")
    no = await say(db, event, "no #pier", await an_author(db, indexable=False))
    for filters in (Filters(), Filters(tag="pier")):
        assert await ids(db, event, filters) == [yes.id, no.id]
        assert await ids(db, event, filters, surface=Surface.FEED) == [yes.id, no.id]
        assert await ids(db, event, filters, surface=Surface.EXPORT) == [yes.id]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    millis=st.lists(st.integers(0, 2_500), min_size=1, max_size=24),
    limit=st.integers(1, 5),
    filters=st.sampled_from([Filters(), Filters(q="ferry"), Filters(tag="pier")]),
)
async def test_paging_either_way_shows_every_post_once_and_in_order(
    db: AsyncSession, millis: list[int], limit: int, filters: Filters
) -> None:
    """Also where many were said in one second, or at the very same moment, and came in in another order."""
    event, author = await make_event(db), await an_author(db)
    posts = [await say(db, event, "ferry #pier", author, NOW + timedelta(milliseconds=ms)) for ms in millis]
    wanted = [post.id for post in sorted(posts, key=lambda post: (post.posted_at, post.id))]
    at = {post.id: (post.posted_at, post.id) for post in posts}
    back: list[int] = []
    while part := await ids(db, event, filters, limit, before=at[back[0]] if back else None):
        back = part + back
    on: list[int] = []
    while part := await ids(db, event, filters, limit, after=at[on[-1]] if on else (NOW - timedelta(days=9), 0)):
        on += part
    assert back == on == wanted


async def test_places_at_the_ends_of_time_are_places(db: AsyncSession) -> None:
    event = await make_event(db)
    post = await say(db, event, "ferry", at=NOW.replace(year=999))
    late = await say(db, event, "ferry", at=NOW.replace(year=2900))
    for filters in (Filters(), Filters(q="ferry")):
        assert await ids(db, event, filters, after=(NOW.replace(year=1), 0)) == [post.id, late.id]
        assert await ids(db, event, filters, before=(NOW.replace(year=9999), 0)) == [post.id, late.id]
        assert await ids(db, event, filters, before=(NOW, 0)) == [post.id]
        assert await ids(db, event, filters, after=(NOW, 0)) == [late.id]


async def test_leak_the_choices_are_of_what_stands_and_in_plain_order(db: AsyncSession) -> None:
    event = await make_event(db)
    assert await choices(db, event) == await choices(db, event)
    await say(db, event, "#Wind #Pier", lang="en-GB")
    await say(db, event, "#pier #Ahoy", lang="de", also_on=Network.BLUESKY)
    await say(db, event, "#canary", verdict=Verdict.HOLD, lang="fr")
    await say(db, event, "#canary", await an_author(db, network=Network.FORM, nobot=True), lang="fr")
    await say(db, event, "#canary", labels=["!hide"], lang="fr")
    found = await choices(db, event)
    assert found.tags == ["ahoy", "pier", "wind"]
    assert found.languages == ["de", "en"]
    assert found.networks == ["bluesky", "mastodon"]


async def test_a_moment_is_a_place_to_read_on_from(db: AsyncSession) -> None:
    event = await make_event(db)
    posts = [await say(db, event, f"{n}", at=NOW + timedelta(minutes=n)) for n in range(3)]
    assert await ids(db, event, Filters(), after=(NOW + timedelta(minutes=1), 0)) == [posts[1].id, posts[2].id]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    told: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        told.append(statement)

    engine = database.reader.sync_engine
    listen.listen(engine, "before_cursor_execute", note)
    yield told
    listen.remove(engine, "before_cursor_execute", note)


EVERY_WAY = (
    Filters(), Filters(q="ferry"), Filters(q='"the ferry" -x tid*'), Filters(tag="pier"), Filters(pictures=True),
    Filters(q="ferry", lang="de", questions=True),
)  # fmt: skip


async def test_a_page_costs_as_many_statements_in_a_large_event_as_in_a_small_one(database: Database) -> None:
    async with database.transaction() as db:
        event = await make_event(db)

    async def costs(filters: Filters, place: tuple[datetime, int] | None) -> int:
        async with database.reading() as db:
            with counted(database) as told:
                assert len(await page(db, event, filters, 50, before=place)) == 50
                await choices(db, event)
                return len(told)

    async def fill(posts: int) -> Post:
        async with database.transaction() as db:
            author = await an_author(db)
            last = None
            for n in range(posts):
                last = await say(
                    db, event, "the ferry reads tides #pier", author, NOW + timedelta(seconds=n), (None,), lang="de",
                    question=True, reply_to_id=last.id if last else None,
                )  # fmt: skip
            assert last is not None
            return last

    await fill(60)
    end = (NOW + timedelta(days=1), 0)
    small = [await costs(filters, place) for filters in EVERY_WAY for place in (None, end)]
    await fill(540)
    large = [await costs(filters, place) for filters in EVERY_WAY for place in (None, end)]
    assert small == large
    assert max(large) <= 8


async def test_sqlite_walks_down_the_strand_and_sorts_nothing_also_far_from_its_end(sqlite: Database) -> None:
    async with sqlite.transaction() as db:
        event = await make_event(db)
        authors = [await an_author(db) for _ in range(3)]
        for n in range(60):
            await say(db, event, "ferry", authors[n % 3])
        await db.execute(text("ANALYZE"))  # what it learns of few authors with many posts misleads it
    end, start = (NOW + timedelta(days=1), 0), (NOW - timedelta(days=1), 0)
    for before, after in ((None, None), (end, None), (None, start)):
        async with sqlite.reading() as db:
            with counted(sqlite) as told:
                await page(db, event, Filters(), 50, before, after)
            posts = next(statement for statement in told if statement.startswith("SELECT"))
            plan = await db.execute(text("EXPLAIN QUERY PLAN " + posts.replace("?", "1")))
            steps = [step for *_, step in plan]
        assert any("ix_post_event_id" in step for step in steps), steps
        assert not [step for step in steps if step.startswith(("SCAN", "USE TEMP"))], steps


async def test_leak_what_somebody_said_without_a_name_is_not_tied_together(db: AsyncSession) -> None:
    event = await make_event(db)
    nobody = await an_author(db, name="", network=Network.FORM)
    await say(db, event, "one", nobody)
    await say(db, event, "two", nobody)
    assert await page(db, event, Filters(author=nobody.id), 50) == []
    assert [view["author"]["id"] for view in await page(db, event, Filters(), 50)] == [None, None]
