"""An event on each database in whose hall people ask, and somebody at its desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import Database
from app.domain import intake, moderation
from app.domain.audience import Audience
from app.domain.questions import answering, board, votes
from app.domain.questions.board import Board
from app.models import Account, Entry, Event, Post, Room, Session, Verdict
from ingest.types import Batch, IncomingAuthor, Network
from tests.conftest import NOW, Clock
from tests.factories import a_post, an_author, make_account, make_event, make_source

UP = "mastodon:https://kueste.example"


@dataclass
class Hall:
    database: Database
    event: Event
    kim: Account
    clock: Clock

    async def said(self, text: str, author: IncomingAuthor | str = "Inka Peters", **fields: Any) -> Post:
        """Said, and shown at once unless `shown` is False."""
        shown, place = fields.pop("shown", True), fields.pop("session", None)
        who = an_author(author, Network.FORM) if isinstance(author, str) else author
        incoming = a_post(f"{text} #HarbourTalks", who, **{"posted_at": self.clock(), **fields})
        async with self.database.transaction() as db:
            await intake.receive(db, Batch(UP, (incoming,)), self.clock())
            post = (await db.scalars(select(Post).where(Post.uri == incoming.uri))).one()
            if place is not None:
                post.session_id, post.session_how = place.id, "said"
        if shown:
            await self.decide(post, Verdict.APPROVE)
        return post

    async def asked(self, text: str = "Who sweeps the harbour?", author: IncomingAuthor | str = "Inka Peters",
                    **fields: Any) -> Post:  # fmt: skip
        return await self.said(text, author, question=True, **fields)

    async def decide(self, post: Post, verdict: Verdict) -> None:
        async with self.database.transaction() as db:
            await moderation.decide(db, self.event, post.id, post.version, verdict, self.kim, self.clock())

    async def voted(self, post: Post, *voters: str, on: bool = True) -> None:
        async with self.database.transaction() as db:
            for voter in voters:
                await votes.vote(db, self.event, post.id, voter, on, self.clock())

    async def act(self, verb: str, post: Post, by: Account | None = None, **more: Any) -> None:
        async with self.database.transaction() as db:
            await getattr(answering, verb)(db, self.event, post.id, by or self.kim, self.clock(), **more)

    async def board(self, talk: Session | None = None, audience: Audience = Audience.PUBLIC) -> Board:
        async with self.database.reading() as db:
            return await board.read(db, self.event, audience, self.clock(), talk)

    async def post(self, post: Post) -> Post:
        async with self.database.reading() as db:
            return (await db.scalars(select(Post).where(Post.id == post.id).options(joinedload(Post.author)))).one()

    async def head(self) -> tuple[int, list[int]]:
        """The log's number, and what its entries are about."""
        async with self.database.reading() as db:
            event = await db.get_one(Event, self.event.id)
            of = select(Entry.subject_id).where(Entry.event_id == self.event.id).order_by(Entry.seq)
            return event.seq, list(await db.scalars(of))

    async def room(self, name: str) -> Room:
        async with self.database.transaction() as db:
            room = Room(event_id=self.event.id, name=name)
            db.add(room)
            await db.flush()
            return room

    async def talk(
        self, title: str, starts: int = -30, ends: int = 30, room: Room | None = None, **more: Any
    ) -> Session:
        """Minutes from now."""
        async with self.database.transaction() as db:
            talk = Session(
                event_id=self.event.id, guid=title, number=None, title=title, room_id=room.id if room else None,
                starts_at=NOW + timedelta(minutes=starts), ends_at=NOW + timedelta(minutes=ends), **more,
            )  # fmt: skip
            db.add(talk)
            await db.flush()
            return talk


def ids(views: Sequence[dict[str, Any]]) -> list[int]:
    return [one["id"] for one in views]


@pytest.fixture
async def hall(database: Database, clock: Clock) -> Hall:
    async with database.transaction() as db:
        event, kim = await make_event(db), await make_account(db, "Kim")
        await make_source(db, event, UP)
    return Hall(database, event, kim, clock)
