"""What a person sees and does in a real Chromium: at the desk, before the wall, on the strand, with the form."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.async_api import Browser, ConsoleMessage, Page

from tests.design.browser import chromium
from tests.display.phone import proof
from tests.e2e.house import House

PASSWORD = "a short sentence is good"
OURS = {"sec-fetch-site": "same-origin"}  # as the browser says of our own pages


TAKEN_BACK = re.compile(r"/desk/[^/]+/posts/\d+\.json$")
ROOM = 3  # seconds on top of what is promised: several pages are drawn by two cores, and others work on them


async def until(so: Callable[[], Awaitable[bool]], what: str, seconds: float = 10) -> float:
    """Look again and again until it is so; gives how long that took, to be printed beside what is promised."""
    began = time.monotonic()
    while not await so():
        assert time.monotonic() - began < seconds + ROOM, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


@dataclass(slots=True)
class Room:
    """One browser with its pages; `wrong` is everything that went wrong in any of them."""

    browser: Browser
    house: House
    slug: str
    wrong: list[str] = field(default_factory=list)

    async def page(self, path: str) -> Page:
        """A new page of somebody who was never here."""
        page = await (await self.browser.new_context(locale="en-GB")).new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        # Not the method itself: Playwright marks what it is given, and a thing with slots takes no mark.
        page.on("console", lambda said: self._hear(said))  # noqa: PLW0108
        await page.goto(self.house.base + path)
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        """What a desk asks of a post that was taken back in the same moment is answered with 404, and rightly."""
        place = said.location.get("url", "")
        if said.type == "error" and not ("404" in said.text and TAKEN_BACK.search(place)):
            self.wrong.append(f"{said.text} {place}")

    async def moderator(self, name: str, queue: str = "") -> Page:
        """Somebody who takes an invitation in the browser and sits down at the desk."""
        link = await asyncio.to_thread(self.house.invite, self.slug)
        page = await self.page(link)
        await page.get_by_label("Your name here").fill(name)
        await page.get_by_label("A password").fill(PASSWORD)
        await page.get_by_role("button", name="Come in").click()
        await page.wait_for_url("**/desk")
        await page.goto(f"{self.house.base}/desk/{self.slug}{queue}")
        await until(lambda: _says(page, "#state", "Live"), "the desk is live")
        return page

    async def wall(self) -> Page:
        page = await self.page(f"/{self.slug}/wall")
        await until(lambda: page.locator("#stage").is_visible(), "the wall has heard the server")
        return page

    async def strand(self) -> Page:
        page = await self.page(f"/{self.slug}")
        await until(lambda: _says(page, "#pulse-state", "Live"), "the strand is live")
        return page

    async def write(self, words: str, name: str = "Grete") -> None:
        """Say something by the form, without a browser."""
        async with httpx.AsyncClient(base_url=self.house.base, headers=OURS) as web:
            nonce = re.findall(r'name="nonce" value="([^"]+)"', (await web.get(f"/{self.slug}/say")).text)
            form = {"text": words, "name": name, "consent": "yes", "nonce": nonce[0], "proof": proof(nonce[0])}
            answer = await web.post(f"/{self.slug}/say", data=form)
            assert answer.status_code == 303, answer.text

    async def feed(self) -> str:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{self.house.base}/{self.slug}/feed.atom")).text


@asynccontextmanager
async def room(house: House, slug: str) -> AsyncIterator[Room]:
    async with chromium() as browser:
        opened = Room(browser, house, slug)
        yield opened
        assert not opened.wrong


async def waiting_at(desk: Page, words: str) -> bool:
    """Whether these words are in the queue that is open at the desk."""
    return await desk.locator("#line .item", has_text=words).count() > 0


async def shown_on(page: Page, words: str) -> bool:
    """Whether a reader of the wall or the strand can see these words."""
    found = page.locator("#voices, ol#strand").get_by_text(words).first
    return await found.count() > 0 and await found.is_visible()


async def says(page: Page, words: str) -> bool:
    """Whether the words are anywhere in the page at all, seen or not."""
    return words in await page.evaluate("document.documentElement.textContent")


async def choose(desk: Page, words: str) -> None:
    """Go to a post with the keyboard."""
    for _ in range(100):
        if await desk.locator("#line .item[aria-current=true]", has_text=words).count():
            return
        await desk.keyboard.press("j")
    raise AssertionError(f"not in the queue: {words}")


async def decide(desk: Page, key: str, words: str) -> float:
    """Decide by keyboard. Gives the moment the key went down."""
    await choose(desk, words)
    pressed = time.monotonic()
    await desk.keyboard.press(key)
    return pressed


async def _says(page: Page, selector: str, words: str) -> bool:
    found: Any = await page.locator(selector).text_content()
    return words in (found or "")
