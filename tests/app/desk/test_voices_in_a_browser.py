"""First voices at two desks at once, in real browsers: by keyboard, on a phone, and nothing typed goes away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from app.models.account import Role
from tests.app.desk.conftest import Desk
from tests.app.desk.test_voices import INKA, OLE, PAGE, answers, shown
from tests.design.browser import chromium
from tests.factories import make_account

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SLOW = 20_000  # milliseconds, where others work on the same cores


@asynccontextmanager
async def sitting(browser: Browser, desk: Desk, name: str, **options: object) -> AsyncIterator[Page]:
    """Somebody at the list; whatever goes wrong in their page is found at the end."""
    async with desk.running.database.transaction() as db:
        account = await make_account(db, name)
    token = await desk.running.sign_in(Role.REPORTER, desk.event, account)
    context = await browser.new_context(**options)  # type: ignore[arg-type]
    await context.add_cookies([{"name": "strand", "value": token, "url": desk.running.base}])
    page, wrong = await context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(desk.running.base + PAGE)
    yield page
    assert wrong == []
    await context.close()


async def test_one_thanks_by_keyboard_and_the_other_sees_at_once_who_it_was(desk: Desk) -> None:
    inka, ole = await shown(desk), await shown(desk, "And is there cake?", OLE)
    async with chromium() as browser, sitting(browser, desk, "Kim") as kim, sitting(browser, desk, "Ada") as ada:
        await ada.locator(f"#w{ole.id}").fill("There is cake in the")  # she is still writing
        await kim.locator(f"#w{inka.id}").focus()
        await kim.keyboard.press("Control+Enter")
        await expect(kim.locator(f"#v{inka.id}")).to_have_count(0, timeout=SLOW)
        await expect(kim.locator(f"#w{ole.id}")).to_be_focused()
        await expect(ada.locator(f"#v{inka.id}")).to_have_count(0, timeout=SLOW)
        await expect(ada.locator("#given")).to_contain_text("Kim answered Inka Peters", timeout=SLOW)
        await kim.locator(f"#v{ole.id} button[data-act=answer]").click()
        await expect(ada.locator(f"#v{ole.id} [data-part=said]")).to_contain_text("Kim answered Ole", timeout=SLOW)
        await expect(ada.locator(f"#w{ole.id}")).to_have_value("There is cake in the")
        await ada.locator(f"#v{ole.id} button[data-act=answer]").click()
        await expect(ada.locator(f"#v{ole.id} [role=alert]")).to_have_text("Kim has answered already.", timeout=SLOW)
        await expect(kim.locator("#state")).to_contain_text("Nobody waits for an answer.", timeout=SLOW)
    assert [post.reply_to_id for post in await answers(desk)] == [inka.id, ole.id]


async def test_on_a_phone_one_thumb_says_that_it_needs_no_answer_and_takes_that_back(desk: Desk) -> None:
    post = await shown(desk)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    async with chromium() as browser, sitting(browser, desk, "Kim", **phone) as kim:
        button = kim.locator(f"#v{post.id} button[data-act=excuse]")
        box = await button.bounding_box()
        assert box is not None and box["height"] >= 44
        await button.tap()
        await expect(kim.locator(f"#v{post.id} [data-part=said]")).to_contain_text("It needs no answer.", timeout=SLOW)
        await kim.get_by_role("button", name="Undo").tap()
        await expect(button).to_be_visible(timeout=SLOW)
        await button.tap()
        await expect(button).to_be_hidden(timeout=SLOW)
        await kim.reload()
        await expect(kim.locator("#state")).to_contain_text("Nobody waits for an answer.")


async def test_whoever_comes_up_later_appears_by_themselves_with_a_sentence_ready(desk: Desk) -> None:
    async with chromium() as browser, sitting(browser, desk, "Kim") as kim:
        await expect(kim.locator("#state")).to_contain_text("Nobody waits for an answer.")
        post = await shown(desk, "Hello from the quay", INKA)
        await kim.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        row = kim.locator(f"#v{post.id}")
        await expect(row).to_contain_text("Hello from the quay", timeout=SLOW)
        await expect(row.get_by_label("Answer as Harbour Talks")).to_have_value(
            await row.get_attribute("data-thanks") or "none"
        )
        await row.get_by_label("Answer as Harbour Talks").fill("Ahoy, Inka!")
        await row.get_by_role("button", name="Send it").click()
        await expect(row).to_have_count(0, timeout=SLOW)
    assert [one.text for one in await answers(desk)] == ["Ahoy, Inka!"]


async def test_without_a_script_it_is_all_there(desk: Desk) -> None:
    post = await shown(desk)
    async with chromium() as browser, sitting(browser, desk, "Kim", java_script_enabled=False) as kim:
        await kim.locator(f"#v{post.id} button").first.click()
        await expect(kim.get_by_role("status").first).to_contain_text("Your answer is on the strand")
        await expect(kim.locator("#given")).to_contain_text("Kim answered Inka Peters")
    assert len(await answers(desk)) == 1
