"""Pictures, names and the lower third of a stream on a wall, in a real browser: measured, and never what is covered."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from PIL import Image
from playwright.async_api import Browser, Page

from tests.design.browser import chromium, frame, opened, say, snapshot
from tests.design.drawing import served
from tests.design.making import EVENT, picture, plain
from tests.design.measuring import SIZES, faults
from tests.design.posts import CASES, POSTS
from tests.design.shown import COVERED, LONG, MARKED, PICTURES, shown_pages, told_people
from tests.design.walls import wall_page

pytestmark = pytest.mark.browser

BEAT = frame(1, {"type": "heartbeat", "now": "2026-06-12T17:15:00Z"})
Told = Callable[[str], bytes | None]
SPEED = "() => { const now = performance.now.bind(performance); performance.now = () => now() + (window.later || 0); }"


def people(many: int) -> Told:
    return lambda path: told_people(many) if path.endswith("/people.json") else None


async def wall(browser: Browser, address: str, posts: Any, size: tuple[int, int] = SIZES[0], **more: Any) -> Any:
    viewport = {"width": size[0], "height": size[1]}
    return await opened(browser, address, [snapshot(posts, EVENT), BEAT], viewport=viewport, **more)


async def later(page: Page, seconds: float, seq: int = 1) -> None:
    """So many seconds later by the page's clock, with the server's word in time; and the wall's next second."""
    shift = f"beat => {{ window.later = (window.later || 0) + {seconds * 1000}; socket.say(beat); }}"
    await page.evaluate(shift, {**BEAT, "seq": seq})
    await page.wait_for_timeout(1_200)


async def quick(page: Page) -> None:
    await page.evaluate(SPEED)


@pytest.mark.parametrize("size", SIZES)
async def test_pictures_hang_whole_with_their_descriptions_and_all_of_them_have_their_turn(
    size: tuple[int, int],
) -> None:
    async with served(shown_pages()) as address, chromium() as browser:
        page, wrong = await wall(browser, f"{address}/wall/gallery/dark", PICTURES, size, reduced_motion="reduce")
        await page.wait_for_selector(".print img")
        await quick(page)
        seen: set[str] = set()
        for _ in range(9):
            assert await faults(page) == []
            assert await _outside(page, ".print") == 0
            seen |= set(
                await page.eval_on_selector_all(".hung-pictures [data-id]", "all => all.map(e => e.dataset.id)")
            )
            order = await page.eval_on_selector_all(".hung-pictures [data-id]", "all => all.map(e => +e.dataset.id)")
            assert order == sorted(order)
            await later(page, 40)
        assert seen == {str(post["id"]) for post in PICTURES}
        assert not wrong


async def _outside(page: Page, selector: str) -> int:
    found: int = await page.eval_on_selector_all(
        selector,
        "all => all.map(e => e.getBoundingClientRect()).filter(b => b.left < 0 || b.top < 0 || b.right > innerWidth"
        " || b.bottom > innerHeight).length",
    )
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_a_tag_of_any_length_stands_whole_above_the_pictures(size: tuple[int, int]) -> None:
    async with served(shown_pages()) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/wall/gallery/dark", PICTURES, size, reduced_motion="reduce")
        await page.wait_for_selector(".print")
        for n, letters in enumerate((5, 18, 26, 64)):
            event = {**EVENT, "tags": [("Wissenschaftskommunikation" * 3)[:letters]]}
            await say(page, frame(n + 2, {"type": "event", "event": event}))
            assert (await page.inner_text("#stage .of")) == f"#{event['tags'][0]}"
            assert await faults(page) == [], letters


async def test_leak_a_covered_or_marked_picture_is_neither_in_the_gallery_nor_fetched_by_it() -> None:
    open_ = {**MARKED, "sensitive": False}
    async with served(shown_pages()) as address, chromium() as browser:
        page, wrong = await wall(browser, f"{address}/wall/gallery/dark", [])
        assert "No pictures yet" in await page.inner_text("#stage")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await say(page, {**snapshot([MARKED, COVERED], EVENT), "seq": 2})
        await page.wait_for_timeout(1_300)
        assert await page.locator("#stage img:visible").count() == 0
        assert not [url for url in asked if "marked" in url or "covered" in url]
        await say(page, frame(3, {"type": "put", "post": open_}))  # it would have been seen
        await page.wait_for_selector(".print img[src*=marked]")
        await say(page, frame(4, {"type": "put", "post": MARKED}))
        assert await page.locator(".print").count() == 0
        await say(page, frame(5, {"type": "put", "post": open_}), frame(6, {"type": "drop", "id": MARKED["id"]}))
        assert await page.locator(".print").count() == 0 and not wrong


