"""Every page, by day, by night and in strong contrast: no fault axe finds, nothing refused, no sideways scrolling."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

from tests.design.browser import chromium, opened, snapshot
from tests.design.desks import told as told_at_desk
from tests.design.drawing import served
from tests.design.pages import all_pages
from tests.design.posts import EVENT, POSTS
from tests.design.shown import told_people
from tests.design.walls import card

pytestmark = pytest.mark.browser

# These hold a part of the strand or of the queue: told that everything is new, they ask the server again.
PARTS = ("/strand/part", "/strand/found", "/strand/earlier", "/queue", "/voices")

# By day everything is looked for. By night and in strong contrast the same pages have other colours, and nothing else.
OF_COLOUR = {"runOnly": ["color-contrast", "link-in-text-block"]}

HEARD = [snapshot([{**post, "verdict": "waiting", "why": "review", "version": "1", "by": ""} for post in POSTS], EVENT)]


def told(path: str) -> bytes | None:
    """What the pages ask for besides themselves."""
    if path.endswith("/wall/card.json"):
        return card()
    return told_people(40) if path.endswith("/wall/people.json") else told_at_desk(path)


SHARES = 6  # the workers of a test run take them side by side


@pytest.mark.timeout(600)  # some hundred pages; slow where others work on the same cores
@pytest.mark.parametrize("share", range(SHARES))
async def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_phone(share: int) -> None:
    faults: list[str] = []
    pages = all_pages()
    async with served(pages, told=told) as address, chromium() as browser:
        for path in list(pages)[share::SHARES]:
            wall = path.startswith("/wall")
            size: Any = {"width": 1920, "height": 1080} if wall else {"width": 1440, "height": 900}
            first = None if path.startswith(PARTS) else HEARD
            page, wrong = await opened(browser, address + path, first, viewport=size)
            await page.wait_for_timeout(250)
            faults += await _seen_by_axe(page, path)
            if not wall:
                await page.set_viewport_size({"width": 320, "height": 640})
                wide = await page.evaluate("document.documentElement.scrollWidth")
                faults += [f"{path}: {wide} px wide on a phone of 320"] if wide > 320 else []
            faults += [f"{path}: {said}" for said in wrong]
            await page.context.close()
    assert not faults, "\n".join(faults)


async def _seen_by_axe(page: Page, path: str) -> list[str]:
    """By day, by night and in strong contrast."""
    faults: list[str] = []
    schemes: tuple[tuple[str, Any, Any], ...] = (
        ("light", {}, None),
        ("dark", {"color_scheme": "dark"}, OF_COLOUR),
        ("contrast", {"color_scheme": "light", "contrast": "more"}, OF_COLOUR),
    )
    for scheme, media, rules in schemes:
        await page.emulate_media(**media)
        found = await Axe().run(page, options=rules)
        faults += [f"{path} ({scheme}): {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found.response["violations"]]
    return faults


async def test_a_page_is_complete_without_scripts() -> None:
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand", java_script_enabled=False)
        assert await page.locator("article").count() == len(POSTS)
        assert await page.locator("text=Say something").first.is_visible()
        page, _ = await opened(browser, address + "/wall/dark", java_script_enabled=False)
        assert await page.locator("#holding").is_visible()


async def test_whoever_hears_a_page_hears_where_they_are_and_who_says_what() -> None:
    """The accessibility tree, printed."""
    async with served(all_pages()) as address, chromium() as browser:
        page, _ = await opened(browser, address + "/strand")
        strand = await page.locator("body").aria_snapshot()
        await page.goto(address + "/post")
        post = await page.locator("body").aria_snapshot()
    print(strand[:3_000], post[:3_000], sep="\n\n")
    for tree, heard in (
        (
            strand,
            (
                'heading "#HarbourTalks" [level=1]',
                "search:",
                'main "The strand, oldest first"',
                'article "Linnéa Berg"',
            ),
        ),
        (
            post,
            ('heading "A post by Elif" [level=1]', "main:", 'heading "What it answers" [level=2]', 'article "Elif"'),
        ),
    ):
        assert all(word in tree for word in heard), heard
        assert tree.count("[level=1]") == 1
    assert strand.count("- article ") == len(POSTS)
    assert 'link "Answer Linnéa Berg"' in strand and 'link "Skip to the newest post"' in strand
