"""/desk/{event}/settings: what people are told about an event, who helps, how long it is kept. Each part is a form."""

from __future__ import annotations

from typing import Annotated, Any

from babel.core import Locale
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from app.desk.asking import Here, at_the_desk, base_address, words
from app.domain import accounts
from app.domain.event import event_fields, event_settings
from app.domain.event.event_settings import Outcome
from app.errors import BadInput, NotFound
from app.models import Account, Event
from app.models.account import Role
from app.pages import LOCALES, locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

INVITED = (Role.MODERATOR, Role.REPORTER)  # an organiser is made where the house is run


@router.get("/desk/{slug}/settings")
async def page(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    return await _page(request, state, account, event)


@router.post("/desk/{slug}/settings/invite")
async def invite(request: Request, state: Here, slug: str, role: Annotated[str, Form()] = "") -> Response:
    """A link for one person. The page shows it this once: we keep only its fingerprint."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    if role not in INVITED:
        raise BadInput("Choose what they may do here: moderator or reporter.", "role")
    async with state.database.transaction() as db:
        token = await accounts.invite(db, event, Role(role), state.clock(), account)
    link = f"{base_address(request)}/invite/{token}"
    return await _page(request, state, account, event, invited=(role, link))


@router.post("/desk/{slug}/settings/{section}")
async def save(request: Request, state: Here, slug: str, section: str) -> Response:
    """One part. What is wrong stands beside its field, and nothing typed is lost."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    fields = event_fields.sections(languages_of(event)).get(section)
    if fields is None:
        raise NotFound("There is nothing at this address.")
    form = await request.form(max_fields=200)
    given = {key: value for key, value in form.items() if isinstance(value, str)}
    typed = {one.name: given[one.name] for one in fields if one.name in given}
    seen = {one.name: given[f"seen-{one.name}"] for one in fields if f"seen-{one.name}" in given}
    async with state.database.transaction() as db:
        outcome = await event_settings.save(db, event, fields, typed, seen, state.clock())
    return await _page(request, state, account, event, section, outcome, {} if outcome.is_saved else typed)


def languages_of(event: Event) -> list[str]:
    """Those in which people are told something: the event's first, of those the house speaks."""
    spoken = [given.partition("-")[0] for given in event.languages]
    return list(dict.fromkeys([*(one for one in spoken if one in LOCALES), *LOCALES]))


async def _page(
    request: Request, state: State, account: Account, event: Event, section: str = "",
    outcome: Outcome | None = None, typed: dict[str, str] | None = None, invited: tuple[str, str] | None = None,
) -> Response:  # fmt: skip
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    outcome = outcome or Outcome()
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
    languages = languages_of(event)
    stored: dict[str, str] = {}
    for fields in event_fields.sections(languages).values():
        stored |= event_settings.values(event, fields)
    values: dict[str, Any] = {
        "account": account, "stored": stored | (typed or {}), "in_languages": languages, "section": section,
        "seen": {name: event_settings.mark(value) for name, value in stored.items()},
        "errors": {name: error.told(gettext) for name, error in outcome.errors.items()},
        "overtaken": outcome.overtaken, "kept": outcome.kept, "saved": bool(section) and outcome.is_saved,
        "address": request.client.host if request.client else "", "zone": event.time_zone,
        "erased_at": event.erased_at, "policy": event.policy.value, "delay": event.delay_seconds, "invited": invited,
        "named": {code: Locale.parse(code).get_display_name(locale) for code in languages},
    }  # fmt: skip
    status = 400 if outcome.errors else 409 if outcome.overtaken else 200
    return state.pages.page(
        "desk_settings.html", locale, status, {"cache-control": "no-store"}, **values,
        **words(request, event),
    )  # fmt: skip
