"""Pictures and names on a wall, in a real browser: measured, and never what is covered."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

from tests.design.browser import chromium, frame, say, snapshot
from tests.design.drawing import served
from tests.design.making import EVENT, picture, plain
from tests.design.measuring import SIZES, faults
from tests.design.posts import POSTS
from tests.design.shown import COVERED, MARKED, PICTURES, shown_pages
from tests.design.watching import later, people, quick, wall

pytestmark = pytest.mark.browser


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
        await page.wait_for_selector(".print", state="detached", timeout=2_000)  # with the next picture that is drawn
        await say(page, frame(5, {"type": "put", "post": open_}), frame(6, {"type": "drop", "id": MARKED["id"]}))
        assert await page.locator(".print").count() == 0 and not wrong


async def test_a_picture_nobody_described_says_so_kindly_and_a_broken_one_leaves_unnoticed() -> None:
    bare = [PICTURES[3], plain(720, "11:00", "Mal", "Gone.", media=[picture("/pictures/gone.png", "Never seen")])]
    async with served(shown_pages()) as address, chromium() as browser:
        page, _ = await wall(browser, f"{address}/wall/gallery/light", bare, reduced_motion="reduce")
        await page.wait_for_function("() => document.querySelectorAll('.print').length === 1")
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
