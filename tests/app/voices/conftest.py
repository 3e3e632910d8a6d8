"""An event on each database, people who speak in it for the first time, and somebody at its desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.database import Database
from app.domain import intake, moderation
from app.domain.event import first_voices, voice
from app.domain.event.first_voices import FirstVoice
from app.models import Account, Event, Post, Verdict
from ingest.types import Batch, IncomingPost
from tests.conftest import Clock
from tests.factories import a_post, make_account, make_event, make_source

UP = "mastodon:https://kueste.example"


@dataclass
class Voices:
    database: Database
    event: Event
    kim: Account
    clock: Clock

    async def said(self, *items: IncomingPost) -> None:
        async with self.database.transaction() as db:
            await intake.receive(db, Batch(UP, items), self.clock())

    async def post(self, incoming: IncomingPost) -> Post:
        async with self.database.reading() as db:
            wanted = select(Post).where(Post.uri == incoming.uri)
            return (await db.scalars(wanted.options(joinedload(Post.author), selectinload(Post.copies)))).one()

    async def decide(self, incoming: IncomingPost, verdict: Verdict = Verdict.APPROVE) -> Post:
        post = await self.post(incoming)
        async with self.database.transaction() as db:
            await moderation.decide(db, self.event, post.id, post.version, verdict, self.kim, self.clock())
        return post

    async def shown(self, text: str = "Hello! #HarbourTalks", **fields: Any) -> Post:
        """Said, and shown at once."""
        incoming = a_post(text, **fields)
        await self.said(incoming)
        return await self.decide(incoming)

    async def answer(self, post: Post, words: str = "Thank you.", by: Account | None = None) -> Post:
        async with self.database.transaction() as db:
            return await voice.answer(db, self.event, post.id, words, "en", by or self.kim, self.clock())

    async def unanswered(self) -> int:
        async with self.database.reading() as db:
            return await first_voices.unanswered(db, self.event, self.clock())

    async def listed(self) -> Sequence[FirstVoice]:
        async with self.database.reading() as db:
            return await first_voices.listed(db, self.event, self.clock())


@pytest.fixture
async def voices(database: Database, clock: Clock) -> Voices:
    async with database.transaction() as db:
        event, kim = await make_event(db), await make_account(db, "Kim")
        await make_source(db, event, UP)
    return Voices(database, event, kim, clock)
