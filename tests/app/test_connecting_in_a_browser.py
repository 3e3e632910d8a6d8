"""The whole way in a real browser: our form, the other server's page, and back; under our own content policy."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, Route, expect

from app.models.account import Role
from tests.app.test_connections import Desk, desk
from tests.design.browser import chromium

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def press_connect(page: Page, desk: Desk) -> None:
    await page.context.add_cookies([await desk.running.browser_cookie(Role.ORGANISER, desk.event)])  # type: ignore[list-item]
    await page.goto(f"{desk.running.base}/desk/harbour/sources")
    form = page.locator("form:has(#connect-server)")
    await page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    await form.locator("[name=server]").fill(desk.far.base)
    await form.locator("button").last.click()


async def test_the_browser_goes_there_and_comes_back_connected(desk: Desk) -> None:
    async with chromium() as browser:
        page = await browser.new_page()
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await press_connect(page, desk)
        await expect(page).to_have_url(re.compile(r"/desk/harbour/sources\?done=connected$"))
    (connection,) = await desk.connections()
    assert connection.handle == "wall@near.example"
    assert "GET /oauth/authorize" in desk.far.asked
    assert wrong == []


async def test_a_browser_that_does_not_move_on_by_itself_has_a_link(desk: Desk) -> None:
    async def stay(route: Route) -> None:
        answer = await route.fetch(headers={**await route.request.all_headers(), "origin": desk.running.base})
        await route.fulfill(response=answer, headers={k: v for k, v in answer.headers.items() if k != "refresh"})

    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.route("**/connect/mastodon", stay)
        await press_connect(page, desk)
        link = page.get_by_role("link", name="Go on")
        await expect(link).to_be_visible()
        result = await Axe().run(page)
        assert result.violations_count == 0, result.generate_report()
        await link.click()
        await expect(page).to_have_url(re.compile(r"done=connected$"))
