"""Working at the desk in a real browser: thumb, keys, what is offered, what is said, what is seen."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]

from tests.design import desks
from tests.design.at_desks import GOOD, PHONE, answers, at, ids, put
from tests.design.browser import frame, say
from tests.design.desks import POSTS, at_desk, desk, waiting
from tests.design.posts import CASES, EVENT, plain

pytestmark = pytest.mark.browser


async def test_on_a_phone_one_thumb_decides_and_the_way_back_stands_there_for_a_while() -> None:
    post = at_desk(POSTS[0])
    async with at(desk([post]), **PHONE) as (page, wrong):
        await page.clock.install()
        await answers(page, "decide", GOOD)
        undone = await answers(page, "undo", GOOD)
        await page.click("#thumb [data-act=hide]")
        await say(page, frame(2, put({**post, "verdict": "hide"})))
        await page.wait_for_selector("#slip:visible")
        assert not await page.locator("#thumb").is_visible()  # the queue is empty, the way back is there
        await page.click("#slip button")
        await page.wait_for_selector("#slip", state="hidden")
        assert undone == [{"post": post["id"]}]
        await say(page, frame(3, put(post)))
        await page.click("#thumb [data-act=more]")
        await page.click("#more [data-act=hold]")
        await page.wait_for_selector("#slip:visible")
        await page.clock.run_for(9_000)
        await page.wait_for_selector("#slip", state="hidden")
        assert not wrong


async def test_after_a_reload_what_was_done_is_known_and_z_takes_it_back() -> None:
    async with at(desk(waiting(*POSTS[:2]), done=desks.DONE, bulks=desks.BULKS)) as (page, _):
        undone = await answers(page, "undo", {"json": {"undone": 41, "rest": 0}}, GOOD)
        told = await page.locator("#done li span").all_inner_texts()
        assert told == ["You hid 41 posts", "You showed A net mender", "You hid Anonymous"]
        await page.keyboard.press("z")
        await page.locator("#done li").nth(2).wait_for(state="detached")
        await page.keyboard.press("z")
        await page.wait_for_selector("#told:has-text('Taken back: A net mender')", state="attached")
        assert undone == [{"bulk": "ab"}, {"post": 1}]


async def test_a_post_offers_what_was_not_decided_of_it_and_says_only_what_is_out_of_the_ordinary() -> None:
    read = at_desk(POSTS[0], "approve", why="person", by="Kim")
    passed = at_desk(POSTS[1], "approve", why="open")
    marked = at_desk(POSTS[2], fired=[{"key": "label", "detail": ""}], why="label")
    async with at(desk([read, passed], "approve"), "/queue?state=approve") as (page, _):
        keys = ".item[data-id='{}'] .keys button"
        offered = ["HHold", "LLater", "XHide", "TSpotlight", "PPin", "BSeveral …"]
        assert await page.locator(keys.format(read["id"])).all_text_contents() == offered
        assert (await page.locator(keys.format(passed["id"])).all_text_contents())[0] == "AIt is fine"
        assert await page.locator(".item .why").count() == 0
        await page.keyboard.press("j")
        assert await page.inner_text("#why") == "Kim decided."
    async with at(desk([read, passed, marked])) as (page, _):
        assert "warning label" in await page.inner_text(".item .why")
        assert (await page.locator("[data-queue] b").all_inner_texts())[:5] == ["1", "0", "0", "2", "0"]
        await say(page, frame(2, {"type": "event", "event": {**EVENT, **desks.GUARDED, "frozen": True}}))
        assert await page.get_attribute("#state", "data-state") == "frozen"
        assert await page.inner_text("#freeze span") == "Release screens"


async def test_single_letters_can_be_turned_off_and_work_with_alt_then() -> None:
    async with at(desk(waiting(*POSTS[:3]))) as (page, wrong):
        asked = await answers(page, "decide", GOOD)
        await page.keyboard.press("?")
        await page.get_by_text("Single letters act by themselves").click()
        await page.keyboard.press("Escape")
        await page.keyboard.press("a")
        await page.keyboard.press("x")
        await page.keyboard.press("Alt+h")
        await page.wait_for_selector("#done li")
        assert [one["verdict"] for one in asked] == ["hold"]
        await page.reload()
        await page.wait_for_selector(".item[aria-current]")
        await page.keyboard.press("a")
        assert await page.evaluate("JSON.parse(localStorage['strand-desk']).single") is False
        assert len(asked) == 1 and not wrong


async def test_the_title_counts_and_a_knock_is_heard_only_where_somebody_asked_for_it() -> None:
    knocks = "() => { knocked = 0; window.AudioContext = class { resume() { knocked = knocked + 1; throw 0 } } }"
    async with at(desk(waiting(*POSTS[:2]))) as (page, wrong):
        await page.clock.install()
        await page.evaluate(knocks)
        await say(page, frame(2, put(at_desk(plain(900, "13:00", "New", "Newly said.")))))
        assert not (await page.title()).startswith("(") and await page.evaluate("window.knocked") == 0
        await page.keyboard.press("?")
        for wish in ("A soft knock", "How many wait"):
            await page.get_by_text(wish).click()
        await page.keyboard.press("Escape")
        assert (await page.title()).startswith("(3) ")
        heard = await page.evaluate("window.knocked")  # once, so that one knows what it is like
        await page.clock.run_for(4_000)
        await say(page, frame(3, put(at_desk(plain(901, "13:01", "New", "Newly said, too.")))))
        assert (await page.title()).startswith("(4) ")
        assert await page.evaluate("window.knocked") == heard + 1 and not wrong


async def test_a_raid_is_guarded_against_with_one_tap_and_the_banner_says_what_that_means() -> None:
    async with at(desk(waiting(*POSTS[:2]), event={"raid_proposal": desks.PROPOSAL})) as (page, _):
        assert "37 posts a minute" in await page.inner_text("#raid")
        raid = {"mode": "trusted_only", "at": "2026-06-12T09:00:00Z", "by": "Kim"}
        asked = await answers(page, "raid", {"json": {"event": {**EVENT, **desks.GUARDED, "raid": raid}}})
        await page.click("#raid [data-mode=trusted_only]")
        await page.wait_for_selector("#raid[data-on]")
        assert asked == [{"mode": "trusted_only"}]
        assert "Only those who are trusted are shown" in await page.inner_text("#raid-words")


async def test_a_shown_post_goes_into_the_spotlight_and_is_pinned_by_keys_and_one_tap_takes_it_down() -> None:
    posts = [at_desk(post, "approve", by="Kim") for post in POSTS[:3]]
    lit, dark = {"id": posts[0]["id"], "name": "A net mender", "words": "First time."}, {"spotlight": None, "pins": []}
    async with at(desk(posts, "approve"), "/queue?state=approve") as (page, wrong):
        assert not await page.locator("#spot").is_visible()
        asked = await answers(page, "spotlight", {"json": {**dark, "spotlight": lit}}, {"json": dark})
        pinned = await answers(page, "pins", {"json": {"spotlight": lit, "pins": [lit]}})
        first = await ids(page, ".item[aria-current]")
        await page.keyboard.press("t")
        await page.wait_for_selector("#spot-lit:visible")
        assert asked == [{"post": first[0]}] and "In the spotlight: A net mender: First time." in await page.inner_text(
            "#spot"
        )
        await page.keyboard.press("p")
        await page.wait_for_selector("#spot-pins li")
        assert pinned == [{"post": first[0], "on": True}]
        await page.click("#spot-lit button")
        await page.wait_for_selector("#spot", state="hidden")
        assert asked[1:] == [{"post": None}] and not wrong


async def test_what_others_put_on_the_screens_is_said_here_and_what_is_not_shown_cannot_go_there() -> None:
    posts = waiting(*POSTS[:2])
    async with at(desk(posts)) as (page, wrong):
        sent = await answers(page, "spotlight", {"json": {"spotlight": None, "pins": []}})
        await page.keyboard.press("t")
        await page.wait_for_selector("#trouble:visible")
        assert "Show it first" in await page.inner_text("#trouble") and sent == []
        event = {**EVENT, **desks.GUARDED, "spotlight": desks.LIT["spotlight"]["id"], "pins": []}  # type: ignore[index]
        await say(page, frame(2, {"type": "event", "event": event}))
        await page.wait_for_selector("#spot-lit:visible")
        assert "A net mender" in await page.inner_text("#spot-lit") and not wrong


async def test_when_the_server_cannot_be_reached_nothing_is_lost_and_one_sentence_says_so() -> None:
    async with at(desk(waiting(*POSTS[:2]))) as (page, _):
        await page.route("**/desk/harbour/*", lambda route: route.abort())
        await page.keyboard.press("a")
        await page.wait_for_selector("#trouble:visible")
        assert await page.inner_text("#trouble") == "That did not reach the server. Nothing was decided."
        assert await ids(page, ".item[aria-current]") == [POSTS[0]["id"]]
        await page.keyboard.press("n")
        await page.keyboard.type("kept where it was typed")
        await page.click("#note button")
        await page.wait_for_timeout(100)
        assert await page.input_value("#note-words") == "kept where it was typed"


async def test_at_the_desk_marked_pictures_lie_under_a_cover_that_opens() -> None:
    marked = at_desk(CASES["pictures marked as sensitive"], "approve", by="Kim")
    async with at(desk([marked], "approve"), "/queue?state=approve") as (page, _):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await say(page, frame(2, put({**marked, "edited": True})))
        await page.wait_for_selector(".item .note")
        assert "before the machine came" in await page.inner_text(".item")
        assert not await page.locator(".item img").first.is_visible()
        assert not [url for url in asked if "marked" in url]
        await page.locator(".item summary").focus()
        await page.keyboard.press("Enter")
        await page.locator(".item img").first.wait_for(state="visible")
        assert "a knife" in await page.inner_text(".item")


@pytest.mark.parametrize("wide", [True, False], ids=["laptop", "phone"])
async def test_axe_finds_nothing_with_everything_open(wide: bool) -> None:
    faults: list[str] = []
    pages = desks.desk_pages()
    options: dict[str, Any] = {} if wide else PHONE
    async with at(pages["/queue/full"], **options) as (page, wrong):
        await page.wait_for_selector("#thread li", state="attached")
        await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        await page.keyboard.press("s")
        await page.keyboard.press("i")
        for opener in (None, "?", "b", "more"):
            if opener == "more":
                await page.evaluate("document.getElementById('more').showModal()")
            elif opener:
                await page.keyboard.press(opener)
            found = await Axe().run(page)
            faults += [f"{opener}: {v['id']}: {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
            await page.set_viewport_size({"width": 320, "height": 640})
            across = await page.evaluate("document.documentElement.scrollWidth")
            faults += [f"{opener}: {across} px wide on a phone of 320"] if across > 320 else []
            await page.set_viewport_size(options.get("viewport", {"width": 1280, "height": 720}))
            await page.keyboard.press("Escape")
    assert not faults + wrong, "\n".join(faults + wrong)


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
async def test_custom_emoji_are_veiled_like_pictures_and_shown_by_the_same_button(size: tuple[int, int]) -> None:
    sign = {"t": "emoji", "text": ":ferry:", "src": "/pictures/ferry.svg", "width": 96, "height": 64}
    post = plain(901, "11:02", "Maud Okafor", [{"t": "text", "text": "We cross by "}, sign])
    async with at(desk(waiting(post)), viewport={"width": size[0], "height": size[1]}) as (page, wrong):
        await page.wait_for_selector(".item img.emoji[data-veiled]")
        await page.click(".item [data-row=look]")
        await page.wait_for_selector(".item img.emoji:not([data-veiled])")
        assert await page.locator(".item [data-row=look]").count() == 0 and not wrong
