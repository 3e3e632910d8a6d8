"""The strand in a real browser, the test as the server: what is tied in, what stays still, what is remembered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page

from tests.design.browser import chromium, frame, opened, say, snapshot
from tests.design.drawing import served
from tests.design.making import picture
from tests.design.posts import EVENT, POSTS, plain
from tests.design.strands import strand_pages

pytestmark = pytest.mark.browser

LAST = POSTS[-1]
LAPTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}


def new(id: int, time: str = "13:00", words: str = "Newly said.", **more: Any) -> dict[str, Any]:
    return plain(id, time, "Somebody New", words, **more)


def put(post: dict[str, Any]) -> dict[str, Any]:
    return {"type": "put", "post": post}


async def ids(page: Page, where: str = "#strand") -> list[int]:
    found: list[int] = await page.eval_on_selector_all(f"{where} article", "all => all.map(a => Number(a.dataset.id))")
    return found


async def top(page: Page, id: int) -> float:
    where: float = await page.evaluate("id => document.querySelector(`#p${id}`).getBoundingClientRect().top", id)
    return where


async def test_a_post_is_tied_in_on_its_side_of_the_mark_where_a_talk_began() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
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


async def test_the_strand_ties_posts_in_without_moving_what_is_read() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/strand", viewport={"width": 1440, "height": 900})
        await page.locator("#p118").scroll_into_view_if_needed()
        where = "document.querySelector('#p118').getBoundingClientRect().top"
        before = await page.evaluate(where)
        late = {**new(902, "11:20"), "late": True}
        await say(page, frame(2, put(late)), frame(3, put(new(903))), frame(4, {"type": "drop", "id": 101}))
        assert abs(await page.evaluate(where) - before) <= 1
        order = await ids(page)
        assert order[0] == 902 and order[-1] == 903 and 101 not in order
        assert await page.inner_text("#arrived") == "2 new posts"
        assert not wrong


async def test_a_paused_strand_holds_arrivals_but_never_what_was_hidden() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand", [frame(1)])
        await page.click("#pause")
        await say(page, frame(2, put(new(904))), frame(3, {"type": "drop", "id": LAST["id"]}))
        assert 904 not in await ids(page) and LAST["id"] not in await ids(page)
        await page.click("#pause")
        assert (await ids(page))[-1] == 904


async def test_after_a_reset_the_strand_is_what_the_snapshot_says_and_nothing_else() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/strand", [frame(1)])
        other = {**new(905), "day": "2026-06-13"}
        again = {"epoch": "b", "seq": 0, "messages": snapshot([POSTS[0], other], EVENT)["messages"]}
        await say(page, frame(2, {"type": "reset", "why": "restored"}), again)
        assert await ids(page) == [POSTS[0]["id"], 905]
        assert await page.locator(".daymark").count() == 2
        assert not wrong


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
@pytest.mark.parametrize("path", ["/strand", "/strand/newest"])
async def test_nothing_moves_under_the_readers_eyes_while_twenty_others_come_in(
    path: str, size: dict[str, Any]
) -> None:
    """Above what is read, below it, with pictures, one at a time and at once; and some are taken away."""
    middle = POSTS[len(POSTS) // 2]["id"]
    async with served(strand_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + path, [frame(1)], **size)
        await page.locator(f"#p{middle}").scroll_into_view_if_needed()
        await page.evaluate("scrollBy(0, 40)")
        await page.wait_for_load_state("networkidle")
        if size is LAPTOP:  # not every browser holds on to what is read by itself
            await page.evaluate("document.documentElement.style.overflowAnchor = 'none'")
        before, moved = await top(page, middle), []
        early = [{**new(1000 + n, "08:30", media=[picture()]), "late": True} for n in range(20)]
        for n, post in enumerate(early[:10]):
            await say(page, frame(2 + n, put(post), put(new(1100 + n, "14:00"))))
            moved.append(abs(await top(page, middle) - before))
        await say(page, frame(20, *map(put, early[10:])))
        moved.append(abs(await top(page, middle) - before))
        await say(page, frame(21, *({"type": "drop", "id": post["id"]} for post in early[:15])))
        await page.wait_for_timeout(300)
        moved.append(abs(await top(page, middle) - before))
        assert max(moved) <= 1, moved
        assert len(await ids(page)) == len(POSTS) + 15
        assert not wrong


async def test_who_reads_at_the_very_top_keeps_their_post_too() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand/newest", [frame(1)], **LAPTOP)
        before = await top(page, LAST["id"])
        await say(page, frame(2, *(put(new(900 + n)) for n in range(5))))
        assert abs(await top(page, LAST["id"]) - before) <= 1
        assert await page.inner_text("#arrived") == "5 new posts"
        await page.click("#arrived")
        assert await page.locator("#p904").is_visible() and await page.locator("#arrived").is_hidden()


async def test_a_changed_post_keeps_its_open_cover_and_whoever_is_in_it() -> None:
    covered = next(post for post in POSTS if post["cover"])
    async with served(strand_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand", [frame(1)], **LAPTOP)
        await page.click(f"#p{covered['id']} summary")
        await page.locator(f"#p{covered['id']} .when").focus()
        await say(page, frame(2, put({**covered, "edited": True})))
        assert await page.locator(f"#p{covered['id']} details[open]").count() == 1
        assert await page.evaluate("document.activeElement.closest('article').dataset.id") == str(covered["id"])


async def test_new_posts_are_told_politely_also_to_who_is_at_the_newest() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand/newest", [frame(1)], **LAPTOP)
        assert await page.get_attribute("#told", "role") == "status"
        await page.evaluate(
            """() => { window.heard = []; const told = document.getElementById('told');
                       new MutationObserver(() => heard.push(told.textContent)).observe(told, { childList: true }); }"""
        )
        await page.clock.install()
        for seq in (2, 3):
            await say(page, frame(seq, put(new(900 + seq))))
        assert await page.evaluate("heard") == []  # not every single post
        await page.clock.run_for(11_000)
        await say(page, frame(4, put(new(904))), frame(5, put(new(905))))
        await page.clock.run_for(11_000)
        heard = await page.evaluate("heard")  # emptied in between: the same words again are only heard as a change
        assert heard == ["2 new posts", "", "2 new posts"]


async def test_a_page_of_questions_takes_in_questions_and_lets_go_of_what_is_hidden() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/strand/part", [frame(1)], **LAPTOP)
        first, second = (await ids(page))[:2]
        await say(page, frame(2, put(new(900)), put(new(901, question=True)), {"type": "drop", "id": first}))
        shown = await ids(page)
        assert 901 in shown and 900 not in shown and first not in shown
        await say(page, frame(3, put({**POSTS[1], "question": False})))
        assert second not in await ids(page)
        assert await page.inner_text("#arrived") == "1 new post" or await page.locator("#arrived").is_hidden()
        assert not wrong


async def test_a_page_of_found_posts_stays_as_it_is_and_says_what_is_new_on_the_strand() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand/found", [frame(1)], **LAPTOP)
        before = await ids(page)
        await say(page, frame(2, put(new(900, words="ferry"))), frame(3, {"type": "drop", "id": before[0]}))
        assert await ids(page) == before[1:]
        assert await page.inner_text("#arrived") == "New on the strand: 1"
        assert await page.get_attribute("#arrived", "href") == "/harbour#newest"


async def test_an_earlier_page_takes_in_what_belongs_between_its_posts_and_nothing_else() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand/earlier", [frame(1)], **LAPTOP)
        before, order = await ids(page), POSTS[2]["order"] + "5"
        await say(page, frame(2, put(new(900)), put({**new(901), "order": order, "late": True})))
        assert sorted(await ids(page)) == sorted([*before, 901])
        assert await page.inner_text("#arrived") == "New on the strand: 1"


async def _remember(page: Page, read: str, minutes: float) -> None:
    """As if this browser had read to there, and left so long ago. From another page: leaving this one is noted too."""
    here = page.url
    await page.goto(here.rpartition("/strand")[0] + "/act")
    kept = (
        "([read, ago]) => localStorage.setItem('strand-read:harbour', JSON.stringify({ read, at: Date.now() - ago }))"
    )
    await page.evaluate(kept, [read, minutes * 60_000])
    await page.goto(here)


async def test_since_i_left_is_a_line_on_the_strand_and_the_way_there() -> None:
    read = POSTS[-4]
    async with served(strand_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/strand", [frame(1)], **LAPTOP)
        assert await page.locator("#since").is_hidden()  # a first visit left nowhere
        await _remember(page, read["order"], 60)
        await page.wait_for_selector(".tidemark")
        around = await page.eval_on_selector(
            ".tidemark", "mark => [mark.previousElementSibling, mark.nextElementSibling].map(e => Number(e.dataset.id))"
        )
        assert around == [read["id"], POSTS[-3]["id"]]
        assert "You were here" in await page.inner_text(".tidemark")
        await page.click("#since")
        assert await page.locator(".tidemark").is_visible()
        await say(page, frame(2, put(new(900))))
        assert await page.locator(".tidemark").count() == 1
        await _remember(page, LAST["order"], 60)
        assert await page.locator("#since").is_hidden() and await page.locator(".tidemark").count() == 0
        assert not await page.context.cookies() and not wrong


async def test_who_only_looked_away_is_not_told_so_and_who_left_long_ago_is_led_to_another_page() -> None:
    pages = strand_pages()
    pages["/strand"] = pages["/strand"].replace('"floor": ""', f'"floor": "{POSTS[0]["order"]}"')
    async with served(pages) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand", [frame(1)], **LAPTOP)
        await _remember(page, POSTS[-4]["order"], 2)
        assert await page.locator(".tidemark").count() == 0
        await _remember(page, "20260101T000000.000000-0000000001", 60 * 24)
        assert await page.locator(".tidemark").count() == 0
        assert await page.get_attribute("#since", "href") == "/harbour?after=20260101T000000.000000-0000000001"


async def test_how_far_one_has_read_is_kept_by_the_browser_and_spoiled_notes_are_forgotten() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/strand", [frame(1)], **LAPTOP)
        await page.locator(f"#p{LAST['id']}").scroll_into_view_if_needed()
        await page.wait_for_timeout(1_300)  # it is noted once a second
        kept = json.loads(await page.evaluate("localStorage.getItem('strand-read:harbour')"))
        assert kept["read"] <= LAST["order"]
        for spoiled in ("{", "null", '{"read": 7, "at": "x"}', "[]"):
            await page.goto(address + "/act")
            await page.evaluate("words => localStorage.setItem('strand-read:harbour', words)", spoiled)
            await page.goto(address + "/strand")
            assert await page.locator("#since").is_hidden()
        assert not wrong


async def test_the_order_somebody_chose_is_theirs_from_then_on() -> None:
    pages = strand_pages()
    async with served({"/harbour": pages["/strand"]}) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/harbour", [frame(1)], **LAPTOP)
        assert not page.url.endswith("newest")
        await page.goto(address + "/harbour?order=newest")
        await page.goto(address + "/harbour?q=a#p1")
        assert page.url == address + "/harbour?q=a&order=newest#p1"
        await page.goto(address + "/harbour?order=oldest")
        await page.goto(address + "/harbour")
        assert page.url == address + "/harbour"


async def test_j_and_k_lead_through_the_posts_but_only_whoever_is_among_them() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand", [frame(1)], **LAPTOP)
        await page.keyboard.press("j")
        assert await page.evaluate("document.activeElement === document.body")
        await page.locator(f"#p{POSTS[2]['id']} .when").focus()
        at = "Number(document.activeElement.closest('article').dataset.id)"
        await page.keyboard.press("j")
        assert await page.evaluate(at) == POSTS[3]["id"]
        await page.keyboard.press("k")
        await page.keyboard.press("k")
        assert await page.evaluate(at) == POSTS[1]["id"]
        await page.focus("#q")
        await page.keyboard.type("jk")
        assert await page.input_value("#q") == "jk"


async def test_the_own_server_is_kept_by_the_browser_and_never_leads_anywhere_by_itself() -> None:
    async with served(strand_pages()) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/act", **PHONE)
        link = page.locator("#at-server a")
        assert (await link.get_attribute("rel") or "").startswith("noopener")
        await page.goto(address + "/act/again")
        assert await page.locator("#at-server").is_hidden()  # what was typed is no server, and stays to be mended
        assert await page.input_value("#server") == "no server"
        for kept in ("evil.example/@x", "javascript:alert(1)//a.b", "a.b\\@c", "user:pw@host.example"):
            await page.evaluate("host => localStorage.setItem('strand-server', host)", kept)
            await page.evaluate("document.getElementById('server').value = ''")
            await page.reload()
            assert await page.locator("#at-server").is_hidden(), kept
        assert not wrong
