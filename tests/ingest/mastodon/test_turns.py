"""From a server's word to the real house: whose turn it is, by the house's clock, during an event and after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from app.database import Database
from app.domain.posts.rechecks import LIVE, OVER, SHOWN
from app.domain.snapshot import WINDOW
from app.domain.sources import sources
from app.house import RealHouse
from app.models import Copy, Event, EventState, Policy, Post, Source
from app.settings import Settings
from ingest import types
from ingest.http import Guard
from ingest.mastodon.pace import Pace
from ingest.mastodon.reader import Reader
from ingest.mastodon.rounds import RESERVE
from ingest.types import Held, Network, SourceState
from tests.conftest import Clock
from tests.factories import make_event
from tests.ingest.mastodon.conftest import QUICK
from tests.ingest.mastodon.server import TOKEN, FakeMastodon
from tests.upstream import upstream

DAY = timedelta(days=1)


class Watched(RealHouse):
    """The real house, counting how often it was asked whose turn it is."""

    turns = 0
    said: SourceState | None = None

    async def due(self, upstream: str, limit: int) -> Sequence[Held]:
        self.turns += 1
        return await super().due(upstream, limit)

    async def report(self, upstream: str, state: SourceState) -> None:
        self.said = state
        await super().report(upstream, state)


@dataclass
class Room:
    database: Database
    event: Event
    house: Watched
    clock: Clock

    @asynccontextmanager
    async def reading(self, pace: Pace = QUICK) -> AsyncIterator[None]:
        reader = Reader(list(await self.house.sources()), self.house, Guard(), pace=pace)
        task = asyncio.create_task(reader.run())
        try:
            yield
            assert not task.done(), task.exception()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def words(self) -> list[str]:
        """Of what has not been taken back."""
        async with self.database.reading() as db:
            there = select(Post).where(Post.gone_at.is_(None)).order_by(Post.posted_at)
            return [post.text.partition(" #")[0] for post in await db.scalars(there)]

    async def until(self, condition: Callable[[list[str]], object]) -> None:
        async with asyncio.timeout(20):
            while not condition(await self.words()):
                await asyncio.sleep(0.01)

    async def turns(self, more: int) -> None:
        """Until everybody whose turn it is now has had it."""
        until = self.house.turns + more
        async with asyncio.timeout(20):
            while self.house.turns < until:
                await asyncio.sleep(0.005)

    async def looked_at(self) -> int:
        """How many have had their turn at this moment of the house's clock."""
        async with self.database.reading() as db:
            now = select(func.count()).select_from(Copy).where(Copy.checked_at == self.clock.now)
            return (await db.execute(now)).scalar_one()

    async def archive(self) -> None:
        async with self.database.transaction() as db:
            await db.execute(update(Event).values(state=EventState.ARCHIVED))


async def a_room(database: Database, base: str, token: str, tag: str = "wall") -> Room:
    clock = Clock()
    async with database.transaction() as db:
        event = await make_event(db, policy=Policy.OPEN, tags=[tag])
        await sources.add_mastodon(db, event, base, token, "x", clock())
    settings = Settings(secret_key="x", allowed_private_hosts="127.0.0.1")
    return Room(database, event, Watched(database, settings, clock, database), clock)  # type: ignore[arg-type]


async def test_what_is_taken_back_after_an_event_leaves_its_archive_within_a_day(database: Database) -> None:
    async with upstream() as network:
        room = await a_room(database, network.mastodon.base, network.mastodon.token or "", "HarbourTalks")
        kept, gone = (network.say(Network.MASTODON, f"{word} #HarbourTalks") for word in ("kept", "gone"))
        async with room.reading():
            await room.until(lambda words: len(words) == 2)
        await room.archive()
        network.say(Network.MASTODON, "too late #HarbourTalks")
        network.delete(gone)
        network.edit(kept, "edited #HarbourTalks")
        async with room.reading():
            room.clock.forward((OVER - timedelta(minutes=1)).total_seconds())
            await room.turns(5)
            assert sorted(await room.words()) == ["gone", "kept"], "it is nobody's turn yet"
            room.clock.forward((DAY - OVER).total_seconds())
            await room.until(lambda words: words == ["edited"])
        assert len(network.mastodon.channels) == 0
    async with database.reading() as db:
        (post,) = (await db.scalars(select(Post).where(Post.gone_at.is_not(None)))).all()
        assert (post.text, post.gone_at) == ("", room.clock.now)
        source = (await db.scalars(select(Source).where(Source.kind == Network.MASTODON))).one()
        assert source.reason == types.OVER


