"""Custom emoji on a wall: pictures in the line, words where none comes, not even fetched where they may not stand."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.design.browser import chromium, say, snapshot
from tests.design.drawing import served
from tests.design.making import EVENT, Post, plain
from tests.design.measuring import SIZES, faults
from tests.design.walls import wall_page
from tests.design.watching import wall

pytestmark = pytest.mark.browser
MODES = ("strand", "voice", "overlay")


def sign(src: str) -> dict[str, Any]:
    name = src.rpartition("/")[2].partition(".")[0]
    return {"t": "emoji", "text": f":{name}:", "src": src, "width": 96, "height": 64}


def said(*signs: str, **more: Any) -> Post:
    words = [{"t": "text", "text": "We cross by "}, *(sign(src) for src in signs), {"t": "text", "text": " at six."}]
    return plain(801, "11:00", "Elif", words, **more)


def pages(**look: Any) -> dict[str, str]:
    return {f"/wall/{mode}": wall_page(mode=mode, look=look) for mode in MODES}


async def told(page: Page) -> str:
    await page.wait_for_selector("#stage .words")
    return await page.locator("#stage .words").first.inner_text()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mode", MODES)
async def test_an_emoji_stands_in_the_line_as_high_as_its_words(mode: str, size: tuple[int, int]) -> None:
    async with served(pages()) as address, chromium() as browser:
        page, wrong = await wall(browser, f"{address}/wall/{mode}", [said("/pictures/ferry.svg")], size)
        await page.wait_for_function("() => document.querySelector('#stage img.emoji')?.naturalWidth > 0")
        high = await page.eval_on_selector(
            "#stage img.emoji",
            "img => img.getBoundingClientRect().height / parseFloat(getComputedStyle(img.parentElement).fontSize)",
        )
        assert 1 < high < 1.5 and await faults(page) == [] and not wrong


@pytest.mark.parametrize("mode", MODES)
async def test_one_that_does_not_come_is_the_word_it_is_called_by(mode: str) -> None:
    async with served(pages()) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/wall/{mode}", [said("/pictures/gone.webp")])
        await page.wait_for_selector("#stage img.emoji", state="detached")
        assert "by :gone: at" in await told(page)


@pytest.mark.parametrize("mode", MODES)
async def test_leak_no_emoji_is_fetched_for_what_is_covered_or_for_a_screen_without_pictures(mode: str) -> None:
    asked: list[str] = []
    for look, more in (({}, {"cover": "Boats"}), ({}, {"sensitive": True}), ({"pictures": False}, {})):
        async with served(pages(**look)) as address, chromium() as browser:
            page, _ = await wall(browser, f"{address}/wall/{mode}", [])
            page.on("request", lambda request: asked.append(request.url))
            await say(page, {**snapshot([said("/pictures/ferry.svg", **more)], EVENT), "seq": 2})
            if "cover" not in more:
                assert "by :ferry: at" in await told(page)
            await page.wait_for_timeout(600)
            assert await page.locator("#stage img.emoji").count() == 0
    assert not [url for url in asked if "ferry" in url]
