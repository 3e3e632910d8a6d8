"""What the form proposes: the session in the room of the card, now; and what its author makes of that."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain.posts import saying
from app.domain.posts.saying import NO_SESSION, Words
from app.domain.posts.seat import Seat, find_seat
from app.domain.schedule import programme
from app.models import Card, Event, Policy, Post, Room, Session
from tests.conftest import NOW
from tests.factories import make_event


async def hall(db: AsyncSession) -> tuple[Event, dict[str, Session]]:
    """Two rooms: in the hall one talk is over, one runs; in the shed one runs. Table 7 stands in the hall."""
    event = await make_event(db, policy=Policy.OPEN, session_tag="ht_s{number}")
    rooms = {name: Room(event_id=event.id, name=name, position=0, card_code=code) for name, code in
             (("Hall", "HALL"), ("Shed", None))}  # fmt: skip
    db.add_all(rooms.values())
    await db.flush()
    db.add(Card(event_id=event.id, code="T7", label="Table 7", room_id=rooms["Hall"].id, created_at=NOW))
    db.add(Card(event_id=event.id, code="BAR", label="The bar", created_at=NOW))
    plan = {"over": ("Hall", -50, -5), "runs": ("Hall", -5, 40), "shed": ("Shed", -5, 40), "later": ("Hall", 60, 90)}
    found = {}
    for number, (name, (room, start, end)) in enumerate(plan.items(), 1):
        found[name] = Session(
            event_id=event.id, guid=name, number=number, title=name, room_id=rooms[room].id,
            starts_at=NOW + timedelta(minutes=start), ends_at=NOW + timedelta(minutes=end),
        )  # fmt: skip
    db.add_all(found.values())
    await db.flush()
    return event, found


async def seat(database: Database, code: str, minutes: float = 0) -> tuple[Seat, dict[str, Session]]:
    async with database.transaction() as db:
        event, plan = await hall(db)
        return await find_seat(db, event, code, NOW + timedelta(minutes=minutes)), plan


@pytest.mark.parametrize("code", ["T7", "t7", " hall "])
async def test_a_card_proposes_what_runs_in_its_room(database: Database, code: str) -> None:
    found, plan = await seat(database, code)
    assert found.guess == plan["runs"].id
    assert [s.title for s in found.sessions] == ["over", "runs", "shed"]
    assert found.label == ("Table 7" if "7" in code else "Hall")


async def test_just_before_it_begins_the_one_that_has_ended_is_still_proposed_and_later_nothing(
    sqlite: Database,
) -> None:
    found, plan = await seat(sqlite, "T7", minutes=45)
    assert found.guess == plan["runs"].id


async def test_long_after_everything_there_is_nothing_to_choose(sqlite: Database) -> None:
    found, _ = await seat(sqlite, "T7", minutes=600)
    assert (found.guess, list(found.sessions), found.code) == (None, [], "T7")


@pytest.mark.parametrize("code", ["", "NOPE", "<script>", "T" * 4000, "\0", "BAR"])
async def test_without_a_card_in_a_room_nothing_is_proposed(sqlite: Database, code: str) -> None:
    found, _ = await seat(sqlite, code)
    assert found.guess is None and len(found.sessions) == 3
    assert found.code == ("BAR" if code == "BAR" else "")


async def said(
    database: Database, text: str = "Said", now: datetime = NOW, **words: str
) -> tuple[Post, dict[str, int]]:
    """`session` and `guess` by name, as the form was sent."""
    async with database.transaction() as db:
        event, plan = await hall(db)
        ids = {name: session.id for name, session in plan.items()}
        for field in ("session", "guess"):
            words[field] = str(ids.get(words.get(field, ""), words.get(field, "")))
        await saying.say(db, event, "token", "receipt", "author", Words(text, consent=True, **words), now)
        await programme.relink(db, event)
    async with database.reading() as db:
        return (await db.scalars(select(Post))).one(), ids


@pytest.mark.parametrize(
    ("words", "session", "how"),
    [
        ({"session": "runs", "guess": "runs", "card_code": "HALL"}, "runs", "card"),
        ({"session": "shed", "guess": "runs", "card_code": "HALL"}, "shed", "said"),
        ({"session": "shed"}, "shed", "said"),
        ({"session": NO_SESSION, "guess": "runs", "card_code": "HALL"}, None, "said"),
        ({"text": "Fine #ht_s1", "session": "runs", "guess": "runs", "card_code": "HALL"}, "over", "tag"),
        ({"text": "Fine #ht_s1", "session": "shed", "guess": "runs"}, "shed", "said"),
        ({"card_code": "HALL"}, "runs", "card"),
        ({"session": "999999"}, None, ""),
        ({"session": "'; DROP"}, None, ""),
    ],
)
async def test_what_its_author_chose_counts_and_stays_when_the_schedule_is_read_again(
    database: Database, words: dict[str, str], session: str | None, how: str
) -> None:
    post, ids = await said(database, **words)
    assert (post.session_id, post.session_how) == (ids.get(session or ""), how)


async def test_a_change_of_words_leaves_the_chosen_session(database: Database) -> None:
    post, ids = await said(database, session="shed")
    async with database.transaction() as db:
        event = await db.get_one(Event, post.event_id)
        await saying.amend(db, event, "receipt", Words("Otherwise #ht_s1", consent=True), NOW + timedelta(minutes=1))
    async with database.reading() as db:
        post = (await db.scalars(select(Post))).one()
    assert (post.text, post.session_id, post.session_how) == ("Otherwise #ht_s1", ids["shed"], "said")
