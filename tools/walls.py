"""Pictures of every mode of a wall, on a screen of its own each: lying and upright, dark and light, two at 4K."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain import rehearsals, screens
from app.models import Attachment, Event, Room
from tools import scene

EVENT = "harbour-talks"
LIMIT = 300_000  # bytes
SETTLE = 6_000  # milliseconds: pictures come, words are fitted, what is fetched is there
PATIENCE = 60  # seconds until the programme has been read, and the first pictures have come
PICTURES = 6
NOTICE = ("announcement", "Dinner is served in the net loft. The last ferry to Warnemünde leaves at 22:40.")
INVITATION = ("prompt", "What did you hear today that somebody at home should know?")
MODES = (
    "strand",
    "voice",
    "questions",
    "holding",
    "card",
    "announcement",
    "prompt",
    "now",
    "gallery",
    "people",
    "overlay",
)
LARGE = ("strand", "voice")


@dataclass(frozen=True, slots=True)
class Shot:
    mode: str
    width: int
    height: int
    theme: str

    @property
    def name(self) -> str:
        marks = [
            self.mode,
            "upright" * (self.height > self.width),
            "4k" * (self.width > 3_000),
            "light" * (self.theme == "light"),
        ]
        return "-".join(["wall", *filter(None, marks)])


def shots() -> Iterator[Shot]:
    for mode in MODES:
        sizes = [(1920, 1080), (1080, 1920), *([(3840, 2160)] if mode in LARGE else [])]
        yield from (Shot(mode, *size, theme) for size in sizes for theme in ("dark", "light"))


def begin(data: Path) -> None:
    """The rehearsal of this folder is in the middle of a morning, before a house is opened there."""
    asyncio.run(_in_house(data, scene.open_earlier))


def hang(data: Path) -> None:
    """A screen for every mode, once the programme and its pictures are there."""

    async def every(db: AsyncSession, event: Event, now: datetime) -> None:
        room = await _hall(db)
        for mode in MODES:
            await _tell(db, event, mode, room)

    asyncio.run(_settled(data))
    asyncio.run(_in_house(data, every))


def ask(data: Path) -> None:
    """Questions are put to what runs in the hall when they are looked at."""

    async def there(db: AsyncSession, event: Event, now: datetime) -> None:
        await scene.ask(db, event, await _hall(db), now)

    with ThreadPoolExecutor() as beside:  # the browser's own loop runs in this thread
        beside.submit(asyncio.run, _in_house(data, there)).result()


async def _in_house(data: Path, act: Callable[[AsyncSession, Event, datetime], Awaitable[None]]) -> None:
    database = _database(data)
    try:
        async with database.transaction() as db:
            await act(db, (await db.scalars(select(Event).where(Event.slug == EVENT))).one(), datetime.now(UTC))
    finally:
        await database.close()


async def _settled(data: Path) -> None:
    database = _database(data)
    kept = select(func.count()).select_from(Attachment).where(Attachment.media_id.is_not(None))
    try:
        for _ in range(PATIENCE):
            async with database.reading() as db:
                if await _hall(db) is not None and (await db.scalar(kept) or 0) >= PICTURES:
                    return
            await asyncio.sleep(1)
    finally:
        await database.close()


async def _hall(db: AsyncSession) -> int | None:
    """Whichever room comes first in the programme."""
    return await db.scalar(select(Room.id).order_by(Room.id).limit(1))


def _database(data: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{data / 'strand.sqlite'}")


async def _tell(db: AsyncSession, event: Event, mode: str, room: int | None) -> None:
    now = datetime.now(UTC)
    by = await rehearsals.moderator(db, now)
    in_a_room = room if mode in ("questions", "now") else None
    screen = await screens.make(db, event, mode, "public", by, now, room_id=in_a_room)
    for kind, words in (NOTICE, INVITATION):
        if kind == mode:
            await screens.tell_says(db, event, [screen.id], {"kind": kind, "words": words, "until": None}, by, now)
            mode = "says"
    await screens.tell_mode(db, event, [screen.id], mode, by, now)


def take(browser: Browser, base: str, shot: Shot) -> Image.Image:
    """As it stands once nothing comes any more. What is transparent lies on a picture in the place of the stream."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, locale="en-GB", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{base}/{EVENT}/wall?screen={shot.mode}&theme={shot.theme}")
    page.wait_for_timeout(SETTLE)
    picture = Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")
    context.close()
    return Image.alpha_composite(_stream(picture.size), picture)


def _stream(size: tuple[int, int]) -> Image.Image:
    """Somewhere behind a speaker: neither dark nor light."""
    shade = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", [shade.point(lambda v, low=low: low + v // 3) for low in (70, 82, 92)]).convert("RGBA")
