"""/media-files/…: our copies of pictures, each under the hash of what is in it. Serves; fetching them is a job.

The address of a picture cannot be guessed, and a picture is served only while everybody may see it with its post: from
the moment that is hidden, held or gone, or the picture itself is not let through, it is not there, whoever knows the
address. The desk looks at what waits and at what is held.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.posts import pictures
from app.models.account import Role
from app.security import may_enter, visitor_in
from app.shelf import Shelf
from app.state import state_of

router = APIRouter()
_HEADERS = {
    "cache-control": "private, max-age=31536000, immutable",  # no cache between keeps what is taken back
    "content-security-policy": "default-src 'none'; sandbox",  # whatever a browser takes it for, it can do nothing
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


@router.get("/media-files/{name}", include_in_schema=False)
async def media_file(request: Request, name: str) -> Response:
    """Whole, whatever Range was asked for: the copies are small."""
    state = state_of(request)
    body = await asyncio.to_thread(Shelf(state.settings.data_dir).get, name)
    if body is not None:
        async with state.database.reading() as db:
            if await pictures.may_serve(db, name[:64]):
                return Response(body, media_type="image/webp", headers=_HEADERS)
            if await _is_at_a_desk(db, request, name[:64]):
                return Response(body, media_type="image/webp", headers=_HEADERS | {"cache-control": "no-store"})
    return PlainTextResponse("There is no such picture here.", 404, {"cache-control": "no-store"})


async def _is_at_a_desk(db: AsyncSession, request: Request, media_id: str) -> bool:
    visitor = await visitor_in(db, request)
    if visitor.account is None:
        return False
    desks = await pictures.desks(db, media_id)
    return any([await may_enter(db, visitor, event, Role.MODERATOR) for event in desks])
