"""How long style and layout took in each frame, read out of Chromium's own trace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page

COST = ("Layout", "UpdateLayoutTree", "PrePaint")
BEGINS = "BeginMainThreadFrame"
CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline.frame"]


@dataclass(frozen=True, slots=True)
class Layout:
    frames: int
    p50: float  # milliseconds
    p95: float
    longest: float

    def __str__(self) -> str:
        return f"layout in {self.frames} frames: p50 {self.p50:.1f}, p95 {self.p95:.1f}, longest {self.longest:.1f} ms"


async def traced(browser: Browser, page: Page, act: Callable[[], Awaitable[Any]]) -> Layout:
    await browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        await act()
        await asyncio.sleep(0.3)  # the last frame has its end
    finally:
        trace = await browser.stop_tracing()
    return measured(json.loads(trace)["traceEvents"])


def measured(events: list[dict[str, Any]]) -> Layout:
    """What was forced by a script counts for the frame it is in. Pure."""
    threads = {(one["pid"], one["tid"]) for one in events if one["name"] == "UpdateLayoutTree"}
    ours = sorted((e for e in events if (e["pid"], e["tid"]) in threads), key=lambda e: e["ts"])
    frames: list[float] = []
    for one in ours:
        if one["name"] == BEGINS:
            frames.append(0.0)
        elif one["name"] in COST and one.get("ph") == "X" and frames:
            frames[-1] += one.get("dur", 0) / 1_000
    ranked = sorted(frames) or [0.0]
    return Layout(len(frames), ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.95)], ranked[-1])
