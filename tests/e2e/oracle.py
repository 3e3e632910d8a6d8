"""What must be so whatever was killed: compares the store with what the servers serve and what people were told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.database import Database
from app.models import Copy, Decision, Entry, Event, Post, Receipt, Source
from ingest.rehearsal import tags
from ingest.rehearsal.record import POST
from ingest.types import Network
from tests.e2e.crowd import Ledger
from tests.e2e.house import TAG
from tests.upstream import Upstream


class Oracle:
    def __init__(self, database: Database, slug: str, upstream: Upstream, ledger: Ledger) -> None:
        self._database, self._slug, self._upstream, self._ledger = database, slug, upstream, ledger

    async def missing(self) -> list[tuple[str, str | None, str | None]]:
        """What the networks serve and the store has not yet, or has in old words, or still has though it is gone."""
        async with self._database.reading() as db:
            held = {p.uri: p.text for p in await self._posts(db) if p.gone_at is None and p.network is not Network.FORM}
        served = {post.uri: post.text for post in self._upstream.world.posts.values()}
        every = sorted(served.keys() | held.keys())
        return [(u, served.get(u), held.get(u)) for u in every if served.get(u) != held.get(u)]

    async def cursors_are_not_ahead(self) -> None:
        """Everything before a stored cursor is in the store, in one and the same moment."""
        async with self._database.reading() as db:
            event = await self._event(db)
            sources = (await db.scalars(select(Source).where(Source.event_id == event.id))).all()
            held = {p.uri for p in await self._posts(db)} | self._ledger.deleted
        for source in sources:
            if source.cursor is not None:
                before = self._told_before(source.kind, orjson.loads(source.cursor))
                assert before <= held, f"{source.kind}: the cursor is ahead of {sorted(before - held)}"

    def _told_before(self, kind: Network, cursor: dict[str, object]) -> set[str]:
        if kind is Network.MASTODON:
            read = cursor.get(tags.normal(TAG))
            assert isinstance(read, dict)
            on_mastodon = [(id, p) for id, p in self._upstream.world.posts.items() if p.network is Network.MASTODON]
            ids = {p.uri: int(self._upstream.local_id(id)) for id, p in on_mastodon}
            oldest = int(read["oldest"] or 0) if read["pages"] else 0
            return {uri for uri, id in ids.items() if oldest <= id <= int(read["newest"])}
        seq = cursor["seq"]
        if not isinstance(seq, int):
            return set()
        ours = [e for e in self._upstream.jetstream.log.events if e.seq <= seq and e.kind == "commit" and not e.chatter]
        created = [e for e in ours if e.body["operation"] == "create"]
        return {f"at://{e.did}/{POST}/{e.body['rkey']}" for e in created}

    async def nothing_is_lost_or_doubled(self) -> None:
        missing = await self.missing()
        assert not missing, f"{len(missing)} not as they are served (where, served, held): {missing[:5]}"
        async with self._database.reading() as db:
            event, posts = await self._event(db), await self._posts(db)
            receipts = {r.fingerprint: r.post_id for r in await db.scalars(select(Receipt))}
            decisions = (await db.scalars(select(Decision).where(Decision.account_id.is_not(None)))).all()
            entries = await db.execute(
                select(Entry.seq, Entry.subject_id).where(Entry.event_id == event.id).order_by(Entry.seq)
            )
            log = [tuple(row) for row in entries]
            copies = Counter((await db.scalars(select(Copy.post_id).where(Copy.event_id == event.id))).all())
        assert [seq for seq, _ in log] == list(range(1, event.seq + 1)), "the log has a hole"
        assert {p.id for p in posts} <= {subject for _, subject in log}, "a post nobody was told of"
        assert max(Counter(p.uri for p in posts).values()) == 1
        assert all(copies[p.id] == 1 for p in posts)
        self._the_form_kept_its_word(posts, receipts)
        self._verdicts_stand(decisions)

    def _the_form_kept_its_word(self, posts: Sequence[Post], receipts: dict[str, int]) -> None:
        said = [p for p in posts if p.network is Network.FORM]
        times = Counter(p.text for p in said)
        assert max(times.values()) == 1, "a post was said twice"
        assert times.keys() <= self._ledger.tried
        ids = {p.text: p.id for p in said}
        for words, address in self._ledger.receipts.items():
            assert words in ids, f"acknowledged and lost: {words}"
            assert receipts.get(secrets.fingerprint(address.rpartition("/")[2])) == ids[words]

    def _verdicts_stand(self, decisions: Sequence[Decision]) -> None:
        times = Counter((d.post_id, d.version) for d in decisions)
        assert max(times.values()) == 1, "a decision was recorded twice"
        found = {(d.post_id, d.version): d.verdict.value for d in decisions}
        lost = {key: verdict for key, verdict in self._ledger.decided.items() if found.get(key) != verdict}
        assert not lost, f"acknowledged and lost: {lost}"

    async def _event(self, db: AsyncSession) -> Event:
        return (await db.scalars(select(Event).where(Event.slug == self._slug))).one()

    async def _posts(self, db: AsyncSession) -> Sequence[Post]:
        event = await self._event(db)
        return (await db.scalars(select(Post).where(Post.event_id == event.id))).all()
