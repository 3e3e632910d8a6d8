"""/{event}/me: "this is me". A private page with a word of one's own: where it is shown, that address is proved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from app.domain.control import claims, refusals, removals
from app.domain.control.claimed import claimed
from app.errors import N_, BadInput, Conflict, TooFast
from app.ids import FormId
from app.limits import Rate
from app.models import Claim, ClaimState, Event, Person
from app.pages import locale_of
from app.state import State
from display.asking import Here, event_words, public_event, words
from display.form_page import waiting_header
from display.languages import moment_words
from display.remove import finish
from display.whose import address_of, asker_of, nonce, remember, spend

router = APIRouter(include_in_schema=False)

BEGINS = Rate(burst=4, every=300), Rate(burst=90, every=10)  # by browser; newcomers of one network
ACTS = Rate(burst=12, every=10)  # by private page
ACTS_BY_ADDRESS = Rate(burst=120, every=2)
TOO_OFTEN = N_("That was quick. Wait a few seconds and try again.")
Field = Annotated[str, Form()]
HOW = {
    "post": N_("Proved: your word is in a post of this account."),
    "bio": N_("Proved: your word is in its profile."),
    "page": N_("Proved: your word is on this page."),
}
WAITING = N_("We look for your word there. This can take a minute.")
LONGEST = 1_000  # letters of an address
Act = Callable[[AsyncSession, Person, datetime], Awaitable[object]]


@router.get("/{slug}/me")
async def door(request: Request, state: Here, slug: str) -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    return _door(request, state, event)


@router.post("/{slug}/me")
async def begin(request: Request, state: Here, slug: str, nonce: Field = "") -> Response:
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    try:
        asker = asker_of(request, state, event, nonce)
        spend(state, "me", asker, *BEGINS, TOO_OFTEN)
    except TooFast as error:
        return _door(request, state, event, error)
    async with state.database.transaction() as db:
        token = await claims.begin(db, state.clock())
    return remember(request, state, RedirectResponse(f"/{slug}/me/{token}", 303), asker)


@router.get("/{slug}/me/{token}")
async def page(request: Request, state: Here, slug: str, token: str) -> Response:
    return await _page(request, state, slug, token)


@router.post("/{slug}/me/{token}")
async def add(request: Request, state: Here, slug: str, token: str, address: Field = "") -> Response:
    async def act(db: AsyncSession, person: Person, now: datetime) -> None:
        if len(address) > LONGEST:
            raise BadInput("That is too long for an address. At most {most} letters.", "address", most=LONGEST)
        await claims.add(db, person, claimed(address), now)

    return await _acted(request, state, slug, token, act, address)


@router.post("/{slug}/me/{token}/look")
async def look(request: Request, state: Here, slug: str, token: str, claim: FormId) -> Response:
    async def act(db: AsyncSession, person: Person, now: datetime) -> None:
        await claims.look_now(db, person, claim, now)

    return await _acted(request, state, slug, token, act)


@router.post("/{slug}/me/{token}/leave-out")
async def leave_out(request: Request, state: Here, slug: str, token: str, claim: FormId) -> Response:
    async def act(db: AsyncSession, person: Person, now: datetime) -> None:
        await claims.leave_out(db, person, claim)

    return await _acted(request, state, slug, token, act)


@router.post("/{slug}/me/{token}/word")
async def another_word(request: Request, state: Here, slug: str, token: str) -> Response:
    return await _acted(request, state, slug, token, claims.renew)


@router.post("/{slug}/me/{token}/remove")
async def remove(request: Request, state: Here, slug: str, token: str) -> Response:
    """Everything the proved addresses said at this event, for good, at once."""
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        uris = await claims.proved_uris(db, token)
    try:
        _spend(request, state, token)
        if not uris:
            raise Conflict("None of these addresses is proved yet, so there is nothing to remove by them.")
        async with state.database.transaction() as db:
            answer = await removals.remove_authors(db, event, uris, state.clock())
    except (Conflict, TooFast) as error:
        return await _page(request, state, slug, token, error)
    await finish(state, answer)
    return RedirectResponse(f"/{slug}/me/{token}?done=removed", 303)


async def _acted(request: Request, state: State, slug: str, token: str, act: Act, typed: str = "") -> Response:
    try:
        _spend(request, state, token)
        async with state.database.transaction() as db:
            await public_event(db, request, slug)
            await act(db, await claims.find_person(db, token), state.clock())
    except (BadInput, Conflict, TooFast) as error:
        return await _page(request, state, slug, token, error, typed)
    return RedirectResponse(f"/{slug}/me/{token}", 303)


def _spend(request: Request, state: State, token: str) -> None:
    """Every address that is added makes us open one: by page, and by whoever has many pages."""
    state.limits.spend("me-page", token[:80], ACTS, TOO_OFTEN)
    state.limits.spend("me-page-address", address_of(request), ACTS_BY_ADDRESS, TOO_OFTEN)


def _door(request: Request, state: State, event: Event, error: TooFast | None = None) -> Response:
    locale = locale_of(request)
    told = error.told(state.pages.catalogues[locale].gettext) if error else ""
    return state.pages.page(
        "me_door.html", locale, error.status if error else 200, waiting_header(error), error=told,
        nonce=nonce(state), **event_words(event), **words(request),
    )  # fmt: skip


async def _page(
    request: Request, state: State, slug: str, token: str, error: BadInput | Conflict | TooFast | None = None,
    typed: str = "",
) -> Response:  # fmt: skip
    locale, now = locale_of(request), state.clock()
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        person = await claims.find_person(db, token)
        uris = claims.uris_of(person)
        removed = bool(uris) and await refusals.is_refused(db, event.id, uris)
    until = moment_words(person.expires_at.astimezone(event.zone), locale)
    return state.pages.page(
        "me.html", locale, error.status if error else 200, waiting_header(error), word=person.word, until=until,
        over=person.expires_at <= now, address=f"/{slug}/me/{token}", removed=removed,
        claims=[_claim(claim, gettext) for claim in person.claims], proved=bool(uris),
        full=len(person.claims) >= claims.MOST, typed=typed, error=error.told(gettext) if error else "",
        field=getattr(error, "field", ""), **event_words(event), **words(request),
    )  # fmt: skip


def _claim(claim: Claim, gettext: Callable[[str], str]) -> dict[str, Any]:
    """An address and how it stands with it, in one sentence."""
    if claim.state is ClaimState.PROVED:
        told = gettext(HOW[claim.how])
    else:
        told = gettext(claims.REASONS[claim.reason] if claim.reason else WAITING)
    network = claim.network.value if claim.network else "web"
    shown = f"@{claim.handle}" if network == "mastodon" else claim.handle
    return {
        "id": claim.id, "network": network, "shown": shown, "state": claim.state.value, "told": told,
        "looks": claim.state is ClaimState.ASKED,
    }  # fmt: skip
