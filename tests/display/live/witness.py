"""What a page really showed: a log kept inside the browser of every frame heard and every state of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Page

from app.domain.audience import Audience
from tests.display.live.world import World

# The listener is put on before the page's own handler, so "heard" comes first; observers run right after it, and
# a sample is taken before every paint.
SCRIPT = """
window.witness = [];
const ids = () => [...document.querySelectorAll("#strand > .tied[data-id], #voices article[data-id]")]
  .map(node => Number(node.dataset.id));
const note = (what, more) => window.witness.push([what, more]);
const Real = window.WebSocket;
window.WebSocket = class extends Real {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => {
      const {epoch, seq, messages} = JSON.parse(data);
      note("heard", [epoch, seq, messages.some(m => m.type === "reset" || m.type === "snapshot")]);
    });
  }
};
new MutationObserver(() => note("changed", ids())).observe(document, {childList: true, subtree: true});
const paint = () => { note("painted", ids()); requestAnimationFrame(paint); };
requestAnimationFrame(paint);
"""


@dataclass
class Witness:
    page: Page
    wrong: list[str] = field(default_factory=list)

    async def shown(self) -> list[int]:
        """The posts in the document now, in its order."""
        found: list[int] = await self.page.evaluate("ids()")
        return found

    async def heard_times(self) -> int:
        return int(await self.page.evaluate("witness.filter(([what]) => what === 'heard').length"))

    async def testify(self, world: World) -> int:
        """Nothing stood in the document that was not to be seen at the number last heard. Returns how often looked."""
        log: list[tuple[str, Any]] = await self.page.evaluate("witness")
        cursor: tuple[str, int] | None = None
        looked = 0
        for what, more in log:
            if what == "heard":
                epoch, seq, begins = more
                if cursor is None or begins or (epoch == cursor[0] and seq >= cursor[1]):
                    cursor = (epoch, seq)
            elif cursor is not None:
                posts, _ = world.truth[cursor][Audience.PUBLIC]
                extra = set(more) - {post["id"] for post in posts}
                assert not extra, f"{extra} {what} at {cursor}"
                looked += 1
        return looked


async def witness(context: BrowserContext, address: str) -> Witness:
    page = await context.new_page()
    await page.add_init_script(f"{{{SCRIPT} window.ids = ids; }}")
    one = Witness(page)
    page.on("pageerror", lambda error: one.wrong.append(str(error)))
    await page.goto(address)
    return one
