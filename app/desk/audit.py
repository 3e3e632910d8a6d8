"""/desk/{event}/audit: who did what and when, for organisers; /desk/audit: of the house; both also as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC
from typing import Annotated, Any

import orjson
from babel.dates import format_date
from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from app.desk.asking import Here, words
from app.desk.audit_words import sentence
from app.desk.people import organiser_of
from app.domain import acts
from app.domain.acts import KINDS, Wanted
from app.domain.view import MOST
from app.models import AuditLine, Event
from app.pages import calendar, locale_of
from app.state import State
from app.tables import BOM, harmless, lines

router = APIRouter(include_in_schema=False)

PAGE, STRETCH = 60, 500
LONGEST_ID = 10  # digits
NO_STORE = {"cache-control": "no-store"}
COLUMNS = ("number", "time_utc", "who", "account", "act", "post", "verdict", "reason", "detail", "sentence", "hash")
Number = Annotated[int, Query(ge=1, le=MOST)]


@router.get("/desk/audit")
@router.get("/desk/{slug}/audit")
async def page(
    request: Request, state: Here, slug: str = "", who: str = "", kind: str = "", before: Number = MOST
) -> Response:
    """A filter that names nothing there is, is none: anybody can write an address."""
    account, event = await organiser_of(request, slug)
    locale = locale_of(request)
    wanted = Wanted(
        int(who) if who.isascii() and who.isdigit() and len(who) < 10 else None, kind if kind in KINDS else ""
    )
    async with state.database.reading() as db:
        found = await acts.page(db, event, wanted, before, PAGE + 1)
        names, people = await acts.names(db, found), await acts.who_acted(db, event)
    shown = found[:PAGE]
    values: dict[str, Any] = {
        "account": account, "address": _address(event), "people": people, "kinds": {k: v[0] for k, v in KINDS.items()},
        "who": wanted.account, "kind": wanted.kind, "later": before < MOST,
        "older": shown[-1].number if len(found) > PAGE else None,
        "days": _days(shown, names, event, state, locale),
    }  # fmt: skip
    around = words(request, event) | ({} if event else {"event": None})
    return state.pages.page("desk_audit.html", locale, 200, NO_STORE, **values, **around)


@router.get("/desk/audit.csv")
@router.get("/desk/{slug}/audit.csv")
async def table(request: Request, state: Here, slug: str = "") -> Response:
    """All of it, the oldest first, with each line's hash."""
    _, event = await organiser_of(request, slug)
    name = f"{event.slug}-audit.csv" if event else "audit.csv"
    headers = NO_STORE | {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_stretches(state, event, locale_of(request)), media_type="text/csv", headers=headers)


async def _stretches(state: State, event: Event | None, locale: str) -> AsyncIterator[bytes]:
    yield BOM.encode() + lines([COLUMNS])
    after, gettext = 0, state.pages.catalogues[locale].gettext
    while True:
        async with state.database.reading() as db:
            found = await acts.stretch(db, event, after, STRETCH)
            names = await acts.names(db, found)
        if not found:
            return
        after = found[-1].number
        yield lines([[harmless(cell) for cell in _cells(line, sentence(line, names, gettext))] for line in found])


def _cells(line: AuditLine, told: tuple[str, str, str]) -> list[str]:
    return [
        str(line.number), f"{line.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", told[1], str(line.account_id or ""),
        line.act, str(line.post_id or ""), line.verdict, line.why,
        orjson.dumps(line.detail).decode() if line.detail else "", "".join(told), line.hash,
    ]  # fmt: skip


def _days(
    found: Any, names: dict[int, str], event: Event | None, state: State, locale: str
) -> list[tuple[str, list[dict[str, Any]]]]:
    """By the event's days; the house's by UTC."""
    gettext = state.pages.catalogues[locale].gettext
    days: dict[str, list[dict[str, Any]]] = {}
    for line in found:
        at = line.at.astimezone(event.zone if event else UTC)
        day = str(format_date(at.date(), "full", calendar(locale)))
        told = sentence(line, names, gettext)
        days.setdefault(day, []).append({"time": f"{at:%H:%M:%S}", "at": line.at, "number": line.number, "told": told})
    return list(days.items())


def _address(event: Event | None) -> str:
    return f"/desk/{event.slug}/audit" if event else "/desk/audit"
