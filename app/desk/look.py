"""How an event looks: its logo as it is uploaded, and colours as they are tried on before they are kept."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.desk import logos
from app.desk.asking import Here, at_the_desk
from app.desk.settings_page import LOGO, Told, draw, in_words, worn_words
from app.domain.event import colours, look
from app.errors import BadInput
from app.models.account import Role
from app.pages import locale_of

router = APIRouter(include_in_schema=False)

PAGE = "/desk/{slug}/settings/look"


@router.post("/desk/{slug}/settings/logo")
async def logo(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    form = await request.form(max_files=1, max_fields=5)
    try:
        media = None if form.get("down") else await logos.opened(state, slug, form.get("logo"))
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
