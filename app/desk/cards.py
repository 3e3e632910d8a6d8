"""/desk/{event}/cards: the codes of tables and places, what to print, and what came by each. For organisers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.domain import audit
from app.domain.audit import Line
from app.domain.event import cards, one_tag
from app.domain.schedule import schedule_feed
from app.errors import BadInput, Conflict
from app.ids import Id
from app.models import Account, Event
from app.models.account import Role
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

PAGE = "/desk/{slug}/cards"
TABLES = 12
Text = Annotated[str, Form()]
Problem = BadInput | Conflict


@router.get(PAGE)
async def page(request: Request, state: Here, slug: str) -> Response:
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    return await _page(request, state, account, event)


@router.post(PAGE + "/tables")
async def tables(request: Request, state: Here, slug: str, count: Text = "") -> Response:
    gettext = state.pages.catalogues[locale_of(request)].gettext
    number = int(count) if count.strip().isdecimal() and len(count.strip()) < 6 else 0

    async def make(db: AsyncSession, event: Event) -> None:
        label = gettext("Table {n}")
        await cards.make_tables(db, event, number, lambda n: label.format(n=n), state.clock())

    return await _done(request, state, slug, make, "tables", {"count": count})


@router.post(PAGE + "/places")
async def places(
    request: Request, state: Here, slug: str, code: Text = "", label: Text = "", room: Text = ""
) -> Response:  # fmt: skip
    async def make(db: AsyncSession, event: Event) -> None:
        await cards.add_card(db, event, code, label, _number(room), state.clock())

    return await _done(request, state, slug, make, "places", {"code": code, "label": label, "room": room})


@router.post(PAGE + "/{card_id}")
async def change(request: Request, state: Here, slug: str, card_id: Id, label: Text = "", room: Text = "") -> Response:
    async def keep(db: AsyncSession, event: Event) -> None:
        await cards.change_card(db, event, card_id, label, _number(room), state.clock())

    return await _done(request, state, slug, keep, f"card-{card_id}", {})


@router.post(PAGE + "/{card_id}/remove")
async def remove(request: Request, state: Here, slug: str, card_id: Id) -> Response:
    async def go(db: AsyncSession, event: Event) -> None:
        await cards.remove_card(db, event, card_id)

    return await _done(request, state, slug, go, f"card-{card_id}", {})


async def _done(
    request: Request, state: State, slug: str, act: Callable[[AsyncSession, Event], Awaitable[None]], form: str,
    typed: dict[str, str],
) -> Response:  # fmt: skip
    """The page again: as it is now, or with one sentence and all that was typed."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    try:
        async with state.database.transaction() as db:
            await act(db, event)
            await audit.note(db, event.id, account, Line("cards", why=form.partition("-")[0]), state.clock())
    except (BadInput, Conflict) as error:
        return await _page(request, state, account, event, error, form, typed)
    return RedirectResponse(PAGE.format(slug=slug) + f"#{form}", 303)


async def _page(
    request: Request, state: State, account: Account, event: Event, error: Problem | None = None, form: str = "",
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    gettext = state.pages.catalogues[locale_of(request)].gettext
    async with state.database.reading() as db:
        found = await cards.list_places(db, event.id)
        rooms = await schedule_feed.list_rooms(db, event.id)
    tags = [*event.tags, *([event.spare_tag] if event.spare_tag else [])]
    values: dict[str, Any] = {
        "account": account, "places": found, "rooms": rooms, "form": form,
        "typed": {"count": str(TABLES), "code": "", "label": "", "room": ""} | (typed or {}),
        "error": error.told(gettext) if error else "",
        "warnings": [wrong.told(gettext) for tag in tags if (wrong := one_tag.trouble(tag)) is not None],
    }  # fmt: skip
    return state.pages.page(
        "desk_cards.html", locale_of(request), error.status if error else 200, {"cache-control": "no-store"}, **values,
        **words(request, event),
    )  # fmt: skip


def _number(room: str) -> int | None:
    return int(room) if room.isdecimal() and len(room) < 10 else None