async def test_an_archive_whose_server_is_away_keeps_everything_until_it_is_back(sqlite: Database) -> None:
    async with upstream() as network:
        room = await a_room(sqlite, network.mastodon.base, network.mastodon.token or "", "HarbourTalks")
        gone = network.say(Network.MASTODON, "gone #HarbourTalks")
        async with room.reading():
            await room.until(lambda words: len(words) == 1)
        await room.archive()
        network.delete(gone)
        network.mastodon.faults.arm("server_error", float("inf"))
        async with room.reading():
            room.clock.forward(DAY.total_seconds())
            await room.until(lambda _: network.mastodon.faults.fired["server_error"] > 3)
            assert await room.words() == ["gone"]
            assert room.house.said is not None and not room.house.said.ok
            network.mastodon.faults.disarm("server_error")
            await room.until(lambda words: words == [])


def many(mastodon: FakeMastodon, count: int) -> list[str]:
    """Posts of days ago, which no list is gone through for any more. The newest is the last."""
    began = datetime.now(UTC) - timedelta(days=9)
    return [mastodon.say(n, f"n{n}", created_at=(began + timedelta(minutes=n)).isoformat()) for n in range(count)]


async def test_without_a_stream_what_is_shown_is_looked_at_every_minute_and_the_rest_every_quarter_of_an_hour(
    database: Database, mastodon: FakeMastodon
) -> None:
    ids = many(mastodon, 250)
    room = await a_room(database, mastodon.server.base, "")
    shown, rest = 250 - 190, 250 - 240
    assert rest < 250 - WINDOW, "beyond what is shown"
    async with room.reading():
        await room.until(lambda words: len(words) == 250)
        mastodon.delete(ids[shown])
        mastodon.delete(ids[rest])
        await room.turns(4)
        assert {f"n{shown}", f"n{rest}"} <= set(await room.words())
        room.clock.forward(SHOWN.total_seconds() + 1)
        await room.until(lambda words: f"n{shown}" not in words)
        await room.turns(4)
        assert f"n{rest}" in await room.words()
        room.clock.forward((LIVE - SHOWN).total_seconds())
        await room.until(lambda words: f"n{rest}" not in words)
        assert len(await room.words()) == 248


async def test_nobody_is_asked_for_whom_the_lists_have_told_of_or_whose_turn_it_is_not(
    sqlite: Database, mastodon: FakeMastodon
) -> None:
    many(mastodon, 250)
    room = await a_room(sqlite, mastodon.server.base, TOKEN)
    async with room.reading():
        await room.until(lambda words: len(words) == 250)
        await room.turns(4)
        assert mastodon.asked_together == [], "they have only just come"
        room.clock.forward(SHOWN.total_seconds() + 1)
        await room.turns(4)
        asked = [local_id for together in mastodon.asked_together for local_id in together]
        assert len(asked) == len(set(asked)), "once in a minute"
        assert 0 < len(asked) <= WINDOW - 3 * 40, "the newest pages tell of the others"
        assert await room.looked_at() == WINDOW, "and they have had their turn by that"
        await room.turns(8)
        assert sum(map(len, mastodon.asked_together)) == len(asked)
    assert mastodon.asked_statuses == []


async def test_where_posts_can_only_be_asked_for_one_by_one_the_lists_are_read_down_to_all_that_is_shown(
    sqlite: Database, mastodon: FakeMastodon
) -> None:
    mastodon.several = False
    many(mastodon, 250)
    room = await a_room(sqlite, mastodon.server.base, "")
    async with room.reading():
        await room.until(lambda words: len(words) == 250)
        room.clock.forward(SHOWN.total_seconds() + 1)
        await room.turns(8)
        assert mastodon.asked_statuses, "it does not know better yet"
        mastodon.asked_statuses.clear()
        room.clock.forward(SHOWN.total_seconds() + 1)
        await room.turns(4)
        assert await room.looked_at() == WINDOW
    assert mastodon.asked_statuses == []


async def test_looking_after_leaves_an_allowance_for_what_is_said_now(sqlite: Database, mastodon: FakeMastodon) -> None:
    mastodon.several = False
    many(mastodon, 250)
    room = await a_room(sqlite, mastodon.server.base, "")
    async with room.reading():
        await room.until(lambda words: len(words) == 250)
    room.clock.forward(LIVE.total_seconds() + 1)
    mastodon.server.asked.clear()
    async with room.reading(replace(QUICK, requests=220)):
        await room.turns(14)
        assert 0 < len(mastodon.asked_statuses) < 220 - RESERVE - 30, "of 130 some have to wait"
        mastodon.say(300, "now")
        await room.until(lambda words: "now" in words)
