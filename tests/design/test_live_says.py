"""What organisers tell everybody, in a real browser: an announcement is never cut, a prompt shows the answers."""

from __future__ import annotations

import pytest

from tests.design.browser import chromium, frame, opened, say, snapshot
from tests.design.drawing import served
from tests.design.posts import CASES, EVENT, POSTS, plain
from tests.design.walls import AHEAD, ANNOUNCED, LONG, PROMPT, SIZES, WORD, WRONG, ids, later, put, still, up, wall_page

ARABIC = CASES["right to left"]
JAPANESE = CASES["chinese, japanese, korean"]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [*SIZES, (3840, 2160)])
async def test_an_announcement_is_as_large_as_it_can_be_and_never_cut(size: tuple[int, int]) -> None:
    said = [
        "Lunch!",
        ANNOUNCED["words"],
        f"{WORD} beginnt um drei.",
        ARABIC["words"][0]["text"],
        JAPANESE["words"][0]["text"],
    ]
    said += ["Please leave by the doors on the left. " * 25, "One\nTwo\nThree"]
    pages = {f"/wall/{n}": wall_page(says={**ANNOUNCED, "words": words}) for n, words in enumerate(said)}
    sizes = []
    async with served(pages) as address, chromium() as browser:
        for n, words in enumerate(said):
            page, wrong = await opened(browser, f"{address}/wall/{n}", [snapshot(POSTS, EVENT)], **still(size))
            await page.wait_for_selector(".announcement")
            assert (await page.inner_text(".loud")).split() == words.split()
            assert not await page.evaluate(WRONG), words
            boxes = [await page.locator(part).bounding_box() for part in (".announcement .loud", ".announcement .one")]
            assert boxes[0] and boxes[1] and boxes[0]["height"] <= boxes[1]["height"] + 2, words
            sizes.append(
                int(await page.evaluate("document.querySelector('.announcement').style.getPropertyValue('--z')"))
            )
            assert not wrong
            await page.context.close()
    assert sizes[0] >= 200 and sizes[1] >= 90 and min(sizes) >= 32, sizes


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


@pytest.mark.parametrize("size", SIZES)
async def test_a_prompt_of_any_length_fits(size: tuple[int, int]) -> None:
    said = [
        "Why?",
        PROMPT["words"],
        "What would you tell somebody who was not here, and who should hear it first? " * 4,
    ]
    pages = {f"/wall/{n}": wall_page(says={**PROMPT, "words": words}) for n, words in enumerate(said)}
    answers = [plain(901, "14:00", WORD, LONG), ARABIC, JAPANESE, plain(902, "14:01", "Kim", "Yes.", question=True)]
    async with served(pages) as address, chromium() as browser:
        for n, words in enumerate(said):
            for some in ([], answers[:1], answers):
                page, _ = await opened(browser, f"{address}/wall/{n}", [snapshot(some, EVENT)], **still(size))
                await page.wait_for_selector(".prompt")
                assert not await page.evaluate(WRONG), (words, len(some))
                assert (await page.inner_text(".prompt .loud")).split() == words.split()
                await page.context.close()
