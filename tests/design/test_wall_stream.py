"""A wall in a stream, in a real browser: clear all around, one voice at a time, whole, and nothing over it ever."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.async_api import Page

from tests.design.browser import chromium, frame, opened, say, snapshot
from tests.design.drawing import served
from tests.design.making import EVENT, plain
from tests.design.measuring import SIZES, faults
from tests.design.posts import CASES, POSTS
from tests.design.shown import LONG, shown_pages
from tests.design.walls import wall_page
from tests.design.watching import later, quick, wall

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
async def test_in_a_stream_everything_is_clear_but_one_panel_in_the_safe_area(size: tuple[int, int]) -> None:
    width, height = size
    async with served(shown_pages()) as address, chromium() as browser:
        page, wrong = await wall(browser, f"{address}/wall/overlay/dark", POSTS[-3:], size, reduced_motion="reduce")
        await page.wait_for_selector(".panel")
        shot = Image.open(io.BytesIO(await page.screenshot(omit_background=True))).convert("RGBA").getchannel("A")
        left, top, right, bottom = shot.getbbox() or (0, 0, width, height)
        assert left >= width * 0.05 - 1 and right <= width * 0.95 + 1 and bottom <= height * 0.95 + 1
        assert top >= height * (2 / 3 if width > height else 1 / 2)
        levels = shot.histogram()
        assert levels[255] > 100_000
        assert sum(levels[1:255]) < 0.02 * levels[255]  # half of a colour is what a keyer leaves a fringe of
        assert not wrong


@pytest.mark.parametrize("size", SIZES)
async def test_whatever_is_said_its_words_stand_whole_in_the_lower_third(size: tuple[int, int]) -> None:
    long = plain(730, "12:00", LONG, " ".join(f"Wort{n}" for n in range(300)))
    async with served(shown_pages()) as address, chromium() as browser:
        page, wrong = await wall(browser, f"{address}/wall/overlay/light", [], size, reduced_motion="reduce")
        for n, (case, post) in enumerate({**CASES, "long": long}.items()):
            await say(page, {**snapshot([post], EVENT), "seq": n + 2})
            await page.wait_for_selector(f".panel [data-id='{post['id']}']")
            assert await faults(page) == [], case
        assert "more on the strand" in await page.inner_text(".panel")
        assert not wrong


async def test_nothing_ever_covers_a_stream_not_before_the_first_word_nor_when_frozen_or_blank() -> None:
    async with served(shown_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, f"{address}/wall/overlay/dark", viewport={"width": 1920, "height": 1080})
        assert await _painted(page) == 0
        await say(page, snapshot(POSTS[-3:], EVENT))
        await page.wait_for_selector(".panel")
        await page.wait_for_timeout(1_000)
        assert await _painted(page) > 100_000
        for n, state in enumerate(({"frozen": True}, {"blank": True}, {"frozen": True, "blank": True})):
            await say(page, frame(2 + n, {"type": "event", "event": {**EVENT, **state}}))
            assert await _painted(page) == 0


async def _painted(page: Page) -> int:
    shot = Image.open(io.BytesIO(await page.screenshot(omit_background=True))).convert("RGBA").getchannel("A")
    return sum(shot.histogram()[1:])


async def test_a_stream_shows_one_voice_at_a_time_the_newest_first_and_the_spotlight_before_all() -> None:
    async with served(shown_pages()) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/wall/overlay/dark", POSTS[-4:], reduced_motion="reduce")
        await page.wait_for_selector(".panel")
        await quick(page)
        seen = []
        for _ in range(4):
            assert await page.locator(".panel").count() == 1
            seen.append(int(await page.get_attribute(".panel article", "data-id") or 0))
            await later(page, 25)
        assert seen == [post["id"] for post in reversed(POSTS[-4:])]
        spotlit = {**EVENT, "spotlight": POSTS[-2]["id"], "pins": []}
        await say(page, frame(2, {"type": "event", "event": spotlit}))
        assert await page.get_attribute(".panel article", "data-id") == str(POSTS[-2]["id"])
        await later(page, 60, 2)
        assert await page.get_attribute(".panel article", "data-id") == str(POSTS[-2]["id"])
        await say(page, frame(3, {"type": "drop", "id": POSTS[-2]["id"]}))
        assert await page.locator(f".panel [data-id='{POSTS[-2]['id']}']").count() == 0


async def test_what_the_desk_says_has_its_place_in_a_stream() -> None:
    says = {"kind": "announcement", "words": "Lunch is on the quay until two.", "until": None}
    async with served({"/x": wall_page(mode="overlay", says=says)}) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/x", POSTS)
        await page.wait_for_selector(".panel")
        assert "Lunch is on the quay" in await page.inner_text(".panel") and await faults(page) == []