async def test_a_picture_nobody_described_says_so_kindly_and_a_broken_one_leaves_unnoticed() -> None:
    bare = [PICTURES[3], plain(720, "11:00", "Mal", "Gone.", media=[picture("/pictures/gone.png", "Never seen")])]
    async with served(shown_pages()) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/wall/gallery/light", bare, reduced_motion="reduce")
        await page.wait_for_function("document.querySelectorAll('.print').length === 1")
        assert "Nobody has put this picture into words yet." in await page.inner_text("figcaption")
        assert "Never seen" not in await page.inner_text("#stage")
        assert await page.get_attribute(".print img", "alt") == "A picture without a description"


async def test_a_focal_point_stays_in_the_picture_that_is_cut_and_a_film_is_its_still() -> None:
    tower = plain(721, "11:00", "Tom", "x", media=[picture(width=400, height=4000, focus="top right")])
    film = plain(722, "11:01", "Radio", "x", media=[picture(kind="video")])
    async with served(shown_pages()) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/wall/gallery/dark", [tower, film])
        await page.wait_for_selector(".film")
        assert await page.eval_on_selector(".print img", "e => getComputedStyle(e).objectPosition") == "82% 18%"
        assert await page.inner_text(".film") == "Video" and await page.locator("video").count() == 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("many", [1, 7, 60, 500])
async def test_everybody_is_named_by_arrival_and_five_hundred_take_turns(many: int, size: tuple[int, int]) -> None:
    async with served(shown_pages(), told=people(many)) as address, chromium() as browser:
        page, wrong = await wall(browser, f"{address}/wall/people/dark", POSTS, size, reduced_motion="reduce")
        await page.wait_for_selector(".names li")
        await quick(page)
        named: list[str] = []
        for _ in range(40):
            keys = await page.eval_on_selector_all(".names li", "all => all.map(e => e.dataset.key)")
            if keys[0] in named:
                break
            assert await faults(page) == []
            named += keys
            if len(named) == many:
                break
            await later(page, 20)
        assert named == [f"a{n}" for n in range(many)]
        size_now = await page.evaluate("parseFloat(document.querySelector('.names').style.getPropertyValue('--z'))")
        assert size_now >= 46
        assert not wrong


async def test_leak_a_name_whose_first_post_is_hidden_goes_at_once_and_no_answer_brings_it_back() -> None:
    async with served(shown_pages(), told=people(5)) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/wall/people/dark", POSTS)
        await page.wait_for_selector("[data-key=a2]")
        await say(page, frame(2, {"type": "drop", "id": 10_002}))
        assert await page.locator("[data-key=a2]").count() == 0
        assert await page.locator(".names li").count() == 4
        await quick(page)
        await later(page, 30, 2)  # asked again, and the answer is older than the drop
        assert await page.locator("[data-key=a2]").count() == 0


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


async def test_axe_finds_nothing_in_pictures_names_and_the_lower_third_in_any_theme() -> None:
    bad: list[str] = []
    async with served(shown_pages(), told=people(60)) as address, chromium() as browser:
        for mode, part in (("gallery", ".print"), ("people", ".names li"), ("overlay", ".panel")):
            posts = PICTURES if mode == "gallery" else POSTS
            for theme in ("dark", "light", "contrast"):
                page, wrong = await wall(browser, f"{address}/wall/{mode}/{theme}", posts, reduced_motion="reduce")
                await page.wait_for_selector(part)
                found = await Axe().run(page)
                bad += [
                    f"{mode} {theme}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]
                ]
                bad += wrong
                await page.context.close()
    assert not bad, "\n".join(bad)


async def test_who_wants_no_motion_sees_none_and_the_others_see_it_end() -> None:
    async with served(shown_pages(), told=people(500)) as address, chromium() as browser:
        for mode, part in (("gallery", ".print"), ("people", ".names li"), ("overlay", ".panel")):
            posts = PICTURES if mode == "gallery" else POSTS
            page, _ = await wall(browser, f"{address}/wall/{mode}/dark", posts, reduced_motion="reduce")
            await page.wait_for_selector(part)
            await quick(page)
            await page.evaluate(
                "() => { window.moved = 0; const was = Element.prototype.animate;"
                " Element.prototype.animate = function (...all) { window.moved += 1; return was.apply(this, all); } }"
            )
            await later(page, 40)
            assert await page.evaluate("window.moved") == 0, mode
            await page.emulate_media(reduced_motion="no-preference")
            await later(page, 40)
            assert await page.evaluate("window.moved") > 0, mode
            await page.context.close()
