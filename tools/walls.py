"""Pictures of every mode of a wall, on a screen of its own each: lying and upright, dark and light, two at 4K."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain import rehearsals, screens
from app.models import Event, Room

EVENT = "harbour-talks"
LIMIT = 300_000  # bytes
SETTLE = 6_000  # milliseconds: pictures come, words are fitted, what is fetched is there
PATIENCE = 60  # seconds until the programme has been read
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


def hang(data: Path) -> None:
    """A screen for every mode, in the house of this folder."""
    asyncio.run(_hang(f"sqlite+aiosqlite:///{data / 'strand.sqlite'}"))


async def _hang(url: str) -> None:
    database = Database(url)
    try:
        room = await _room(database)
        async with database.transaction() as db:
            event = (await db.scalars(select(Event).where(Event.slug == EVENT))).one()
            for mode in MODES:
                await _tell(db, event, mode, room)
    finally:
        await database.close()


async def _room(database: Database) -> int | None:
    """The hall: whoever comes first in the programme."""
    for _ in range(PATIENCE):
        async with database.reading() as db:
            room = await db.scalar(select(Room.id).order_by(Room.id).limit(1))
        if room is not None:
            return room
        await asyncio.sleep(1)
    return None


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
