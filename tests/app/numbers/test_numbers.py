"""The event in numbers: right on both databases, the same number of statements however large, and nobody's own."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import event as on
from sqlalchemy import select

from app.database import Database
from app.domain import freezing, intake, moderation
from app.domain.event import voice
from app.domain.numbers.acts import Span, paired
from app.domain.numbers.numbers import Numbers, numbers
from app.domain.numbers.people import Heard
from app.domain.numbers.posts import Waits
from app.domain.raids import modes
from app.domain.raids.guard import Mode
from app.models import Account, Event, Post, Verdict
from app.models.removal import Removal, RemovalState
from ingest.types import Batch, IncomingDeletion, IncomingPost, Network
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account, make_event, make_source

UP = "mastodon:https://kueste.example"
MINUTE = timedelta(minutes=1)
INKA, OLE, MAUD = an_author("Inka"), an_author("Ole"), an_author("Maud", Network.BLUESKY)


async def house(database: Database) -> tuple[Event, Account]:
    async with database.transaction() as db:
        event = await make_event(db)
        await make_source(db, event, UP)
        return event, await make_account(db)


async def receive(database: Database, *items: Any, skipped: dict[str, int] | None = None) -> None:
    async with database.transaction() as db:
        await intake.receive(db, Batch(UP, items, skipped=skipped or {}), NOW)


async def decide(
    database: Database, event: Event, by: Account, incoming: IncomingPost, verdict: Verdict, minutes: int = 1
) -> Post:
    async with database.transaction() as db:
        post = (await db.scalars(select(Post).where(Post.uri == incoming.uri))).one()
        await moderation.decide(db, event, post.id, post.version, verdict, by, NOW + minutes * MINUTE)
        return post


async def counted(database: Database, event: Event) -> Numbers:
    async with database.reading() as db:
        return await numbers(db, await db.get_one(Event, event.id), NOW)


async def test_what_came_in_is_told_by_network_and_by_the_day_of_the_events_own_place(database: Database) -> None:
    event, _ = await house(database)  # in Berlin, two hours ahead
    night = NOW.replace(hour=21, minute=59)
    late, later = night - timedelta(days=1), night - timedelta(days=1) + 2 * MINUTE
    await receive(database, a_post(posted_at=late), a_post(posted_at=later), a_post(author=MAUD, posted_at=later))
    days = (await counted(database, event)).days
    assert list(days.items()) == [
        (date(2027, 6, 10), {"mastodon": 1}), (date(2027, 6, 11), {"mastodon": 1, "bluesky": 1})
    ]  # fmt: skip


async def test_what_became_of_it_is_told_with_its_reason(database: Database) -> None:
    event, kim = await house(database)
    posts = [a_post(f"{n} #HarbourTalks", an_author(f"N{n}")) for n in range(7)]
    warned = a_post("x #HarbourTalks", OLE, labels=("porn",))
    await receive(database, *posts, warned)
    for post, verdict in zip(posts, ("approve", "approve", "hide", "hold", "later", "approve"), strict=False):
        await decide(database, event, kim, post, Verdict(verdict))
    await receive(database, IncomingDeletion(uri=posts[5].uri))
    assert (await counted(database, event)).fates == Counter(
        {
            ("shown", "person"): 2, ("hide", "person"): 1, ("hold", "person"): 1, ("waiting", "person"): 1,
            ("gone", "person"): 1, ("waiting", "review"): 1, ("hold", "label"): 1,
        }
    )  # fmt: skip


async def test_half_of_it_waited_so_long_and_nine_of_ten_so_long(database: Database) -> None:
    event, kim = await house(database)
    assert (await counted(database, event)).waits == Waits(None, None)
    posts = [a_post(f"{n} #HarbourTalks", an_author(f"N{n}")) for n in range(10)]
    await receive(database, *posts)
    for minutes, post in enumerate(posts, 1):
        await decide(database, event, kim, post, Verdict.APPROVE, minutes)
    assert (await counted(database, event)).waits == Waits(5 * 60, 9 * 60)


async def test_people_are_counted_once_and_the_events_own_voice_is_none(database: Database) -> None:
    event, kim = await house(database)
    one, two, other = a_post(author=INKA), a_post(author=INKA), a_post(author=OLE)
    hidden = a_post(author=MAUD)
    await receive(database, one, two, other, hidden)
    for post in (one, two, other):
        shown = await decide(database, event, kim, post, Verdict.APPROVE)
    assert (await counted(database, event)).heard == Heard(2, 2, 2, 0)
    async with database.transaction() as db:
        await voice.answer(db, event, shown.id, "Welcome.", None, kim, NOW + MINUTE)
    after = await counted(database, event)
    assert after.heard == Heard(2, 2, 2, 1)
    assert sum(sum(day.values()) for day in after.days.values()) == 4 == sum(after.fates.values())


async def test_who_was_heard_at_an_earlier_event_is_not_new(database: Database) -> None:
    event, kim = await house(database)
    post, other = a_post(author=INKA), a_post(author=OLE)
    await receive(database, post, other)
    for one in (post, other):
        await decide(database, event, kim, one, Verdict.APPROVE)
    async with database.transaction() as db:
        next_one = await make_event(db, created_at=NOW + timedelta(days=300))
        await make_source(db, next_one, UP)
        (await db.get_one(Event, event.id)).state = type(event.state)("archived")
    again, stranger = a_post(author=INKA), a_post(author=MAUD)
    await receive(database, again, stranger)
    for one in (again, stranger):
        await decide_in(database, next_one, kim, one)
    assert (await counted(database, next_one)).heard == Heard(2, 1, 2, 0)


async def decide_in(database: Database, event: Event, by: Account, incoming: IncomingPost) -> None:
    async with database.transaction() as db:
        wanted = select(Post).where(Post.uri == incoming.uri, Post.event_id == event.id)
        post = (await db.scalars(wanted)).one()
        await moderation.decide(db, event, post.id, post.version, Verdict.APPROVE, by, NOW)


async def test_removals_are_told_and_what_was_left_out(database: Database) -> None:
    event, _ = await house(database)
    async with database.transaction() as db:
        for state in (RemovalState.REMOVED, RemovalState.REMOVED, RemovalState.KEPT):
            db.add(Removal(event_id=event.id, state=state, asked_at=NOW))
    await receive(database, a_post("No tag"), skipped={"a boost": 4})
    found = await counted(database, event)
    assert found.removals == {RemovalState.REMOVED: 2, RemovalState.KEPT: 1}
    assert found.skipped == {"a boost": 4, "without the event's tag": 1}


async def test_freezes_and_raids_are_told_with_when_and_how_long(database: Database) -> None:
    event, kim = await house(database)
    async with database.transaction() as db:
        await freezing.switch(db, event, on=True, blank=False, by=kim, now=NOW)
        await freezing.switch(db, event, on=False, blank=False, by=kim, now=NOW + 5 * MINUTE)
        await freezing.switch(db, event, on=True, blank=True, by=None, now=NOW + 7 * MINUTE)
    async with database.transaction() as db:
        await modes.switch(db, event, Mode.REVIEW_ALL, kim, NOW + 10 * MINUTE)
        await modes.switch(db, event, Mode.TRUSTED_ONLY, kim, NOW + 11 * MINUTE)
        await modes.dismiss(db, event, kim, NOW + 12 * MINUTE)
        await modes.switch(db, event, None, kim, NOW + 20 * MINUTE)
    assert (await counted(database, event)).spans == [
        Span("freeze", NOW, NOW + 5 * MINUTE), Span("blank", NOW + 7 * MINUTE, None),
        Span("raid", NOW + 10 * MINUTE, NOW + 20 * MINUTE),
    ]  # fmt: skip


def test_an_end_without_a_beginning_is_none() -> None:
    assert paired([(("freeze", False), NOW), (None, NOW), (("freeze", True), NOW)]) == [Span("freeze", NOW, None)]


async def test_however_much_was_said_the_statements_are_as_many(database: Database) -> None:
    event, kim = await house(database)

    async def statements() -> int:
        asked: list[str] = []
        async with database.reading() as db:
            connection = (await db.connection()).sync_connection
            on.listen(connection, "before_cursor_execute", lambda _c, _cu, statement, *_: asked.append(statement))
            await numbers(db, await db.get_one(Event, event.id), NOW)
        return len(asked)

    few = await statements()
    posts = [a_post(f"{n} #HarbourTalks", an_author(f"N{n}")) for n in range(60)]
    await receive(database, *posts)
    for post in posts[:20]:
        await decide(database, event, kim, post, Verdict.APPROVE)
    assert await statements() == few <= 13
