"""How an event looks: its logo as it is uploaded, and colours as they are tried on before they are kept."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, at_the_desk
from app.desk.settings_page import LOGO, Told, draw, in_words, worn_words
from app.domain.event import colours, look
from app.domain.posts import pictures
from app.encoder import NotUsable, Overworked, Picture
from app.errors import N_, BadInput
from app.limits import Rate
from app.models import Media
from app.models.account import Role
from app.models.media import media_files
from app.pages import locale_of
from app.shelf import Shelf
from app.state import State

router = APIRouter(include_in_schema=False)

PAGE = "/desk/{slug}/settings/look"
MOST_BYTES = 13_000_000
OFTEN = Rate(burst=12, every=5)
TOO_OFTEN = N_("That was tried often just now. Wait a moment.")
NOTHING = N_("Choose the file of your logo first.")
TOO_LARGE = N_("This file is larger than 13 MB. A logo needs far less.")
NOT_OPENED = N_("This file cannot be opened as a picture. Send your logo as PNG, JPEG or WebP.")
FULL = N_("There is no room for pictures any more in this house.")


@router.post("/desk/{slug}/settings/logo")
async def logo(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    form = await request.form(max_files=1, max_fields=5)
    try:
        media = None if form.get("down") else await _opened(state, slug, form.get("logo"))
    except BadInput as error:
        return await draw(request, state, account, event, "look", Told(LOGO, error=error))
    async with state.database.transaction() as db:
        await look.hang_logo(db, event, media, account, state.clock())
    return RedirectResponse(PAGE.format(slug=slug) + "#logo", 303)


@router.get(PAGE + ".css")
async def tried_on(request: Request, slug: str, colour: str = "", colour_2: str = "") -> Response:
    """The example of the page, in colours nobody has kept yet. What is no colour is ours."""
    await at_the_desk(request, slug, Role.ORGANISER)
    worn = [_parsed(one, name) or "" for one, name in ((colour, "colour"), (colour_2, "colour_2"))]
    css = colours.theme_css(worn[0], worn[1], ".example")
    return Response(css, media_type="text/css", headers={"cache-control": "no-store"})


@router.get(PAGE + ".json")
async def judged(
    request: Request, state: Here, slug: str, colour: str = "", colour_2: str = ""
) -> dict[str, Any]:  # fmt: skip
    """Of each colour: how it can be read, or one sentence, and the nearest that works."""
    await at_the_desk(request, slug, Role.ORGANISER)
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    found: dict[str, Any] = {}
    for name, typed in (("colour", colour), ("colour_2", colour_2)):
        try:
            found[name] = {"wrong": "", "better": "", "worn": None}
            if typed.strip():
                given = colours.parse(typed, name)
                colours.check(given, name)
                found[name]["worn"] = worn_words(colours.worn(given), locale)
        except BadInput as error:
            found[name] |= {"wrong": in_words(error, gettext, locale), "better": str(error.values.get("better", ""))}
    return found


def _parsed(typed: str, name: str) -> str | None:
    try:
        return colours.parse(typed, name) if typed.strip() else None
    except BadInput:
        return None


async def _opened(state: State, slug: str, sent: UploadFile | str | None) -> Media:
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
