"""/desk/{event}/screens: every projector by name and how it is doing. Run by whoever is at the desk; organisers make,
pair, name and remove them. What they are told is screen_tell.py's, how the pages look screen_page.py's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, base_address
from app.desk.screen_forms import text, typed
from app.desk.screen_page import ALL, NO_STORE, Told, how_they_are, list_page, screen_page, wall_address
from app.domain import freezing, screens
from app.domain.team import invites
from app.domain.view import MOST
from app.errors import N_, BadInput, NotFound, StrandError
from app.ids import Id
from app.limits import Rate
from app.models import Account, Event
from app.models.account import Role
from app.qr import qr_svg
from app.state import State

router = APIRouter(include_in_schema=False)

PAGE = "/desk/{slug}/screens"
CODES = Rate(burst=20, every=3)  # by one account: a code is short
TOO_MANY_CODES = N_("So many codes were typed. Wait a moment.")
Act = Callable[[AsyncSession, Account, Event], Awaitable[int]]  # gives the number of the screen


@router.get(PAGE)
async def page(request: Request, state: Here, slug: str) -> Response:
    _, event = await at_the_desk(request, slug)
    return await list_page(request, state, event)


@router.get(PAGE + ".json")
async def live(request: Request, state: Here, slug: str) -> Response:
    """For the pages' script, and the freeze page's."""
    _, event = await at_the_desk(request, slug)
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        return JSONResponse({"screens": await how_they_are(request, state, db, event)}, headers=NO_STORE)


@router.post(PAGE)
async def make(request: Request, state: Here, slug: str) -> Response:
    """name, audience."""
    form = await request.form(max_files=0, max_fields=10)

    async def act(db: AsyncSession, by: Account, event: Event) -> int:
        made = await screens.make(db, event, text(form, "name"), text(form, "audience"), by, state.clock())
        return made.id

    return await _acted(request, state, slug, act, Told("new", typed=typed(form, "name", "audience")))


@router.post(PAGE + "/pair")
async def pair(request: Request, state: Here, slug: str) -> Response:
    """code, and which screen its browser becomes: a number, or "new" with name and audience."""
    form = await request.form(max_files=0, max_fields=10)

    async def act(db: AsyncSession, by: Account, event: Event) -> int:
        state.limits.spend("pair", str(by.id), CODES, TOO_MANY_CODES)
        now, screen_id = state.clock(), number(text(form, "screen"))
        if screen_id is None:
            made = await screens.make(db, event, text(form, "name"), text(form, "audience"), by, now)
            screen_id = made.id
        await screens.pair(db, event, text(form, "code"), screen_id, by, now)
        return screen_id

    told = Told("pair", typed=typed(form, "code", "screen", "name", "audience"))
    return await _acted(request, state, slug, act, told)


@router.post(PAGE + "/link")
async def link(request: Request, state: Here, slug: str) -> Response:
    """A new link that freezes; the one before ends. Shown once: it is not kept."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.transaction() as db:
        token = await freezing.renew_link(db, event, state.settings.key, account, state.clock())
    return await list_page(request, state, event, Told(freeze_link=f"{base_address(request)}/freeze/{token}"))


@router.post(PAGE + "/end-link")
async def end_link(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.transaction() as db:
        await freezing.end_link(db, event, account, state.clock())
    return RedirectResponse(f"/desk/{slug}/screens#link", 303)


@router.get(PAGE + "/{which}")
async def one(request: Request, state: Here, slug: str, which: str) -> Response:
    """Everything one screen can be told, or all at once."""
    _, event = await at_the_desk(request, slug)
    return await screen_page(request, state, event, known(which))


@router.get(PAGE + "/{screen_id}/qr.svg")
async def qr(request: Request, state: Here, slug: str, screen_id: Id) -> Response:
    """The screen's address, for a machine that is easier to show something than to type on."""
    _, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.reading() as db:
        name = (await screens.find(db, event.id, screen_id)).name
    picture = qr_svg(base_address(request) + wall_address(event, name), 6)
    return Response(picture, media_type="image/svg+xml", headers=NO_STORE)


@router.post(PAGE + "/{screen_id}/place")
async def place(request: Request, state: Here, slug: str, screen_id: Id) -> Response:
    """name, audience, room: from then on it is one that somebody made."""
    form = await request.form(max_files=0, max_fields=10)
    told = Told("place", typed=typed(form, "name", "audience", "room"))

    async def act(db: AsyncSession, by: Account, event: Event) -> int:
        room = text(form, "room")
        if room and number(room) is None:
            raise BadInput("Choose the room from the list.", "room")
        await screens.rename(db, event, screen_id, text(form, "name"), by, state.clock())
        await screens.tell_place(db, event, screen_id, text(form, "audience"), number(room), by, state.clock())
        return screen_id

    return await _acted(request, state, slug, act, told, str(screen_id))


@router.post(PAGE + "/{screen_id}/remove")
async def remove(request: Request, state: Here, slug: str, screen_id: Id) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        async with state.database.transaction() as db:
            await screens.remove(db, event, screen_id, account, state.clock())
    except NotFound as error:
        return await list_page(request, state, event, Told("here", error))
    return RedirectResponse(f"/desk/{slug}/screens", 303)


@router.post(PAGE + "/{screen_id}/invite")
async def invite(request: Request, state: Here, slug: str, screen_id: Id) -> Response:
    """A link that makes a browser this screen, so that it shows the wall before the event is public."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        async with state.database.transaction() as db:
            name = (await screens.find(db, event.id, screen_id)).name
            token = await invites.make(db, event, Role.SCREEN, name, account, state.clock())
    except NotFound as error:
        return await list_page(request, state, event, Told("here", error))
    invited = {"id": screen_id, "link": f"{base_address(request)}/invite/{token}"}
    return await screen_page(request, state, event, str(screen_id), Told(invited=invited))


def known(which: str) -> str:
    """ "all", or a number. Raises NotFound."""
    if which == ALL or (number(which) or 0) > 0:
        return which
    raise NotFound("There is nothing at this address.")


async def _acted(request: Request, state: State, slug: str, act: Act, told: Told, which: str = "") -> Response:
    """For organisers. Of one screen its page comes back, without one the list."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        async with state.database.transaction() as db:
            done = await act(db, account, event)
    except StrandError as error:
        wrong = Told(told.form if not isinstance(error, NotFound) or told.form == "pair" else "here", error, told.typed)
        if which and not isinstance(error, NotFound):
            return await screen_page(request, state, event, which, wrong)
        return await list_page(request, state, event, wrong)
    return RedirectResponse(f"/desk/{slug}/screens/{done}" if which else f"/desk/{slug}/screens#screen-{done}", 303)


def number(given: object) -> int | None:
    """The number of a screen, as a form says it."""
    if not (isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 11):
        return None
    return int(given) if 0 < int(given) <= MOST else None
