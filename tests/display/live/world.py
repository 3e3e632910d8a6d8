"""One event in which things happen, and what is true after each of them: the measure for every frame."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.database import Database
from app.domain import intake, log, moderation, snapshot
from app.domain.audience import Audience
from app.domain.control import reports
from app.domain.desk import notes
from app.domain.view import event_view
from app.errors import Conflict, NotFound
from app.models import Account, Event, Part, Policy, Post, Verdict
from ingest.text import tags
from ingest.text.segments import digest
from ingest.types import (
    Batch,
    Incoming,
    IncomingAttachment,
    IncomingAuthor,
    IncomingAuthorChange,
    IncomingDeletion,
    IncomingPost,
    Network,
)
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_account, make_event, make_source

TAG = "#HarbourTalks"
PICTURED = ((), (IncomingAttachment("image", "https://files.example/a.png", alt="A crane"),))
Truth = dict[Audience, tuple[list[dict[str, Any]], dict[str, Any]]]


class World:
    """Acts are named as in acts.py. One at a time, so that every number of the log has a truth of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.truth: dict[tuple[str, int], Truth] = {}
        self.posts: list[IncomingPost] = []
        self.authors: list[IncomingAuthor] = []
        self.event: Event
        self._people: list[Account] = []
        self._acting = asyncio.Lock()
        self._moment = NOW

    async def begin(self, policy: Policy) -> None:
        async with self.database.transaction() as db:
            self.event = await make_event(db, policy=policy)
            self.upstream = f"mastodon:https://{self.event.slug}.example"
            await make_source(db, self.event, self.upstream)
            self._people = [await make_account(db), await make_account(db)]
        networks = (Network.MASTODON, Network.BLUESKY, Network.MASTODON)
        self.authors = [an_author(f"{self.event.slug}x{i} Name", n) for i, n in enumerate(networks)]
        await self._note()

    async def act(self, name: str, *more: Any) -> None:
        async with self._acting:
            self._moment += timedelta(seconds=1)
            await getattr(self, f"_{name}")(*more)
            await self._note()

    async def _note(self) -> None:
        """What each audience would see now without any window. The same number twice must mean the same truth."""
        async with self.database.reading() as db:
            event = await db.get_one(Event, self.event.id)
            truth = {
                a: (await snapshot.page(db, event, a, 10_000), event_view(event, a))
                for a in (Audience.PUBLIC, Audience.REVIEWED, Audience.DESK)
            }
        before = self.truth.setdefault((event.epoch, event.seq), truth)
        assert before == truth, "something looks different now, and the log does not say so"

    async def _receive(self, *items: Incoming) -> None:
        async with self.database.transaction() as db:
            await intake.receive(db, Batch(self.upstream, items), self._moment)

    async def _arrive(self, who: int, minutes: int, answers: int | None) -> None:
        parent = self.posts[answers % len(self.posts)].uri if answers is not None and self.posts else None
        post = a_post(
            f"Said {len(self.posts)} {TAG}", self.authors[who], posted_at=NOW - timedelta(minutes=minutes),
            reply_to_uri=parent, attachments=PICTURED[len(self.posts) % 2],
        )  # fmt: skip
        self.posts.append(post)
        await self._receive(post)

    async def _edit(self, which: int, how: str) -> None:
        if not self.posts:
            return
        post = self.posts[which % len(self.posts)]
        text = f"Edited at {self._moment:%H%M%S} {'' if how == 'untag' else TAG}"
        segments = ({"t": "text", "text": text},)
        post = replace(
            post, segments=segments, version=digest(segments), tags=tags.in_text(text), edited_at=self._moment,
            public=how != "private", labels=("!hide",) if how == "label" else (),
        )  # fmt: skip
        self.posts[which % len(self.posts)] = post
        await self._receive(post)

    async def _delete(self, which: int) -> None:
        if self.posts:
            await self._receive(IncomingDeletion(address=self.posts[which % len(self.posts)].address))

    async def _bridge(self, which: int, first: bool) -> None:
        """A bridge's copy of a post we have; or, the copy first, of one that comes later by `arrive`'s sibling."""
        bridge = replace(self.authors[1], name="via bridge")
        if first or not self.posts:
            original = a_post(f"Original {TAG}", self.authors[0])
            await self._receive(a_post(f"Original {TAG}", bridge, bridge_of=original.uri))
        else:
            original = self.posts[which % len(self.posts)]
            if original.author.network is Network.BLUESKY:
                return
            await self._receive(a_post(f"Original {TAG}", bridge, bridge_of=original.uri))
        await self._note()  # a number of its own
        self.posts.append(original)
        await self._receive(original)

    async def _author(self, who: int, how: str) -> None:
        author = self.authors[who]
        if how in ("active", "deactivated", "suspended", "deleted"):
            await self._receive(IncomingAuthorChange(author.uri, state=how))  # type: ignore[arg-type]
            return
        wishes: dict[str, Any] = {
            "rename": {"name": f"New {self._moment:%S}"},
            "nobot": {"nobot": not author.nobot},
            "unseen": {"no_unauthenticated": not author.no_unauthenticated},
            "label": {"labels": () if author.labels else ("!hide",)},
        }
        self.authors[who] = author = replace(author, **wishes[how])
        await self._receive(IncomingAuthorChange(author.uri, author=author))

    async def _decide(self, which: int, verdict: Verdict, by: int) -> None:
        await self._judge(which, lambda db, p: moderation.decide(
            db, self.event, p.id, p.version, verdict, self._people[by], self._moment))  # fmt: skip

    async def _pictures(self, which: int, verdict: Verdict, by: int) -> None:
        await self._judge(which, lambda db, p: moderation.decide(
            db, self.event, p.id, p.version, verdict, self._people[by], self._moment, part=Part.MEDIA))  # fmt: skip

    async def _words(self, which: int, media: Verdict, by: int) -> None:
        """Shown, and its pictures not."""
        await self._judge(which, lambda db, p: moderation.decide(
            db, self.event, p.id, p.version, Verdict.APPROVE, self._people[by], self._moment, media=media))  # fmt: skip

    async def _note_down(self, which: int, by: int) -> None:
        await self._judge(which, lambda db, p: notes.note(
            db, self.event, p.id, "a note", self._people[by], self._moment))  # fmt: skip

    async def _report(self, which: int, browser: int) -> None:
        await self._judge(which, lambda db, p: reports.report(
            db, self.event, p.id, "spam", "", f"browser {browser}", self._moment))  # fmt: skip

    async def _undo(self, which: int, by: int) -> None:
        await self._judge(which, lambda db, p: moderation.undo(db, self.event, p.id, self._people[by], self._moment))

    async def _judge(self, which: int, verb: Any) -> None:
        if not self.posts:
            return
        uri = self.posts[which % len(self.posts)].uri
        with suppress(NotFound, Conflict):
            async with self.database.transaction() as db:
                wanted = select(Post).where(Post.event_id == self.event.id, Post.uri == uri)
                if post := await db.scalar(wanted):
                    await verb(db, post)

    async def _freeze(self, on: bool) -> None:
        async with self.database.transaction() as db:
            await moderation.freeze(db, self.event, on, self._moment)

    async def _release(self) -> None:
        self._moment += timedelta(minutes=1)
        async with self.database.transaction() as db:
            await moderation.release_due(db, self.event.id, self._moment)

    async def _reset(self) -> None:
        async with self.database.transaction() as db:
            await log.reset(db, self.event.id)

    async def say(self) -> None:
        await self.act("arrive", 0, 5, None)

    async def hide(self, which: int) -> None:
        await self.act("decide", which, Verdict.HIDE, 0)
