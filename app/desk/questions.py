"""/desk/{event}/questions: what is being answered in the room, what comes next. Votes order it; nobody sees how many.

Works without a script: each act is a button that leads back here. Scripts send the same with Accept: application/json.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.domain.audience import Audience
from app.domain.questions import answering, board, talk
from app.domain.questions.board import Board
from app.domain.schedule.session_view import session_view
from app.errors import N_, BadInput, Conflict, NotFound
from app.ids import FormId
from app.models import Event, Session
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

DONE = {
    "now": N_("The walls say that it is being answered."),
    "answered": N_("It has been answered."),
    "back": N_("It waits again, with the votes it had."),
}
NO_STORE = {"cache-control": "no-store"}
Word = Annotated[str, Form(max_length=128)]
Trouble = BadInput | Conflict | NotFound


@router.get("/desk/{slug}/questions")
async def page(request: Request, state: Here, slug: str, session: str = "", done: str = "") -> Response:
    _, event = await at_the_desk(request, slug)
    return await _page(request, state, event, session, done=DONE.get(done, ""))


@router.get("/desk/{slug}/questions.json")
async def news(request: Request, state: Here, slug: str, session: str = "") -> Response:
    _, event = await at_the_desk(request, slug)
    async with state.database.reading() as db:
        there, versions, waiting = await _read(db, event, await talk.named(db, event, session), state.clock())
    told: dict[str, Any] = {"lane": there.lane, "next": there.rest, "now": there.now, "answered": there.answered}
    return JSONResponse(told | {"versions": versions, "waiting": _waiting(request, state, waiting)}, headers=NO_STORE)


@router.post("/desk/{slug}/questions")
async def act(
    request: Request, state: Here, slug: str, post: FormId, act: Word = "", version: Word = "", session: Word = ""
) -> Response:
    """act: now, answered, back. `version`: the words they read; `session`: the talk the page is about."""
    account, event = await at_the_desk(request, slug)
    now = state.clock()
    try:
        async with state.database.transaction() as db:
            if act == "now":
                there = await talk.named(db, event, session)
                await answering.answer_now(db, event, post, account, now, version=version, talk=there)
            elif act == "answered":
                await answering.answered(db, event, post, account, now)
            elif act == "back":
                await answering.back(db, event, post, account, now)
            else:
                raise BadInput("Choose what is to be done with it.", "act")
    except (BadInput, Conflict, NotFound) as error:
        if not _by_script(request):
            return await _page(request, state, event, session, error)
        told = error.told(state.pages.catalogues[locale_of(request)].gettext)
        return JSONResponse({"error": told}, error.status, NO_STORE)
    if _by_script(request):
        return JSONResponse({"done": state.pages.gettext(locale_of(request), DONE[act])}, headers=NO_STORE)
    kept = {"session": session[:10]} if session else {}
    return RedirectResponse(f"/desk/{slug}/questions?{urlencode({**kept, 'done': act})}", 303)


async def _read(
    db: AsyncSession, event: Event, chosen: Session | None, now: datetime
) -> tuple[Board, dict[int, str], int]:
    there = await board.read(db, event, Audience.PUBLIC, now, chosen)
    ids = [one["id"] for one in (*there.next, *there.answered)]
    return there, await board.versions(db, ids), await board.waiting(db, event)


async def _page(
    request: Request, state: State, event: Event, session: str, error: Trouble | None = None, done: str = ""
) -> Response:
    locale, now = locale_of(request), state.clock()
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        chosen = await talk.named(db, event, session)
        there, versions, waiting = await _read(db, event, chosen, now)
        talks = [session_view(one, event, now) for one in await talk.choices(db, event, now)]
    live = {"address": f"/{event.slug}/live", "epoch": event.epoch, "seq": event.seq}
    return state.pages.page(
        "desk_questions.html", locale, error.status if error else 200, NO_STORE, board=there, versions=versions,
        waiting=_waiting(request, state, waiting), talk=session_view(chosen, event, now) if chosen else None,
        talks=talks, error=error.told(gettext) if error else "", done=gettext(done) if done else "", live=live,
        **words(request, event),
    )  # fmt: skip


def _waiting(request: Request, state: State, number: int) -> str:
    if not number:
        return ""
    one, many = N_("One question waits in the queue."), N_("{n} questions wait in the queue.")
    return state.pages.gettext(locale_of(request), one if number == 1 else many).format(n=number)


def _by_script(request: Request) -> bool:
    return request.headers.get("accept") == "application/json"
