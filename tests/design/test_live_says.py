"""What organisers tell everybody, in a real browser: an announcement is never cut, a prompt shows the answers."""

from __future__ import annotations

import pytest

from tests.design.browser import chromium, frame, opened, say, snapshot
from tests.design.drawing import served
from tests.design.posts import CASES, EVENT, POSTS, plain
from tests.design.walls import (
    AHEAD,
    ANNOUNCED,
    LONG,
    PROMPT,
    SIZES,
    WORD,
    WRONG,
    ids,
    later,
    put,
    resized,
    still,
    up,
    wall_page,
)

ARABIC = CASES["right to left"]
JAPANESE = CASES["chinese, japanese, korean"]

pytestmark = pytest.mark.browser


SAID = {
    "Lunch!": 200,
    ANNOUNCED["words"]: 90,
    f"{WORD} beginnt um drei.": 40,
    ARABIC["words"][0]["text"]: 60,
    JAPANESE["words"][0]["text"]: 60,
    "Please leave by the doors on the left. " * 7: 44,
    "One\nTwo\nThree": 90,
}


@pytest.mark.parametrize("words", SAID)
async def test_an_announcement_is_as_large_as_it_can_be_and_never_cut(words: str) -> None:
    pages = {"/wall": wall_page(says={**ANNOUNCED, "words": words})}
    async with served(pages) as address, chromium() as browser:
        page, wrong = await opened(browser, f"{address}/wall", [snapshot(POSTS, EVENT)], **still())
        await page.wait_for_selector(".announcement")
        size = "document.querySelector('.announcement').style.getPropertyValue('--z')"
        assert int(await page.evaluate(size)) >= SAID[words]
        for screen in (*SIZES, (3840, 2160)):
            await resized(page, screen)
            assert (await page.inner_text(".loud")).split() == words.split()
            assert not await page.evaluate(WRONG), screen
            boxes = [await page.locator(part).bounding_box() for part in (".announcement .loud", ".announcement .one")]
            assert boxes[0] and boxes[1] and boxes[0]["height"] <= boxes[1]["height"] + 2, screen
        assert not wrong


async def test_a_prompt_shows_what_was_said_since_in_the_order_of_saying() -> None:
    since = [post for post in POSTS if post["at"] >= PROMPT["at"]]
    async with served(up("strand", says=PROMPT)) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall", [snapshot([], EVENT)], **still())
        await page.wait_for_selector(".prompt")
        assert await page.locator(".awaiting").is_visible()
        await say(page, frame(2, put(CASES["plain words"])))  # said before anybody asked
        assert await ids(page) == [] and await page.locator(".awaiting").is_visible()
        new = [plain(n, f"12:2{n % 10}", f"Person {n}", f"Answer {n}.") for n in (901, 902, 903)]
        for n, post in enumerate(new):
            await page.evaluate(AHEAD) if n == 0 else None
            await say(page, frame(3 + n, put(post)))
            await later(page, 7)
        assert await ids(page) == [901, 902, 903] and not await page.locator(".awaiting").is_visible()
        await say(page, frame(7, {"type": "drop", "id": 902}))
        assert await ids(page) == [901, 903] and "Answer 902" not in await page.content()
        await say(page, {**snapshot(since, EVENT), "seq": 8})
        await later(page, 7)
        shown = await ids(page)
        assert len(shown) == 4 and not await page.evaluate(WRONG)
        order = {post["id"]: post["order"] for post in since}
        assert shown == sorted(shown, key=order.__getitem__) and not wrong


ANSWERS = [plain(901, "14:00", WORD, LONG), ARABIC, JAPANESE, plain(902, "14:01", "Kim", "Yes.", question=True)]


@pytest.mark.parametrize("words", ["Why?", PROMPT["words"], "What would you tell somebody who was not here? " * 5])
async def test_a_prompt_of_any_length_fits(words: str) -> None:
    async with served({"/wall": wall_page(says={**PROMPT, "words": words})}) as address, chromium() as browser:
        for some in ([], ANSWERS[:1], ANSWERS):
            page, _ = await opened(browser, f"{address}/wall", [snapshot(some, EVENT)], **still())
            await page.wait_for_selector(".prompt")
            for size in SIZES:
                await resized(page, size)
                assert not await page.evaluate(WRONG), (len(some), size)
                assert (await page.inner_text(".prompt .loud")).split() == words.split()
            await page.context.close()
