"""Every page, by day, by night and in strong contrast: no fault axe finds, nothing refused, no sideways scrolling."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]

from tests.design.browser import chromium, opened, snapshot
from tests.design.drawing import served
from tests.design.pages import all_pages
from tests.design.posts import EVENT, POSTS

pytestmark = pytest.mark.browser

# These hold a part of the strand: told that everything is new, they ask the server again, and here it is always new.
PARTS = ("/strand/part", "/strand/found", "/strand/earlier")

HEARD = [snapshot([{**post, "verdict": "waiting", "why": "review", "version": "1", "by": ""} for post in POSTS], EVENT)]


@pytest.mark.timeout(400)  # some seventy-five pages; slow where others work on the same cores
@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
async def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_phone(scheme: str) -> None:
    faults: list[str] = []
    pages = all_pages()
    async with served(pages) as address, chromium() as browser:
        for path in pages:
            width, height = (1920, 1080) if path.startswith("/wall") else (1440, 900)
            options: dict[str, Any] = {"viewport": {"width": width, "height": height}}
            options |= {"contrast": "more"} if scheme == "contrast" else {"color_scheme": scheme}
            page, wrong = await opened(browser, address + path, None if path in PARTS else HEARD, **options)
            await page.wait_for_timeout(250)
            found = await Axe().run(page)
            faults += [f"{path}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]]
            if not path.startswith("/wall"):
                await page.set_viewport_size({"width": 320, "height": 640})
                wide = await page.evaluate("document.documentElement.scrollWidth")
                faults += [f"{path}: {wide} px wide on a phone of 320"] if wide > 320 else []
            faults += [f"{path}: {said}" for said in wrong]
            await page.context.close()
    assert not faults, "\n".join(faults)


async def test_a_page_is_complete_without_scripts() -> None:
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand", java_script_enabled=False)
        assert await page.locator("article").count() == len(POSTS)
        assert await page.locator("text=Say something").first.is_visible()
        page, _ = await opened(browser, address + "/wall/dark", java_script_enabled=False)
        assert await page.locator("#holding").is_visible()
