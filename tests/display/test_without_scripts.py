"""A real browser with scripts switched off: the strand is read, turned, narrowed, searched, and acted on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from app.models import Event
from tests.design.browser import chromium
from tests.display.strand_house import say, words
from tests.factories import an_author
from tests.server import Running

pytestmark = pytest.mark.browser

OPEN = an_author("Inka Peters", indexable=True)


@asynccontextmanager
async def plain(served: Running, path: str = "/harbour") -> AsyncIterator[Page]:
    async with chromium() as browser:
        context = await browser.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="en"
        )
        page = await context.new_page()
        await page.goto(served.base + path)
        yield page


async def first(page: Page) -> str:
    return await page.locator("article .words").first.inner_text()


async def test_reading_turning_and_going_to_a_time(served: Running, harbour: Event) -> None:
    await say(served, *(words(f"n{n:03}", minutes=120 - n, author=OPEN) for n in range(120)))
    async with plain(served) as page:
        assert (await first(page)).startswith("n070")
        assert await page.locator("#pulse").is_hidden() and await page.locator("#arrived").is_hidden()
        await page.click("text=Earlier posts")
        assert (await first(page)).startswith("n020")
        await page.click("text=To the newest >> nth=0")
        await page.click("text=Newest first")
        assert (await first(page)).startswith("n119")
        await page.click("text=Go to a time")
        await page.fill("#day", "2027-06-11")
        await page.select_option("#hour", "9")
        await page.click("text=Go there >> nth=0")
        assert (await first(page)).startswith("n059") and "order=newest" in page.url  # until ten, the event's time


async def test_narrowing_searching_and_taking_away_again(served: Running, harbour: Event) -> None:
    await say(
        served, words("Where is the ferry?", question=True, lang="en", author=OPEN),
        words("Am Kai", lang="de", author=OPEN),
        words("The ferry is late", minutes=2, lang="en", author=an_author("Bo", indexable=False)),
    )  # fmt: skip
    async with plain(served) as page:
        await page.click("nav[aria-label=Show] >> text=Questions")
        await expect(page.locator("article")).to_have_count(1)
        await page.fill("#q", "ferry")
        await page.click("text=Find")
        await expect(page.locator("article")).to_have_count(1)
        assert "questions=yes" in page.url
        await expect(page.locator("text=do not want to be searched")).to_be_visible()
        await page.click(".chips >> text=Questions")
        await page.wait_for_url(lambda url: "questions" not in url)
        await expect(page.locator("article")).to_have_count(1)
        await page.click("text=Show everything")
        await expect(page.locator("article")).to_have_count(3)
        await page.click("text=Filter")
        await page.select_option("#language", "de")
        await page.click("details[open] >> text=Show")
        assert (await first(page)).startswith("Am Kai")


async def test_a_post_s_page_and_the_way_to_one_s_own_server(served: Running, harbour: Event) -> None:
    root = words("root", minutes=3, author=OPEN)
    await say(served, root, words("answer", reply_to_uri=root.uri, author=OPEN))
    async with plain(served) as page:
        await page.click("article .when >> nth=0")
        await expect(page.locator(".replies article")).to_have_count(1)
        await page.click(".this > .post >> text=More")
        await page.fill("#server", "@kim@social.example")
        await page.click("text=This is my server")
        href = await page.get_attribute("#at-server a", "href") or ""
        assert href.startswith("https://social.example/authorize_interaction?uri=https%3A%2F%2Fkueste.example")
        assert page.url.startswith(served.base)
