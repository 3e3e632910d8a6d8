"""Screen time in numbers: shared between people, soon for a first post, and told of nobody. Right on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain import intake
from app.domain.numbers.airtime import Airtime, Firsts, airtime, gini
from app.models import Author, Event, Policy, Post, Screen, Showing
from app.models.person import Person
from ingest.types import Batch, IncomingDeletion, IncomingPost, Network
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_event, make_source

UP = "mastodon:https://kueste.example"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
INKA, OLE, MAUD = an_author("Inka"), an_author("Ole"), an_author("Maud", Network.BLUESKY)


async def house(database: Database, *posts: IncomingPost) -> Event:
    """An event that shows every post at once, at NOW."""
    async with database.transaction() as db:
        event = await make_event(db, policy=Policy.OPEN)
        await make_source(db, event, UP)
    await receive(database, *posts)
    return event


async def receive(database: Database, *items: IncomingPost | IncomingDeletion) -> None:
    async with database.transaction() as db:
        await intake.receive(db, Batch(UP, items), NOW)


async def make_screen(database: Database, event: Event, name: str = "Hall", made: bool = True) -> Screen:
    async with database.transaction() as db:
        screen = Screen(event_id=event.id, name=name, audience="public", made_at=NOW if made else None)
        db.add(screen)
        return screen


async def show(
    database: Database, event: Event, screen: Screen | None, incoming: IncomingPost, since: datetime, seconds: float
) -> None:
    async with database.transaction() as db:
        post = (await db.scalars(select(Post).where(Post.uri == incoming.uri))).one()
        to, screen_id = since + seconds * SECOND, screen.id if screen else None
        db.add(Showing(event_id=event.id, screen_id=screen_id, post_id=post.id, began_at=since, ended_at=to))


async def told(database: Database, event: Event, now: datetime = NOW + 60 * MINUTE) -> Airtime:
    async with database.reading() as db:
        return await airtime(db, await db.get_one(Event, event.id), now)


@pytest.mark.parametrize(
    ("shares", "found"),
    [([], 0), ([0, 0], 0), ([5], 0), ([3, 3, 3], 0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25), ([1, 2, 3, 4], 0.25)],
)
def test_equal_shares_are_nothing_and_all_for_one_is_nearly_one(shares: list[float], found: float) -> None:
    assert gini(shares) == pytest.approx(found)
    assert gini([100 * share for share in reversed(shares)]) == pytest.approx(found)


async def test_before_a_screen_showed_anything_there_is_nothing_to_tell(database: Database) -> None:
    assert await told(database, await house(database, a_post(author=INKA))) == Airtime()


async def test_airtime_is_counted_by_person_and_so_are_the_posts_of_the_same_people(database: Database) -> None:
    """Inka says three things, Ole one, Maud one that no screen ever shows; showings are shared between Inka and Ole."""
    inkas, ole = [a_post(author=INKA) for _ in range(3)], a_post(author=OLE)
    event = await house(database, *inkas, ole, a_post(author=MAUD))
    hall = await make_screen(database, event)
    for n, post in enumerate(inkas):
        await show(database, event, hall, post, NOW + n * MINUTE, 4.25)
    await show(database, event, hall, ole, NOW, 12.75)
    found = await told(database, event)
    assert found.people == 3
    assert found.of_time == pytest.approx(gini([12.75, 12.75, 0]), abs=1e-4)
    assert found.of_posts == pytest.approx(gini([3, 1, 1]))


async def test_two_addresses_of_one_person_share_airtime_and_nobody_without_a_name_does(database: Database) -> None:
    mine, also = a_post(author=INKA), a_post(author=MAUD)
    nobody = replace(an_author("Nobody", Network.FORM), name="")
    event = await house(database, mine, also, a_post(author=nobody), a_post(author=nobody))
    hall = await make_screen(database, event)
    for post in (mine, also):
        await show(database, event, hall, post, NOW, 10)
    assert (await told(database, event)).people == 4
    async with database.transaction() as db:
        person = Person(fingerprint="x", word="x", expires_at=NOW, created_at=NOW)
        db.add(person)
        await db.flush()
        for author in await db.scalars(select(Author).where(Author.uri.in_([INKA.uri, MAUD.uri]))):
            author.person_id = person.id
    found = await told(database, event)
    assert found.people == 3 and found.of_posts == pytest.approx(gini([2, 1, 1]))
    assert found.of_time == pytest.approx(gini([20, 0, 0]), abs=1e-4)


async def test_a_deleted_posts_showings_are_nobodys(database: Database) -> None:
    gone, stays = a_post(author=INKA), a_post(author=OLE)
    event = await house(database, gone, stays)
    hall = await make_screen(database, event)
    for post in (gone, stays):
        await show(database, event, hall, post, NOW, 10)
    await receive(database, IncomingDeletion(uri=gone.uri))
    found = await told(database, event)
    assert (found.people, found.firsts.soon) == (1, 1)


async def test_a_first_post_needs_eight_seconds_on_one_screen_within_ten_minutes(database: Database) -> None:
    soon, late, short, never = (a_post(author=an_author(f"N{n}")) for n in range(4))
    event = await house(database, soon, late, short, never, a_post(author=an_author("N0")))
    hall, foyer = await make_screen(database, event), await make_screen(database, event, "Foyer")
    await show(database, event, hall, soon, NOW + 9 * MINUTE, 5)  # the eight seconds are full at 9:33
    await show(database, event, hall, soon, NOW + 9 * MINUTE + 30 * SECOND, 60)
    await show(database, event, hall, late, NOW + 9 * MINUTE + 53 * SECOND, 60)  # at 10:01
    await show(database, event, hall, short, NOW + MINUTE, 7.9)
    await show(database, event, foyer, short, NOW + MINUTE, 7.9)
    found = (await told(database, event)).firsts
    assert (found.soon, found.later, found.not_yet) == (1, 1, 2)
    assert found.longest == pytest.approx(601, abs=1e-3)
    assert (await told(database, event, NOW + 9 * MINUTE)).firsts.not_yet == 0, "there is still time for them"


async def test_exactly_eight_seconds_of_showing_are_enough(database: Database) -> None:
    post = a_post(author=INKA)
    event = await house(database, post)
    await show(database, event, await make_screen(database, event), post, NOW + 0.123 * SECOND, 8)
    found = (await told(database, event)).firsts
    assert found == Firsts(1, 0, 0, found.longest) and found.longest == pytest.approx(8.123, abs=1e-3)


async def test_screens_are_told_by_name_only_where_a_desk_gave_it(database: Database) -> None:
    post = a_post(author=INKA)
    event = await house(database, post)
    hall = await make_screen(database, event)
    strange = await make_screen(database, event, "Buy this now", made=False)
    for screen, seconds in ((hall, 20), (hall, 10.5), (strange, 8), (None, 4)):
        await show(database, event, screen, post, NOW + seconds * MINUTE, seconds)
    found = (await told(database, event)).screens
    assert found == {"": pytest.approx(12, abs=1e-3), "Hall": pytest.approx(30.5, abs=1e-3)}
