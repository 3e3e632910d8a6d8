"""A house that was updated reaches its walls, untouched by anybody: at a calm moment, and only when it is whole."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app import pages
from tests.display.live.world import World
from tests.e2e.chaos import STRANGER, Chaos
from tests.e2e.hall import Hall, eventually, hall
from tests.server import Running, serving

pytestmark = pytest.mark.browser
NEWER = "feedfacecafe"
PLAIN = """
for (const name of ["caches", "trustedTypes"]) Object.defineProperty(window, name, { value: undefined });
Object.defineProperty(window, "isSecureContext", { value: false });
"""


@pytest.fixture
async def wall(browser: Browser, served: World, chaos: Chaos) -> AsyncIterator[Hall]:
    await served.say()
    async with hall(browser, served, chaos) as opened:
        yield opened


@asynccontextmanager
async def the_next_house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Running]:
    """Another build of the program over the same store, as after an update."""
    monkeypatch.setattr(pages, "_build", lambda folder: NEWER)
    async with serving(f"sqlite+aiosqlite:///{tmp_path}/served.sqlite", tmp_path) as newer:
        yield newer


class Lacking:
    """The static files of a house that is only half there: one of them is somebody's error page."""

    def __init__(self, files: ASGIApp, lacks: str) -> None:
        self.files, self.lacks = files, lacks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        half = self.lacks and scope["path"].endswith(self.lacks)
        answer = HTMLResponse(STRANGER) if half else self.files
        await answer(scope, receive, send)


def lacking(newer: Running, lacks: str) -> Lacking:
    (static,) = [route for route in newer.app.routes if getattr(route, "path", "") == "/static"]
    static.app = half = Lacking(static.app, lacks)  # type: ignore[attr-defined]
    return half


async def build_of(wall: Hall) -> str:
    """By locator: the page may be left for another at any moment."""
    source = await wall.page.locator("script[type=module]").get_attribute("src") or ""
    return source.removeprefix("/static/").partition("/")[0]


async def time_passes(wall: Hall, milliseconds: int) -> None:
    with contextlib.suppress(Error):  # a page that is left just then has no clock
        await wall.page.clock.run_for(milliseconds)


async def is_of(wall: Hall, build: str) -> bool:
    await time_passes(wall, 1_000)
    return await build_of(wall) == build


async def test_survival_an_update_of_the_house_reaches_a_wall_at_a_calm_moment(
    wall: Hall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    older = await build_of(wall)
    async with the_next_house(monkeypatch, tmp_path) as newer:
        wall.world.database = newer.database
        wall.chaos.move(newer.port)
        for _ in range(15):  # somebody speaks all the time: this is no moment to go
            await wall.world.say()
            await time_passes(wall, 2_000)
            assert await build_of(wall) == older
        await eventually(lambda: is_of(wall, NEWER), "nobody says anything: now", 60)
        await wall.back()
        assert await wall.testify() > 0
        await eventually(lambda: only(wall, NEWER), "the older shell goes once the newer is whole")
        wall.chaos.begin("cut")
        await wall.page.reload()
        await eventually(wall.rests, "the card of the newer house, without a network")
        assert await build_of(wall) == NEWER


async def only(wall: Hall, build: str) -> bool:
    await wall.page.clock.run_for(1_000)
    return [name.split(" ")[-1] for name in await wall.shell()] == [build]


async def test_survival_a_house_that_is_half_there_never_reaches_a_wall(
    wall: Hall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    older = await build_of(wall)
    async with the_next_house(monkeypatch, tmp_path) as newer:
        half = lacking(newer, "/js/wall/stage.js")
        wall.world.database = newer.database
        wall.chaos.move(newer.port)
        for _ in range(12):
            await wall.page.clock.run_for(10_000)
        assert await build_of(wall) == older
        assert [name.split(" ")[-1] for name in await wall.shell()] == [older]
        await eventually(wall.is_live, "meanwhile it goes on as it is")
        half.lacks = ""

        async def comes() -> bool:
            await time_passes(wall, 10_000)
            return await is_of(wall, NEWER)

        await eventually(comes, "once it is whole", 60)


async def test_survival_over_plain_http_there_is_no_worker_and_an_update_comes_all_the_same(
    browser: Browser, served: World, chaos: Chaos, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await served.say()
    context = await browser.new_context()
    await context.add_init_script(PLAIN)
    await context.clock.install()
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(f"{chaos.base}/{served.event.slug}/wall?screen=hall")
    await eventually(page.locator("#stage").is_visible, "it hears the house")
    async with the_next_house(monkeypatch, tmp_path) as newer:
        chaos.move(newer.port)

        async def newest() -> bool:
            with contextlib.suppress(Error):  # a page that is left just then has no clock and no script
                await page.clock.run_for(1_000)
                return NEWER in await page.evaluate("document.querySelector('script[type=module]').src")
            return False

        await eventually(newest, "the newer house", 60)
        await eventually(page.locator("#stage").is_visible, "and it is heard")
        assert await page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    assert wrong == []
    await context.close()
