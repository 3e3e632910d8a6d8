"""/desk/{event}/settings: the home of all that is set, with what is still to do; and each part, a form of its own."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.desk.settings_home import overview
from app.desk.settings_page import Told, draw, languages_of
from app.domain.event import event_settings, parts, todo
from app.errors import NotFound
from app.models import Event
from app.models.account import Role
from app.pages import locale_of

router = APIRouter(include_in_schema=False)


@router.get("/desk/{slug}/settings")
async def home(request: Request, state: Here, slug: str, made: str = "") -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    locale = locale_of(request)
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        left = await todo.todos(db, event, account, state.clock())
    return state.pages.page(
        "desk_settings.html", locale, 200, {"cache-control": "no-store"}, account=account, made=bool(made),
        todos={each.key: each for each in left}, **overview(event, locale), **words(request, event),
    )  # fmt: skip


@router.get("/desk/{slug}/settings/{page}")
async def part(request: Request, state: Here, slug: str, page: str) -> Response:
    """One page; the name of a part leads to its page."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    if page in parts.PAGES:
        return await draw(request, state, account, event, page)
    if on := parts.page_of(page):
        return RedirectResponse(f"/desk/{slug}/settings/{on}#{page}", 303)
    raise NotFound("There is nothing at this address.")


@router.post("/desk/{slug}/settings/{section}")
async def save(request: Request, state: Here, slug: str, section: str) -> Response:
    """One part. What is wrong stands beside its field, and nothing typed is lost."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    fields = parts.sections(languages_of(event)).get(section)
    if fields is None:
        raise NotFound("There is nothing at this address.")
    form = await request.form(max_fields=200)
    given = {key: " ".join(v for v in form.getlist(key) if isinstance(v, str)) for key in form}
    typed = {one.name: given[one.name] for one in fields if one.name in given}
    typed |= {key.removeprefix("take-"): value for key, value in given.items() if key.startswith("take-")}
    seen = {one.name: given[f"seen-{one.name}"] for one in fields if f"seen-{one.name}" in given}
    async with state.database.transaction() as db:
        outcome = await event_settings.save(db, event, fields, typed, seen, state.clock(), account)
    told = Told(section, outcome, {} if outcome.is_saved else typed)
    return await draw(request, state, account, event, parts.page_of(section), told)
