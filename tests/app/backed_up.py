"""Houses to back up and to restore into: stores of either kind, one furnished with a row in every table."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.backup import reading, restoring, taking
from app.backup.restoring import Restored, Wishes
from app.backup.taking import Taken
from app.database import Database
from app.domain import accounts, audit, intake, moderation
from app.domain.control import removals
from app.domain.events import create_event
from app.domain.posts import saying
from app.domain.posts.saying import Words
from app.models import (
    Account,
    Attachment,
    Attendance,
    Base,
    Card,
    Claim,
    Connection,
    Event,
    Listed,
    Media,
    Membership,
    Note,
    OAuthApp,
    Outgoing,
    Pairing,
    Person,
    Policy,
    Post,
    Refusal,
    Report,
    Room,
    ScheduleFeed,
    Screen,
    Session,
    Showing,
    Source,
    Sponsor,
    Tally,
    Tombstone,
    Verdict,
    Vote,
)
from app.models.account import Role
from app.models.listed import Kind, Side
from app.settings import Settings
from app.shelf import Shelf
from ingest.types import Network
from tests.conftest import NOW, _execute, postgres_url
from tests.factories import a_post, an_author, make_account, make_source

KEY, LATER = "the key of the first house", NOW + timedelta(hours=1)
Rows = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Place:
    """A data folder and the address of its store."""

    folder: Path
    url: str  # SQLAlchemy's
    key: str = KEY

    @property
    def settings(self) -> Settings:
        plain = self.url.replace("sqlite+aiosqlite:", "sqlite:").replace("postgresql+asyncpg:", "postgresql:")
        return Settings(data_dir=self.folder, database_url=plain, secret_key=self.key)

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.folder)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        database = Database(self.url)
        try:
            yield database
        finally:
            await database.close()

    @contextlib.asynccontextmanager
    async def acting(self) -> AsyncIterator[AsyncSession]:
        async with self.opened() as database, database.transaction() as db:
            yield db

    async def backup(self, file: Path, **more: Any) -> Taken:
        async with self.opened() as database:
            return await taking.take(database, self.settings, file, NOW, **more)

    async def restore(self, file: Path, now: Any = LATER, **wishes: Any) -> Restored:
        with reading.opened(file) as backup:
            return await restoring.restore(backup, self.settings, Wishes(**wishes), now)

    async def rows(self) -> Rows:
        """Everything that is there, in order."""
        async with self.opened() as database, database.reading() as db:
            found = {}
            for table in Base.metadata.sorted_tables:
                query = select(table).order_by(*table.primary_key.columns)
                found[table.name] = [dict(row) for row in (await db.execute(query)).mappings()]
            return found

    def files(self) -> dict[str, str]:
        """Every picture's file with what is in it."""
        return {name: hashlib.sha256(self.shelf.get(name) or b"").hexdigest() for name in self.shelf.names()}


