"""Every post we could think of, on a wall in a real browser: nothing outside its slot, nothing small, no word cut."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.design.browser import chromium, frame, opened, say, snapshot
from tests.design.drawing import served
from tests.design.drawn import HARD, THREAD, WORD
from tests.design.making import EVENT, picture, plain
from tests.design.measuring import MARKS, SIZES, faults, words_of
from tests.design.posts import CASES
from tests.design.walls import wall_page

pytestmark = pytest.mark.browser

ALL = {**CASES, **HARD}
MODES = ("strand", "voice", "overlay")
PAGES = {f"/{mode}": wall_page(mode=mode) for mode in MODES}
AFTER = [plain(990 + n, f"15:0{n}", f"Somebody {n}", "Newly said, and rather short.") for n in range(5)]


_SPOKEN = """selector => [...document.querySelectorAll(selector)].map(words => {
  const copy = words.cloneNode(true);
  copy.querySelectorAll(".more").forEach(more => more.replaceWith(" "));
  copy.querySelectorAll("br, p, blockquote").forEach(end => end.after(" "));
  return copy.textContent;
}).join(" ")"""


async def wall(browser: Browser, address: str, size: tuple[int, int], posts: Any = ()) -> tuple[Page, list[str]]:
    viewport = {"width": size[0], "height": size[1]}
    first = [snapshot(list(posts), EVENT), frame(1, {"type": "heartbeat", "now": "2026-06-12T13:20:00Z"})]
    return await opened(browser, address, first, viewport=viewport, reduced_motion="reduce")


def drawn(post: dict[str, Any]) -> str:
    return f"#stage [data-id='{post['id']}']"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mode", MODES)
async def test_every_post_stands_whole_wherever_it_is_the_newest(mode: str, size: tuple[int, int]) -> None:
    bad: list[str] = []
    async with served(PAGES) as address, chromium() as browser:
        page, wrong = await wall(browser, f"{address}/{mode}", size)
        for n, (case, post) in enumerate(ALL.items()):
            await say(page, {**snapshot([post], EVENT), "seq": n + 2})
            await page.wait_for_selector(drawn(post), state="attached")
            bad += [f"{case}: {fault}" for fault in await faults(page)]
            bad += [f"{case}: {word}" for word in await _broken_words(page, post)]
        assert not wrong
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize("size", SIZES)
async def test_every_post_stands_whole_as_an_older_voice(size: tuple[int, int]) -> None:
    bad: list[str] = []
    async with served(PAGES) as address, chromium() as browser:
        page, wrong = await wall(browser, f"{address}/strand", size)
        for n, (case, post) in enumerate(ALL.items()):
            for far in (1, 5):
                await say(page, {**snapshot([post, *AFTER[:far]], EVENT), "seq": 10 * n + far + 2})
                await page.wait_for_selector(drawn(post), state="attached")
                bad += [f"{case} ({far}): {fault}" for fault in await faults(page)]
                bad += [f"{case} ({far}): {word}" for word in await _broken_words(page, post)]
        assert not wrong
    assert not bad, "\n".join(bad)


async def _broken_words(page: Page, post: dict[str, Any]) -> list[str]:
    """Words that stand on the wall and that nobody wrote. Japanese and the like have none that a space would end."""
    if post["cover"] or post["lang"] in ("ja", "zh") or not post["words"]:
        return []
    words = [f"{drawn(post)} {part} > .words" for part in (".telling", ".body")]
    shown = await page.evaluate(_SPOKEN, ", ".join(words))
    whole = words_of(post)
    spoken = [word.strip(MARKS) for word in re.split(r"\s+", shown)]
    return [word for word in spoken if any(map(str.isalnum, word)) and word not in whole]


@pytest.mark.parametrize("size", SIZES)
async def test_one_picture_is_whole_and_two_to_twenty_are_four_fields_and_the_number_of_the_rest(
    size: tuple[int, int],
) -> None:
    async with served(PAGES) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/strand", size)
        for n, many in enumerate((1, 2, 3, 4, 5, 9, 20)):
            post = HARD[f"{many} pictures"]
            await say(page, {**snapshot([post], EVENT), "seq": n + 2})
            await page.wait_for_selector(drawn(post))
            assert await page.locator("[data-far='0'] figure:visible").count() == min(many, 4)
            rest = page.locator("[data-far='0'] .rest")
            assert (await rest.inner_text() if many > 4 else "") == (f"+ {many - 4}" if many > 4 else "")
            style = "e => [getComputedStyle(e).objectFit, getComputedStyle(e).objectPosition]"
            fields = await page.eval_on_selector("[data-far='0'] img", style)
            assert fields == (["contain", "0% 0%"] if many == 1 else ["cover", "50% 18%"])


async def test_a_film_is_its_poster_it_cannot_sound_or_go_on_and_a_broken_one_leaves_the_words() -> None:
    broken = plain(870, "13:40", "Radio", "It was here.", media=[picture("/pictures/gone.png", "A wave", kind="video")])
    async with served(PAGES) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/strand", SIZES[0], [HARD["a film that never ends"]])
        await page.wait_for_selector("[data-far='0'] .film")
        assert await page.locator("video, audio").count() == 0
        await say(page, {**snapshot([broken], EVENT), "seq": 2})
        await page.wait_for_selector("#stage .film", state="detached")
        assert "It was here." in await page.inner_text("[data-far='0']")


async def test_what_hangs_on_the_newest_is_told_and_waits_on_the_strand_where_it_is_older() -> None:
    told = {
        "a long quote": "Linnéa Berg", "a long poll": "Stop 1", "a card with much to say": "A page",
        "a talk, late, first": "What the eelgrass knows", "a picture with much said of it": "Seen from the crane",
        "custom emoji": ":ferry_boat_at_night:",
    }  # fmt: skip
    async with served(PAGES) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/strand", SIZES[0])
        for n, (case, words) in enumerate(told.items()):
            await say(page, {**snapshot([HARD[case]], EVENT), "seq": 10 * n + 2})
            await page.wait_for_selector(drawn(HARD[case]))
            assert words in await page.inner_text("[data-far='0']"), case
            assert await page.locator("[data-far='0'] .mark:visible").count() == 1, case
        late = HARD["a talk, late, first"]
        await say(page, {**snapshot([late, *AFTER], EVENT), "seq": 100})
        older = await page.inner_text(drawn(late))
        assert "arrived late" in older and "What the eelgrass knows" not in older


async def test_what_is_all_emoji_is_ended_between_two_of_them() -> None:
    post = HARD["emoji that are joined"]
    async with served(PAGES) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/strand", SIZES[0], [post])
        await page.wait_for_selector("[data-far='0'] .more")
        shown = (await page.inner_text("[data-far='0'] .words")).partition("…")[0].strip()
        whole = post["words"][0]["text"]
        assert len(shown) > 100 and whole.startswith(shown)
        assert not whole[len(shown)].startswith("\u200d") and not shown.endswith("\u200d")


async def test_names_are_as_large_as_words() -> None:
    async with served(PAGES) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/strand", SIZES[0], [HARD["a name of 64 letters"], *AFTER[:3]])
        await page.wait_for_selector("[data-far='3']")
        sizes = await page.evaluate(
            "[...document.querySelectorAll('.slot')].map(slot => ['.name', '.words'].map(part =>"
            " getComputedStyle(slot.querySelector(part)).fontSize))"
        )
        assert all(name == words for name, words in sizes) and len(sizes) == 4
        assert WORD in await page.inner_text("[data-far='3']")


@pytest.mark.parametrize("size", SIZES)
async def test_an_authors_own_thread_stands_as_one_until_a_part_of_it_is_taken_away(size: tuple[int, int]) -> None:
    async with served(PAGES) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/strand", size, [plain(790, "12:30", "Bo", "Before."), *THREAD])
        await page.wait_for_selector(".slot")
        assert await page.locator(".slot").count() == 2
        shown = await page.inner_text("[data-far='0']")
        assert shown.index("One.") < shown.index("Two.") < shown.index("Three.")
        assert await faults(page) == []
        await say(page, frame(2, {"type": "drop", "id": 856}))
        assert "Two." not in await page.inner_text("#stage")
        await expect(page.locator(".slot")).to_have_count(3)


async def test_a_quote_is_one_level_deep() -> None:
    deep = plain(
        871, "13:41", "Jonas", "Look.",
        quote={"state": "accepted", "name": "Bo", "url": "https://far.example/1",
               "words": [{"t": "quote", "parts": [{"t": "text", "text": "She said."}]}, {"t": "text", "text": "So."}]},
    )  # fmt: skip
    async with served(PAGES) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/strand", SIZES[0], [deep])
        await page.wait_for_selector(".quote")
        assert await page.locator(".quote").count() == 1 and await page.locator(".quote .quote").count() == 0
