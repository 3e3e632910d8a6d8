"""The wall by itself, in a real Chromium: dark where Esc is held at it, its holding card when it hears nothing more.

Its clock is the test's: nobody waits for half a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Page

from app.domain import moderation, screens
from tests.design.browser import chromium
from tests.display.live.world import World
from tests.proxy import Proxy, proxied
from tests.server import Running

pytestmark = pytest.mark.browser


@pytest.fixture
async def line(running: Running) -> AsyncIterator[Proxy]:
    async with proxied("127.0.0.1", running.port) as proxy:
        yield proxy


@pytest.fixture
async def wall(line: Proxy, served: World) -> AsyncIterator[Page]:
    """Open on a post, with a clock of our own."""
    await served.say()
    async with chromium() as browser:
        page = await (await browser.new_context(viewport={"width": 1920, "height": 1080})).new_page()
        await page.clock.install()
        await page.goto(f"{line.base}/{served.event.slug}/wall?screen=hall")
        await page.locator("strand-post, #voices li").first.wait_for(state="visible")
        yield page


async def eventually(holds: Callable[[], Awaitable[bool]], within: float = 15) -> None:
    async with asyncio.timeout(within):
        while not await holds():
            await asyncio.sleep(0.05)


async def hold_esc(page: Page, milliseconds: int) -> None:
    await page.keyboard.down("Escape")
    await page.keyboard.down("Escape")  # it repeats
    await page.clock.run_for(milliseconds)
    await page.keyboard.up("Escape")


async def test_esc_held_for_a_second_makes_a_screen_dark_with_no_network_and_brings_it_back(
    wall: Page, line: Proxy
) -> None:
    dark = wall.locator("#dark")
    line.refusing = True
    line.cut()
    await hold_esc(wall, 900)
    assert not await dark.is_visible()
    await wall.clock.run_for(2_000)
    assert not await dark.is_visible(), "a short press is none, also later"
    await hold_esc(wall, 1_050)
    assert await dark.is_visible()
    box = await dark.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1920, 1080)
    assert "Hold Esc" in await dark.inner_text()
    assert await dark.evaluate("over => document.elementFromPoint(900, 300) === over")
    await hold_esc(wall, 1_050)
    assert not await dark.is_visible()


async def test_darkness_at_the_screen_outlasts_a_reload_and_the_desk(
    wall: Page, running: Running, served: World
) -> None:
    await hold_esc(wall, 1_050)
    await wall.reload()
    dark = wall.locator("#dark")
    await dark.wait_for(state="visible")
    for blank in (True, False):
        async with running.database.transaction() as db:
            await moderation.blank(db, served.event, blank, running.clock())
        await asyncio.sleep(0.2)
        assert await dark.is_visible()


async def test_the_desk_makes_a_screen_dark_without_a_word_on_it_and_hears_that_it_is(
    wall: Page, running: Running, served: World
) -> None:
    async with running.database.transaction() as db:
        await moderation.blank(db, served.event, True, running.clock())
    dark = wall.locator("#dark")
    await eventually(dark.is_visible)
    assert (await dark.inner_text()).strip() == ""

    async def known() -> bool:
        await wall.clock.run_for(300)
        async with running.database.reading() as db:
            return [s.acknowledged for s in await screens.states(db, served.event, running.clock())] == [True]

    await eventually(known)
    async with running.database.transaction() as db:
        await moderation.blank(db, served.event, False, running.clock())
    await eventually(lambda: hidden(wall, "#dark"))


async def hidden(page: Page, selector: str) -> bool:
    return not await page.locator(selector).is_visible()


async def test_a_screen_that_loses_us_rests_by_its_own_clock(wall: Page, line: Proxy) -> None:
    assert await hidden(wall, "#holding")
    line.refusing = True
    line.cut()
    await wall.clock.run_for(13_000)
    assert "No word from the server" in await wall.inner_text("#badge")
    assert await hidden(wall, "#holding")
    await wall.clock.run_for(18_000)
    assert not await hidden(wall, "#holding")
    assert await hidden(wall, "#stage")
