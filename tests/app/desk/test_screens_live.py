"""The pages of screens in a real browser: what is pressed is done there and then, and what others do is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from app.domain import screens
from app.models import Screen
from app.models.account import Role
from tests.app.desk.conftest import Desk
from tests.conftest import NOW
from tests.design.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
SCREENS = "/desk/harbour/screens"
SOON = 8_000  # ms: the page looks every two seconds


async def add(desk: Desk, name: str) -> int:
    async with desk.running.database.transaction() as db:
        screen = Screen(event_id=desk.event.id, name=name, audience="public", made_at=NOW)
        db.add(screen)
        await db.flush()
        return screen.id


async def stored(desk: Desk, screen_id: int) -> Screen:
    async with desk.running.database.reading() as db:
        return await screens.find(db, desk.event.id, screen_id)


@asynccontextmanager
async def at(desk: Desk, path: str, wall: str = "", scripts: bool = True) -> AsyncIterator[tuple[Page, list[str]]]:
    """A moderator's phone; and a wall of that name."""
    async with chromium() as browser:
        phone = await browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
        await phone.add_cookies([await desk.running.browser_cookie(Role.MODERATOR, desk.event)])  # type: ignore[list-item]
        page, wrong = await phone.new_page(), []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        if wall:
            await (await browser.new_page()).goto(f"{desk.running.base}/harbour/wall?screen={wall}")
        await page.goto(desk.running.base + path)
        yield page, wrong


async def test_a_press_is_done_without_leaving_the_page_and_its_wall_follows(desk: Desk) -> None:
    hall = await add(desk, "Hall")
    await add(desk, "Foyer")
    async with at(desk, SCREENS, wall="Hall") as (page, wrong):
        row = page.locator(f"#screen-{hall}")
        await expect(row.locator("[data-told]")).to_have_text("shows the strand", timeout=SOON)
        await page.evaluate("window.stayed = true")
        await row.get_by_text("Change").click()
        await row.get_by_role("button", name="Holding card").click()
        await expect(row.locator('button[value="holding"]')).to_have_attribute("aria-pressed", "true")
        await expect(row.locator("[data-told]")).to_have_text("shows its holding card", timeout=SOON)
        await row.get_by_role("button", name="Pause", exact=True).click()
        await expect(row.get_by_role("button", name="Go on")).to_be_visible()
        await expect(row.locator("[data-also]")).to_contain_text("Paused.")
        screen = await stored(desk, hall)
        assert (screen.mode, screen.paused_at is not None) == ("holding", True)
        await page.locator("#all").get_by_text("Change").click()
        await page.locator("#all").get_by_role("button", name="The card").click()
        await expect(row.locator('button[value="card"]')).to_have_attribute("aria-pressed", "true")
        assert await page.evaluate("window.stayed") is True and wrong == []


async def test_what_others_do_is_seen_and_a_screen_that_is_new_is_named(desk: Desk) -> None:
    hall = await add(desk, "Hall")
    async with at(desk, f"{SCREENS}/{hall}") as (page, wrong), desk.organiser() as kim:
        await expect(page.locator("[data-told]")).to_have_text("not opened yet")
        said = {"kind": "announcement", "words": "Lunch <b>now</b>", "ends": "10"}
        await kim.post(f"{SCREENS}/{hall}/says", data=said)
        await kim.post(f"{SCREENS}/{hall}/mode", data={"mode": "people"})
        await expect(page.locator("[data-says] [data-words]")).to_have_text("Lunch <b>now</b>", timeout=SOON)
        await expect(page.locator('button[value="people"]')).to_have_attribute("aria-pressed", "true")
        await page.goto(desk.running.base + SCREENS)
        await add(desk, "Foyer")
        await expect(page.locator("#newcomer")).to_have_text("Foyer is new here. Look again.", timeout=SOON)
        assert wrong == []


async def test_a_press_that_does_not_arrive_says_so_and_is_not_pretended(desk: Desk) -> None:
    hall = await add(desk, "Hall")
    async with at(desk, f"{SCREENS}/{hall}") as (page, _):
        await page.route("**/mode", lambda route: route.abort())
        await page.get_by_role("button", name="One voice").click()
        await expect(page.get_by_text("That did not reach the server. The screens are as they were.")).to_be_visible()
        assert await page.locator('button[value="voice"]').get_attribute("aria-pressed") == "false"
        await page.unroute("**/mode")
        async with desk.organiser() as kim:
            await kim.post(f"{SCREENS}/{hall}/remove")
        await page.get_by_role("button", name="One voice").click()
        await expect(page.get_by_text("This screen is not here any more.")).to_be_visible()


async def test_the_same_presses_lead_back_where_there_is_no_script(desk: Desk) -> None:
    hall, foyer = await add(desk, "Hall"), await add(desk, "Foyer")
    async with at(desk, f"{SCREENS}/all", scripts=False) as (page, _):
        form = page.locator("#mode form")
        await form.get_by_text("Only some of them").click()
        await form.get_by_text("Foyer").click()
        await form.get_by_role("button", name="Pause").click()
        await page.wait_for_url("**/screens/all#mode")
        paused = [(await stored(desk, one)).paused_at is not None for one in (hall, foyer)]
        assert paused == [False, True]
        await page.goto(f"{desk.running.base}{SCREENS}/{hall}")
        await page.locator(".editor summary").click()
        await page.locator('.turns [name="mode"]').first.select_option("gallery")
        await page.locator('.turns [name="when"]').first.select_option("time")
        await page.locator('.turns [name="since"]').first.fill("09:30")
        await page.locator('.turns [name="until"]').first.fill("11:00")
        await page.get_by_role("button", name="More lines").click()
        await expect(page.get_by_text("Arranged, and not kept yet.")).to_be_visible()
        assert await page.locator(".turn").count() == 3
        await page.locator(".verbs").get_by_role("button", name="Keep it and show it").click()
        await page.wait_for_url("**#programme")
    when = {"from": "09:30", "to": "11:00"}
    assert (await stored(desk, hall)).programme == [{"mode": "gallery", "seconds": 60, "when": when}]
