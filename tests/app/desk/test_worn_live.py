"""On a wall and a strand that are open, the tag, the logo and the colours change without a reload."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.app.desk.conftest import Desk
from tests.app.desk.test_look import a_logo
from tests.design.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
PAGE = "/desk/harbour/settings"
LINE = "getComputedStyle(document.querySelector('{}')).{}"


async def colour(page: Page, selector: str, of: str) -> str:
    return str(await page.evaluate(LINE.format(selector, of)))


async def test_an_open_wall_and_an_open_strand_wear_what_the_event_says_now(desk: Desk) -> None:
    async with chromium() as browser, desk.organiser() as kim:
        wrong: list[str] = []
        wall, strand = [await (await browser.new_context(color_scheme="light")).new_page() for _ in range(2)]
        for page, path in ((wall, "/harbour/wall?theme=light"), (strand, "/harbour")):
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
            await page.goto(desk.running.base + path)
        await expect(wall.locator("#stage")).to_be_visible()
        await expect(strand.locator("#pulse-state")).to_have_text("Live")
        assert await colour(wall, ".thread", "fill") == "rgb(14, 84, 104)"

        await kim.post(PAGE + "/hashtags", data={"tags": "#TheQuayAndTheTalks"})
        await kim.post(PAGE + "/colours", data={"colour": "#7a1f4b"})
        await kim.post(PAGE + "/logo", files={"logo": ("logo.png", a_logo())})
        for page in (wall, strand):
            for tag in await page.locator("[data-shows=tag]").all():
                await expect(tag).to_have_text("#TheQuayAndTheTalks", timeout=5_000)
            await expect(page.locator("#theme")).to_have_attribute(
                "href", "/harbour/theme.css?v=7a1f4b-", timeout=5_000
            )
        await expect(wall.locator(".event .logo")).to_be_visible(timeout=5_000)
        await wall.wait_for_function(f"() => {LINE.format('.thread', 'fill')} === 'rgb(122, 31, 75)'")
        await strand.wait_for_function(
            f"() => {LINE.format('.tosay .button:not([hidden])', 'backgroundColor')} === 'rgb(122, 31, 75)'"
        )
        assert await wall.locator("h1.tagline").get_attribute("data-length") == "longer"

        await kim.post(PAGE + "/colours", data={"colour": ""})
        await kim.post(PAGE + "/logo", data={"down": "yes"})
        await expect(wall.locator(".event .logo")).to_be_hidden(timeout=5_000)
        await wall.wait_for_function(f"() => {LINE.format('.thread', 'fill')} === 'rgb(14, 84, 104)'")
        assert wrong == []
