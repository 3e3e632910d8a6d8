"""/{event}/questions: ask, and vote with one thumb; complete without a script. questions.json: for walls and that page.

A number is told only to a browser that has voted for the question itself, and nothing here ranks anybody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, RedirectResponse, Response

from app import secrets
from app.domain import snapshot
from app.domain.audience import Audience
from app.domain.questions import board, talk, votes
from app.domain.questions.board import Board, Look
from app.domain.schedule.session_view import brief, session_view
from app.domain.screens import find_screen
from app.errors import N_, Conflict, NotFound, TooFast
from app.ids import Id
from app.limits import Rate
from app.models import Event, Session
from app.models.account import Role
from app.pages import locale_of
from app.qr import qr_svg
from app.state import State
from display.asking import Here, base_address, event_words, public_event, words
from display.form_page import waiting_header
from display.recent import Recent
from display.sharing import NO_INDEX
from display.whose import Asker, asker_of, nonce, remember, word_of

router = APIRouter(include_in_schema=False)

BY_BROWSER = Rate(burst=40, every=2)
NEWCOMERS = Rate(burst=1_000, every=1)  # the phones of a hall, each for the first time
NEWCOMERS_IN_THE_VENUE = Rate(burst=6_000, every=0.1)
FLOOD = Rate(burst=3_000, every=0.2)
FLOOD_IN_THE_VENUE = Rate(burst=10_000, every=0.05)
TOO_OFTEN = N_("That were many votes at once. Wait a moment and tap again.")
Word = Annotated[str, Form(max_length=500)]
Trouble = Conflict | NotFound | TooFast


@dataclass(frozen=True, slots=True)
class Asked:
    """What one page is about."""

    event: Event
    talk: Session | None
    board: Board
    mine: dict[int, int]  # votes of what this browser has voted for


@router.get("/{slug}/questions")
async def page(request: Request, state: Here, slug: str, session: str = "") -> Response:
    return await _page(request, state, slug, session)


@router.get("/{slug}/questions.json")
async def for_scripts(
    request: Request, state: Here, slug: str, session: str = "", screen: str = "", audience: str = ""
) -> Response:
    """What a wall beside a speaker shows, and what a phone's page asks again. Named by a talk, or by a screen and so by
    the talk in its room. `audience`: a wall that was opened as reviewed stays so, whatever became of its name."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
        known = await find_screen(db, event.id, screen[:64]) if screen else None
        chosen = await talk.named(db, event, session)
        if chosen is None and screen:
            chosen = await talk.current(db, event, known.room_id if known else None, state.clock())
        reviewed = Audience.REVIEWED in (audience, known.audience if known else "")
        of = Audience.REVIEWED if reviewed else Audience.PUBLIC
        seen = await _seen(db, request, state, event, of, chosen)
    return JSONResponse(_told(seen), headers={"cache-control": "no-store"})


@router.post("/{slug}/questions/{post_id}/vote")
async def vote(
    request: Request, state: Here, slug: str, post_id: Id, on: Word = "yes", nonce: Word = "", session: Word = ""
) -> Response:
    """on=yes or on=no. By a form it leads back to the question; a script gets {voted, votes}."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    asker = asker_of(request, state, event, nonce)
    voter = _voter(state, event, asker.name)
    try:
        _spend(state, asker)
        async with state.database.transaction() as db:
            await votes.vote(db, event, post_id, voter, on != "no", state.clock())
    except (Conflict, NotFound, TooFast) as error:
        return await _refused(request, state, slug, session, error)
    if not _by_script(request):
        return remember(request, state, RedirectResponse(f"{_address(slug, session)}#q{post_id}", 303), asker)
    async with state.database.reading() as db:
        mine = await votes.of_browser(db, [post_id], voter)
    told = {"voted": post_id in mine, "votes": mine.get(post_id)}
    return remember(request, state, JSONResponse(told, headers={"cache-control": "no-store"}), asker)


@router.get("/{slug}/questions/qr.svg")
async def qr(request: Request, state: Here, slug: str, session: str = "") -> Response:
    """The way from the wall to the questions of its talk."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug, Role.SCREEN)
    picture = qr_svg(base_address(request) + _address(event.slug, session))
    return Response(picture, media_type="image/svg+xml", headers={"cache-control": "public, max-age=300"})


