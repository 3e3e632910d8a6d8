"""A little of the rehearsal on a wall in a real Chromium: what was legible is showings in the database, and is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from sqlalchemy import select

from app.domain import intake, screens
from app.domain.events import create_event
from app.domain.numbers.airtime import LEAST
from app.main import utc_now
from app.models import Event, Policy, Post, Showing
from ingest.rehearsal.lines import Line
from ingest.rehearsal.script import conference
from ingest.types import Batch, IncomingPost
from tests.design.browser import chromium
from tests.e2e.pages import until
from tests.factories import a_post, an_author, make_account, make_source
from tests.server import Running, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

UP = "mastodon:https://kueste.example"
PEOPLE = 9  # more than a screen has room for, so that they take turns
SLACK = 1.5  # seconds: a wall looks once a second at what is legible, and motion takes a while


@pytest.fixture
async def served(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Running]:
    store = tmp_path / "strand.sqlite"
    store.write_bytes(sqlite_template.read_bytes())
    async with serving(f"sqlite+aiosqlite:///{store}", tmp_path, utc_now) as running:  # type: ignore[arg-type]
        yield running


def first_words() -> Iterator[Line]:
    """The first that each of them says on the rehearsal's first morning."""
    spoke: set[str] = set()
    for line in conference().acts():
        if line.act == "post" and line.author not in spoke and line.matches:
            spoke.add(line.author)
            yield line


async def event_with_a_screen(served: Running) -> Event:
    async with served.database.transaction() as db:
        event = await create_event(
            db, "harbour", "Harbour Talks", ["HarbourTalks"], utc_now(), policy=Policy.OPEN, time_zone="Europe/Berlin"
        )
        await make_source(db, event, UP)
        await screens.make(db, event, "Hall", "public", await make_account(db), utc_now())
        return event


async def say(served: Running, lines: Sequence[Line]) -> None:
    people = conference().people
    posts = [
        a_post(line.text, an_author(f"{line.author} {people[line.author].display_name}"), posted_at=utc_now(),
               tags=("harbourtalks",), lang=line.lang)
        for line in lines
    ]  # fmt: skip
    await receive(served, posts)


async def receive(served: Running, posts: Sequence[IncomingPost]) -> None:
    async with served.database.transaction() as db:
        await intake.receive(db, Batch(UP, tuple(posts)), utc_now())


async def seconds(served: Running) -> Counter[int]:
    """How long each post was on a screen, as far as the wall has said it."""
    async with served.database.reading() as db:
        rows = await db.execute(select(Showing.post_id, Showing.began_at, Showing.ended_at))
        time: Counter[int] = Counter()
        for post_id, began, ended in rows:
            time[post_id] += (ended - began).total_seconds()  # type: ignore[assignment]
        return time


async def in_order(page: Page) -> bool:
    """Whether what is on the wall stands there as it was said, the newest at the end."""
    found: list[Any] = await page.evaluate(
        "[...document.querySelectorAll('.slot')].sort((a, b) => b.dataset.far - a.dataset.far)"
        ".map(slot => Number(slot.querySelector('[data-id]').dataset.id))"
    )
    return found == sorted(found)


async def test_airtime_of_a_real_wall_stands_in_the_database_as_showings_of_every_first_post(served: Running) -> None:
    await event_with_a_screen(served)
    lines = [line for line, _ in zip(first_words(), range(PEOPLE), strict=False)]
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        began = utc_now()
        await page.goto(f"{served.base}/harbour/wall?screen=Hall")
        await until(lambda: page.locator("#stage").is_visible(), "the wall has heard the server")
        await say(served, lines[:4])
        await say(served, lines[4:])
        orders: list[bool] = []

        async def all_read() -> bool:
            orders.append(await in_order(page))
            time = await seconds(served)
            return len(time) == PEOPLE and all(lasted >= LEAST - SLACK for lasted in time.values())

        await until(all_read, "everybody was on the screen for eight seconds", 120)
        lived = (utc_now() - began).total_seconds()
        time = await seconds(served)
    async with served.database.reading() as db:
        posts = set(await db.scalars(select(Post.id)))
        pieces = (await db.scalars(select(Showing))).all()
    print(f"\n{len(pieces)} showings of {PEOPLE} first posts after {lived:.0f} s, {min(time.values()):.0f} to "
          f"{max(time.values()):.0f} s each")  # fmt: skip
    assert all(orders) and set(time) == posts
    assert max(time.values()) <= lived, "nobody was longer on the screen than there was a screen"
    assert all(piece.ended_at > piece.began_at >= began for piece in pieces)
    async with served.visitor() as web:
        numbers = (await web.get("/harbour/numbers")).text
    assert "Equal voices" in numbers and "<bdi>Hall</bdi>" in numbers
