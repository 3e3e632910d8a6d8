"""The desk open in a real browser, the test as its server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, Route

from tests.design import desks
from tests.design.browser import chromium, frame, opened
from tests.design.drawing import served

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
GOOD = {"json": {"post": None}}


def put(post: dict[str, Any]) -> dict[str, Any]:
    return {"type": "put", "post": post}


async def ids(page: Page, where: str = "#line") -> list[int]:
    found: list[int] = await page.eval_on_selector_all(f"{where} article", "all => all.map(a => Number(a.dataset.id))")
    return found


@asynccontextmanager
async def at(html: str, path: str = "/queue", **options: Any) -> AsyncIterator[tuple[Page, list[str]]]:
    async with served({"/queue": html}, told=desks.told) as address, chromium() as browser:
        page, wrong = await opened(browser, address + path, [frame(1)], **options)
        await page.wait_for_selector(".item[aria-current], #nothing:visible")
        yield page, wrong


async def answers(page: Page, act: str, *told: dict[str, Any]) -> list[Any]:
    """What the desk sends there; each request gets the next answer, the last one again and again."""
    asked: list[Any] = []

    async def give(route: Route) -> None:
        asked.append(route.request.post_data_json)
        await route.fulfill(**told[min(len(asked), len(told)) - 1])

    await page.route(f"**/desk/harbour/{act}", give)
    return asked
