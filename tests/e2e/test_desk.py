"""The desk by keyboard, and the big button, in a real Chromium before a real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.async_api import Page

from tests.e2e.house import House
from tests.e2e.pages import decide, room, says, shown_on, until, waiting_at

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
_numbers = count(1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("desk"))
    house.serve("--no-ingest")
    yield house
    house.close()


@pytest.fixture
def slug(served: House) -> str:
    """An event of the test's own."""
    return served.event(f"event-{next(_numbers)}")


async def test_a_shows_h_holds_and_x_hides_the_post_in_hand(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        desk, wall = await people.moderator(f"Kim {slug}"), await people.wall()
        for words in ("one to show", "one to hold", "one to hide"):
            await people.write(words)
            await until(lambda words=words: waiting_at(desk, words), words)  # type: ignore[misc]
        for key, words in (("a", "one to show"), ("h", "one to hold"), ("x", "one to hide")):
            await decide(desk, key, words)
            await until(lambda words=words: _not_waiting(desk, words), f"{words}: decided", 2)  # type: ignore[misc]
        await until(lambda: shown_on(wall, "one to show"), "what was approved is on the wall", 2)
        assert not await says(wall, "one to hold") and not await says(wall, "one to hide")
        for queue, words in (("approve", "one to show"), ("hold", "one to hold"), ("hide", "one to hide")):
            await desk.goto(f"{served.base}/desk/{slug}#{queue}")
            await until(lambda words=words: waiting_at(desk, words), f"{words} under #{queue}")  # type: ignore[misc]


async def test_z_takes_the_last_decision_back_everywhere(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        desk, wall, strand = await people.moderator(f"Kim {slug}"), await people.wall(), await people.strand()
        second = await people.moderator(f"Noor {slug}")
        await people.write("said too soon")
        await until(lambda: waiting_at(desk, "said too soon"), "at the desk")
        await decide(desk, "a", "said too soon")
        for page in (wall, strand):
            await until(lambda page=page: shown_on(page, "said too soon"), page.url, 2)  # type: ignore[misc]
        assert not await waiting_at(second, "said too soon")
        await until(lambda: _has(desk, "#done", "You showed Grete"), "the desk tells what it did", 2)

        await desk.keyboard.press("z")
        for page in (wall, strand):
            await until(lambda page=page: _lost(page, "said too soon"), page.url, 2)  # type: ignore[misc]
        for page in (desk, second):
            await until(lambda page=page: waiting_at(page, "said too soon"), page.url, 1)  # type: ignore[misc]
        await desk.keyboard.press("z")
        await until(lambda: _has(desk, "#told", "There is nothing to take back"), "nothing is left to undo", 1)


async def test_two_moderators_with_the_same_thought_agree(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        desks = [await people.moderator(f"{name} {slug}") for name in ("Kim", "Noor")]
        await people.write("plainly fine")
        for desk in desks:
            await until(lambda desk=desk: waiting_at(desk, "plainly fine"), "at both desks")  # type: ignore[misc]
        await asyncio.gather(*(desk.keyboard.press("a") for desk in desks))
        for desk in desks:
            await until(lambda desk=desk: _not_waiting(desk, "plainly fine"), "decided", 2)  # type: ignore[misc]
            assert await desk.locator("#trouble").is_hidden()
        assert "plainly fine" in await people.feed()


async def test_a_letter_in_the_keys_list_or_with_control_decides_nothing(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        desk = await people.moderator(f"Kim {slug}")
        await people.write("still to be read")
        await until(lambda: waiting_at(desk, "still to be read"), "at the desk")
        await desk.keyboard.press("Control+a")
        await desk.keyboard.press("?")
        await desk.keyboard.press("a")
        await desk.keyboard.press("Escape")
        await people.write("a second one")  # once this is here, the first would be gone
        await until(lambda: waiting_at(desk, "a second one"), "at the desk")
        assert await waiting_at(desk, "still to be read")


async def test_a_freeze_from_the_command_line_reaches_the_wall_within_a_second_and_so_does_its_end(
    served: House, slug: str
) -> None:
    async with room(served, slug) as people:
        desk, wall = await people.moderator(f"Kim {slug}"), await people.wall()
        await people.write("on the wall")
        await until(lambda: waiting_at(desk, "on the wall"), "at the desk")
        await decide(desk, "a", "on the wall")
        await until(lambda: shown_on(wall, "on the wall"), "on the wall", 2)

        await asyncio.to_thread(served.done, "freeze", slug)
        await until(lambda: wall.locator("#holding").is_visible(), "the holding card", 1)
        assert not await shown_on(wall, "on the wall")
        await until(lambda: _has(desk, "#state", "All screens show the holding card"), "the desk says so", 1)
        late = await people.page(f"/{slug}/wall")
        await asyncio.sleep(0.3)
        assert await late.locator("#holding").is_visible() and not await shown_on(late, "on the wall")

        await asyncio.to_thread(served.done, "freeze", slug, "--off")
        for page in (wall, late):
            await until(lambda page=page: shown_on(page, "on the wall"), "the strand is back", 1)  # type: ignore[misc]
        assert not await wall.locator("#holding").is_visible()


async def test_f_at_the_desk_freezes_the_wall_and_f_again_lets_it_go_on(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        desk, wall = await people.moderator(f"Kim {slug}"), await people.wall()
        pressed = time.monotonic()
        await desk.keyboard.press("f")
        await until(lambda: wall.locator("#holding").is_visible(), "the holding card", 1)
        assert time.monotonic() - pressed < 1.5
        await until(lambda: _has(desk, "#freeze", "Release screens"), "the button has turned", 1)
        await desk.keyboard.press("f")
        await until(lambda: wall.locator("#stage").is_visible(), "the strand is back", 1)


async def test_without_a_sign_in_there_is_no_desk_and_no_decision(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        page = await people.page(f"/desk/{slug}")
        assert "/sign-in" in page.url
        told = {"post": 1, "version": "", "verdict": "approve"}
        answer = await page.request.post(
            f"{served.base}/desk/{slug}/decide", data=told, headers={"sec-fetch-site": "same-origin"}
        )
        assert answer.status == 401
        people.wrong.clear()


async def _not_waiting(desk: Page, words: str) -> bool:
    return not await waiting_at(desk, words)


async def _lost(page: Page, words: str) -> bool:
    return not await says(page, words)


async def _has(page: Page, selector: str, words: str) -> bool:
    return words in (await page.locator(selector).text_content() or "")
