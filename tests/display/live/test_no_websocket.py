"""A network that lets no WebSocket through: the page is live all the same."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.design.browser import chromium
from tests.display.live.world import World
from tests.e2e.pages import until
from tests.server import Running

pytestmark = pytest.mark.browser


async def test_a_page_behind_such_a_proxy_hears_of_new_posts_and_of_hidden_ones(
    running: Running, served: World
) -> None:
    await served.say()
    async with chromium() as browser:
        page = await browser.new_page()
        await page.route_web_socket("**/live*", lambda ws: ws.close(code=1011, reason="no"))
        await page.goto(f"{running.base}/{served.event.slug}")
        await page.wait_for_selector("#pulse[data-state=live]", timeout=15_000)
        await served.say()
        took = await until(lambda: _has(page, "Said 1"), "the new post", 5)
        await served.hide(0)
        gone = await until(lambda: _lacks(page, "Said 0"), "the hidden one's end", 5)
    print(f"\nwithout a WebSocket: a new post after {took:.2f} s, a hidden one gone after {gone:.2f} s")


async def _has(page: Page, words: str) -> bool:
    return words in await page.inner_text("#strand")


async def _lacks(page: Page, words: str) -> bool:
    return not await _has(page, words)
