"""A wall in a browser whose clock goes as the test says, with the server's word always in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.async_api import Browser, Page

from tests.design.browser import frame, opened, snapshot
from tests.design.making import EVENT
from tests.design.measuring import SIZES
from tests.design.shown import told_people

BEAT = frame(1, {"type": "heartbeat", "now": "2026-06-12T17:15:00Z"})
Told = Callable[[str], bytes | None]
SPEED = "() => { const now = performance.now.bind(performance); performance.now = () => now() + (window.later || 0); }"


def people(many: int) -> Told:
    return lambda path: told_people(many) if path.endswith("/people.json") else None


async def wall(browser: Browser, address: str, posts: Any, size: tuple[int, int] = SIZES[0], **more: Any) -> Any:
    viewport = {"width": size[0], "height": size[1]}
    return await opened(browser, address, [snapshot(posts, EVENT), BEAT], viewport=viewport, **more)


async def later(page: Page, seconds: float, seq: int = 1) -> None:
    """So many seconds later by the page's clock, with the server's word in time; and the wall's next second."""
    shift = f"beat => {{ window.later = (window.later || 0) + {seconds * 1000}; socket.say(beat); }}"
    await page.evaluate(shift, {**BEAT, "seq": seq})
    await page.wait_for_timeout(1_200)


async def quick(page: Page) -> None:
    await page.evaluate(SPEED)
