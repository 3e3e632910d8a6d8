"""Takes the pictures in docs/screens/: a real server, a rehearsal in an empty data folder, a real Chromium.

`python -m tools.screens [PART …]`: only those whose name has one of these in it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tools import walls

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screens"
EVENT = walls.EVENT
LIMIT = 150_000  # bytes: a page of documentation must open on a phone
SETTLE = 20_000  # milliseconds: pictures of the rehearsal are fetched, and some posts arrive


Named = TypeVar("Named", "Shot", walls.Shot)


@dataclass(frozen=True, slots=True)
class Shot:
    name: str
    path: str
    width: int
    height: int
    phone: bool = False


PAGES = {  # name to address; {post} and the like are found by looking
    "home": "/", "strand": "/{event}", "search": "/{event}?q=harbour", "post": "/{event}/posts/{post}",
    "act": "/{event}/posts/{post}/act", "people": "/{event}/people", "person": "/{event}/people/{person}",
    "programme": "/{event}/sessions", "session": "/{event}/sessions/{session}", "say": "/{event}/say",
    "answer": "/{event}/say?to={post}", "receipt": "{receipt}", "card": "/{event}/card", "about": "/{event}/about",
    "where": "/{event}/where", "report": "/{event}/posts/{post}/report", "remove": "/{event}/remove",
    "me": "/{event}/me", "questions": "/{event}/questions", "numbers": "/{event}/numbers", "api": "/docs",
}  # fmt: skip


def shots(found: dict[str, str]) -> list[Shot]:
    """Every public page on a phone and on a laptop."""
    every: list[Shot] = []
    for name, path in PAGES.items():
        address = path.format(**found)
        every += [Shot(name, address, 1440, 900), Shot(f"{name}-phone", address, 390, 844, phone=True)]
    return every


def look_around(browser: Browser, base: str) -> dict[str, str]:
    """A post that answers and is answered, its author, a talk; and a receipt of our own."""
    page = browser.new_page(locale="en-GB")
    page.wait_for_timeout(SETTLE)
    page.goto(f"{base}/{EVENT}")
    answer = page.locator("article:has(.answers)").first.get_attribute("data-id")
    page.goto(f"{base}/{EVENT}/people")
    person = page.locator(f'a[href^="/{EVENT}/people/"]').nth(4).get_attribute("href") or ""
    page.goto(f"{base}/{EVENT}/sessions")
    session = page.locator(f'a[href^="/{EVENT}/sessions/"]').nth(3).get_attribute("href") or ""
    page.goto(f"{base}/{EVENT}/say")
    page.fill("[name=text]", "Is there a ferry back after the last talk? I would like to hear the end of it.")
    page.fill("[name=name]", "Mira from the ferry")
    page.locator("[name=consent]").check(force=True)
    page.locator("form#say button:not([type=button])").last.click()
    page.wait_for_url("**/say/*")
    receipt = page.url.removeprefix(base)
    page.context.close()
    last = {"person": person.rpartition("/")[2], "session": session.rpartition("/")[2]}
    return {"event": EVENT, "post": answer or "1", "receipt": receipt, **last}


@contextlib.contextmanager
def rehearsing() -> Iterator[tuple[str, Path]]:
    """A server with a rehearsal of its own, on a free port; gives its address and its folder."""
    with tempfile.TemporaryDirectory(prefix="strand-screens-") as data:
        env = {**os.environ, "STRAND_DATA_DIR": data, "PYTHONUNBUFFERED": "1"}
        strand = [sys.executable, "-m", "app"]
        subprocess.run([*strand, "rehearse", EVENT, "--speed", "1"], cwd=ROOT, env=env, check=True)
        walls.begin(Path(data))
        server = subprocess.Popen(
            [*strand, "serve", "--port", "0"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            found = None
            while found is None:
                line = server.stdout.readline()
                if not line:
                    raise SystemExit("The server did not start.")
                found = re.search(r"wall\s+(http://[^/\s]+)/", line)
            walls.hang(Path(data))
            yield found[1], Path(data)
        finally:
            server.terminate()
            server.wait()


def take(browser: Browser, base: str, shot: Shot) -> int:
    """One picture; returns its size in bytes."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, is_mobile=shot.phone, has_touch=shot.phone,
        device_scale_factor=2 if shot.phone else 1,
        locale="en-GB", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto(base + shot.path)
    page.wait_for_timeout(2_000)
    picture = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    return write(picture, shot.name)


def write(picture: Image.Image, name: str, limit: int = LIMIT) -> int:
    """As good as the limit allows."""
    path = FOLDER / f"{name}.webp"
    for quality in range(90, 30, -10):
        picture.convert("RGB").save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size <= limit:
            break
    return path.stat().st_size


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = Path("/usr/bin/chromium")
    with rehearsing() as (base, data), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium if chromium.exists() else None, args=["--no-sandbox"]
        )
        for shot in wanted(shots(look_around(browser, base))) if pages_wanted() else ():
            tell(shot.name, take(browser, base, shot))
        for wall in wanted(walls.shots()):
            if wall.mode == "questions":
                walls.ask(data)
            tell(wall.name, write(walls.take(browser, base, wall), wall.name, walls.LIMIT))
        browser.close()


def pages_wanted() -> bool:
    return not sys.argv[1:] or any(not part.startswith("wall") for part in sys.argv[1:])


def wanted(every: Iterable[Named]) -> list[Named]:
    """All, or those that were asked for by a part of their name."""
    return [shot for shot in every if not sys.argv[1:] or any(part in shot.name for part in sys.argv[1:])]


def tell(name: str, size: int) -> None:
    print(f"docs/screens/{name}.webp: {size // 1000} kB", flush=True)


if __name__ == "__main__":
    main()
