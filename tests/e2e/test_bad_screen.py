"""What a wall does with bad input: pictures that are none, that are huge, that never come; frames that cannot be right;
colours that hide the words. Nobody in the hall notices, and the desk can read of it."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Route

from app.models.account import Role
from tests.conftest import NOW
from tests.display.live.world import World
from tests.e2e.ears import BROKEN, EARS, PICTURE, Screen
from tests.e2e.hall import STAGE, eventually
from tests.server import Running

pytestmark = pytest.mark.browser
Opened = Callable[..., Awaitable[Screen]]


@pytest.fixture
async def opened(browser: Browser, running: Running, served: World) -> AsyncIterator[Opened]:
    """Opens a wall on four posts; `workers`: whether it may have one (with one, a test cannot stand in for a file)."""
    for minutes in (9, 8, 7, 6):
        await served.act("arrive", minutes % 3, minutes, None)
    contexts: list[BrowserContext] = []

    async def begin(
        clock: Any = None, stand_in: Callable[[Route], Awaitable[None]] | None = None, where: str | re.Pattern[str] = ""
    ) -> Screen:
        context = await browser.new_context(**STAGE, service_workers="block" if stand_in else "allow")
        contexts.append(context)
        if clock:
            await context.clock.install(time=clock)
        page = await context.new_page()
        await page.add_init_script(EARS)
        if stand_in:
            await page.route(where, stand_in)
        screen = Screen(page, running, served)
        await page.goto(f"{running.base}/{served.event.slug}/wall?screen=hall")
        await eventually(screen.agrees, "it shows what is so")
        return screen

    yield begin
    for context in contexts:
        await context.close()


async def the_post_with(screen: Screen, *media: dict[str, Any]) -> int:
    """The newest post has these pictures now."""
    post = await screen.a_post()
    await screen.hear({"type": "put", "post": post | {"media": list(media)}})
    return int(post["id"])


@pytest.mark.parametrize("many", [1, 4])
async def test_bad_input_a_broken_picture_leaves_its_place_to_the_words_and_the_desk_hears_which(
    opened: Opened, many: int
) -> None:
    screen = await opened()
    pictures = [PICTURE | {"src": f"/media-files/none{n}.webp"} for n in range(many)]
    post = await the_post_with(screen, *pictures)
    await screen.told("picture", post)
    assert await screen.agrees()
    assert await screen.page.evaluate(BROKEN) == 0
    assert screen.wrong == []


async def test_bad_input_a_picture_of_forty_megapixels_stops_nothing(opened: Opened) -> None:
    body = io.BytesIO()
    Image.effect_mandelbrot((8000, 5000), (-2, -1.2, 1, 1.2), 12).convert("RGB").save(body, "JPEG", quality=60)

    async def huge(route: Route) -> None:
        await route.fulfill(body=body.getvalue(), content_type="image/jpeg")

    screen = await opened(stand_in=huge, where="**/media-files/*")
    await screen.page.evaluate("slowest = 0")
    await the_post_with(screen, PICTURE | {"src": "/media-files/huge.webp", "width": 8000, "height": 5000})
    picture = screen.page.locator("#stage article img").last
    await eventually(lambda: picture.evaluate("i => i.complete && i.naturalWidth === 8000"), "it is there")
    box = await picture.bounding_box()
    assert box is not None
    assert box["width"] <= 1920
    assert box["height"] <= 1080
    await screen.world.say()
    await eventually(screen.agrees, "the next post is heard and shown")
    slowest = await screen.page.evaluate("slowest")
    print(f"\nlongest frame with 40 megapixels: {slowest:.0f} ms")
    assert slowest < 2_000


@pytest.mark.parametrize("kind", ["video", "gifv", "image"])
async def test_bad_input_a_video_that_never_ends_and_a_picture_that_never_comes_hold_nobody_up(
    opened: Opened, kind: str
) -> None:
    held: list[Route] = []

    async def never(route: Route) -> None:
        held.append(route)  # nothing is ever said

    screen = await opened(stand_in=never, where="**/media-files/*")
    post = await the_post_with(screen, PICTURE | {"src": "/media-files/endless.webp", "kind": kind})
    await eventually(lambda: _is_asked(held), "the picture is asked for")
    assert post in await screen.shown(), "the words need not wait"
    assert await screen.page.evaluate("[...document.querySelectorAll('video, audio')].every(one => one.muted)")
    await screen.world.say()
    await eventually(screen.agrees, "the next post comes all the same")
    assert screen.wrong == []


async def _is_asked(held: list[Route]) -> bool:
    return bool(held)


async def test_bad_input_frames_late_twice_from_the_future_and_no_frames_at_all_leave_the_wall_right(
    opened: Opened,
) -> None:
    screen = await opened()
    post = await screen.a_post()
    ghost = post | {"id": 9_999, "order": "9" * 20, "words": [{"t": "text", "text": "never said"}]}
    put = {"type": "put", "post": post}
    await screen.hear(put)
    await screen.hear(put)
    await screen.hear({"type": "put", "post": ghost}, by=-2)
    for text in ("<html>502 Bad Gateway", "", "null", '{"epoch": 7}', '{"epoch":"x","seq":1,"messages":[', "[1,2]"):
        await screen.page.evaluate("hear", text)
        await eventually(lambda: screen.page.evaluate("line.readyState === 1"), "the line is taken up again")
    await screen.world.say()
    await eventually(screen.agrees, "it is right")
    await screen.hear({"type": "put", "post": ghost}, by=5_000)
    await screen.world.say()
    await eventually(lambda: _lacks(screen, 9_999), "what the future said is gone with the next heartbeat", 30)
    await eventually(screen.agrees, "it is right again")
    await screen.told("frame")
    await screen.told("order")
    assert screen.wrong == []


async def _lacks(screen: Screen, post: int) -> bool:
    return post not in await screen.shown() and await screen.agrees()


async def test_bad_input_a_hide_that_comes_too_late_is_done_at_once(opened: Opened) -> None:
    screen = await opened()
    post = await screen.a_post()
    await screen.page.evaluate(
        """() => { window.after = []; new MutationObserver(() => after.push(
            [...document.querySelectorAll('#stage article[data-id]')].map(one => Number(one.dataset.id))
        )).observe(document, { childList: true, subtree: true }); }"""
    )
    await screen.hear({"type": "drop", "id": post["id"]}, by=-1)
    assert post["id"] not in await screen.shown(), "gone before anything is asked"
    await eventually(screen.agrees, "the snapshot says that it may stay")


NONE: list[dict[str, Any]] = [
    {"words": None}, {"author": None}, {"media": "none"}, {"media": [None]}, {"order": 7}, {"id": "x"},
    {"networks": None},
]  # fmt: skip


async def test_bad_input_a_post_that_is_none_takes_nothing_down(opened: Opened) -> None:
    screen = await opened()
    post = await screen.a_post() | {"id": 9_998, "order": "9" * 20}
    for broken in NONE:
        await screen.hear({"type": "put", "post": post | broken}, None, {"type": "event", "event": 1})
        assert not {9_998, "x"} & set(await screen.shown()), broken
    await screen.told("frame")
    await screen.world.say()
    await eventually(screen.agrees, "and it goes on")
    assert screen.wrong == []


@pytest.mark.parametrize(
    "css",
    [
        ".wall, .wall * { color: var(--sand) !important; }",
        ":root { --ink: transparent !important; --ink-soft: transparent !important; }",
        ".wall { background: var(--ink) !important; }",
        ".wall :is(p, h1, h2, b, bdi) { opacity: 0 !important; }",
    ],
    ids=["the ground's colour", "transparent", "a ground of ink", "no opacity"],
)
async def test_bad_input_colours_that_hide_the_words_are_left_out(opened: Opened, css: str) -> None:
    async def hides(route: Route) -> None:
        await route.fulfill(body=css, content_type="text/css")

    screen = await opened(stand_in=hides, where=re.compile(r"/theme\.css\?v="))
    event = await screen.an_event()
    await screen.hear({"type": "event", "event": event | {"theme": f"/{event['slug']}/theme.css?v=bad"}})
    await screen.told("theme")
    assert await screen.page.evaluate("document.getElementById('theme').sheet.disabled")


async def test_bad_input_colours_that_can_be_read_stay(opened: Opened) -> None:
    async def wears(route: Route) -> None:
        await route.fulfill(body=":root { --event-line: #ffb000; --event-now: #ff80b0; }", content_type="text/css")

    screen = await opened(stand_in=wears, where=re.compile(r"/theme\.css\?v="))
    event = await screen.an_event()
    await screen.hear({"type": "event", "event": event | {"theme": f"/{event['slug']}/theme.css?v=good"}})
    await eventually(lambda: screen.page.evaluate("Boolean(document.getElementById('theme')?.sheet)"), "it is worn")
    await screen.page.wait_for_timeout(6_000)
    assert not await screen.page.evaluate("document.getElementById('theme').sheet.disabled")
    assert "theme" not in await screen.troubles()


async def test_bad_input_a_clock_that_is_wrong_and_a_mistake_of_ours_can_be_read_at_the_desk(
    opened: Opened, running: Running, served: World
) -> None:
    screen = await opened(clock=NOW + timedelta(hours=2))
    await screen.page.evaluate("reportError(new Error('a mistake of ours'))")
    await screen.page.clock.run_for(6_000)
    await screen.told("clock")
    await screen.told("script")
    async with running.visitor(
        await running.sign_in(Role.ORGANISER, served.event), headers={"accept": "text/html"}
    ) as kim:
        page = await kim.get(f"/desk/{served.event.slug}/screens")
    assert page.status_code == 200
    assert "clock" in page.text
