"""A real wall with a real line, into which a test may speak as if it were the house; and what the desk is told."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Page

from app.domain import log, screens
from app.domain.audience import Audience
from tests.display.live.world import World
from tests.e2e.hall import eventually
from tests.server import Running

# The page's newest socket hears what a test says, as if the server had said it; and frames that take long are noted.
EARS = """
const Real = window.WebSocket;
window.WebSocket = class extends Real { constructor(...given) { super(...given); window.line = this; } };
window.hear = text => window.line.onmessage({ data: text });
window.slowest = 0;
let last = performance.now();
const look = () => {
  const now = performance.now();
  window.slowest = Math.max(window.slowest, now - last);
  last = now;
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
# Pictures that came and are none, and can be seen.
BROKEN = """[...document.querySelectorAll('#stage img[src]')].filter(
  one => one.checkVisibility() && one.complete && !one.naturalWidth).length"""
PICTURE = {
    "kind": "image",
    "srcset": "",
    "alt": "A crane",
    "width": 800,
    "height": 600,
    "focus": "",
    "colour": "#345678",
}


class Screen:
    """An open wall, the house behind it, and what it told."""

    def __init__(self, page: Page, running: Running, world: World) -> None:
        self.page, self.running, self.world = page, running, world
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    async def now(self) -> tuple[str, int]:
        async with self.running.database.reading() as db:
            return await log.head(db, self.world.event.id)

    async def hear(self, *messages: Any, by: int = 0) -> None:
        """A frame whose number is the server's, and so many more."""
        epoch, seq = await self.now()
        await self.page.evaluate("hear", json.dumps({"epoch": epoch, "seq": seq + by, "messages": messages}))

    async def truth(self) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        return self.world.truth[await self.now()][Audience.PUBLIC]

    async def a_post(self) -> dict[str, Any]:
        """The newest that is there, to be changed and said again."""
        return dict((await self.truth())[0][-1])

    async def an_event(self) -> dict[str, Any]:
        return dict((await self.truth())[1])

    async def shown(self) -> list[int]:
        found: list[int] = await self.page.evaluate(
            "[...document.querySelectorAll('#stage article[data-id]')].map(one => Number(one.dataset.id))"
        )
        return found

    async def troubles(self) -> dict[str, int | None]:
        """What the desk is told: the kinds, and the post."""
        async with self.running.database.reading() as db:
            states = await screens.states(db, self.world.event, self.running.clock())
        return {one["kind"]: one["post"] for state in states for one in state.troubles}

    async def told(self, kind: str, post: int | None = None) -> None:
        async def so() -> bool:
            found = await self.troubles()
            return kind in found and (post is None or found[kind] == post)

        await eventually(so, f"the desk is told of a {kind}")

    async def agrees(self) -> bool:
        """It shows the newest, and nothing that is not so."""
        truth = [post["id"] for post in (await self.truth())[0]]
        shown = await self.shown()
        return (
            bool(shown) and set(shown) <= set(truth) and shown == sorted(shown, key=truth.index) and truth[-1] in shown
        )
