"""/desk/{event}/raid: guard an event while it is raided, end it, and clean up. Works without a script.

The same address takes the desk's JSON: {mode, spare?} → {event}.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

from babel.dates import format_time, format_timedelta
from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.desk import bulk as bulks
from app.domain.desk.bulk import Done
from app.domain.raids import cleanup, guard, modes
from app.domain.raids.guard import Mode
from app.domain.raids.lately import lately
from app.domain.view import MOST, event_view
from app.errors import N_, BadInput, Conflict, NotFound
from app.models import Account, Event, Verdict
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

OFF, DISMISS = "off", "dismiss"
SHOWN = 25  # heaps on one page; those that are decided make room
ACTS = {"hide": Verdict.HIDE, "hold": Verdict.HOLD, "fine": Verdict.APPROVE}
DONE = {
    "hide": N_("They are hidden."),
    "hold": N_("They are held back."),
    "fine": N_("They are shown, and were read by a person."),
    "undo": N_("It is taken back."),
    "spare": N_("The spare tag is as you want it."),
    OFF: N_("It is over. What it left behind stands below."),
    DISMISS: N_("Good. For ten minutes nothing is proposed."),
    **{mode.value: N_("The event is guarded.") for mode in Mode},
}
Ids = Annotated[str, Form(max_length=40_000)]


class Asked(BaseModel):
    """What the desk's script sends."""

    model_config = ConfigDict(extra="forbid")
    mode: str
    spare: bool | None = None


@router.get("/desk/{slug}/raid")
async def page(request: Request, state: Here, slug: str, done: str = "", bulk: str = "") -> Response:
    account, event = await at_the_desk(request, slug)
    return await _page(request, state, account, event, done=DONE.get(done, ""), bulk=bulk[:32])


@router.post("/desk/{slug}/raid")
async def turn(request: Request, state: Here, slug: str) -> Response:
    """By the desk's script, or by a button of the page."""
    account, event = await at_the_desk(request, slug)
    if request.headers.get("content-type", "").startswith("application/json"):
        asked = await _asked(request)
        event = await _turn(state, event, asked.mode, asked.spare, account)
        return JSONResponse({"event": event_view(event, Audience.DESK)})
    form = await request.form(max_fields=10)
    mode = str(form.get("mode", ""))[:32]
    spare = bool(form.get("spare")) if "asks" in form else None  # an empty tick says nothing of itself
    try:
        await _turn(state, event, mode, spare, account)
    except BadInput as error:
        return await _page(request, state, account, event, error)
    return RedirectResponse(f"/desk/{slug}/raid?done={mode}", 303)


@router.post("/desk/{slug}/raid/hold-back")
async def hold_back(request: Request, state: Here, slug: str) -> Response:
    """What a rule let pass just before."""
    account, event = await at_the_desk(request, slug)

    async def act(db: AsyncSession, bulk: str) -> Done:
        return await cleanup.hold_back(db, event, account, state.clock(), bulk)

    try:
        bulk = await _all(state, act)
    except Conflict as error:
        return await _page(request, state, account, event, error)
    return RedirectResponse(f"/desk/{slug}/raid?done=hold&bulk={bulk}", 303)


@router.post("/desk/{slug}/raid/heap")
async def decide(
    request: Request, state: Here, slug: str, act: str = Form("", max_length=16), clusters: Ids = "", posts: Ids = ""
) -> Response:
    """One verdict for a heap."""
    account, event = await at_the_desk(request, slug)
    try:
        if act not in ACTS:
            raise BadInput("Choose what is to be done with it.", "act")
        of, named = _ids(clusters), _ids(posts)

        async def one(db: AsyncSession, bulk: str) -> Done:
            return await cleanup.decide(db, event, of, named, ACTS[act], account, state.clock(), bulk)

        bulk = await _all(state, one)
    except (BadInput, Conflict, NotFound) as error:
        return await _page(request, state, account, event, error)
    return RedirectResponse(f"/desk/{slug}/raid?done={act}&bulk={bulk}", 303)


