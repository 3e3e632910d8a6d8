"""Walls in every mode, as their route would draw them, and how a test looks at one: nothing small, nothing outside."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Page

from display.wall_strings import for_the_card, good_reasons
from tests.design.browser import frame
from tests.design.drawing import page
from tests.design.posts import EVENT

LIVE = {"address": "/harbour/live", "audience": "public", "screen": "Hall"}
LOOK = {
    "theme": "dark", "density": "normal", "metres": 0, "height": 0, "columns": 1, "margin": 0, "turn": 0,
    "sponsors": True, "pictures": True,
}  # fmt: skip
ANNOUNCED: dict[str, Any] = {
    "kind": "announcement",
    "words": "Lunch is on the quay until two. Bring your cup.",
    "until": None,
}
PROMPT: dict[str, Any] = {"kind": "prompt", "words": "What did you change your mind about this morning?", "until": None}
PROMPT["at"] = "2026-06-12T09:36:00Z"
MODES: dict[str, dict[str, Any]] = {
    "voice": {},
    "card": {},
    "announcement": {"mode": "strand", "says": ANNOUNCED},
    "prompt": {"mode": "strand", "says": PROMPT},
    "now": {"now": "2026-06-12T08:40:00Z"},
    "questions": {},
    "gallery": {},
    "people": {},
    "overlay": {},
    "holding": {"now": "2026-06-12T08:40:00Z"},
}


def screen_state(**told: Any) -> dict[str, Any]:
    blank: dict[str, Any] = {
        "name": "Hall", "audience": "public", "room": "", "mode": "strand", "programme": [], "quiet": [], "says": None,
        "paused": False, "sponsors": [], "now": "2026-06-12T10:15:00Z",
    }  # fmt: skip
    return {**blank, **told, "look": {**LOOK, **told.get("look", {})}}


def wall_page(event: dict[str, Any] = EVENT, **told: Any) -> str:
    screen = screen_state(**told)
    return page(
        "wall.html", event=event, live=LIVE, screen=screen, theme=screen["look"]["theme"],
        say_address="wall.example/harbour/say",
    )  # fmt: skip


def wall_pages() -> dict[str, str]:
    return {f"/wall/mode/{name}": wall_page(**{"mode": name, **told}) for name, told in MODES.items()}


SIZES = [(1920, 1080), (1080, 1920), (1280, 800), (2560, 1080)]
AHEAD = "const real = performance.now.bind(performance); window.skip = 0; performance.now = () => real() + window.skip"
LONG = " ".join(f"Wort{n}" for n in range(220))
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsfeier"
# Of every text that can be seen: is it smaller than 32 units, or does it leave the picture?
WRONG = """() => {
  const wall = document.getElementById("wall"), box = wall.getBoundingClientRect();
  const { clientWidth: w, clientHeight: h } = wall;
  const unit = h > w ? Math.min(w / 1080, h / 1920) : Math.min(w / 1920, h / 1080);
  const walk = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT), wrong = [];
  const wide = (r) => r.left < box.left - 1 || r.right > box.right + 1;
  const beyond = (r) => r.width > 1 && (wide(r) || r.top < box.top - 1 || r.bottom > box.bottom + 1);
  while (walk.nextNode()) {
    const { currentNode: node } = walk, { parentElement: holder } = node;
    if (!node.data.trim() || holder.closest("svg") || !holder.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize) / unit;
    if (size < 31.9) wrong.push(`${size.toFixed(1)} u: ${node.data.slice(0, 40)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const seen = ({ left, right, top, bottom }) => { // what a box does not let out is not seen
      for (let at = holder; at && at !== wall; at = at.parentElement) {
        if (getComputedStyle(at).overflow === "visible") continue;
        const b = at.getBoundingClientRect();
        [left, right] = [Math.max(left, b.left), Math.min(right, b.right)];
        [top, bottom] = [Math.max(top, b.top), Math.min(bottom, b.bottom)];
      }
      return { left, right, top, bottom, width: bottom > top ? right - left : 0 };
    };
    const out = [...range.getClientRects()].map(seen).find(beyond);
    if (out) wrong.push(`outside: ${node.data.slice(0, 40)} ${JSON.stringify(out)}`);
  }
  return wrong;
}"""


def card(*faces: dict[str, Any]) -> bytes:
    """What card.json says."""
    english = {"lang": "en", "when": "", "reasons": good_reasons(str), "words": for_the_card(str)}
    told = {"tags": ["HarbourTalks", "HafenReden"], "address": "wall.example/harbour/say", "faces": faces or [english]}
    return json.dumps(told).encode()


def up(mode: str = "voice", **more: Any) -> dict[str, str]:
    return {"/wall": wall_page(mode=mode, **more)}


def put(post: dict[str, Any]) -> dict[str, Any]:
    return {"type": "put", "post": post}


def at(now: str) -> dict[str, Any]:
    return frame(1, {"type": "heartbeat", "now": now})


def stage(size: tuple[int, int] = (1920, 1080), **more: Any) -> dict[str, Any]:
    return {"viewport": {"width": size[0], "height": size[1]}, **more}


def still(size: tuple[int, int] = (1920, 1080)) -> dict[str, Any]:
    return stage(size, reduced_motion="reduce")


async def ids(page: Page) -> list[int]:
    """The posts of the mode that is up."""
    script = "all => all.map(a => Number(a.dataset.id))"
    found: list[int] = await page.eval_on_selector_all(".mode:not([hidden]) article", script)
    return found


async def later(page: Page, seconds: int) -> None:
    """So much time goes by in the page (which has run AHEAD), and it has noticed."""
    await page.evaluate(f"skip += {seconds * 1000}")
    await page.wait_for_timeout(1_100)


def ours(faults: list[str]) -> list[str]:
    """Without what the test's own server does not know."""
    return [fault for fault in faults if "404" not in fault]


async def resized(page: Page, size: tuple[int, int]) -> None:
    """The same page on another screen, drawn anew."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.wait_for_timeout(1_300)  # it looks once a second
