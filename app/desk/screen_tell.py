"""What screens are told from the desk: one, all, or those that were ticked. Forms without a script, JSON with one.

Every act leads back to where it was sent from; what is wrong is said there in one sentence, beside what was typed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.desk import screen_forms
from app.desk.asking import Here, at_the_desk
from app.desk.ready_made import READY
from app.desk.screen_forms import CHOICES, NUMBERS, text, typed
from app.desk.screen_page import ALL, NO_STORE, Told, how_they_are, list_page, screen_page
from app.desk.screens import known, number
from app.domain import screens
from app.errors import BadInput, NotFound, StrandError
from app.models import Account, Event
from app.models.account import Role
from app.state import State

router = APIRouter(include_in_schema=False)

ONE = "/desk/{slug}/screens/{which}"
FIELDS = 400


@dataclass(frozen=True, slots=True)
class Telling:
    """Who says it, at which event, to which screens, when."""

    db: AsyncSession
    event: Event
    ids: Collection[int]
    by: Account
    now: datetime


Act = Callable[[Telling, FormData], Awaitable[Any]]


@router.post(ONE + "/mode")
async def mode(request: Request, state: Here, slug: str, which: str) -> Response:
    async def act(to: Telling, form: FormData) -> None:
        await screens.tell_mode(to.db, to.event, to.ids, text(form, "mode"), to.by, to.now)

    return await _told(request, state, slug, which, "mode", act)


@router.post(ONE + "/pause")
async def pause(request: Request, state: Here, slug: str, which: str) -> Response:
    """on: yes or no."""

    async def act(to: Telling, form: FormData) -> None:
        await screens.tell_pause(to.db, to.event, to.ids, text(form, "on") == "yes", to.by, to.now)

    return await _told(request, state, slug, which, "mode", act)


@router.post(ONE + "/says")
async def says(request: Request, state: Here, slug: str, which: str) -> Response:
    """kind, words, ends ("", minutes, or "at" with at); or off."""

    async def act(to: Telling, form: FormData) -> None:
        said = None if text(form, "off") else screen_forms.says(form, to.now, to.event.zone)
        await screens.tell_says(to.db, to.event, to.ids, said, to.by, to.now)

    return await _told(request, state, slug, which, "says", act, ("kind", "words", "ends", "at"))


@router.post(ONE + "/quiet")
async def quiet(request: Request, state: Here, slug: str, which: str) -> Response:
    """session; or day, since, until; or off, with the name of the quiet time that is taken away."""

    async def act(to: Telling, form: FormData) -> None:
        off = text(form, "off")
        more = [] if off else [screen_forms.window(form, to.event.zone)]
        for screen_id in to.ids:  # each keeps its own
            its = (await screens.find(to.db, to.event.id, screen_id)).quiet
            kept = [one for one in its if screen_forms.named(one) != off and one not in more]
            await screens.tell_quiet(to.db, to.event, [screen_id], [*kept, *more], to.by, to.now)

    return await _told(request, state, slug, which, "quiet", act, ("session", "day", "since", "until"))


@router.post(ONE + "/programme")
async def programme(request: Request, state: Here, slug: str, which: str) -> Response:
    """ready: one that is ready-made; else its lines, kept or only arranged ("act") for the next press."""
    form = await request.form(max_files=0, max_fields=FIELDS)
    ready, pressed = text(form, "ready"), text(form, "act")
    lines = screen_forms.lines(form)
    if pressed:
        _, event = await at_the_desk(request, slug)
        arranged = screen_forms.arranged(lines, pressed)
        return await screen_page(request, state, event, known(which), Told("programme", lines=arranged))

    async def act(to: Telling, form: FormData) -> None:
        if ready and ready not in READY:
            raise BadInput("Choose one of the ready-made programmes.", "ready")
        steps = READY[ready][2] if ready else screen_forms.steps(lines)
        await screens.tell_programme(to.db, to.event, to.ids, steps, to.by, to.now)

    return await _told(request, state, slug, which, "programme", act, lines=None if ready else lines)


@router.post(ONE + "/look")
async def look(request: Request, state: Here, slug: str, which: str) -> Response:
    """Of one screen an empty number is none; of several every empty field stays as each has it."""

    async def act(to: Telling, form: FormData) -> None:
        emptied = {} if which == ALL else {name: 0 for name in NUMBERS if name in form}
        await screens.tell_look(to.db, to.event, to.ids, emptied | screen_forms.look(form), to.by, to.now)

    return await _told(request, state, slug, which, "look", act, (*CHOICES, *NUMBERS), needed=Role.ORGANISER)


async def _told(
    request: Request, state: State, slug: str, which: str, name: str, act: Act, fields: tuple[str, ...] = (),
    lines: list[screen_forms.Line] | None = None, needed: Role = Role.MODERATOR,
) -> Response:  # fmt: skip
    account, event = await at_the_desk(request, slug, needed)
    form = await request.form(max_files=0, max_fields=FIELDS)
    ticked = frozenset(filter(None, (number(one) for one in form.getlist("screen"))))
    try:
        async with state.database.transaction() as db:
            ids = await _ids(db, event, known(which), ticked)
            await act(Telling(db, event, ids, account, state.clock()), form)
    except StrandError as error:
        if _by_script(request):
            raise
        told = Told(name, error, typed(form, *fields), lines, ticked)
        return await _back(request, state, event, which, form, told)
    if _by_script(request):
        async with state.database.reading() as db:
            event = await db.get_one(Event, event.id)
            return JSONResponse({"screens": await how_they_are(request, state, db, event)}, headers=NO_STORE)
    return RedirectResponse(_where(slug, which, name, text(form, "from") == "list"), 303)


async def _ids(db: AsyncSession, event: Event, which: str, ticked: Collection[int]) -> Collection[int]:
    """Which screens are meant. Raises NotFound where there is none."""
    if which != ALL:
        return [int(which)]
    if ticked:
        return ticked
    there = [one.id for one in await screens.list_screens(db, event.id)]
    if not there:
        raise NotFound("There is no screen yet.")
    return there


async def _back(
    request: Request, state: State, event: Event, which: str, form: FormData, told: Told
) -> Response:  # fmt: skip
    """The page the form was on, with its one sentence. A screen that is gone leads to those that are there."""
    if isinstance(told.error, NotFound):
        return await list_page(request, state, event, Told("here", told.error))
    if text(form, "from") == "list":
        here = Told("all" if which == ALL else f"screen-{which}", told.error, told.typed, chosen=told.chosen)
        return await list_page(request, state, event, here)
    return await screen_page(request, state, event, known(which), told)


def _where(slug: str, which: str, name: str, from_list: bool) -> str:
    if from_list:
        return f"/desk/{slug}/screens#{'all' if which == ALL else f'screen-{which}'}"
    return f"/desk/{slug}/screens/{which}#{name}"


def _by_script(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")
