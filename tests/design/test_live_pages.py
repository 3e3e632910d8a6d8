"""Wall, strand and desk in a real browser, the test as the server: what is shown, what is gone, what stays still."""

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


async def test_a_post_is_tied_in_on_its_side_of_the_mark_where_a_talk_began() -> None:
    async with served(all_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/strand/talks", viewport={"width": 1440, "height": 900})
        await say(page, frame(2, put(new(900, "11:25")), put(new(901, "11:27"))))
        await page.wait_for_selector("[data-id='901']")
        order = "all => all.map(each => each.dataset.id ?? each.className)"
        items = await page.eval_on_selector_all("#strand > :is(.tied, .talkmark)", order)
        assert items.index("900") < items.index("talkmark") < items.index("901")
        await say(page, snapshot([new(900, "11:25"), new(901, "11:27")], EVENT, seq=3))
        items = await page.eval_on_selector_all("#strand > :is(.tied, .talkmark)", order)
        assert items == ["900", "talkmark", "talkmark", "901"]
        assert not wrong


async def test_what_lies_under_a_cover_is_not_even_in_the_walls_page() -> None:
    covered = CASES["a cover over words and a picture"]
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/wall/dark", [snapshot([covered], EVENT)], **STAGE)
        await page.wait_for_selector(".veil")
        shown = await page.content()
        assert "Fish being gutted" in shown and "before the machine came" not in shown
        assert await page.locator(".slot img, .slot a[href]").count() == 0


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


async def test_the_strand_ties_posts_in_without_moving_what_is_read() -> None:
    async with served(all_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/strand", viewport={"width": 1440, "height": 900})
        await page.locator("#p118").scroll_into_view_if_needed()
        where = "document.querySelector('#p118').getBoundingClientRect().top"
        before = await page.evaluate(where)
        late = {**new(902, "11:20"), "late": True}
        await say(page, frame(2, put(late)), frame(3, put(new(903))), frame(4, {"type": "drop", "id": 101}))
        assert abs(await page.evaluate(where) - before) <= 1
        order = await ids(page, "#strand")
        assert order[0] == 902 and order[-1] == 903 and 101 not in order
        assert await page.inner_text("#arrived") == "New posts: 2"
        assert not wrong


async def test_a_paused_strand_holds_arrivals_but_never_what_was_hidden() -> None:
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand", [frame(1)])
        await page.click("#pause")
        await say(page, frame(2, put(new(904))), frame(3, {"type": "drop", "id": LAST["id"]}))
        assert 904 not in await ids(page, "#strand") and LAST["id"] not in await ids(page, "#strand")
        await page.click("#pause")
        assert (await ids(page, "#strand"))[-1] == 904


async def test_after_a_reset_the_strand_is_what_the_snapshot_says_and_nothing_else() -> None:
    async with served(all_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/strand", [frame(1)])
        other = {**new(905), "day": "2026-06-13"}
        again = {"epoch": "b", "seq": 0, "messages": snapshot([POSTS[0], other], EVENT)["messages"]}
        await say(page, frame(2, {"type": "reset", "why": "restored"}), again)
        assert await ids(page, "#strand") == [POSTS[0]["id"], 905]
        assert await page.locator(".daymark").count() == 2
        assert not wrong


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
