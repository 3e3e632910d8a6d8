"""The raid drill: the scene is played on the real pipeline by a clock that is moved, and everything is written down.

Readers, store, hub, sockets, desk and the watching job are the real ones; only time is ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.domain import moderation
from app.domain.events import create_event
from app.domain.raids import cleanup, guard
from app.domain.sources import sources
from app.house import RealHouse
from app.jobs.raids import Raids
from app.lease import Holder
from app.models import Account, Author, Event, Policy, Post, Source, Verdict
from app.models.account import Role
from ingest.http import Guard
from ingest.runner import Runner
from ingest.types import Batch, IncomingPost
from tests.conftest import Clock
from tests.display.phone import answer as sum_of
from tests.display.phone import proof
from tests.e2e.house import TAG
from tests.e2e.raid_report import REVIEWED, TRUSTED, WALLS, Report, Wall
from tests.e2e.raid_scene import Said, Scene, Size
from tests.factories import make_account
from tests.server import Running, serving

HOUR = 40 * 60  # seconds of an event as usual before the raid
ON_THEIR_WAY = 30  # posts: about three seconds of the raid
REACTS = 5  # seconds until a moderator who is told does something


class Door(RealHouse):
    """The real one, which remembers what came through it."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.handed: set[str] = set()
        self.received = asyncio.Event()

    async def receive(self, batch: Batch) -> None:
        await super().receive(batch)
        self.handed |= {item.uri for item in batch.items if isinstance(item, IncomingPost)}
        self.received.set()


