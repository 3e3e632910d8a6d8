"""Wall and desk in a real browser, the test as the server: what is shown, what is gone, what stays still."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, Route

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


async def test_at_the_desk_marked_pictures_lie_under_a_cover_that_opens() -> None:
    marked = CASES["pictures marked as sensitive"]
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/queue", [snapshot(_waiting(marked), EVENT)])
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await say(page, frame(2, put({**_waiting(marked)[0], "edited": True})))
        await page.wait_for_selector(".item .note")
        assert "before the machine came" in await page.inner_text(".item")
        assert not await page.locator(".item img").first.is_visible()
        assert not [url for url in asked if "marked" in url]
        await page.locator(".item summary").focus()
        await page.keyboard.press("Enter")
        await page.locator(".item img").first.wait_for(state="visible")
        assert "a knife" in await page.inner_text(".item")


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


def _waiting(*posts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**post, "verdict": "waiting", "why": "review", "version": "1", "by": ""} for post in posts]


async def test_the_desk_decides_by_keyboard_and_says_when_it_could_not() -> None:
    asked: list[Any] = []

    async def decide(route: Route) -> None:
        asked.append(route.request.post_data_json)
        if len(asked) == 1:
            await route.fulfill(json={"post": None})
        else:
            await route.fulfill(status=409, json={"error": "The author changed this post while you were reading it."})

    posts = _waiting(*POSTS[:3])
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/queue", [snapshot(posts, EVENT)])
        await page.route("**/desk/harbour/decide", decide)
        await page.wait_for_selector(".item[aria-current]")
        await page.keyboard.press("a")
        await page.wait_for_selector("#done li")
        assert asked == [{"post": posts[0]["id"], "version": "1", "verdict": "approve"}]
        assert await ids(page, "#line") == [post["id"] for post in posts]  # only the server moves a post
        await say(page, frame(2, put({**posts[0], "verdict": "approve"})))
        assert await ids(page, "#line") == [post["id"] for post in posts[1:]]
        await page.keyboard.press("x")
        await page.wait_for_selector("#trouble:visible")
        assert "changed this post" in await page.inner_text("#trouble")
        assert await ids(page, ".item[aria-current]") == [posts[1]["id"]]
        await page.keyboard.press("j")
        assert await ids(page, ".item[aria-current]") == [posts[2]["id"]]


async def test_on_a_phone_the_desk_offers_the_way_back_for_a_while_and_every_other_page() -> None:
    undone: list[Any] = []

    async def undo(route: Route) -> None:
        undone.append(route.request.post_data_json)
        await route.fulfill(json={"post": None})

    post = _waiting(POSTS[0])[0]
    async with served(all_pages()) as address, chromium() as browser:
        phone = {"width": 390, "height": 844}
        page, wrong = await opened(browser, address + "/queue/asked", [snapshot([post], EVENT)], viewport=phone)
        await page.clock.install()
        await page.route("**/desk/harbour/decide", lambda route: route.fulfill(json={"post": None}))
        await page.route("**/desk/harbour/undo", undo)
        for link in (".queues >> text=Asked of us", ".ways >> text=All desks"):
            assert await page.locator(link).is_visible()
        await page.click("#thumb [data-verdict=hide]")
        await say(page, frame(2, put({**post, "verdict": "hide"})))
        await page.wait_for_selector("#slip:visible")
        assert not await page.locator("#thumb").is_visible()  # the queue is empty, the way back is there
        await page.click("#slip button")
        await page.wait_for_selector("#slip", state="hidden")
        assert undone == [{"post": post["id"]}]
        await say(page, frame(3, put(post)))
        await page.click("#thumb [data-verdict=hold]")
        await page.wait_for_selector("#slip:visible")
        await page.clock.run_for(9_000)
        await page.wait_for_selector("#slip", state="hidden")
        assert not wrong


async def test_the_desk_knows_after_a_reload_what_was_done_and_z_takes_it_back() -> None:
    undone: list[Any] = []

    async def undo(route: Route) -> None:
        undone.append(route.request.post_data_json)
        await route.fulfill(json={"post": None})

    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/queue/asked", [snapshot(_waiting(*POSTS[:2]), EVENT)])
        await page.route("**/desk/harbour/undo", undo)
        told = await page.locator("#done li span").all_inner_texts()
        assert told == ["You showed A net mender", "You hid Anonymous"]
        await page.keyboard.press("z")
        await page.wait_for_selector("#told:has-text('Taken back: A net mender')", state="attached")
        assert await page.locator("#done li").count() == 1
        assert undone == [{"post": 1}]
        page, _ = await opened(browser, address + "/queue", [snapshot(_waiting(*POSTS[:2]), EVENT)])
        await page.wait_for_selector(".item[aria-current]")
        assert not await page.locator("text=Just done").is_visible()


async def test_a_post_offers_what_was_not_decided_of_it_and_says_only_what_is_out_of_the_ordinary() -> None:
    read = {**_waiting(POSTS[0])[0], "verdict": "approve", "why": "person", "by": "Kim"}
    passed = {**_waiting(POSTS[1])[0], "verdict": "approve", "why": "open"}
    marked = {**_waiting(POSTS[2])[0], "why": "label"}
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/queue#approve", [snapshot([read, passed, marked], EVENT)])
        await page.wait_for_selector(".item[aria-current]")
        keys = ".item[data-id='{}'] .keys button"
        assert await page.locator(keys.format(read["id"])).all_text_contents() == ["HHold", "XHide"]
        assert (await page.locator(keys.format(passed["id"])).all_text_contents())[0] == "AIt is fine"
        assert await page.locator(".item .why").count() == 0
        await page.click(f".item[data-id='{read['id']}'] .by")
        assert await page.inner_text("#why") == "Kim decided."
        await page.goto(address + "/queue")
        await page.wait_for_selector(".item .why")
        assert await page.locator(".queues b").all_inner_texts() == ["1", "0", "2", "0"]
        await say(page, frame(2, {"type": "event", "event": {**EVENT, "frozen": True}}))
        assert await page.get_attribute("#state", "data-state") == "frozen"
        assert await page.inner_text("#freeze span") == "Release screens"
