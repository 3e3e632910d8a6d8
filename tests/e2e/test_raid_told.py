"""What a raid's answer looks like in the room: the wall tells where to go on, live, and rests while it is frozen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from app.domain.events import find_event
from app.models.account import Role
from tests.design.browser import chromium
from tests.display.saying import harbour, say
from tests.factories import a_post


@pytest.mark.browser
async def test_a_raid_is_answered_on_a_phone_and_the_wall_says_where_to_go_on(store_url: str, tmp_path: Path) -> None:
    async with harbour(store_url, tmp_path) as running, chromium() as browser:
        async with running.database.transaction() as db:
            event = await find_event(db, "harbour")
            event.spare_tag = "PlanB"
        await say(running, a_post("The tide is in. #HarbourTalks"))
        wall = await browser.new_page()
        await wall.goto(f"{running.base}/harbour/wall")
        told = wall.locator(".sayplace .spare")
        await expect(wall.locator("#voices article")).to_have_count(1)
        await expect(told).to_be_hidden()

        phone = await browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        await phone.add_cookies([await running.browser_cookie(Role.MODERATOR, event)])  # type: ignore[list-item]
        page = await phone.new_page()
        await page.goto(f"{running.base}/desk/harbour/raid")
        await page.get_by_text("Tell people to go on at #PlanB").click()
        await page.get_by_role("button", name="Trusted only").click()
        await expect(page.get_by_text("Only those who are trusted are shown")).to_be_visible()
        await expect(told).to_have_text("We go on with #PlanB")
        await expect(told).to_be_visible()

        await page.get_by_role("button", name="Freeze screens").click()
        await expect(wall.locator("#holding")).to_be_visible()
        await expect(wall.locator("#holding .spare")).to_have_text("We go on with #PlanB")
        await page.get_by_role("button", name="It is over").click()
        await expect(wall.locator("#voices article")).to_be_visible()
        await expect(told).to_be_visible()
