"""The whole rehearsal at speed: two invented days through real readers, one store, real pages, against its truth."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright
from sqlalchemy import select

from app.domain import events, rehearsals, snapshot
from app.domain.audience import Audience, may_see
from app.domain.posts import rechecks
from app.main import utc_now
from app.models import Event, EventState, Policy, Post, Verdict
from app.work import work
from ingest.bluesky.reader import Reader as BlueskyReader
from ingest.mastodon.pace import Pace
from ingest.mastodon.reader import Reader as MastodonReader
from ingest.rehearsal.script import conference
from ingest.types import Network
from tests.server import Running, serving

SPEED = 2_500.0
# Sweeps once a second: at this speed an hour of the conference is one and a half seconds.
# So is what "within a quarter of an hour" promises of an edit that no stream told.
AGAIN = timedelta(seconds=6)
READERS: Any = {
    Network.MASTODON: functools.partial(MastodonReader, pace=Pace(poll=1, sweep=1, requests=100_000)),
    Network.BLUESKY: BlueskyReader,
}
LOG = """
window.shown = new Set();
new MutationObserver(() => {
  for (const post of document.querySelectorAll("[data-id]")) window.shown.add(Number(post.dataset.id));
}).observe(document, { subtree: true, childList: true, attributes: true });
"""

SCRIPT = conference()
TRUTH = SCRIPT.truth
NEVER = {row["id"] for row in TRUTH["never_shown"] if row["policies"].startswith("every policy")}
FOR_A_PERSON_TO_SEE = "p217"  # nothing in it can be recognised by a rule
COPIES = {pair["copy"] for pair in TRUTH["bridge_pairs"]}
UNTAGGED_BY_EDIT = {row if isinstance(row, str) else row["id"] for row in TRUTH["edit_removes_tag"]}
GONE = {row["id"] for row in TRUTH["finally_deleted"]}
SECOND_SAYINGS = {pair["crosspost"] for pair in TRUTH["crosspost_pairs"]}
EXPECTED = set(SCRIPT.posts) - GONE - COPIES - NEVER - UNTAGGED_BY_EDIT - SECOND_SAYINGS


@contextlib.asynccontextmanager
async def rehearsing(sqlite_file: Path, tmp_path: Path, policy: Policy) -> AsyncIterator[tuple[Running, Event]]:
    url = f"sqlite+aiosqlite:///{sqlite_file}"
    with pytest.MonkeyPatch.context() as hurried:
        hurried.setattr(rechecks, "LIVE", AGAIN)
        async with _playing(url, tmp_path, policy) as (running, event):
            yield running, event


@contextlib.asynccontextmanager
async def _playing(url: str, tmp_path: Path, policy: Policy) -> AsyncIterator[tuple[Running, Event]]:
    async with serving(url, tmp_path, utc_now) as running:  # type: ignore[arg-type]
        async with running.database.transaction() as db:
            script = SCRIPT.event["event"]
            event = await events.create_event(
                db, "harbour-talks", script["title"], script["tags"], utc_now(), EventState.DRAFT, policy, languages=[],
                time_zone=script["time_zone"],
            )  # fmt: skip
            await rehearsals.begin(db, event, script["tag"], SPEED, True, utc_now())
        settings = running.app.state.strand.settings
        working = asyncio.create_task(work(running.database, settings, utc_now, READERS))
        try:
            yield running, event
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


@contextlib.asynccontextmanager
async def watching(base: str) -> AsyncIterator[list[Page]]:
    """A wall and a strand page that note every post they ever show."""
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        pages = []
        for path, width in (("/harbour-talks/wall", 1920), ("/harbour-talks", 1440)):
            page = await browser.new_page(viewport={"width": width, "height": 1080})
            await page.add_init_script(LOG)
            await page.goto(base + path)
            pages.append(page)
        yield pages
        await browser.close()


async def settled(running: Running, event: Event, within: float) -> None:
    """Wait until the script is over and nothing has changed for a while."""
    loop, seen, since = asyncio.get_running_loop(), -1, 0.0
    deadline = loop.time() + within
    while loop.time() < deadline:
        async with running.database.reading() as db:
            head = await db.scalar(select(Event.seq).where(Event.id == event.id))
        if head != seen:
            seen, since = head or 0, loop.time()
        if loop.time() - since > 12 and seen > 500:
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"the rehearsal was not over after {within} s, at entry {seen}")


async def on_the_strand(running: Running, event: Event) -> set[str | None]:
    """Script ids of what the public sees, read like a page reads it."""
    async with running.database.reading() as db:
        posts = (await db.scalars(snapshot.drawn(event.id, Audience.PUBLIC))).unique().all()
    return {SCRIPT.script_id(p.uri) for p in posts if may_see(p, Audience.PUBLIC)}


async def ever_shown(running: Running, pages: list[Page]) -> set[str | None]:
    """Script ids of everything that any watched page has had in its DOM."""
    numbers: set[int] = set()
    for page in pages:
        numbers |= set(await page.evaluate("[...window.shown]"))
    async with running.database.reading() as db:
        uris = (await db.scalars(select(Post.uri).where(Post.id.in_(numbers)))).all()
    return {SCRIPT.script_id(uri) for uri in uris}


@pytest.mark.browser
@pytest.mark.timeout(400)
async def test_under_open_the_strand_equals_the_truth_and_nothing_forbidden_was_ever_shown(
    sqlite_template: Path, tmp_path: Path
) -> None:
    started = datetime.now()
    path = tmp_path / "strand.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    async with rehearsing(path, tmp_path, Policy.OPEN) as (running, event), watching(running.base) as pages:
        await settled(running, event, within=240)
        strand = await on_the_strand(running, event)
        shown = await ever_shown(running, pages)
        wall = await pages[0].evaluate("[...document.querySelectorAll('[data-id]')].map(e => Number(e.dataset.id))")
    took = datetime.now() - started
    print(f"\nrehearsal under open: {len(strand)} posts on the strand, {len(shown)} ever painted, {took}")
    assert sorted(map(str, strand)) == sorted(EXPECTED)
    assert len(strand) == TRUTH["expected_shown"]["policy_open_public_if_crossposts_are_merged"]
    assert len(shown) > 400, "the pages were watched while the rehearsal played"
    assert shown & (NEVER - {FOR_A_PERSON_TO_SEE}) == set()
    assert 1 <= len(wall) <= 12


@pytest.mark.browser
@pytest.mark.timeout(400)
async def test_under_review_nothing_unfit_is_ever_shown_and_every_sixth_post_waits_for_you(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "strand.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    async with rehearsing(path, tmp_path, Policy.REVIEW) as (running, event), watching(running.base) as pages:
        await settled(running, event, within=240)
        strand = await on_the_strand(running, event)
        shown = await ever_shown(running, pages)
        async with running.database.reading() as db:
            queue = select(Post.uri).where(Post.verdict == Verdict.WAITING, Post.gone_at.is_(None))
            waiting = {SCRIPT.script_id(uri) for uri in await db.scalars(queue)}
    decent = EXPECTED - SCRIPT.unfit_ids()
    yours = {post for post in decent if int(post[1:]) % 6 == 0}
    assert sorted(map(str, strand)) == sorted(decent - yours)
    assert yours <= waiting
    assert shown & (NEVER | SCRIPT.unfit_ids()) == set()
    assert len(shown) > 300, "the pages were watched while the rehearsal played"
