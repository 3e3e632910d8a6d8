"""/screen in a real Chromium that nobody touches: from its address to its wall, and from one code to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from app.domain import screens
from app.domain.screens import pairing
from app.models import Account, Event, EventState
from tests.design.browser import chromium
from tests.factories import make_account
from tests.server import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@asynccontextmanager
async def tv(served: Running, **options: Any) -> AsyncIterator[Page]:
    async with chromium() as browser:
        page = await (await browser.new_context(locale="en-GB", **options)).new_page()
        await page.goto(served.base + "/screen")
        yield page


async def code(page: Page) -> str:
    await expect(page.locator(".letters b")).to_have_count(pairing.LETTERS, timeout=20_000)
    return "".join(await page.locator(".letters b").all_text_contents())


async def typed(served: Running, shown: str) -> None:
    """At the desk of a draft, for a screen that was made just now."""
    async with served.database.transaction() as db:
        event = (await db.scalars(select(Event).where(Event.slug == "harbour"))).one()
        event.state = EventState.DRAFT
        kim: Account = await make_account(db)
        screen = await screens.make(db, event, "Hall, left", "public", kim, served.clock())
        await screens.pair(db, event, shown, screen.id, kim, served.clock())


async def test_a_browser_that_nobody_touches_becomes_a_screen(served: Running, harbour: Event) -> None:
    async with tv(served) as page:
        await typed(served, await code(page))
        await page.wait_for_url("**/harbour/wall?screen=*", timeout=20_000)
        await expect(page.locator("#wall")).to_be_visible(timeout=20_000)
        await page.reload()
        await expect(page.locator("#wall")).to_be_visible(timeout=20_000)


async def test_a_code_that_is_over_gives_way_to_a_new_one(served: Running, harbour: Event) -> None:
    async with tv(served) as page:
        first = await code(page)
        served.clock.forward(pairing.LIVES.total_seconds())
        await expect(page.locator(".letters")).not_to_contain_text(first, timeout=20_000)
        assert await code(page) != first


async def test_without_a_script_two_buttons_lead_to_the_wall(served: Running, harbour: Event) -> None:
    async with tv(served, java_script_enabled=False) as page:
        await page.get_by_role("button", name="Show a code").click()
        await typed(served, await code(page))
        await page.goto(served.base + "/screen")
        await page.get_by_role("button", name="Show the wall").click()
        await page.wait_for_url("**/harbour/wall?screen=*", timeout=20_000)
        assert await page.locator("#wall").count() == 1
