"""Fifty posts are read and decided: by keyboard alone, and by one thumb on a phone. Prints seconds per post.

It measures what the desk and the house need; whoever reads needs more.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from sqlalchemy import select

from app.domain import intake
from app.models import Event, Post
from app.models.account import Role
from ingest.types import Batch
from tests.conftest import NOW
from tests.design.browser import chromium
from tests.e2e.pages import until
from tests.factories import a_post, an_author, make_event, make_source
from tests.server import Running, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

POSTS = 50
UP = "mastodon:https://kueste.example"
SAID = ("The ferry is late.", "Wer bringt Tee mit auf die Mole?", "Free coins for everybody!", "Gibt es die Folien?")
WANTED = ("approve", "hold", "hide", "later")  # of every four posts, one each


@pytest.fixture
async def house(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[tuple[Running, Event]]:
    store = tmp_path / "strand.sqlite"
    store.write_bytes(sqlite_template.read_bytes())
    async with serving(f"sqlite+aiosqlite:///{store}", tmp_path) as running:
        async with running.database.transaction() as db:
            event = await make_event(db, "harbour")
            await make_source(db, event, UP)
        posts = [
            a_post(
                f"{SAID[n % 4]} Number {n}. #HarbourTalks", an_author(f"Person{n} Sea"), f"k{n}",
                NOW - timedelta(minutes=POSTS - n),
            )
            for n in range(POSTS)
        ]  # fmt: skip
        async with running.database.transaction() as db:
            await intake.receive(db, Batch(UP, tuple(posts)), NOW)
        yield running, event


@asynccontextmanager
async def desk(running: Running, event: Event, **options: Any) -> AsyncIterator[Page]:
    async with chromium() as browser:
        context = await browser.new_context(**options)
        await context.add_cookies([await running.browser_cookie(Role.MODERATOR, event)])  # type: ignore[list-item]
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await page.goto(f"{running.base}/desk/{event.slug}")
        await page.wait_for_selector("#state[data-state=live]")
        yield page
        assert not wrong


async def triage(page: Page, act: Callable[[str], Awaitable[None]]) -> float:
    """Reads what is in hand and decides; seconds per post."""
    began = time.monotonic()
    for _ in range(POSTS):
        said = await page.inner_text(".item[aria-current=true]:not([data-sending]) .words")
        number = int(said.split("Number ")[1].split(".")[0])
        await act(WANTED[number % 4])
    await until(lambda: page.locator("#nothing").is_visible(), "nothing waits any more")
    return (time.monotonic() - began) / POSTS


async def decided(running: Running, event: Event) -> Counter[tuple[int, str]]:
    async with running.database.reading() as db:
        rows = await db.execute(select(Post.text, Post.verdict).where(Post.event_id == event.id).order_by(Post.id))
        return Counter((int(text.split("Number ")[1].split(".")[0]) % 4, verdict.value) for text, verdict in rows)


RIGHT = {(0, "approve"): 13, (1, "hold"): 13, (2, "hide"): 12, (3, "later"): 12}


def told(how: str, seconds: float) -> None:
    print(f"\n{POSTS} posts {how}: {seconds:.3f} s per post (load {os.getloadavg()[0]:.1f})")


async def test_fifty_posts_are_triaged_by_keyboard_alone(house: tuple[Running, Event]) -> None:
    running, event = house
    keys = {"approve": "a", "hold": "h", "hide": "x", "later": "l"}
    async with desk(running, event) as page:
        seconds = await triage(page, lambda verdict: page.keyboard.press(keys[verdict]))
    told("by keyboard", seconds)
    assert await decided(running, event) == RIGHT
    assert seconds < 2


async def test_fifty_posts_are_triaged_by_one_thumb_on_a_phone(house: tuple[Running, Event]) -> None:
    running, event = house
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

    async def tap(verdict: str) -> None:
        if verdict == "hold":
            await page.tap("#thumb [data-act=more]")
            await page.tap("#more [data-act=hold]")
        else:
            await page.tap(f"#thumb [data-act={verdict}]")

    async with desk(running, event, **phone) as page:
        for button in await page.locator("#thumb button:visible").all():
            box = await button.bounding_box()
            assert box is not None and box["height"] >= 44 and box["y"] > 600, "within reach of a thumb"
        seconds = await triage(page, tap)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    told("by thumb", seconds)
    assert await decided(running, event) == RIGHT
    assert seconds < 4