@router.post("/desk/{slug}/raid/undo")
async def undo(request: Request, state: Here, slug: str, bulk: str = Form("", max_length=32)) -> Response:
    account, event = await at_the_desk(request, slug)
    while bulk:
        async with state.database.transaction() as db:
            undone, rest = await bulks.undo(db, event, bulk, account, state.clock())
        if not undone or not rest:
            break
    return RedirectResponse(f"/desk/{slug}/raid?done=undo", 303)


async def _asked(request: Request) -> Asked:
    try:
        return Asked.model_validate_json(await request.body())
    except ValidationError:
        raise BadInput("Choose how the event is to be guarded.", "mode") from None


async def _turn(state: State, event: Event, mode: str, spare: bool | None, account: Account) -> Event:
    now = state.clock()
    async with state.database.transaction() as db:
        if mode == DISMISS:
            return await modes.dismiss(db, event, account, now)
        if mode == "spare":
            return await modes.announce(db, event, bool(spare), account, now)
        if mode != OFF and mode not in list(Mode):
            raise BadInput("Choose how the event is to be guarded.", "mode")
        return await modes.switch(db, event, None if mode == OFF else Mode(mode), account, now, spare)


async def _all(state: State, act: Callable[[AsyncSession, str], Awaitable[Done]]) -> str:
    """All of an act on many, each chunk a transaction, so that desks and walls go on meanwhile."""
    bulk = ""
    while True:
        async with state.database.transaction() as db:
            done = await act(db, bulk)
        bulk = done.bulk
        if not done.rest:
            return bulk


def _ids(text: str) -> list[int]:
    """Raises BadInput."""
    words = [word for word in text.split(",") if word]
    if not all(word.isascii() and word.isdigit() and int(word) <= MOST for word in words):
        raise BadInput("There are no such posts.", "posts")
    return [int(word) for word in words]


async def _page(
    request: Request, state: State, account: Account, event: Event,
    error: BadInput | Conflict | NotFound | None = None, done: str = "", bulk: str = "",
) -> Response:  # fmt: skip
    locale, now = locale_of(request), state.clock()
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        heaps = await cleanup.heaps(db, event, now)
        views = await snapshot.look(db, event, [heap.example for heap in heaps[:SHOWN]], [Audience.DESK])
        values: dict[str, Any] = {"lately": await lately(db, event, now), "slipped": await cleanup.slipped(db, event)}
    told, guarding = guard.proposal(event), guard.guarding(event)
    values |= {
        "heaps": [(heap, views[Audience.DESK][heap.example]) for heap in heaps[:SHOWN]
                  if heap.example in views[Audience.DESK]],
        "more_heaps": max(0, len(heaps) - SHOWN), "modes": [mode.value for mode in Mode], "guarding": guarding,
        "proposal": told, "reasons": _reasons(told, state.pages.strings(locale)), "bulk": bulk,
        "since": _time(guarding["at"], event, locale) if guarding else "",
        "ago": format_timedelta(datetime.fromisoformat(told["at"]) - now, add_direction=True, locale=locale)
        if told else "",
        "error": error.told(gettext) if error else "", "done": gettext(done) if done else "",
    }  # fmt: skip
    return state.pages.page(
        "raid.html", locale, error.status if error else 200, {"cache-control": "no-store"}, account=account, **values,
        **words(request, event),
    )  # fmt: skip


def _reasons(told: dict[str, Any] | None, strings: dict[str, str]) -> list[str]:
    sentences = [strings.get(f"raid_why_{key}", "") for key in (told or {}).get("reasons", ())]
    return [sentence.format_map(told) for sentence in sentences if sentence and told]


def _time(moment: str, event: Event, locale: str) -> str:
    return format_time(datetime.fromisoformat(moment).astimezone(event.zone), "short", locale=locale)
