"""/desk/{event}/sponsors: names and logos, in their order, for the quiet place screens give them. For organisers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from app.desk import logos
from app.desk.asking import Here, at_the_desk, words
from app.desk.screen_forms import text
from app.domain.event import sponsors
from app.errors import NotFound, StrandError
from app.ids import Id
from app.models import Account, Event, Media
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

PAGE = "/desk/{slug}/sponsors"
Act = Callable[[AsyncSession, Event, Account], Awaitable[Any]]


@router.get(PAGE)
async def page(request: Request, state: Here, slug: str) -> Response:
    _, event = await at_the_desk(request, slug, Role.ORGANISER)
    return await _page(request, state, event)


@router.post(PAGE)
async def add(request: Request, state: Here, slug: str) -> Response:
    """name, logo."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    form = await request.form(max_files=1, max_fields=5)

    async def act(db: AsyncSession, event: Event, by: Account) -> None:
        await sponsors.add(db, event, text(form, "name"), media, by, state.clock())

    try:
        media = await _media(state, slug, form)
        return await _done(request, state, event, account, act, "new", form)
    except StrandError as error:
        return await _page(request, state, event, error, "new", text(form, "name"))


@router.post(PAGE + "/{sponsor_id}")
async def change(request: Request, state: Here, slug: str, sponsor_id: Id) -> Response:
    """name; and a logo, where it is another."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    form = await request.form(max_files=1, max_fields=5)

    async def act(db: AsyncSession, event: Event, by: Account) -> None:
        await sponsors.change(db, event, sponsor_id, text(form, "name"), media, by, state.clock())

    try:
        media = await _media(state, slug, form)
        return await _done(request, state, event, account, act, f"sponsor-{sponsor_id}", form)
    except StrandError as error:
        return await _page(request, state, event, error, f"sponsor-{sponsor_id}", text(form, "name"))


@router.post(PAGE + "/{sponsor_id}/move")
async def move(request: Request, state: Here, slug: str, sponsor_id: Id) -> Response:
    """way: up or down."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    form = await request.form(max_files=0, max_fields=5)

    async def act(db: AsyncSession, event: Event, by: Account) -> None:
        await sponsors.move(db, event, sponsor_id, text(form, "way") == "up", by, state.clock())

    return await _done(request, state, event, account, act, f"sponsor-{sponsor_id}", form)


@router.post(PAGE + "/{sponsor_id}/remove")
async def remove(request: Request, state: Here, slug: str, sponsor_id: Id) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)

    async def act(db: AsyncSession, event: Event, by: Account) -> None:
        await sponsors.remove(db, event, sponsor_id, by, state.clock())

    return await _done(request, state, event, account, act, "new", FormData())


async def _media(state: State, slug: str, form: FormData) -> Media | None:
    """None where no file was chosen: a browser then sends an empty one."""
    sent = form.get("logo")
    if not isinstance(sent, UploadFile) or not sent.size:
        return None
    return await logos.opened(state, f"{slug} sponsors", sent)


async def _done(
    request: Request, state: State, event: Event, account: Account, act: Act, form: str, sent: FormData
) -> Response:
    """The page again: as it is now, or with one sentence and the name that was typed."""
    try:
        async with state.database.transaction() as db:
            await act(db, event, account)
    except StrandError as error:
        where = "new" if isinstance(error, NotFound) else form
        return await _page(request, state, event, error, where, text(sent, "name"))
    return RedirectResponse(f"/desk/{event.slug}/sponsors" + ("" if form == "new" else f"#{form}"), 303)


async def _page(
    request: Request, state: State, event: Event, error: StrandError | None = None, form: str = "", typed: str = ""
) -> Response:
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        its = [{"id": one.id, **sponsors.sponsor_view(one)} for one in await sponsors.list_sponsors(db, event.id)]
    gettext = state.pages.catalogues[locale_of(request)].gettext
    return state.pages.page(
        "desk_sponsors.html", locale_of(request), error.status if error else 200, {"cache-control": "no-store"},
        sponsors=its, form=form, typed=typed, error=error.told(gettext) if error else "",
        **words(request, event),
    )  # fmt: skip
