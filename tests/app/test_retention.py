"""Its last day erases an event, wherever somebody is killed in the middle; small things go when their time is up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.database import Database
from app.domain import moderation
from app.domain.audience import Audience
from app.domain.control import claims, retention
from app.domain.intake import receive
from app.domain.posts import departure, pictures
from app.domain.rules import listing
from app.domain.snapshot import take
from app.jobs.retention import Retention
from app.lease import Holder
from app.models import (
    Account,
    Attachment,
    Author,
    Claim,
    ClaimState,
    Copy,
    Decision,
    Entry,
    Event,
    EventState,
    Invite,
    Kind,
    Listed,
    Media,
    Outgoing,
    Person,
    Policy,
    Post,
    Receipt,
    Refusal,
    Removal,
    RemovalState,
    Report,
    Side,
    SignIn,
    Tombstone,
    Verdict,
)
from app.models.account import Role
from ingest.types import Batch, IncomingAttachment, IncomingPost, Network
from tests.conftest import NOW, Clock
from tests.factories import a_post, an_author, make_account, make_event, make_source

UP, UP_OTHER = "mastodon:https://kueste.example", "mastodon:https://fotos.example"
SAID = (Post, Copy, Attachment, Decision, Receipt, Report, Removal, Author, Entry, Outgoing)
LAST = NOW + timedelta(days=10)
PICTURE = IncomingAttachment("image", "https://kueste.example/a.jpg", alt="A canary")


@dataclass
class House:
    database: Database
    clock: Clock
    event: Event
    other: Event
    job: Retention

    async def count(self, *tables: Any) -> dict[str, int]:
        async with self.database.reading() as db:
            return {t.__name__: (await db.execute(select(func.count()).select_from(t))).scalar_one() for t in tables}

    async def left(self) -> dict[str, int]:
        return {name: n for name, n in (await self.count(*SAID)).items() if n}

    async def stored(self, event: Event) -> Event:
        async with self.database.reading() as db:
            return await db.get_one(Event, event.id)


@pytest.fixture
async def house(database: Database, clock: Clock) -> AsyncIterator[House]:
    async with database.transaction() as db:
        event = await make_event(db, "harbour", policy=Policy.OPEN, ends_at=NOW + timedelta(days=1), keep_until=LAST)
        other = await make_event(db, "other", policy=Policy.OPEN, tags=["Other"])
        await make_source(db, event, UP)
        await make_source(db, other, UP_OTHER)
    lease = Holder(database, "ingest", clock)
    keeping = asyncio.create_task(lease.run())
    await lease.wait(ours=True)
    yield House(database, clock, event, other, Retention(database, lease, clock))
    keeping.cancel()
    await asyncio.wait([keeping])


async def say(house: House, *posts: IncomingPost, upstream: str = UP) -> None:
    async with house.database.transaction() as db:
        await receive(db, Batch(upstream, posts), NOW)


async def fill(house: House, posts: int = 12) -> None:
    """A conversation with all that hangs on one, and one author who speaks in both events."""
    first = a_post("canary zero #HarbourTalks", an_author("Ole Ohm", indexable=True), key="z0", attachments=(PICTURE,))
    more = [
        a_post(f"canary {i} #HarbourTalks", an_author(f"Name{i} Canary", indexable=True), reply_to_uri=first.uri)
        for i in range(posts)
    ]
    await say(house, first, *more)
    await say(house, a_post("stays #Other", an_author("Ole Ohm", indexable=True), key="z1"), upstream=UP_OTHER)
    async with house.database.transaction() as db:
        kim = await make_account(db, "Kim")
        stored = (await db.scalars(select(Post).where(Post.event_id == house.event.id).order_by(Post.id))).all()
        await moderation.decide(db, house.event, stored[1].id, stored[1].version, Verdict.HIDE, kim, NOW)
        db.add(Media(id="a" * 64, width=9, height=9, size=9, colour="#fff", created_at=NOW))
        await db.flush()
        (await db.scalars(select(Attachment))).one().media_id = "a" * 64
        db.add(Receipt(fingerprint="r" * 64, post_id=stored[2].id, consent="2026", created_at=NOW))
        db.add(Report(event_id=house.event.id, post_id=stored[3].id, reason="x", browser="b", created_at=NOW))
        asked = {"event_id": house.event.id, "state": RemovalState.ASKED, "asked_at": NOW, "words": "canary"}
        db.add(Removal(post_id=stored[4].id, **asked))
        db.add(Removal(author_id=stored[5].author_id, **asked))
        db.add(Refusal(event_id=house.event.id, fingerprint="f" * 64, created_at=NOW))
        db.add(Outgoing(event_id=house.event.id, kind="mail", key="k", content={"to": "x"}, created_at=NOW, due_at=NOW))
        token = await claims.begin(db, NOW)
        person = await claims.find_person(db, token)
        uri = (await db.get_one(Author, stored[6].author_id)).uri
        db.add(Claim(person_id=person.id, address="canary", network=Network.MASTODON, handle="canary", uri=uri,
                     state=ClaimState.PROVED, asked_at=NOW))  # fmt: skip


async def test_nothing_goes_before_its_day(house: House) -> None:
    await fill(house)
    before = await house.left()
    house.clock.now = LAST - timedelta(seconds=1)
    await house.job.erase()
    assert await house.left() == before and before["Post"] == await words(house) == 14


async def test_its_last_day_erases_all_that_was_said_and_nothing_of_others(house: House) -> None:
    await fill(house)
    house.clock.now = LAST
    await house.job.erase()
    assert await house.left() == {"Post": 1, "Copy": 1, "Author": 1, "Decision": 1, "Entry": 1}
    event, other = await house.stored(house.event), await house.stored(house.other)
    assert (event.erased_at, event.state, event.seq) == (LAST, EventState.ARCHIVED, 0)
    assert event.epoch != house.event.epoch and other.epoch == house.other.epoch
    assert (await house.count(Refusal, Claim)) == {"Refusal": 1, "Claim": 0}
    async with house.database.reading() as db:
        assert (await db.scalars(select(Author.name))).all() == ["Ole Ohm"]
    assert await words(house) == 1


async def test_its_last_day_takes_people_off_its_lists_and_nobody_off_another_s(house: House) -> None:
    async with house.database.transaction() as db:
        by = await make_account(db)
        for event in (house.event, house.other):
            kept = await db.get_one(Event, event.id)
            await listing.add(db, kept, Side.BLOCK, Kind.AUTHOR, "@ole@kueste.example", by, NOW)
            await listing.add(db, kept, Side.BLOCK, Kind.WORD, "scam", by, NOW)
    house.clock.now = LAST
    await house.job.erase()
    async with house.database.reading() as db:
        left = (await db.execute(select(Listed.event_id, Listed.kind).order_by(Listed.id))).all()
        assert left == [(house.event.id, Kind.WORD), (house.other.id, Kind.AUTHOR), (house.other.id, Kind.WORD)]
        assert (await db.get_one(Event, house.event.id)).lists_version == 3


async def words(house: House) -> int:
    """How many posts can be found by their words."""
    async with house.database.reading() as db:
        return (await db.execute(text("SELECT count(*) FROM post_search WHERE length(words) > 0"))).scalar_one()


async def test_no_page_that_is_open_keeps_showing(house: House) -> None:
    """Each part is told as drops, the end as a new epoch."""
    await fill(house)
    house.clock.now = LAST
    async with house.database.transaction() as db:
        assert await retention.erase(db, house.event.id, LAST, limit=5)
    async with house.database.reading() as db:
        newest = select(Entry.subject_id).where(Entry.event_id == house.event.id).order_by(Entry.seq.desc()).limit(5)
        told = set(await db.scalars(newest))
        there = set(await db.scalars(select(Post.id)))
    assert len(told) == 5 and not told & there
    await house.job.erase()
    async with house.database.reading() as db:
        assert (await take(db, house.event.id, Audience.DESK)).posts == []


async def test_nothing_comes_in_again(house: House) -> None:
    await fill(house, 6)
    house.clock.now = LAST
    await house.job.erase()
    await say(house, a_post("canary again #HarbourTalks"))
    assert (await house.left())["Post"] == 1


class Killed(BaseException):
    """As when the process is killed: nothing of ours catches it."""


@pytest.mark.parametrize("after", range(6))
async def test_killed_in_the_middle_and_run_again_ends_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    await fill(house)
    monkeypatch.setattr(retention, "CHUNK", 4)
    monkeypatch.setattr(retention.erase, "__defaults__", (4,))
    house.clock.now = LAST
    real, calls = retention._erase_authors, 0

    async def killed(*args: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == after + 1:
            raise Killed
        await real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(retention, "_erase_authors", killed)
        if after < 5:  # four chunks and the end
            with pytest.raises(Killed):
                await house.job.erase()
            assert (await house.stored(house.event)).erased_at is None
            assert (await house.left())["Post"] == 14 - min(4 * after, 13)
        else:
            await house.job.erase()
    house.clock.forward(60)
    await house.job.erase()
    assert await house.left() == {"Post": 1, "Copy": 1, "Author": 1, "Decision": 1, "Entry": 1}
    assert (await house.stored(house.event)).erased_at == (LAST if after == 5 else house.clock())


async def test_a_later_day_given_in_the_middle_stops_it(house: House) -> None:
    await fill(house)
    async with house.database.transaction() as db:
        assert await retention.erase(db, house.event.id, LAST, limit=5)
        (await db.get_one(Event, house.event.id)).keep_until = LAST + timedelta(days=1)
    house.clock.now = LAST
    await house.job.erase()
    assert (await house.left())["Post"] == 14 - 5 and (await house.stored(house.event)).erased_at is None


async def test_a_rehearsal_ends_by_itself(house: House) -> None:
    await fill(house, 6)
    async with house.database.transaction() as db:
        (await db.get_one(Event, house.event.id)).state = EventState.REHEARSAL
    house.clock.now = LAST + timedelta(days=400)
    await house.job.erase()
    await house.job.empty()
    assert (await house.left())["Post"] == 8


async def test_what_was_never_shown_is_emptied_a_month_after_the_event(house: House) -> None:
    held = a_post("canary held #HarbourTalks")
    ours = a_post("canary form #HarbourTalks", an_author("Bo", Network.FORM))
    await say(house, held, ours, a_post("shown #HarbourTalks"))
    await say(house, a_post("canary other #Other"), upstream=UP_OTHER)
    async with house.database.transaction() as db:
        kim = await make_account(db)
        for post in await db.scalars(select(Post).where(Post.text.contains("canary"))):
            await moderation.decide(
                db, await db.get_one(Event, post.event_id), post.id, post.version, Verdict.HOLD, kim, NOW
            )
    house.clock.now = NOW + timedelta(days=31)
    await house.job.empty()  # thirty days, and not a second less
    assert (await house.count(Post)) == {"Post": 4}
    house.clock.forward(1)
    await house.job.empty()
    async with house.database.reading() as db:
        rows = {post.uri: (post.text, post.gone_at) for post in await db.scalars(select(Post))}
    assert rows[held.uri] == ("", house.clock()) and ours.uri not in rows
    assert sorted(text for text, _ in rows.values()) == ["", "canary other #Other", "shown #HarbourTalks"]
    await say(house, held)  # a reader that comes by again
    async with house.database.reading() as db:
        assert not (await db.scalars(select(Post.id).where(Post.text.contains("held")))).all()


async def test_small_things_go_when_their_time_is_up_and_not_before(house: House) -> None:
    far = timedelta(days=30)
    async with house.database.transaction() as db:
        kim = await make_account(db)
        db.add(Tombstone(fingerprint="t", expires_at=NOW + departure.REMEMBERED))
        db.add(
            SignIn(
                fingerprint="s",
                account_id=kim.id,
                created_at=NOW,
                seen_at=NOW,
                expires_at=NOW + retention.SIGNED_IN_FOR,
            )
        )
        db.add(Invite(fingerprint="i", role=Role.MODERATOR, created_at=NOW, expires_at=NOW + retention.INVITED_FOR))
        db.add(
            Outgoing(event_id=None, kind="mail", key="old", content={"to": "kim@x.example"}, created_at=NOW, due_at=NOW)
        )
        await claims.begin(db, NOW)
        proved = await claims.find_person(db, await claims.begin(db, NOW))
        for state in (ClaimState.PROVED, ClaimState.LAPSED, ClaimState.ASKED):
            db.add(Claim(person_id=proved.id, address=state.value, handle=state.value, state=state, asked_at=NOW))
    kept = (Tombstone, SignIn, Invite, Person, Claim)
    steps = [
        (retention.SIGNED_IN_FOR, {"Tombstone": 1, "SignIn": 0, "Invite": 1, "Person": 2, "Claim": 3}),
        (departure.REMEMBERED, {"Tombstone": 0, "SignIn": 0, "Invite": 1, "Person": 2, "Claim": 3}),
        (retention.INVITED_FOR, {"Tombstone": 0, "SignIn": 0, "Invite": 0, "Person": 2, "Claim": 3}),
        (far, {"Tombstone": 0, "SignIn": 0, "Invite": 0, "Person": 2, "Claim": 2}),
        (claims.LASTS + far, {"Tombstone": 0, "SignIn": 0, "Invite": 0, "Person": 1, "Claim": 2}),
    ]
    before = await house.count(*kept)
    for lasts, after in steps:
        house.clock.now = NOW + lasts
        await house.job.forget()
        assert await house.count(*kept) == before, lasts
        house.clock.forward(1)
        await house.job.forget()
        assert await house.count(*kept) == (before := after), lasts
    async with house.database.reading() as db:
        letter = (await db.scalars(select(Outgoing))).one()
        assert (letter.key, letter.content) == ("old", {})
        assert (await db.scalars(select(Account.id))).all() == [kim.id]


async def test_pictures_nobody_needs_any_more_are_found_for_the_job_that_removes_them(house: House) -> None:
    await fill(house, 6)
    house.clock.now = LAST
    await house.job.erase()
    async with house.database.transaction() as db:
        assert await pictures.unneeded(db)
        await pictures.discard(db)
        assert await pictures.files(db) == set()


def test_the_page_of_what_is_kept_says_what_the_code_does() -> None:
    page = (Path(__file__).parents[2] / "docs" / "retention.md").read_text()
    rows = dict(re.findall(r"^\| ([^|]+?) \| (\d+ (?:hours|days)) \|", page, re.M))
    assert rows == {name: told(lasts) for name, lasts in retention.KEPT.items()}


def told(lasts: timedelta) -> str:
    return f"{lasts.days} days" if lasts > timedelta(days=2) else f"{lasts // timedelta(hours=1)} hours"
