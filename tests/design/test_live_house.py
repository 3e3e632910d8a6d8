"""The card, now and next, and the holding card in a real browser; every mode of ours under axe, and without motion."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]

from display.wall_strings import for_the_card
from tests.design.browser import chromium, opened, say, snapshot
from tests.design.drawing import served
from tests.design.posts import EVENT, POSTS
from tests.design.walls import (
    AHEAD,
    ANNOUNCED,
    PROMPT,
    SIZES,
    WORD,
    WRONG,
    at,
    card,
    later,
    ours,
    resized,
    stage,
    still,
    up,
    wall_page,
)

pytestmark = pytest.mark.browser


GERMAN = {
    "lang": "de", "when": "", "reasons": ["Du hörst, was nebenan gesagt wird.", "Deine Frage wird beantwortet."],
    "words": {**for_the_card(str), "here": "Hier ist ein Hashtag."},
}  # fmt: skip


def told(path: str) -> bytes | None:
    return card() if path.endswith("/card.json") else None


async def test_the_card_speaks_the_events_languages_in_turn_and_its_code_is_for_the_back_row() -> None:
    english = json.loads(card())["faces"][0]
    pages = up("card")
    async with (
        served(pages, told=lambda path: card(english, GERMAN) if path.endswith("/card.json") else None) as address,
        chromium() as browser,
    ):
        page, wrong = await opened(browser, address + "/wall", [snapshot(POSTS, EVENT)], **still())
        await page.wait_for_selector("text=Connect with it, for these reasons:")
        assert "#HarbourTalks" in await page.inner_text(".card") and "#HafenReden" in await page.inner_text(".card")
        assert await page.locator(".card .reasons li").count() == await page.locator(".card .knot").count() == 3
        code = await page.locator(".card .qr").bounding_box()
        assert code and code["height"] >= 0.5 * 1080
        await page.evaluate(AHEAD)
        await later(page, 20)
        assert "Hier ist ein Hashtag." in await page.inner_text(".card")
        assert await page.locator(".card .reasons li").count() == 2
        assert await page.get_attribute(".card", "lang") == "de"
        assert not ours(wrong)


@pytest.mark.parametrize(
    "event", [EVENT, {**EVENT, "tags": ["w" * 64], "spare": "#HarbourCalm"}, {**EVENT, "tags": []}]
)
async def test_the_card_holds_long_tags_and_long_reasons(event: dict[str, Any]) -> None:
    reasons = [f"{WORD} weil es gut ist und auch sonst"[:100]] * 3
    given = json.loads(card({"lang": "de", "when": "", "reasons": reasons, "words": for_the_card(str)}))
    answers = {"/harbour/wall/card.json": json.dumps({**given, "tags": event["tags"][:1]}).encode()}
    pages = {"/wall": wall_page(event, mode="card")}
    async with served(pages, told=answers.get) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/wall", [snapshot([], event)], **still())
        await page.wait_for_selector(".card .reasons li")
        for size in SIZES:
            await resized(page, size)
            assert not await page.evaluate(WRONG), size


async def test_now_and_next_goes_by_the_servers_clock_and_is_calm_where_nothing_runs() -> None:
    async with served(up("now")) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall", [snapshot(POSTS, EVENT)], **still())
        await say(page, at("2026-06-12T08:40:00Z"))
        await page.wait_for_selector(".running[data-n='2']")
        shown = await page.inner_text(".hours")
        assert "the Hall · until 11:15" in shown and "A listening circle" in shown and "Inka Peters" in shown
        assert "What the eelgrass knows" in await page.inner_text(".coming") and "10:40" in shown
        await say(page, at("2026-06-12T09:30:00Z"))
        await page.wait_for_selector("text=Nothing is on just now.")
        assert "It goes on at 11:45." in await page.inner_text(".hours")
        await say(page, at("2026-06-12T10:45:00Z"))
        await page.wait_for_selector("text=Nothing more is planned for now.")
        assert await page.locator(".hours .qr").is_visible() and not await page.evaluate(WRONG)
        assert not ours(wrong)


async def test_a_screen_in_a_room_says_first_what_is_on_there() -> None:
    async with served(up("now", room="the Shed")) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/wall", [snapshot(POSTS, EVENT)], **still())
        await say(page, at("2026-06-12T08:40:00Z"))
        await page.wait_for_selector(".running li")
        first, second = await page.locator(".running > li").all_inner_texts()
        assert "the Shed" in first and "the Hall" in second


def programme(*rows: tuple[str, str, str, str]) -> bytes:
    told = [
        {"id": n, "title": title, "room": room, "time": start, "until": end, "lang": None, "url": "/",
         "speakers": ["Somebody with a Rather Long Name"], "starts_at": f"2026-06-12T{start}:00Z",
         "ends_at": f"2026-06-12T{end}:00Z"}
        for n, (room, title, start, end) in enumerate(rows)
    ]  # fmt: skip
    return json.dumps({"sessions": told}).encode()


@pytest.mark.parametrize("rooms", [1, 3, 4, 9])
async def test_a_programme_of_many_rooms_and_long_titles_fits(rooms: int) -> None:
    title = f"{WORD} und was daraus wurde, erzählt von denen, die dabei waren, mit allem, was dazu gehört"
    rows = [(f"Raum {n} im Obergeschoss des alten Speichers", title, "08:00", "09:00") for n in range(rooms)]
    rows += [(f"Raum {n}", f"Später {n}: {title}", f"{10 + n % 3}:00", "13:00") for n in range(rooms * 2)]
    told, house = programme(*rows), {"x-strand": "house"}
    async with served(up("now")) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/wall", None, **still())
        await page.route(
            "**/sessions.json", lambda route: route.fulfill(body=told, content_type="application/json", headers=house)
        )
        await say(page, snapshot(POSTS, EVENT), at("2026-06-12T08:40:00Z"))
        await page.wait_for_selector(f".running[data-n='{min(rooms, 4)}']")
        for size in SIZES:
            await resized(page, size)
            assert not await page.evaluate(WRONG), size
            heights = await page.evaluate("['.running', '.one'].map(s => document.querySelector(s).offsetHeight)")
            assert heights[0] <= heights[1] + 2, (size, heights)


async def test_the_holding_card_tells_what_is_on_and_what_comes() -> None:
    async with served(up("holding")) as address, chromium() as browser:
        page, wrong = await opened(browser, address + "/wall", [snapshot(POSTS, EVENT)], **stage())
        for size in SIZES:
            await say(page, at("2026-06-12T08:40:00Z"))
            await resized(page, size)
            shown = await page.inner_text("#due")
            assert "Now in the" in shown and "11:45" in shown, size
            assert not await page.locator("#stage").is_visible() and not await page.evaluate(WRONG), size
        await say(page, at("2026-06-12T23:00:00Z"))
        await page.wait_for_timeout(1_100)
        assert not await page.locator("#due").is_visible()
        assert not ours(wrong)


ALL: dict[str, dict[str, Any]] = {
    "voice": {"mode": "voice"},
    "card": {"mode": "card"},
    "announcement": {"says": ANNOUNCED},
    "prompt": {"says": PROMPT},
    "now": {"mode": "now"},
    "holding": {"mode": "holding"},
}


@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
async def test_axe_finds_nothing_in_any_mode(theme: str) -> None:
    pages = {f"/wall/{name}": wall_page(look={"theme": theme}, **state) for name, state in ALL.items()}
    faults: list[str] = []
    async with served(pages, told=told) as address, chromium() as browser:
        for name in ALL:
            page, _ = await opened(
                browser,
                f"{address}/wall/{name}",
                [snapshot(POSTS, EVENT), at("2026-06-12T08:40:00Z")],
                **still(),
            )
            await page.wait_for_timeout(1_200)
            found = await Axe().run(page)
            faults += [f"{name}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]]
            await page.context.close()
    assert not faults, "\n".join(faults)


async def test_nothing_moves_where_less_motion_is_wished() -> None:
    pages = {f"/wall/{name}": wall_page(**state) for name, state in ALL.items()}
    async with served(pages, told=told) as address, chromium() as browser:
        for name in ALL:
            page, _ = await opened(browser, f"{address}/wall/{name}", [snapshot(POSTS, EVENT)], **still())
            await say(page, at("2026-06-12T08:40:00Z"))
            await page.evaluate(AHEAD)
            for _ in range(2):
                await later(page, 40)
                assert await page.evaluate("document.getAnimations().length") == 0, name
            await page.context.close()
