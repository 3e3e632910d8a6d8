"""The desk by keyboard, and the big button, in a real Chromium before a real server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import count

import pytest
from playwright.async_api import Locator, Page, Route

from tests.e2e.house import House
from tests.e2e.pages import Room, choose, decide, room, says, shown_on, until, waiting_at

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
            await desk.goto(f"{served.base}/desk/{slug}?state={queue}")
            await until(lambda words=words: waiting_at(desk, words), f"{words} under {queue}")  # type: ignore[misc]


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


async def test_somebody_who_was_slower_is_asked_and_may_keep_it_or_change_it(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        kim, noor = [await people.moderator(f"{name} {slug}") for name in ("Kim", "Noor")]
        for key, after in (("Escape", "hide"), ("c", "approve")):
            words = f"seen differently, then {after}"
            await people.write(words)
            for desk in (kim, noor):
                await until(lambda desk=desk, words=words: waiting_at(desk, words), "at both desks")  # type: ignore[misc]
            held = asyncio.Event()

            await noor.route("**/decide", partial(_late, held), times=1)
            await noor.keyboard.press("a")  # "Kim has this one in hand" may be asked first
            if await noor.locator("#ask").is_visible():
                await noor.keyboard.press("c")
            await kim.keyboard.press("x")
            if await kim.locator("#ask").is_visible():
                await kim.keyboard.press("c")
            await until(lambda: _not_waiting(kim, words), "hidden by Kim", 2)
            held.set()
            await until(lambda: _has(noor, "#ask-words", f"Kim {slug} hid this"), "Noor is told", 2)
            await noor.keyboard.press(key)
            await noor.wait_for_selector("#ask", state="hidden")
            await noor.goto(f"{served.base}/desk/{slug}?state={after}")
            await until(lambda: waiting_at(noor, words), f"as {after}", 2)
            await noor.goto(f"{served.base}/desk/{slug}")
            await until(lambda: _has(noor, "#state", "Live"), "live again")
        people.wrong[:] = [said for said in people.wrong if "409" not in said]


async def test_whoever_has_a_post_in_hand_is_named_at_the_other_desk(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        kim, noor = [await people.moderator(f"{name} {slug}") for name in ("Kim", "Noor")]
        await people.write("first in line")
        await until(lambda: _has(noor, "#line", f"Kim {slug} has this one in hand"), "Noor sees whose it is", 6)
        await people.write("second in line")
        await until(lambda: waiting_at(kim, "second in line"), "at the desk")
        await choose(kim, "second in line")
        claimed = noor.locator(".item", has_text="second in line").locator(".claim:visible")
        await until(lambda: _some(claimed), "and that Kim went on", 6)
        await until(lambda: _has(noor, "#crew", f"Kim {slug}"), "who is at the desk", 3)


async def test_a_note_reaches_the_other_desk_and_stands_beside_the_post(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        kim, noor = [await people.moderator(f"{name} {slug}") for name in ("Kim", "Noor")]
        await people.write("who is this?")
        for desk in (kim, noor):
            await until(lambda desk=desk: waiting_at(desk, "who is this?"), "at both desks")  # type: ignore[misc]
        await kim.keyboard.press("n")
        await kim.keyboard.type("My neighbour; she means well.")
        await kim.click("#note button")
        await until(lambda: _has(noor, "#line", "1 note"), "Noor sees that there is one", 3)
        await until(lambda: _has(noor, "#notes", "she means well"), "and reads it", 3)


async def test_every_act_can_be_taken_back(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        desk = await people.moderator(f"Kim {slug}")
        for key in ("h", "x", "l", "a"):
            words = f"taken back after {key}"
            await people.write(words)
            await until(lambda words=words: waiting_at(desk, words), "at the desk")  # type: ignore[misc]
            await decide(desk, key, words)
            await until(lambda words=words: _not_waiting(desk, words), "decided", 2)  # type: ignore[misc]
            await desk.keyboard.press("z")
            await until(lambda words=words: waiting_at(desk, words), "taken back", 2)  # type: ignore[misc]
        await desk.keyboard.press("b")
        await desk.get_by_text("Everything in this queue").click()
        await desk.click("#several [data-verdict=hide]")
        await until(lambda: _has(desk, "#done", "You hid 4 posts"), "all four at once", 3)
        await until(lambda: _not_waiting(desk, "taken back"), "all four are gone", 2)
        await desk.keyboard.press("z")
        await until(lambda: _all_back(desk, 4), "all four are back", 3)


async def test_what_is_taken_back_before_its_answer_came_is_what_was_done_last(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        desk, held = await _one_done_and_one_on_its_way(people, "hidden just now", _answered_late)
        await until(lambda: _not_waiting(desk, "hidden just now"), "the socket was quicker than the answer", 2)
        await desk.keyboard.press("z")
        await desk.keyboard.press("z")
        held.set()
        for words in ("hidden just now", "hidden before"):
            await until(lambda words=words: waiting_at(desk, words), "taken back, each by one press", 2)  # type: ignore[misc]


async def test_z_after_an_act_that_is_refused_takes_back_nothing_that_was_done_before(served: House, slug: str) -> None:
    async with room(served, slug) as people:
        desk, held = await _one_done_and_one_on_its_way(people, "hidden in vain", _refused_late)
        await desk.keyboard.press("z")
        held.set()
        await until(lambda: _has(desk, "#told", "nothing to take back"), "said so", 2)
        assert await _not_waiting(desk, "hidden before") and await waiting_at(desk, "hidden in vain")
        await desk.keyboard.press("z")
        await until(lambda: waiting_at(desk, "hidden before"), "the next press means it", 2)
        people.wrong.clear()


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


async def test_f_on_another_page_of_the_house_freezes_too_and_shows_which_screens_heard(
    served: House, slug: str
) -> None:
    async with room(served, slug) as people:
        desk, wall = await people.moderator(f"Kim {slug}"), await people.wall()
        await desk.goto(f"{served.base}/desk/{slug}/asked")
        await desk.keyboard.press("f")
        await until(lambda: wall.locator("#holding").is_visible(), "the holding card", 2)
        await desk.wait_for_url(f"**/desk/{slug}/freeze")


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


async def _one_done_and_one_on_its_way(
    people: Room, newest: str, answers: Callable[[asyncio.Event, Route], Awaitable[None]]
) -> tuple[Page, asyncio.Event]:
    """A desk that hid "hidden before", and just now `newest`, of which the answer waits for the event."""
    desk = await people.moderator(f"Kim {people.slug}")
    for words in ("hidden before", newest):
        await people.write(words)
        await until(lambda words=words: waiting_at(desk, words), "at the desk")  # type: ignore[misc]
    await decide(desk, "x", "hidden before")
    await until(lambda: _has(desk, "#done", "You hid"), "done", 2)
    held = asyncio.Event()
    await desk.route("**/decide", partial(answers, held), times=1)
    await decide(desk, "x", newest)
    return desk, held


async def _not_waiting(desk: Page, words: str) -> bool:
    return not await waiting_at(desk, words)


async def _late(held: asyncio.Event, route: Route) -> None:
    await held.wait()
    await route.continue_()


async def _answered_late(held: asyncio.Event, route: Route) -> None:
    answer = await route.fetch()
    await held.wait()
    await route.fulfill(response=answer)


async def _refused_late(held: asyncio.Event, route: Route) -> None:
    await held.wait()
    await route.fulfill(status=503, json={"error": "Not now."})


async def _some(found: Locator) -> bool:
    return await found.count() > 0


async def _all_back(desk: Page, n: int) -> bool:
    return await desk.locator("#line .item").count() == n


async def _lost(page: Page, words: str) -> bool:
    return not await says(page, words)


async def _has(page: Page, selector: str, words: str) -> bool:
    return words in (await page.locator(selector).text_content() or "")