async def _seen(
    db: AsyncSession, request: Request, state: State, event: Event, audience: Audience, chosen: Session | None
) -> Asked:
    there = await board.read(db, event, audience, state.clock(), chosen, _keeping(request, state))
    word, _ = word_of(request, state)
    voter = _voter(state, event, asker_of(request, state, event, "").name) if word else ""
    return Asked(event, chosen, there, await votes.of_browser(db, there.open_ids, voter) if voter else {})


def _keeping(request: Request, state: State) -> Look:
    """Hundreds of phones ask in the same seconds: how questions look is drawn once for each number of the log."""
    recent: Recent = request.app.state.recent

    async def look(
        db: AsyncSession, event: Event, ids: Collection[int], audiences: Sequence[Audience]
    ) -> dict[Audience, dict[int, dict[str, Any]]]:
        key = ("questions", event.id, event.epoch, event.seq, *audiences, *sorted(ids))
        return await recent.get(key, state.clock(), lambda: snapshot.look(db, event, ids, audiences))

    return look


def _voter(state: State, event: Event, name: str) -> str:
    """A pseudonym of one browser for the questions of one event: whose it is cannot be told from it."""
    return secrets.keyed(state.settings.key, "vote", f"{event.id}\0{name}")


def _spend(state: State, asker: Asker) -> None:
    """A hall is one address: by browser first, the address only as a flood stop. Raises TooFast."""
    state.limits.spend("vote", asker.name, BY_BROWSER, TOO_OFTEN)
    if not asker.known:
        state.limits.spend(
            "vote-new", asker.network, NEWCOMERS_IN_THE_VENUE if asker.in_venue else NEWCOMERS, TOO_OFTEN
        )
    state.limits.spend("vote-address", asker.network, FLOOD_IN_THE_VENUE if asker.in_venue else FLOOD, TOO_OFTEN)


def _told(seen: Asked) -> dict[str, Any]:
    talk, there = seen.talk, seen.board
    told: dict[str, Any] = {"epoch": seen.event.epoch, "seq": seen.event.seq, "session": None, "speakers": []}
    if talk is not None:
        until = f"{talk.ends_at.astimezone(seen.event.zone):%H:%M}"
        told |= {"session": brief(talk, seen.event) | {"until": until}, "speakers": list(talk.speakers)}
    told |= {"now": there.now[0] if there.now else None, "also": there.now[1:], "next": there.next}
    told |= {"unheard": there.unheard, "lane": [one["id"] for one in there.lane], "answered": there.answered}
    return told | ({"mine": {str(id): n for id, n in seen.mine.items()}} if seen.mine else {})


async def _refused(request: Request, state: State, slug: str, session: str, error: Trouble) -> Response:
    if not _by_script(request):
        return await _page(request, state, slug, session, error)
    gettext = state.pages.catalogues[locale_of(request)].gettext
    return JSONResponse({"error": error.told(gettext)}, error.status, _waiting(error))


async def _page(request: Request, state: State, slug: str, session: str, error: Trouble | None = None) -> Response:
    now = state.clock()
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        chosen = await talk.named(db, event, session)
        seen = await _seen(db, request, state, event, Audience.PUBLIC, chosen)
        talks = [session_view(one, event, now) for one in await talk.choices(db, event, now)]
    gettext = state.pages.catalogues[locale_of(request)].gettext
    live = {"address": f"/{slug}/live", "epoch": event.epoch, "seq": event.seq}
    return state.pages.page(
        "questions.html", locale_of(request), error.status if error else 200, _waiting(error) | NO_INDEX,
        talk=session_view(chosen, event, now) if chosen else None, talks=talks, board=seen.board, mine=seen.mine,
        live=live, nonce=nonce(state), takes=event.collects, error=error.told(gettext) if error else "",
        **event_words(event), **words(request),
    )  # fmt: skip


def _waiting(error: Trouble | None) -> dict[str, str]:
    """What is on a page is one browser's own."""
    wait = waiting_header(error if isinstance(error, TooFast) else None)
    return wait | {"cache-control": "private, no-cache"}


def _address(slug: str, session: str) -> str:
    return f"/{slug}/questions" + (f"?{urlencode({'session': session[:10]})}" if session else "")


def _by_script(request: Request) -> bool:
    return request.headers.get("accept") == "application/json"
