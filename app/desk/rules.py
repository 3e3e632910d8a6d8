"""/desk/{event}/rules: what a new post needs before it is shown, in plain words, changed live. Each part is a form."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.desk.asking import Here, at_the_desk, words
from app.domain.event import event_settings
from app.domain.raids import guard
from app.domain.rules import changing, fields, listing
from app.domain.rules.changing import Changed
from app.errors import Conflict, NotFound
from app.models import Account, Event, Policy
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)


@router.get("/desk/{slug}/rules")
async def page(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    return await _page(request, state, account, event)


@router.post("/desk/{slug}/rules/{section}")
async def save(request: Request, state: Here, slug: str, section: str) -> Response:
    """One part. What is wrong stands beside its field, and nothing typed is lost."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    if section not in fields.sections():
        raise NotFound("There is nothing at this address.")
    form = await request.form(max_fields=100)
    given = {key: value for key, value in form.items() if isinstance(value, str)}
    names = [one.name for one in fields.sections()[section]]
    typed = dict.fromkeys(fields.ticks(section), "") | {name: given[name] for name in names if name in given}
    seen = {name: given[f"seen-{name}"] for name in names if f"seen-{name}" in given}
    try:
        async with state.database.transaction() as db:
            changed = await changing.save(db, event, section, typed, seen, account, state.clock())
    except Conflict as error:
        return await _page(request, state, account, event, section, typed=typed, refused=error)
    kept = {} if changed.outcome.is_saved else typed
    return await _page(request, state, account, event, section, changed, kept)


async def _page(
    request: Request, state: State, account: Account, event: Event, section: str = "", changed: Changed | None = None,
    typed: dict[str, str] | None = None, refused: Conflict | None = None,
) -> Response:  # fmt: skip
    locale = locale_of(request)
    gettext = state.pages.catalogues[locale].gettext
    outcome = changed.outcome if changed else event_settings.Outcome()
    async with state.database.reading() as db:
        event = await db.get_one(Event, event.id)
        waits = await changing.waiting(db, event.id)
        listed = await listing.counts(db, event.id)
    stored: dict[str, str] = {}
    for part in fields.sections().values():
        stored |= event_settings.values(event, part)
    mode = guard.mode(event)
    values: dict[str, Any] = {
        "account": account, "stored": stored | (typed or {}), "section": section, "waits": waits,
        "seen": {name: event_settings.mark(value) for name, value in stored.items()},
        "errors": {name: error.told(gettext) for name, error in outcome.errors.items()},
        "overtaken": outcome.overtaken, "kept": outcome.kept, "error": refused.told(gettext) if refused else "",
        "saved": changed is not None and outcome.is_saved, "stopped": changed.stopped if changed else 0,
        "prolonged": changed.prolonged if changed else 0, "guarded": mode.value if mode else "",
        "lines": sum(listed.values()), "policies": [policy.value for policy in Policy],
    }  # fmt: skip
    status = refused.status if refused else 400 if outcome.errors else 409 if outcome.overtaken else 200
    return state.pages.page(
        "desk_rules.html", locale, status, {"cache-control": "no-store"}, **values, **words(request, event)
    )
