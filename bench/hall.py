"""The house the freeze rows are measured on: `python -m bench.hall FOLDER` prints its port and a sign-in's word."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from app import migrations
from app.database import Database
from app.domain import accounts, events
from app.logs import configure
from app.main import create_app
from app.models import Account, Author, Event, Membership, Post, Verdict
from app.models.account import Role
from app.settings import Settings
from bench.servers import listen
from ingest.types import Network

SLUG = "harbour"
POSTS = 100  # that wait to be shown


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=f"sqlite:///{folder}/strand.sqlite", secret_key="a key")


async def furnish(database: Database) -> str:
    """An event with posts that wait, and somebody who may decide on them. The word of their sign-in."""
    await migrations.upgrade(database)
    now = datetime.now(UTC)
    async with database.transaction() as db:
        event = await events.create_event(db, SLUG, "Harbour", ["Harbour"], now)
        author = Author(uri="https://k.example/u", network=Network.MASTODON, name="Inka", first_seen_at=now)
        kim = Account(name="Kim", created_at=now)
        db.add_all([author, kim])
        await db.flush()
        db.add(Membership(account_id=kim.id, event_id=event.id, role=Role.MODERATOR))
        db.add_all(_post(event, author, number, now) for number in range(POSTS))
        token = await accounts.sign_in(db, kim, "", now)
    await database.close()
    return token


def _post(event: Event, author: Author, number: int, now: datetime) -> Post:
    words = f"The ferry is late, but the talk about salt goes on without slides. {number} #Harbour"
    return Post(
        event_id=event.id, author_id=author.id, uri=f"{author.uri}/{number}", network=Network.MASTODON, posted_at=now,
        received_at=now, version="1", segments=[{"t": "text", "text": words}], text=words, verdict=Verdict.WAITING,
    )  # fmt: skip


def main(folder: Path) -> None:
    configure("warning")
    chosen = settings(folder)
    token = asyncio.run(furnish(Database(chosen.database)))
    listen(create_app(chosen, ingest=False), token)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