class Drill:
    def __init__(self, running: Running, scene: Scene, size: Size) -> None:
        self._running, self._scene, self._size = running, scene, size
        self._clock, self._database = running.clock, running.database
        self._lease = Holder(self._database, "ingest", self._clock)
        self._raids = Raids(self._database, self._lease, self._clock)
        self._walls = {wall: Wall() for wall in WALLS}
        self._published = 0
        self._events: dict[str, Event] = {}
        self._guarded: dict[str, datetime] = {}
        self.report = Report()
        self.kim: Account
        self._web: httpx.AsyncClient

    async def run(self) -> Report:
        began = time.monotonic()
        await self._furnish()
        settings = self._running.app.state.strand.settings
        self._house = Door(self._database, settings, self._clock, self._lease)
        doing = [self._lease.run(), Runner(self._house, Guard(contact="http://127.0.0.1")).run()]
        doing += [self._watch(*wall) for wall in WALLS]
        token = await self._running.sign_in(Role.ORGANISER, account=self.kim)
        async with _running(doing), self._running.visitor(token, timeout=60) as self._web:
            await self._lease.wait(ours=True)
            await self._until_read()
            await self._usual()
            await self._flood()
            await self._calm()
            await asyncio.sleep(0.5)
            for wall in self._walls.values():
                wall.end(self._clock())
            await self._count()
            await self._clean_up()
        self.report.took = time.monotonic() - began
        return self.report

    async def _furnish(self) -> None:
        servers, now = self._scene.rehearsal, self._clock()
        key = self._running.app.state.strand.settings.key
        async with self._database.transaction() as db:
            self.kim = await make_account(db, "Kim")
            for slug in (REVIEWED, TRUSTED):
                event = await create_event(
                    db, slug, "Harbour Talks", [TAG], now, policy=Policy(slug), time_zone="UTC", spare_tag="HarbourB"
                )
                await sources.add_mastodon(db, event, servers.mastodon.base, servers.mastodon.token or "", key, now)
                await sources.add_bluesky(db, event, [servers.jetstream.base], servers.appview.base, now)
                self._events[slug] = event

    async def _until_read(self) -> None:
        async with asyncio.timeout(30):
            while True:
                async with self._database.reading() as db:
                    modes = (await db.scalars(select(Source.mode).where(Source.kind != "form"))).all()
                if all(mode == "stream" for mode in modes):
                    return
                await asyncio.sleep(0.05)

    async def _usual(self) -> None:
        """Forty minutes of known people, all of it read and shown by a person."""
        pause = HOUR / len(self._scene.before)
        for n, (person, text) in enumerate(self._scene.before):
            self._scene.publish(person, text, self._clock.forward(pause))
            self._published += 1
            if n % 10 == 0:
                await self._drained()
                await self._raids.look()
        await self._drained()
        await self._raids.look()
        for event in self._events.values():
            async with self._database.reading() as db:
                mine = select(Post.id, Post.version, Post.decided_by).where(Post.event_id == event.id)
                verdicts = [(i, version, Verdict.APPROVE) for i, version, _ in await db.execute(mine)]
            async with self._database.transaction() as db:
                await moderation.decide_many(db, event, verdicts, self.kim, self._clock())

    async def _flood(self) -> None:
        coming = list(self._scene.during)
        begin = self._clock()
        for second in range(self._size.seconds):
            now = self._clock.forward(1)
            due = [said for said in coming if said.at <= second + 1]
            coming = coming[len(due) :]
            await asyncio.gather(self._say(due, now), self._moderate(second))
            await self._raids.look()
            await self._answer_proposals(begin)
        await self._drained()
        await self._raids.look()

    async def _say(self, due: list[Said], now: datetime) -> None:
        for n, said in enumerate(due):
            if said.form:
                await self._by_form(said)
            else:
                self._scene.publish(said.person, said.text, now + timedelta(milliseconds=n))
                self._published += 1
        await self._drained(ON_THEIR_WAY)

    async def _by_form(self, said: Said) -> None:
        """A browser of its own; under the event that reviews."""
        async with self._running.visitor() as web:
            page = await web.get(f"/{REVIEWED}/say")
            nonce = re.search(r'name="nonce" value="([^"]+)"', page.text)
            assert nonce is not None
            form = {
                "text": said.text, "name": said.person.display_name, "consent": "yes", "nonce": nonce[1],
                "proof": proof(nonce[1]),
            }  # fmt: skip
            answer = await web.post(f"/{REVIEWED}/say", data=form)
            if asked := sum_of(answer.text):
                answer = await web.post(f"/{REVIEWED}/say", data=form | asked)
            assert answer.status_code == 303, answer.text

    async def _drained(self, slack: int = 0) -> None:
        """Until the readers have handed over all that was published, but for a few that are on their way."""
        async with asyncio.timeout(120):
            while len(self._house.handed) < self._published - slack:
                await self._house.received.wait()
                self._house.received.clear()

    async def _moderate(self, second: int) -> None:
        """One who lets a good post through every third second and looks at the queue, and one who sees the walls."""
        if second % 3 == 0:
            answer = await self._timed(
                self.report.queue, self._web.get(f"/desk/{REVIEWED}/queue.json?state=waiting&fold=1")
            )
            waiting = answer.json()["posts"]
            good = next((p for p in waiting if p["author"]["name"] not in self._scene.hostile_names), None)
            if good:
                told = {"post": good["id"], "version": good["version"], "verdict": "approve"}
                await self._timed(self.report.decide, self._web.post(f"/desk/{REVIEWED}/decide", json=told))
        if second % 10 == 9:
            await self._hide_what_shows()

    async def _hide_what_shows(self) -> None:
        for (slug, _), wall in self._walls.items():
            for post in await self._hostile_among(slug, wall):
                told = {"post": post.id, "version": post.version, "verdict": "hide"}
                await self._timed(self.report.decide, self._web.post(f"/desk/{slug}/decide", json=told))

    async def _hostile_among(self, slug: str, wall: Wall) -> list[Post]:
        """The sleepers' words of before are harmless."""
        async with self._database.reading() as db:
            shown = select(Post).join(Post.author).where(Post.id.in_(wall.shows), Post.verdict == Verdict.APPROVE)
            shown = shown.where(Author.name.in_(self._scene.hostile_names), Post.first.is_(False))
            return list(await db.scalars(shown))

    async def _timed(self, into: list[float], asking: Any) -> httpx.Response:
        began = time.perf_counter()
        answer: httpx.Response = await asking
        into.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
        return answer

    async def _answer_proposals(self, begin: datetime) -> None:
        now = self._clock()
        for slug, event in self._events.items():
            async with self._database.reading() as db:
                fresh = await db.get_one(Event, event.id)
            if guard.proposal(fresh) and slug not in self.report.proposed_after:
                self.report.proposed_after[slug] = (now - begin).total_seconds()
                self._guarded[slug] = now + timedelta(seconds=REACTS)
            if slug in self._guarded and now >= self._guarded[slug] and not fresh.raid:
                await self._turn(slug, "trusted_only")

    async def _turn(self, slug: str, mode: str) -> None:
        answer = await self._web.post(f"/desk/{slug}/raid", json={"mode": mode})
        assert answer.status_code == 200, answer.text

    async def _calm(self) -> None:
        self._clock.forward(180)
        await self._raids.look()
        for slug in self._events:
            await self._turn(slug, "off")
            self._guarded[slug] = datetime.max.replace(tzinfo=UTC)

    async def _watch(self, slug: str, audience: str) -> None:
        async with self._running.socket(slug, audience=audience, pace="wall") as socket:
            async for frame in socket:
                self._walls[slug, audience].fold(orjson.loads(frame), self._clock())

    async def _count(self) -> None:
        raided = await self._posts(REVIEWED)
        hostile = {
            slug: {post.id for post in await self._posts(slug) if self._is_hostile(post)} for slug in self._events
        }
        self.report.hostile = len(hostile[REVIEWED])
        for (slug, audience), wall in self._walls.items():
            bad = [(post, seconds) for post, seconds in wall.spans if post in hostile[slug]]
            self.report.hostile_shown[slug, audience] = len({post for post, _ in bad})
            self.report.hostile_seconds[slug, audience] = sum(seconds for _, seconds in bad)
            self.report.good_shown[slug, audience] = len({post for post, _ in wall.spans} - hostile[slug])
            self.report.frames[slug, audience] = wall.frames
        clusters = {post.cluster_id for post in raided if self._is_hostile(post) and post.cluster_id}
        new = [post for post in raided if post.author.name in self._scene.new_names]
        self.report.newcomers = len({post.author_id for post in new})
        held = [p for p in new if (p.verdict is Verdict.HOLD and p.decided_by is None) or p.cluster_id in clusters]
        self.report.newcomers_held = len({post.author_id for post in held})

    async def _posts(self, slug: str) -> list[Post]:
        async with self._database.reading() as db:
            wanted = select(Post).join(Post.author).where(Post.event_id == self._events[slug].id)
            return list(await db.scalars(wanted.options(contains_eager(Post.author))))

    def _is_hostile(self, post: Post) -> bool:
        """Of the two sleepers only what came with the raid."""
        sleeping = {person.display_name for person in self._scene.raiders[:2]}
        return post.author.name in self._scene.hostile_names and not (post.first and post.author.name in sleeping)

    async def _clean_up(self) -> None:
        """As the page offers it: the largest heap first; what is hostile goes with one button."""
        hostile = {post.id for post in await self._posts(REVIEWED) if self._is_hostile(post)}
        skipped: set[int] = set()
        while True:
            async with self._database.reading() as db:
                event = await db.get_one(Event, self._events[REVIEWED].id)
                heaps = await cleanup.heaps(db, event, self._clock())
            heap = next((heap for heap in heaps if heap.example not in skipped), None)
            if heap is None:
                break
            if heap.example not in hostile:
                skipped.add(heap.example)
                continue
            told = {"act": "hide", "clusters": _joined(heap.clusters), "posts": _joined(heap.posts)}
            answer = await self._web.post(f"/desk/{REVIEWED}/raid/heap", data=told)
            assert answer.status_code == 303, answer.text
            self.report.decisions += 1
        after = await self._posts(REVIEWED)
        self.report.left_over = sum(1 for post in after if post.id in hostile and post.verdict is not Verdict.HIDE)
        self.report.wrongly_hidden = sum(1 for p in after if p.id not in hostile and p.verdict is Verdict.HIDE)


def _joined(ids: list[int]) -> str:
    return ",".join(map(str, ids))


@contextlib.asynccontextmanager
async def _running(doing: list[Any]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one) for one in doing]
    try:
        yield
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def play(store_url: str, folder: Path, size: Size) -> Report:
    scene = Scene(size)
    clock = Clock(datetime.now(UTC) - timedelta(seconds=HOUR + size.seconds + 300))
    private = ",".join(
        f"127.0.0.1:{port}"
        for port in (scene.rehearsal.mastodon.port, scene.rehearsal.jetstream.port, scene.rehearsal.appview.port)
    )
    async with scene.rehearsal, serving(store_url, folder, clock=clock, allowed_private_hosts=private) as running:
        return await Drill(running, scene, size).run()
