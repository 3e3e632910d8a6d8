"""The source page: where an event's posts are read, how that is doing, and every change to it. For organisers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.desk.source_words import DONE, WRONG, connection_view, source_view, told
from app.domain import audit
from app.domain.audit import Line
from app.domain.events import check_contact
from app.domain.sources import health, sources
from app.errors import N_, BadInput, Conflict, StrandError
from app.ids import Id
from app.limits import Rate
from app.models import Account, Connection, Event
from app.models.account import Role
from app.pages import locale_of
from app.state import State
from app.trying import try_source
from ingest.trial import Trial

router = APIRouter(include_in_schema=False)

TRIALS = Rate(burst=8, every=8)
TOO_OFTEN = N_("That was tried often just now. Wait a moment.")
NOTHING_TRIED: Mapping[int, Trial] = {}
Text = Annotated[str, Form(max_length=2_000)]


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says at its head, or beside the form that was sent."""

    done: str = ""
    error: str = ""
    form: str = ""  # which form the error is about
    typed: dict[str, str] = field(default_factory=dict)
    status: int = 200


@router.get("/desk/{slug}/sources")
async def page(request: Request, state: Here, slug: str, done: str = "", error: str = "") -> Response:
    _, event = await at_the_desk(request, slug, Role.ORGANISER)
    locale = locale_of(request)
    good, wrong = (told(found, (done, error), state.pages, locale) for found in (DONE, WRONG))
    return await _page(request, state, event, Said(good, wrong))


@router.post("/desk/{slug}/sources/{source_id}/test")
async def test(request: Request, state: Here, slug: str, source_id: Id) -> Response:
    """One honest attempt; its answer stands beside the source."""
    _, event = await at_the_desk(request, slug, Role.ORGANISER)
    state.limits.spend("trial", str(event.id), TRIALS, TOO_OFTEN)
    async with state.database.reading() as db:
        source = await sources.find_source(db, event, source_id)
    tried = await try_source(source, event, state.settings)
    if tried.ok:
        async with state.database.transaction() as db:
            await sources.note_success(db, event, source_id, state.clock())
    return await _page(request, state, event, Said(), {source_id: tried})


@router.post("/desk/{slug}/sources/{source_id}/switch")
async def switch(request: Request, state: Here, slug: str, source_id: Id, on: Annotated[bool, Form()]) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.transaction() as db:
        await sources.switch(db, await sources.find_source(db, event, source_id), on)
        await _note(db, state, event, account, "on" if on else "off", source_id)
    return _back(slug, "on" if on else "off")


@router.post("/desk/{slug}/sources/{source_id}/remove")
async def remove(request: Request, state: Here, slug: str, source_id: Id) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    async with state.database.transaction() as db:
        await sources.remove(db, await sources.find_source(db, event, source_id))
        await _note(db, state, event, account, "removed", source_id)
    return _back(slug, "removed")


@router.post("/desk/{slug}/sources/mastodon")
async def add_mastodon(request: Request, state: Here, slug: str, server: Text = "", token: Text = "") -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        address = _address(server.strip())
        async with state.database.transaction() as db:
            made = await sources.add_mastodon(db, event, address, token.strip(), state.settings.key, state.clock())
            await _note(db, state, event, account, "added", made.id)
    except (BadInput, Conflict) as error:
        return await refused(request, state, event, "mastodon", error, {"server": server})
    return _back(slug, "added")


@router.post("/desk/{slug}/sources/bluesky")
async def add_bluesky(request: Request, state: Here, slug: str, jetstream: Text = "", appview: Text = "") -> Response:
    """The public network where nothing is given."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        async with state.database.transaction() as db:
            made = await sources.add_bluesky(db, event, jetstream.split(), appview.strip(), state.clock())
            await _note(db, state, event, account, "added", made.id)
    except (BadInput, Conflict) as error:
        return await refused(request, state, event, "bluesky", error, {"jetstream": jetstream, "appview": appview})
    return _back(slug, "added")


@router.post("/desk/{slug}/sources/contact")
async def contact(request: Request, state: Here, slug: str, contact: Text = "") -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        address = check_contact(contact)
        async with state.database.transaction() as db:
            (await db.get_one(Event, event.id)).contact = address
            await audit.note(db, event.id, account, Line("settings", detail={"fields": ["contact"]}), state.clock())
    except BadInput as error:
        return await refused(request, state, event, "contact", error, {"contact": contact})
    return _back(slug, "contact" if address else "no-contact")


async def _note(db: AsyncSession, state: State, event: Event, by: Account, what: str, source_id: int) -> None:
    await audit.note(db, event.id, by, Line("source", why=what, detail={"source": source_id}), state.clock())


def _address(server: str) -> str:
    """People say the name of their server."""
    if not server:
        raise BadInput("Which server? Its address looks like social.example.", "server")
    return server if "://" in server else f"https://{server}"


def _back(slug: str, done: str) -> Response:
    return RedirectResponse(f"/desk/{slug}/sources?done={done}", 303)


async def refused(
    request: Request, state: State, event: Event, form: str, error: StrandError, typed: dict[str, str]
) -> Response:
    """The page again, with the sentence beside the form and everything but secrets still in it."""
    sentence = error.told(state.pages.catalogues[locale_of(request)].gettext)
    return await _page(request, state, event, Said("", sentence, form, typed, error.status))


async def _page(
    request: Request, state: State, event: Event, said: Said, tried: Mapping[int, Trial] = NOTHING_TRIED
) -> Response:
    now, locale = state.clock(), locale_of(request)
    async with state.database.reading() as db:
        doing = await health.of_event(db, event, now)
        reader = await health.reader(db, now)
        mine = select(Connection).where(Connection.event_id == event.id).order_by(Connection.id)
        connections = (await db.scalars(mine)).all()
    return state.pages.page(
        "sources.html", locale, said.status, {"cache-control": "no-store"}, said=said,
        typed=defaultdict(str, said.typed),
        sources=[source_view(h, now, event.time_zone, state.pages, locale, tried.get(h.source.id)) for h in doing],
        connections=[connection_view(c, now, locale) for c in connections], contact=event.contact,
        mails=bool(state.settings.smtp_url), is_read=reader is not None, **words(request, event),
    )  # fmt: skip
