"""A real Chromium for pages drawn without the house, and a socket of our own inside the page: the test serves."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Error, Page, async_playwright, expect

expect.set_options(timeout=15_000)  # a browser draws by the processor here, and others work on the same cores

SOCKET = """
window.WebSocket = class {
  constructor(url) {
    this.url = url; this.readyState = 0; this.sent = []; window.socket = this;
    setTimeout(() => { this.readyState = 1; (window.first || []).forEach(frame => this.say(frame)); });
  }
  say(frame) { this.onmessage({data: JSON.stringify(frame)}); }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() {}
};
"""


def snapshot(posts: list[dict[str, Any]], event: dict[str, Any], seq: int = 1) -> dict[str, Any]:
    return frame(seq, {"type": "snapshot", "posts": posts, "event": event, "floor": ""})


def frame(seq: int, *messages: dict[str, Any]) -> dict[str, Any]:
    return {"epoch": "a", "seq": seq, "messages": list(messages)}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = "/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as missing:
            pytest.skip(f"no Chromium here: {missing.message.splitlines()[0]}")
        yield browser
        await browser.close()


async def opened(
    browser: Browser, address: str, first: list[dict[str, Any]] | None = None, **options: Any
) -> tuple[Page, list[str]]:
    """A page that hears `first` from its socket, and a list of everything that went wrong in it."""
    page = await (await browser.new_context(**options)).new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    await page.add_init_script(f"{SOCKET} window.first = {json.dumps(first or [])};")
    await page.goto(address)
    return page, wrong


async def say(page: Page, *frames: dict[str, Any]) -> None:
    await page.evaluate("frames => frames.forEach(frame => socket.say(frame))", list(frames))
