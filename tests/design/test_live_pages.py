"""The wall in a real browser, the test as the server: what is shown, what is gone, what stays still."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.design.browser import chromium, frame, opened, say, snapshot
from tests.design.drawing import served
from tests.design.pages import all_pages
from tests.design.posts import CASES, EVENT, POSTS, plain

pytestmark = pytest.mark.browser

STAGE: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
LAST = POSTS[-1]


def new(id: int, time: str = "13:00", words: str = "Newly said.") -> dict[str, Any]:
    return plain(id, time, "Somebody New", words)


def put(post: dict[str, Any]) -> dict[str, Any]:
    return {"type": "put", "post": post}


async def ids(page: Page, where: str) -> list[int]:
    found: list[int] = await page.eval_on_selector_all(f"{where} article", "all => all.map(a => Number(a.dataset.id))")
    return found


async def test_the_wall_shows_the_six_newest_and_a_hide_has_no_motion() -> None:
    async with served(all_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall/dark", [snapshot(POSTS, EVENT)], **STAGE)
        await page.wait_for_selector(".slot")
        assert await ids(page, ".slot") == [post["id"] for post in POSTS[-6:]]
        await say(page, frame(2, put(new(900))))
        await page.wait_for_selector("#voices [data-id='900']")
        await say(page, frame(3, {"type": "drop", "id": 900}))
        assert await ids(page, ".slot") == [post["id"] for post in POSTS[-6:]]
        assert await page.evaluate("document.getAnimations().length") == 0
        await page.wait_for_timeout(1_500)  # acknowledgements come at most once a second
        assert (await page.evaluate("socket.sent"))[-1] == {"ack": 3}
        assert not wrong


async def test_the_wall_rests_before_the_first_word_and_at_once_when_frozen() -> None:
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/wall/dark", **STAGE)
        assert await page.locator("#holding").is_visible() and not await page.locator("#stage").is_visible()
        await say(page, snapshot(POSTS, EVENT))
        assert await page.locator("#stage").is_visible() and not await page.locator("#holding").is_visible()
        await say(page, frame(2, {"type": "event", "event": {**EVENT, "frozen": True}}))
        assert await page.locator("#holding").is_visible() and not await page.locator("#stage").is_visible()


async def test_the_wall_says_what_is_on_by_the_servers_clock_and_leaves_room_for_the_form() -> None:
    def at(now: str) -> dict[str, Any]:
        return frame(1, {"type": "heartbeat", "now": now})

    async with served(all_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall/dark", [snapshot(POSTS, EVENT)], **STAGE)
        await page.wait_for_selector(".slot")
        assert not await page.locator("#now").is_visible()
        await say(page, at("2026-06-12T08:40:00Z"))
        await page.wait_for_selector("#now [data-kind='now']")
        told = await page.inner_text("#now")
        assert "Now in the" in told and "11:45 What the eelgrass knows" in told
        boxes = [await page.locator(part).bounding_box() for part in ("#now", "#say")]
        assert boxes[0] and boxes[1] and boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
        await say(page, at("2026-06-12T09:30:00Z"))
        assert await page.locator("#now [data-kind='now']").count() == 0
        await say(page, at("2026-06-12T23:00:00Z"))
        assert not await page.locator("#now").is_visible()
        assert not wrong


async def test_what_lies_under_a_cover_is_not_even_in_the_walls_page() -> None:
    covered = CASES["a cover over words and a picture"]
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/wall/dark", [snapshot([covered], EVENT)], **STAGE)
        await page.wait_for_selector(".veil")
        shown = await page.content()
        assert "Fish being gutted" in shown and "before the machine came" not in shown
        assert await page.locator(".slot img, .slot a[href]").count() == 0


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
async def test_leak_marked_pictures_are_neither_in_the_walls_page_nor_fetched_by_it(size: tuple[int, int]) -> None:
    marked = CASES["pictures marked as sensitive"]
    open_ = {**marked, "sensitive": False}
    viewport = {"width": size[0], "height": size[1]}
    async with served(all_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall/dark", [snapshot([], EVENT)], viewport=viewport)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for n, later in enumerate(([], [new(900)], POSTS[-5:])):  # the newest voice, and older ones
            await say(page, {**snapshot([marked, *later], EVENT), "seq": n + 1})
            await page.wait_for_selector(f"#voices [data-id='{marked['id']}'] .veil")
            shown = await page.content()
            assert "before the machine came" in shown and "opened with a knife" not in shown
            told = await page.inner_text(f"#voices [data-id='{marked['id']}'] .veil")
            assert "Pictures marked as sensitive" in told and ("Open it" in told) is (not later)
            assert await page.locator(f"[data-id='{marked['id']}'] :is(img, figure, details)").count() == 0
        await page.wait_for_timeout(300)
        assert not [url for url in asked if "marked" in url] and not wrong
        await say(page, frame(4, put(open_)))  # it would have been seen
        await page.wait_for_selector(f"[data-id='{marked['id']}'] img", state="attached")
        assert await page.locator(".veil").count() == 0


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1024, 768), (3840, 2160)])
async def test_words_on_the_wall_end_whole_inside_the_picture(size: tuple[int, int]) -> None:
    long = " ".join(f"Wort{n}" for n in range(150))
    posts = [*POSTS[-5:], new(901, "14:00", long)]
    async with served(all_pages()) as address, chromium() as browser:
        viewport = {"width": size[0], "height": size[1]}
        page, _ = await opened(browser, address + "/wall/light", [snapshot(posts, EVENT)], viewport=viewport)
        await page.wait_for_selector("[data-far='0'] .more")
        words = await page.inner_text("[data-far='0'] .words p")
        kept, _, more = words.partition(" …")
        assert "more on the strand" in more and set(kept.split()) <= set(long.split())
        beyond = await page.eval_on_selector_all(
            ".slot .telling", "all => all.filter(e => e.getBoundingClientRect().bottom > innerHeight).length"
        )
        assert beyond == 0
