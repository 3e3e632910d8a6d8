"""Questions in a real Chromium: under a thumb with a script and without, at the desk by keys, beside a speaker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import select

from app.domain.questions import answering
from app.models import Event, Post, Room, Screen, Session, Verdict
from app.models.account import Role
from tests.conftest import NOW
from tests.design.browser import chromium
from tests.display.asking import ask_in_hall, decide, hall_talk, voting
from tests.display.conftest import visitor
from tests.factories import make_account
from tests.server import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PAGE = "/harbour/questions"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB", "has_touch": True}
HALL: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}, "locale": "en-GB"}
SEEN = """
window.painted = [];
new MutationObserver(() => window.painted.push(document.querySelector("#stage")?.textContent ?? ""))
  .observe(document, {childList: true, subtree: true, characterData: true});
"""


@asynccontextmanager
async def opened(browser: Browser, address: str, watch: str = "", **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**options)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    if watch:
        await page.add_init_script(watch)
    await page.goto(address)
    yield page
    assert not wrong
    await context.close()


@pytest.fixture
async def talk(served: Running, harbour: Event) -> Session:
    """In the hall, where two screens stand: one for all that is shown, one for what a person has read."""
    talk = await hall_talk(served, harbour, room="Hall", speakers=["Sari Lindqvist"])
    async with served.database.transaction() as db:
        room = (await db.scalars(select(Room).where(Room.name == "Hall"))).one()
        for name, audience in (("Hall", "public"), ("Stage", "reviewed")):
            screen = Screen(event_id=harbour.id, name=name, audience=audience, mode="questions", made_at=NOW)
            screen.room_id = room.id
            db.add(screen)
    return talk


async def act(served: Running, event: Event, verb: str, post: Post) -> None:
    async with served.database.transaction() as db:
        kim = await make_account(db)
        await getattr(answering, verb)(db, event, post.id, kim, served.clock())


async def votes_for(served: Running, post: Post, many: int) -> None:
    for _ in range(many):
        async with visitor(served) as web:
            assert (await voting(web, (await web.get(PAGE)).text, post.id)).status_code == 303


def row(page: Page, post: Post) -> Locator:
    return page.locator(f'.asked[data-id="{post.id}"]')


async def standing(page: Page) -> list[str]:
    """Headings and names from the top down, as they are seen."""
    return await page.locator("#questions > li:not([hidden]) :is(h2, .name)").all_inner_texts()


async def faults(page: Page) -> list[str]:
    found = (await Axe().run(page)).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


async def test_without_a_script_the_page_is_whole_one_tap_votes_and_one_asks(served: Running, talk: Session) -> None:
    event = Event(id=talk.event_id, slug="harbour")
    one = await ask_in_hall(served, event, session=talk)
    async with chromium() as browser, opened(
        browser, f"{served.base}{PAGE}?session={talk.id}", java_script_enabled=False, **PHONE
    ) as page:  # fmt: skip
        await expect(page.locator("h1")).to_contain_text("Sari Lindqvist")
        await row(page, one).get_by_role("button", name="Me too").tap()
        await expect(row(page, one)).to_contain_text("So far it is only you.")
        assert f"session={talk.id}" in page.url, "it leads back to where one was"
        await row(page, one).get_by_role("button", name="Me too").tap()
        await expect(row(page, one)).not_to_contain_text("only you")
        await page.get_by_role("link", name="Ask a question").tap()
        assert await page.get_by_label("It is a question").is_checked()


async def test_under_a_thumb_nothing_moves_and_what_is_hidden_is_gone_at_once(served: Running, harbour: Event) -> None:
    one, two, three = [await ask_in_hall(served, harbour, f"Why {n}?", f"Asker{n} X") for n in range(3)]
    async with chromium() as browser, opened(browser, served.base + PAGE, **PHONE) as page:
        before = await standing(page)
        assert before[0] == "Asked" and len(before) == 4
        await row(page, one).get_by_role("button", name="Me too").tap()
        await expect(row(page, one)).to_contain_text("So far it is only you.")
        assert page.url == served.base + PAGE, "nothing was loaded anew"
        async with opened(browser, served.base + PAGE, **PHONE) as other:
            assert "want to hear it" not in await other.locator("#questions").inner_text()
            assert "only you" not in await other.locator("#questions").inner_text()
        last = next(post for post in (three, two, one) if f"Asker{[one, two, three].index(post)}" in before[-1])
        await votes_for(served, last, 3)
        await decide(served, harbour, two, Verdict.HIDE)
        await expect(row(page, two)).to_have_count(0, timeout=5_000)
        new = await ask_in_hall(served, harbour, "And now?", "Asker9 X")
        await expect(row(page, new)).to_be_visible(timeout=12_000)  # it was asked anew: votes and all
        gone = next(name for name in before if name.startswith(f"Asker{1}"))
        assert await standing(page) == [name for name in before if name != gone] + ["Asker9 X"]
        await act(served, harbour, "answer_now", new)
        await expect(page.locator('[data-lane="now"] + .asked')).to_contain_text("And now?", timeout=12_000)
        assert (await standing(page))[0] == "Being answered now"
        assert await row(page, new).get_by_role("button", name="Me too").count() == 0
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not await faults(page)


async def test_a_browser_that_does_not_reach_the_house_says_so_and_nothing_is_lost(
    served: Running, harbour: Event
) -> None:
    one = await ask_in_hall(served, harbour)
    async with chromium() as browser, opened(browser, served.base + PAGE, **PHONE) as page:
        await page.context.set_offline(True)
        await row(page, one).get_by_role("button", name="Me too").tap()
        await expect(row(page, one)).to_contain_text("did not reach the server")
        await page.context.set_offline(False)
        await row(page, one).get_by_role("button", name="Me too").tap()
        await expect(row(page, one)).to_contain_text("So far it is only you.")


async def test_the_desk_puts_a_question_up_by_keys_and_goes_on_from_there(served: Running, harbour: Event) -> None:
    one = await ask_in_hall(served, harbour)
    async with chromium() as browser, opened(browser, served.base + "/sign-in", **HALL) as page:
        await page.context.add_cookies([await served.browser_cookie(Role.MODERATOR, harbour)])  # type: ignore[list-item]
        await page.goto(served.base + "/desk/harbour/questions")
        await row(page, one).get_by_role("button", name="Answer now").press("Enter")
        await expect(page.locator('[data-lane="now"] + .asked')).to_contain_text("Who sweeps the harbour?")
        await expect(page.get_by_role("status").filter(has_text="The walls say")).to_be_visible()
        await expect(row(page, one).get_by_role("button", name="Answered")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator('[data-lane="answered"] + .asked')).to_contain_text("Who sweeps the harbour?")
        assert not await faults(page)


async def test_the_wall_beside_a_speaker_shows_what_is_answered_and_lets_go_of_what_is_hidden(
    served: Running, harbour: Event, talk: Session
) -> None:
    one, two = [await ask_in_hall(served, harbour, f"Why {n}?", f"Asker{n} X", talk) for n in range(2)]
    async with chromium() as browser, opened(browser, f"{served.base}/harbour/wall?screen=Hall", SEEN, **HALL) as page:
        board = page.locator(".board")
        await expect(page.locator(".put-to")).to_contain_text("Sari Lindqvist")
        await expect(page.locator(".put-to")).to_contain_text("What the eelgrass knows")
        await expect(board.locator('[data-row="next"]')).to_have_count(2)
        await act(served, harbour, "answer_now", two)
        await expect(board.locator('[data-row="now"]')).to_contain_text("Why 1?", timeout=10_000)
        await act(served, harbour, "answer_now", one)
        await expect(board.locator('[data-row="now"]')).to_contain_text("Why 0?", timeout=10_000)
        await expect(board.locator('[data-row="answered"]')).to_contain_text("Why 1?")
        await decide(served, harbour, one, Verdict.HIDE)
        await expect(board.locator('[data-row="now"]')).to_have_count(0, timeout=5_000)
        hidden_at = await page.evaluate("window.painted.length")
        await act(served, harbour, "back", two)
        await expect(board.locator('[data-row="next"]')).to_contain_text("Why 1?", timeout=10_000)
        assert "Why 0?" not in "".join(await page.evaluate(f"window.painted.slice({hidden_at})")), "never painted again"
        assert await page.locator("a[href]").count() == 0, "nothing leads away from a wall"
        assert not await faults(page)


async def test_votes_order_the_wall_without_a_frame_and_no_number_is_on_it(
    served: Running, harbour: Event, talk: Session
) -> None:
    asked = [await ask_in_hall(served, harbour, f"Why {n}?", f"Asker{n} X", talk) for n in range(6)]
    async with chromium() as browser:
        context = await browser.new_context(**HALL)
        page = await context.new_page()
        await page.clock.install()
        await page.goto(f"{served.base}/harbour/wall?screen=Hall")
        rows = page.locator('.board [data-row="next"]')
        await expect(rows).to_have_count(4)
        first, second = [await rows.nth(n).get_attribute("data-id") for n in range(2)]
        late = next(post for post in asked if str(post.id) not in (first, second))
        await votes_for(served, late, 7)
        await page.clock.fast_forward(8_500)
        await expect(rows.first).to_have_attribute("data-id", str(late.id))
        assert "7" not in (await page.locator(".board").inner_text()).replace("Asker7", "")
        early = await rows.last.get_attribute("data-id")
        await expect(rows.last).to_contain_text("not heard yet")
        # The next of them has their turn, by the server's clock: the screen hears it with the next heartbeat.
        served.clock.forward(20)
        await expect(rows.last).not_to_have_attribute("data-id", early or "", timeout=15_000)


async def test_a_reviewed_wall_never_holds_a_question_that_no_person_has_read(
    served: Running, harbour: Event, talk: Session
) -> None:
    unread, read = [await ask_in_hall(served, harbour, f"Why {n}?", f"Asker{n} X", talk) for n in range(2)]
    await decide(served, harbour, read, Verdict.APPROVE)
    async with chromium() as browser, opened(browser, f"{served.base}/harbour/wall?screen=Stage", SEEN, **HALL) as page:
        await expect(page.locator(".board")).to_contain_text("Why 1?")
        await votes_for(served, unread, 3)
        await act(served, harbour, "answered", unread)
        await act(served, harbour, "answer_now", read)
        await expect(page.locator('[data-row="now"]')).to_contain_text("Why 1?", timeout=10_000)
        assert "Why 0?" not in "".join(await page.evaluate("window.painted")) + await page.content()
        await decide(served, harbour, unread, Verdict.APPROVE)
        await expect(page.locator('[data-row="answered"]')).to_contain_text(
            "Why 0?", timeout=10_000
        )  # the test sees it


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1280, 800), (2560, 1080)])
async def test_nothing_on_the_wall_is_small_or_outside_however_much_is_asked(
    served: Running, harbour: Event, talk: Session, size: tuple[int, int]
) -> None:
    long = " ".join(f"Wort{n}" for n in range(120)) + "?"
    asked = [await ask_in_hall(served, harbour, f"{n} {long}", f"Asker{n} X", talk) for n in range(5)]
    await act(served, harbour, "answered", asked[0])
    await act(served, harbour, "answer_now", asked[1])
    options = HALL | {"viewport": {"width": size[0], "height": size[1]}}
    async with chromium() as browser, opened(browser, f"{served.base}/harbour/wall?screen=Hall", **options) as page:
        await expect(page.locator('.board [data-row="now"]')).to_be_visible()
        found = await page.evaluate(SMALL)
        assert not found, found
        await expect(page.locator('.board [data-row="now"]')).to_contain_text("more on the strand")


SMALL = """() => {
  const [wide, high] = innerWidth > innerHeight ? [1920, 1080] : [1080, 1920];
  const unit = Math.min(innerWidth / wide, innerHeight / high);
  const wrong = [];
  const walk = document.createTreeWalker(document.querySelector(".inquiry"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement: of, data } = walk.currentNode;
    if (!data.trim() || !of.offsetParent) continue;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    const size = parseFloat(getComputedStyle(of).fontSize) / unit;
    if (size < 31.9) wrong.push(`${size} u: ${data}`);
    for (const box of range.getClientRects()) {
      const inside = box.left >= 0 && box.top >= 0 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
      if (!inside) wrong.push(`outside: ${data.slice(0, 60)} ${JSON.stringify(box)}`);
    }
  }
  const rows = [...document.querySelectorAll(".q")].map((one) => one.getBoundingClientRect());
  rows.slice(1).forEach((box, i) => box.top < rows[i].bottom - 1 && wrong.push(`row ${i + 1} lies over another`));
  return wrong;
}"""
