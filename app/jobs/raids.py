"""Raids: reads what came in since the last turn, finds what says nearly the same, and proposes to guard an event.

One owner, under the ingest lease; what it knows it keeps in memory, and reads it anew where it begins.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from itertools import islice

from app.database import Database
from app.domain.raids import guard, modes, remembered, signs
from app.domain.raids.clusters import Changes, Clusters
from app.domain.raids.remembered import Remembered
from app.domain.raids.window import SPAN, USUAL_OVER, Facts, Window
from app.lease import Holder
from app.models import Event

MOST = 20_000  # posts of one event that a new one is compared with
READ = 1_000  # entries in one turn
CHUNK = 200  # posts in one transaction
BREATH = 25  # posts between two moments in which others may go on
TOLD_EVERY = timedelta(seconds=15)  # new figures of a standing proposal
CALM_FOR = timedelta(seconds=30)  # before it is withdrawn


class Raids:
    def __init__(self, database: Database, lease: Holder, clock: Callable[[], datetime]) -> None:
        self._database, self._lease, self._clock = database, lease, clock
        self._watches: dict[int, Watch] = {}

    async def look(self) -> None:
        async with self._database.reading() as db:
            events = await remembered.guarded_events(db)
        self._watches = {e.id: self._watches[e.id] for e in events if e.id in self._watches}
        for event in events:
            watch = self._watches.get(event.id)
            if watch is None or watch.epoch != event.epoch:
                watch = self._watches[event.id] = Watch(self._database, self._lease, event)
            await watch.turn(event, self._clock())


class Watch:
    """What is remembered of one event."""

    def __init__(self, database: Database, lease: Holder, event: Event) -> None:
        self.epoch = event.epoch
        self._database, self._lease, self._id = database, lease, event.id
        self._seq: int | None = None
        self._versions: dict[int, str] = {}
        self._clusters, self._window = Clusters(MOST), Window()
        self._unwritten: Changes = {}
        self._told_at: datetime | None = None
        self._calm_since: datetime | None = None

    async def turn(self, event: Event, now: datetime) -> None:
        if self._seq is None:
            await self._begin(event, now)
        await self._catch_up(now)
        await self._write(now)
        await self._judge(event, self._window.facts(self._clusters, now), now)

    async def _begin(self, event: Event, now: datetime) -> None:
        async with self._database.reading() as db:
            for author, domain, at in await remembered.acquaintances(db, self._id):
                self._window.meet(author, domain, at)
            ids = await remembered.newest(db, self._id, MOST)
        await self._take(ids, now, beginning=True)
        self._seq = event.seq

    async def _catch_up(self, now: datetime) -> None:
        while True:
            before = self._seq or 0
            async with self._database.reading() as db:
                self._seq, ids = await remembered.touched(db, self._id, before, READ)
                known = await remembered.versions(db, ids) if ids else {}
            changed = [i for i in ids if i not in known or self._versions.get(i) != known[i][0] or known[i][1]]
            await self._take(changed, now)
            for post in set(changed) - known.keys():
                self._forget(post)  # erased
            if self._seq - before < READ:
                return

    async def _take(self, ids: Collection[int], now: datetime, beginning: bool = False) -> None:
        going = iter(ids)
        while part := list(islice(going, BREATH)):
            async with self._database.reading() as db:
                posts = await remembered.remember(db, part)
            for post in posts:
                self._place(post, now, beginning)
            await asyncio.sleep(0)

    def _place(self, post: Remembered, now: datetime, beginning: bool) -> None:
        is_new = post.id not in self._versions
        if not is_new or post.gone:
            self._forget(post.id)
        if post.gone:
            return
        self._versions[post.id] = post.version
        if beginning and post.cluster is not None:
            self._clusters.restore(post.id, post.like, post.cluster)
        else:
            self._unwritten |= self._clusters.place(post.id, post.like)
            if post.cluster is not None and self._clusters.of(post.id) is None:
                self._unwritten[post.id] = None  # it says something of its own now
        if is_new and now - post.seen.at <= SPAN + timedelta(minutes=USUAL_OVER):
            self._window.add(post.id, post.seen)

    def _forget(self, post: int) -> None:
        self._versions.pop(post, None)
        self._unwritten.pop(post, None)
        self._unwritten |= self._clusters.remove(post)

    async def _write(self, now: datetime) -> None:
        """What could not be written is still there at the next turn."""
        while part := dict(islice(self._unwritten.items(), CHUNK)):
            async with self._lease.transaction() as db:
                await remembered.write(db, self._id, part, now)
            for post, cluster in part.items():
                if self._unwritten.get(post, -1) == cluster:
                    del self._unwritten[post]

    async def _judge(self, event: Event, facts: Facts, now: datetime) -> None:
        standing = guard.proposal(event)
        if standing is None:
            self._calm_since = None
            if signs.is_raid(facts) and not event.raid and not guard.is_quiet(event, now):
                await self._propose(facts, now)
            return
        if not signs.is_over(facts):
            self._calm_since = None
            if self._told_at is None or now - self._told_at >= TOLD_EVERY:
                await self._propose(facts, now)
            return
        self._calm_since = self._calm_since or now
        if now - self._calm_since >= CALM_FOR:
            async with self._lease.transaction() as db:
                await modes.withdraw(db, self._id, now)

    async def _propose(self, facts: Facts, now: datetime) -> None:
        told = {
            "authors": facts.authors, "authors_new": facts.authors_new, "rate": round(facts.rate),
            "usual": round(facts.usual), "alike": facts.alike, "reasons": signs.signs(facts) or ["rate"],
        }  # fmt: skip
        async with self._lease.transaction() as db:
            if await modes.propose(db, self._id, told, now):
                self._told_at = now
