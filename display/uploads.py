"""Pictures that come with a form: opened by the encoder's process, kept in the tray while the form goes back and forth.

Says in one sentence what is wrong with a picture. The post they end up in is saying.py's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.posts import pictures
from app.domain.posts.saying import MAX_PICTURES, Shown
from app.encoder import NotUsable, Overworked, Picture
from app.errors import N_, BadInput
from app.limits import Rate
from app.models import Media
from app.models.media import media_files
from app.shelf import Shelf
from app.state import State
from app.tray import Tray
from display.typed import Sent

SLOTS = range(1, MAX_PICTURES + 1)
FILES = frozenset(f"picture{n}" for n in SLOTS)
BY_ADDRESS = Rate(burst=240, every=0.5)  # pictures opened for one network; a hall is one
MOST_WAITING = 24  # for the encoder
EMPTY = N_("Picture {n} is an empty file. Choose it once more.")
TOO_LARGE = N_("Picture {n} is larger than 13 MB. Send a smaller one.")
HEIC = N_("Picture {n} is in the format HEIC, which we cannot open. Send it as JPEG, or a screenshot of it.")
UNKNOWN = N_("Picture {n} is not a picture of a kind we show, or it is damaged.")
TOO_MUCH = N_("Picture {n} has too many pixels. Send a smaller one.")
TOO_MANY = N_("At most {most} pictures. Leave some out.")
BUSY = N_("Many pictures come in just now. Your words are here; choose the pictures again in a minute.")
FULL = N_("There is no room for pictures any more. Words can still be sent.")
LOST = N_("Picture {n} was here for too long. Choose it once more.")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for a picture in the form: empty, one that is on the post already, or one that has just come."""

    n: int
    alt: str = ""
    had: str = ""  # the address of a picture of the post
    key: str = ""  # of one in the tray
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    slots: Sequence[Slot]
    problem: BadInput | None = None

    @property
    def filled(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.had or slot.picture]


async def take_in(state: State, sent: Sent, host: str, room: int, had: frozenset[str] = frozenset()) -> Taken:
    """What the form's slots hold now. `room`: bytes left for pictures; `had`: the addresses of the post's own."""
    slots: list[Slot] = []
    _spread(sent, had)
    problem = BadInput(TOO_MANY, "pictures", most=MAX_PICTURES) if sent.extra else None
    for n in SLOTS:
        slot = Slot(n, sent.get(f"alt{n}"))
        try:
            slot = await _slot(state, sent, slot, host, room, had)
        except BadInput as error:
            problem = problem or error
        slots.append(slot)
    return Taken(slots, problem)


def _spread(sent: Sent, had: frozenset[str]) -> None:
    """Several files in one field are several pictures: each takes the next free place."""
    free = (n for n in SLOTS if not _is_taken(sent, n, had))
    for name in sent.more:
        n = next(free, None)
        if n is None:
            sent.extra += 1
            continue
        place = f"picture{n}"
        sent.files[place], sent.sizes[place] = sent.files.pop(name), sent.sizes.pop(name)
        if name in sent.too_large:
            sent.too_large.add(place)
    sent.more.clear()


def _is_taken(sent: Sent, n: int, had: frozenset[str]) -> bool:
    if f"picture{n}" in sent.files:
        return True
    return not sent.get(f"drop{n}") and (sent.get(f"had{n}") in had or bool(sent.get(f"kept{n}")))


async def keep(state: State, taken: Taken) -> Taken:
    """Everything that has just come, in the tray: the form goes back to who sent it."""
    tray, slots = Tray(state.settings.data_dir), []
    for slot in taken.slots:
        key: str | None = slot.key
        if slot.picture and not key:
            key = await asyncio.to_thread(tray.put, slot.picture)
        slots.append(Slot(slot.n, slot.alt, slot.had, key or ""))
    return Taken(slots, taken.problem)


async def shelve(state: State, taken: Taken) -> None:
    """The files on the shelf, so that rows may name them."""
    shelf = Shelf(state.settings.data_dir)
    for picture in [slot.picture for slot in taken.slots if slot.picture]:
        bodies = [picture.body, *(body for _, body in picture.smaller)]
        for name, body in zip(media_files(picture.id, [w for w, _ in picture.smaller]), bodies, strict=True):
            await asyncio.to_thread(shelf.put, name, body)


def shown(taken: Taken, now: datetime) -> list[Shown]:
    """The post's pictures, in order."""
    new = {slot.n: _media(slot.picture, now) for slot in taken.slots if slot.picture}
    return [
        Shown(pictures.UPLOAD + new[slot.n].id, slot.alt, new[slot.n]) if slot.n in new else Shown(slot.had, slot.alt)
        for slot in taken.filled
    ]


async def done(state: State, taken: Taken) -> None:
    """The post has them: the tray need not."""
    for slot in taken.slots:
        if slot.key:
            await asyncio.to_thread(Tray(state.settings.data_dir).remove, slot.key)


async def room_left(db: AsyncSession, state: State) -> int:
    return state.settings.media_quota_mb * 1_000_000 - await pictures.room_taken(db)


async def _slot(state: State, sent: Sent, slot: Slot, host: str, room: int, had: frozenset[str]) -> Slot:
    """Raises BadInput."""
    n, name = slot.n, f"picture{slot.n}"
    if name in sent.files:
        if room <= 0:
            raise BadInput(FULL, "pictures")
        return Slot(n, slot.alt, picture=await _encoded(state, sent, name, n, host))
    if sent.get(f"drop{n}"):
        return Slot(n)
    if (own := sent.get(f"had{n}")) in had:
        return Slot(n, slot.alt, had=own)
    if key := sent.get(f"kept{n}"):
        picture = await asyncio.to_thread(Tray(state.settings.data_dir).look, key)
        if picture is None:
            raise BadInput(LOST, "pictures", n=n)
        return Slot(n, slot.alt, key=key, picture=picture)
    return slot


async def _encoded(state: State, sent: Sent, name: str, n: int, host: str) -> Picture:
    if name in sent.too_large:
        raise BadInput(TOO_LARGE, "pictures", n=n)
    if sent.crowded or state.encoder.waiting >= MOST_WAITING or not state.limits.take("pictures", host, BY_ADDRESS):
        raise BadInput(BUSY, "pictures")
    body = await asyncio.to_thread(sent.files[name].read)
    if not body:
        raise BadInput(EMPTY, "pictures", n=n)
    if is_heic(body):
        raise BadInput(HEIC, "pictures", n=n)
    try:
        return await state.encoder.encode(body)
    except (NotUsable, Overworked) as error:
        sentence = TOO_MUCH if "pixels" in str(error) else UNKNOWN
        raise BadInput(sentence, "pictures", n=n) from error


def is_heic(body: bytes) -> bool:
    """As iPhones keep photos. Pillow cannot read them, and it would be a pity to call them damaged."""
    return body[4:8] == b"ftyp" and body[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def _media(picture: Picture, now: datetime) -> Media:
    return Media(
        id=picture.id, width=picture.width, height=picture.height, size=picture.size, colour=picture.colour,
        widths=[width for width, _ in picture.smaller], created_at=now,
    )  # fmt: skip