@pytest.fixture
def place(
    sqlite_template: Path, postgres_server: str, postgres_template: str, tmp_path: Path
) -> Iterator[Callable[..., Place]]:
    """Makes places. `kind`: sqlite or postgres; `empty`: without a single table."""
    made: list[str] = []

    def make(kind: str = "sqlite", empty: bool = False, key: str = KEY) -> Place:
        name = f"b_{uuid4().hex[:12]}"
        folder = tmp_path / name
        folder.mkdir()
        if kind == "sqlite":
            path = folder / "strand.sqlite"
            if not empty:
                shutil.copy(sqlite_template, path)
            return Place(folder, f"sqlite+aiosqlite:///{path}", key)
        template = "" if empty else f"TEMPLATE {postgres_template}"
        _run(_execute(postgres_server, f"CREATE DATABASE {name} {template}"))
        made.append(name)
        return Place(folder, postgres_url(postgres_server, name), key)

    yield make
    for name in made:
        _run(_execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


def _run(act: Any) -> None:
    """Also where a loop runs already: in a thread with one of its own."""
    import threading

    thread = threading.Thread(target=asyncio.run, args=(act,))
    thread.start()
    thread.join()


def a_picture(at: Place, words: bytes) -> Media:
    """On the shelf in two sizes; not a picture at all, which nobody looks at here."""
    id = hashlib.sha256(words).hexdigest()
    at.shelf.put(f"{id}.webp", words)
    at.shelf.put(f"{id}-400.webp", b"small " + words)
    return Media(id=id, width=800, height=600, size=len(words), widths=[400], colour="#336699", created_at=NOW)


async def say(db: AsyncSession, event: Event, text: str, *, shown: bool = True, **fields: Any) -> Post:
    """A post from a network, through the door, and read by Kim."""
    said = a_post(f"{text} #HarbourTalks", **fields)
    await intake.take(db, event, [said], "mastodon:https://kueste.example", await _authors(db, said), _skips(), NOW)
    post = (await db.scalars(select(Post).where(Post.uri == said.uri, Post.event_id == event.id))).one()
    if shown:
        kim = (await db.scalars(select(Account).where(Account.name == "Kim"))).first() or await make_account(db, "Kim")
        await moderation.decide(db, event, post.id, post.version, Verdict.APPROVE, kim, NOW)
    return post


async def _authors(db: AsyncSession, said: Any) -> Any:
    from app.domain.posts.known import know_authors

    return await know_authors(db, [said])


def _skips() -> Any:
    from collections import Counter

    return Counter()


async def furnish(at: Place) -> None:
    """A row in every table, and words in every script."""
    async with at.acting() as db:
        event = await create_event(db, "harbour", "Harbour Talks", ["HarbourTalks"], NOW)
        other = await create_event(db, "quay", "Der Kai öffnet 🌊", ["HarbourTalks"], NOW, policy=Policy.OPEN)
        kim, event.rules, other.keep_until = await make_account(db, "Kim"), {"caps": 3}, NOW + timedelta(days=90)
        source = await make_source(db, event)
        source.token_sealed, source.cursor = secrets.seal(KEY, "a token"), '{"home":"1"}'
        db.add_all([Membership(account_id=kim.id, event_id=None, role=Role.ORGANISER), a_picture(at, b"a boat")])
        await db.flush()
        first = await say(db, event, "Die Fähre ist spät 🚢 مرحبا 漢字")
        await say(db, event, "And late again", author=an_author("Bo", Network.BLUESKY), reply_to_uri=first.uri)
        await say(db, other, "Elsewhere", shown=False)
        await saying.say(db, event, "a token", "a receipt", "somebody", Words("By the form", consent=True), NOW)
        await _more(at, db, event, kim, source, first)


async def _more(at: Place, db: AsyncSession, event: Event, kim: Account, source: Source, first: Post) -> None:
    person = Person(fingerprint="f" * 64, word="amber-boat", expires_at=NOW, created_at=NOW)
    room = Room(event_id=event.id, name="Pier")
    screen = Screen(
        event_id=event.id, name="left", audience="public", epoch=event.epoch, acknowledged=2, seen_at=NOW, made_at=NOW
    )
    db.add_all([person, room, screen])
    await db.flush()
    boat = hashlib.sha256(b"a boat").hexdigest()
    first.author.person_id = person.id
    db.add_all(
        [
            Attachment(post_id=first.id, position=0, kind="image", media_id=boat, focus_x=0.25, tries=0),
            Attendance(event_id=event.id, desk="d", account_id=kim.id, seen_at=NOW),
            Card(event_id=event.id, code="ABC", room_id=room.id, created_at=NOW),
            Claim(person_id=person.id, address="@a@b.example", network=Network.MASTODON, asked_at=NOW),
            Connection(
                event_id=event.id, network=Network.MASTODON, server="https://kueste.example", connected_at=NOW,
                secret_sealed=secrets.seal(KEY, "a secret"), session_sealed=None,
            ),
            Listed(event_id=event.id, side=Side.BLOCK, kind=Kind.WORD, value="Bäh", key="bah", created_at=NOW),
            Note(event_id=event.id, post_id=first.id, account_id=kim.id, words="Look twice", created_at=NOW),
            OAuthApp(server="https://kueste.example", client_id="c", client_secret_sealed=secrets.seal(KEY, "s"),
                     redirect_uri="r", created_at=NOW),
            Outgoing(kind="mail", key="sent", content={"to": "k"}, created_at=NOW, due_at=NOW, sent_at=NOW),
            Outgoing(kind="mail", key="unsent", content={"to": "k"}, created_at=NOW, due_at=NOW),
            Refusal(event_id=event.id, fingerprint="a" * 64, created_at=NOW),
            Report(event_id=event.id, post_id=first.id, reason="other", browser="b", created_at=NOW),
            ScheduleFeed(event_id=event.id, url="https://talks.example"),
            Pairing(code="ABC234", secret_hash="s" * 64, made_at=NOW, screen_id=screen.id),
            Showing(event_id=event.id, screen_id=screen.id, post_id=first.id, began_at=NOW, ended_at=NOW),
            Sponsor(event_id=event.id, name="The ferry company", media_id=boat, created_at=NOW),
            Vote(event_id=event.id, post_id=first.id, voter="v" * 64, created_at=NOW),
            Session(event_id=event.id, guid="g", title="Tides", room_id=room.id, starts_at=NOW, ends_at=NOW),
            Tally(source_id=source.id, reason="a boost", count=4),
            Tombstone(fingerprint="b" * 64, expires_at=NOW),
        ]
    )  # fmt: skip
    await accounts.invite(db, event, Role.MODERATOR, NOW)
    await accounts.sign_in(db, kim, "a test", NOW)
    await db.execute(insert(Base.metadata.tables["lease"]).values(name="old", owner="x", token=1, expires_at=NOW))
    await audit.note(db, event.id, kim, audit.Line("freeze", detail={"on": True}), NOW)
    await removals.ask(db, event, first.uri, "please", NOW)
