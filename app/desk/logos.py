"""A logo that was uploaded at the desk: opened, made ours, and put on the shelf. Who hangs it up is for others."""

from __future__ import annotations

import asyncio

from starlette.datastructures import UploadFile

from app.domain.posts import pictures
from app.encoder import NotUsable, Overworked, Picture
from app.errors import N_, BadInput
from app.limits import Rate
from app.models import Media
from app.models.media import media_files
from app.shelf import Shelf
from app.state import State

MOST_BYTES = 13_000_000
OFTEN = Rate(burst=12, every=5)
TOO_OFTEN = N_("That was tried often just now. Wait a moment.")
NOTHING = N_("Choose the file of your logo first.")
TOO_LARGE = N_("This file is larger than 13 MB. A logo needs far less.")
NOT_OPENED = N_("This file cannot be opened as a picture. Send your logo as PNG, JPEG or WebP.")
FULL = N_("There is no room for pictures any more in this house.")


async def opened(state: State, slug: str, sent: UploadFile | str | None) -> Media:
    """Its rows, once its files are on the shelf. Raises BadInput."""
    state.limits.spend("logo", slug, OFTEN, TOO_OFTEN)
    if not isinstance(sent, UploadFile) or not (body := await sent.read(MOST_BYTES + 1)):
        raise BadInput(NOTHING, "logo")
    if len(body) > MOST_BYTES:
        raise BadInput(TOO_LARGE, "logo")
    async with state.database.reading() as db:
        if await pictures.room_taken(db) >= state.settings.media_quota_mb * 1_000_000:
            raise BadInput(FULL, "logo")
    try:
        picture = await state.encoder.encode(body)
    except (NotUsable, Overworked) as error:
        raise BadInput(NOT_OPENED, "logo") from error
    await _shelve(state, picture)
    return Media(
        id=picture.id, width=picture.width, height=picture.height, size=picture.size, colour=picture.colour,
        widths=[width for width, _ in picture.smaller], created_at=state.clock(),
    )  # fmt: skip


async def _shelve(state: State, picture: Picture) -> None:
    """The file first: a row must never name a picture that is not there."""
    shelf = Shelf(state.settings.data_dir)
    bodies = [picture.body, *(body for _, body in picture.smaller)]
    for name, body in zip(media_files(picture.id, [w for w, _ in picture.smaller]), bodies, strict=True):
        await asyncio.to_thread(shelf.put, name, body)
