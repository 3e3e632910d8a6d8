"""Deciding at the desk in a real browser: one, a cluster, several; alone and beside others."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.design.at_desks import GOOD, answers, at, ids, put
from tests.design.browser import frame, say
from tests.design.desks import POSTS, answer, at_desk, desk, waiting
from tests.design.posts import CASES, plain

pytestmark = pytest.mark.browser


async def test_a_key_decides_at_once_and_what_was_refused_comes_back_with_its_sentence() -> None:
    posts = waiting(*POSTS[:3])
    changed = {
        "status": 409,
        "json": {"error": "The author changed this post while you were reading it.", "post": posts[1]},
    }
    async with at(desk(posts)) as (page, _):
        asked = await answers(page, "decide", GOOD, changed)
        await page.keyboard.press("a")
        await page.wait_for_selector("#done li")
        assert asked == [{"post": posts[0]["id"], "version": "1", "stand": 1, "verdict": "approve"}]
        assert await ids(page) == [post["id"] for post in posts]  # only the server moves a post
        await say(page, frame(2, put({**posts[0], "verdict": "approve"})))
        assert await ids(page) == [post["id"] for post in posts[1:]]
        await page.keyboard.press("x")
        await page.wait_for_selector("#trouble:visible")
        assert "changed this post" in await page.inner_text("#trouble")
        assert await ids(page, ".item[aria-current]") == [posts[1]["id"]]
        await page.keyboard.press("j")
        assert await ids(page, ".item[aria-current]") == [posts[2]["id"]]


async def test_what_somebody_else_decided_is_kept_or_changed_and_never_by_the_key_that_goes_on_deciding() -> None:
    post, other = waiting(*POSTS[:2])
    hidden = {**post, "verdict": "hide", "by": "Noor", "stand": 2}
    conflict = {"by": "Noor", "verdict": "hide", "seconds": 3}
    refused = {"status": 409, "json": {"error": "Noor hid this 3 s ago.", "conflict": conflict, "post": hidden}}
    async with at(desk([post, other])) as (page, _):
        asked = await answers(page, "decide", refused, GOOD)
        await page.keyboard.press("a")
        await page.wait_for_selector("#ask:visible")
        assert "Noor hid this 3 s ago." in await page.inner_text("#ask")
        await page.keyboard.press("Escape")
        assert not await page.locator("#ask").is_visible() and len(asked) == 1
        await page.unroute("**/desk/harbour/decide")
        asked = await answers(page, "decide", refused, GOOD)
        await page.keyboard.press("a")  # the other one, which is refused in the same way
        await page.wait_for_selector("#ask:visible")
        await page.keyboard.press("h")  # nothing is left in hand but what is asked about
        assert await page.locator("#ask").is_visible() and not [one for one in asked if one.get("over")]
        await page.keyboard.press("c")
        await page.wait_for_selector("#done li")
        assert {"post": post["id"], "version": "1", "stand": 2, "verdict": "approve", "over": True} in asked


async def test_a_post_in_somebody_elses_hand_says_so_and_asks_once() -> None:
    post = at_desk(POSTS[4])  # the pulse says that Noor has it
    async with at(desk([post])) as (page, _):
        asked = await answers(page, "decide", GOOD)
        await page.wait_for_selector(".item .claim:visible")
        assert "Noor has this one" in await page.inner_text(".item .claim")
        await page.keyboard.press("a")
        await page.wait_for_selector("#ask:visible")
        assert asked == [] and "Leave it to Noor" in await page.inner_text("#ask")
        await page.click("#ask-change")
        await page.wait_for_selector("#done li")
        assert len(asked) == 1


async def test_words_and_pictures_are_judged_apart() -> None:
    post = at_desk(CASES["twelve pictures"])
    async with at(desk([post])) as (page, _):
        asked = await answers(page, "decide", GOOD)
        assert await page.locator(".item [data-veiled]").count() == 1
        await page.keyboard.press("v")
        assert await page.locator(".item [data-veiled]").count() == 0
        await page.keyboard.press("w")
        await page.wait_for_selector("#done li")
        assert asked == [{"post": post["id"], "version": "1", "stand": 1, "verdict": "approve", "media": "hold"}]
        kept = {**post, "verdict": "approve", "media_verdict": "waiting", "by": "Kim", "stand": 2}
        await say(page, frame(2, put(kept)))
        assert "The pictures are kept back" in await page.inner_text(".item")
        await page.keyboard.press("a")
        await page.wait_for_selector("#done li:first-child:has-text('pictures')")
        assert asked[1] == {"post": post["id"], "version": "1", "stand": 2, "verdict": "approve", "part": "media"}


async def test_those_alike_are_one_row_and_one_decision() -> None:
    cluster = POSTS[0]["id"]
    posts = [at_desk(post, cluster=cluster) for post in POSTS[:3]] + waiting(POSTS[3])
    more = {"clusters": {str(cluster): {"size": 42}}, "posts": [posts[0], posts[3]], "total": 2}
    async with at(desk(posts, first=more)) as (page, _):
        assert await ids(page) == [POSTS[0]["id"], POSTS[3]["id"]]
        assert "and 41 that say nearly the same" in await page.inner_text(".item[data-alike]")
        first, last = (
            {"bulk": "b1", "decided": 30, "left": 1, "rest": 11},
            {"bulk": "b1", "decided": 11, "left": 1, "rest": 0},
        )
        asked = await answers(page, "bulk", {"json": first}, {"json": last})
        await page.keyboard.press("x")
        await page.wait_for_selector("#done li")
        assert await page.inner_text("#done li span") == "You hid 41 posts"
        assert asked[0] == {"verdict": "hide", "state": "waiting", "cluster": cluster}
        assert asked[1] == {**asked[0], "bulk": "b1"}
        assert "1 posts were changed" in await page.inner_text("#trouble")
        undone = await answers(page, "undo", {"json": {"undone": 20, "rest": 21}}, {"json": {"undone": 21, "rest": 0}})
        await page.keyboard.press("z")
        await expect(page.locator("#told")).to_contain_text("Taken back")
        assert await page.locator("#lately").is_hidden() and undone == [{"bulk": "b1"}] * 2


async def test_several_are_chosen_by_key_by_stretch_and_by_box_and_decided_at_once() -> None:
    posts = waiting(*POSTS[:6])
    async with at(desk(posts)) as (page, _):
        await page.keyboard.press("s")
        await page.keyboard.press("Shift+J")
        await page.keyboard.press("Shift+J")
        assert await page.inner_text("#chosen-words") == "3 chosen"
        await page.locator(".item .pick input").nth(5).click()
        assert await page.inner_text("#chosen-words") == "4 chosen"
        asked = await answers(page, "bulk", {"json": {"bulk": "b", "decided": 4, "left": 0, "rest": 0}})
        await page.keyboard.press("l")
        await page.wait_for_selector("#done li")
        named = [{"post": posts[n]["id"], "version": "1"} for n in (0, 1, 2, 5)]
        assert asked == [{"verdict": "later", "state": "waiting", "posts": named}]
        assert not await page.locator("#chosen").is_visible()


async def test_everything_of_an_author_goes_at_once_and_a_server_is_held_back_from_now_on() -> None:
    async with at(desk(waiting(*POSTS[:3]))) as (page, _):
        bulk = await answers(page, "bulk", {"json": {"bulk": "b", "decided": 2, "left": 0, "rest": 0}})
        listed = {"listed": {"value": "kiel.example"}, "bulk": "c"}
        lists = await answers(
            page, "lists", {"json": {**listed, "held": 5, "rest": 2}}, {"json": {**listed, "held": 2, "rest": 0}}
        )
        await page.keyboard.press("b")
        await page.get_by_text("Everything by").click()
        await page.click("#several [data-verdict=hide]")
        await page.wait_for_selector("#done li")
        assert bulk == [{"verdict": "hide", "state": "waiting", "author": POSTS[0]["author"]["id"]}]
        await page.keyboard.press("b")
        await page.click("#block-domain")
        await page.wait_for_selector("#said:visible")
        asked = {"side": "block", "kind": "domain", "post": POSTS[1]["id"]}  # the next one is in hand
        assert lists == [asked, {**asked, "bulk": "c"}]
        assert await page.locator("#done li span").all_inner_texts() == ["You held 7 posts", "You hid 2 posts"]
        assert "kiel.example is on the list. Held of what was here already: 7." in await page.inner_text("#said")


async def test_news_of_others_never_moves_what_is_in_hand() -> None:
    posts = [
        at_desk(plain(n, f"12:{n:02d}", f"Somebody {n}", "Words. " * 30), by="Kim", verdict="approve")
        for n in range(1, 40)
    ]
    async with at(desk(posts, "approve"), "/queue?state=approve") as (page, _):
        for _n in range(6):
            await page.keyboard.press("j")
        where = "document.querySelector('.item[aria-current]').getBoundingClientRect().top"
        before, held = await page.evaluate(where), await ids(page, ".item[aria-current]")
        new = [
            put(at_desk(plain(n, "13:00", "New", "Newly shown. " * n), by="Noor", verdict="approve"))
            for n in (50, 51, 52)
        ]
        await say(page, frame(2, *new), frame(3, put({**posts[38], "verdict": "hide"})))
        assert (await ids(page))[:3] == [52, 51, 50]
        assert await ids(page, ".item[aria-current]") == held
        assert abs(await page.evaluate(where) - before) <= 1


async def test_the_list_holds_few_rows_however_many_there_are_and_asks_for_the_next_page_in_time() -> None:
    def some(start: int) -> list[dict[str, Any]]:
        return [at_desk(plain(n, "12:00", f"Somebody {n}", "Words.")) for n in range(start, start + 100)]

    asked: list[str] = []

    async def more(route: Route) -> None:
        asked.append(route.request.url)
        start = int(route.request.url.rpartition("after=")[2])
        await route.fulfill(json=answer(some(start), next=str(start + 100), total=10_000))

    async with at(desk(some(1), first={"next": "101", "total": 10_000})) as (page, wrong):
        await page.route("**/queue.json?*", more)
        await page.evaluate("""async () => {
            for (let n = 0; n < 420; n++) {
                dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
                if (n % 10 === 0) await new Promise((done) => setTimeout(done, 20));
            }
        }""")
        assert await ids(page, ".item[aria-current]") == [421]
        assert await page.locator("#line .item").count() <= 300
        assert len(asked) >= 4 and not wrong
