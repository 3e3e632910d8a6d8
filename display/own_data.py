"""One's own data as a file: of whoever proved an address, and of whoever holds a receipt."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.domain.control import claims, own_data
from app.domain.posts import saying
from app.errors import N_
from app.limits import Rate
from app.pages import locale_of
from app.state import State
from display.asking import Here, public_event
from display.whose import address_of

router = APIRouter(include_in_schema=False)

BY_PAGE = Rate(burst=5, every=30)
BY_ADDRESS = Rate(burst=60, every=10)
TOO_OFTEN = N_("That was quick. Wait a few seconds and try again.")


@router.get("/{slug}/me/{token}/data.json")
async def of_person(request: Request, state: Here, slug: str, token: str) -> Response:
    _spend(request, state, token)
    gettext = state.pages.catalogues[locale_of(request)].gettext
    async with state.database.reading() as db:
        await public_event(db, request, slug)
        person = await claims.find_person(db, token)
        told = await own_data.of_person(db, person, claims.uris_of(person), state.clock(), gettext)
    return _file(told)


@router.get("/{slug}/say/{receipt}/data.json")
async def of_receipt(request: Request, state: Here, slug: str, receipt: str) -> Response:
    _spend(request, state, receipt)
    gettext = state.pages.catalogues[locale_of(request)].gettext
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
        post = await saying.find_receipt(db, event, receipt)
        told = await own_data.of_receipt(db, post.id, state.clock(), gettext)
    return _file(told)


def _spend(request: Request, state: State, secret: str) -> None:
    state.limits.spend("own-data", secret[:80], BY_PAGE, TOO_OFTEN)
    state.limits.spend("own-data-address", address_of(request), BY_ADDRESS, TOO_OFTEN)


def _file(told: dict[str, object]) -> Response:
    headers = {
        "cache-control": "no-store", "content-disposition": 'attachment; filename="my-data.json"',
        "x-robots-tag": "noindex",
    }  # fmt: skip
    return Response(orjson.dumps(told, option=orjson.OPT_INDENT_2), 200, headers, "application/json")
