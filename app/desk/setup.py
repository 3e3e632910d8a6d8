"""/setup: a house organiser makes an event, on one page. It begins as a draft."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, base_address, signed_in, words
from app.desk.choices import language_choices, zone_choices
from app.domain import accounts
from app.domain.event import founding
from app.domain.event.founding import Problems
from app.domain.events import list_events
from app.errors import NotAllowed
from app.models import Account, Policy
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

MOST = 400  # letters of any field here


@router.get("/setup")
async def page(request: Request, state: Here) -> Response:
    await _organiser(request, state)
    return await _page(request, state, {"languages": locale_of(request), "policy": Policy.REVIEW.value}, {})


@router.post("/setup")
async def make(request: Request, state: Here) -> Response:
    account = await _organiser(request, state)
    form = await request.form(max_fields=60)
    typed = {
        name: " ".join(one[:MOST] for one in form.getlist(name) if isinstance(one, str)).strip()
        for name in founding.NAMES
    }
    async with state.database.transaction() as db:
        event, problems = await founding.found(db, typed, account, state.clock())
    if event is None:
        if not typed["tags"]:
            typed["tags"] = founding.proposed_tag(typed["title"])
        return await _page(request, state, typed, problems)
    return RedirectResponse(f"/desk/{event.slug}/settings?made=yes", 303)


async def _organiser(request: Request, state: State) -> Account:
    account = await signed_in(request)
    async with state.database.reading() as db:
        if not accounts.reaches(await accounts.role_in(db, account, None), Role.ORGANISER):
            raise NotAllowed("Events are made by those who run this house. Ask one of them.")
    return account


async def _page(request: Request, state: State, typed: dict[str, str], problems: Problems) -> Response:
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    async with state.database.reading() as db:
        events = await list_events(db)
    own = [event for event in events if event.rehearsal is None]
    zone = typed.get("time_zone") or (own[0].time_zone if own else "UTC")
    values: dict[str, Any] = {
        "typed": dict.fromkeys(founding.NAMES, "") | typed | {"time_zone": zone}, "zones": zone_choices(zone),
        "choices": language_choices(typed.get("languages", "").split()), "guesses": not own and not problems,
        "errors": {name: problem.told(gettext) for name, problem in problems.items()},
        "rehearsal": next((event.slug for event in events if event.rehearsal), "") if not own else "",
        "base": base_address(request).partition("://")[2], "delay": 20,
    }  # fmt: skip
    status = max((problem.status for problem in problems.values()), default=200)
    return state.pages.page("setup.html", locale, status, {"cache-control": "no-store"}, **values, **words(request))
