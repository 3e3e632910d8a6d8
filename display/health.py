"""/healthz and /readyz: for whoever watches over the process. Say nothing about anybody."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import PlainTextResponse, Response

from display.asking import Here

router = APIRouter()


@router.get("/healthz", include_in_schema=False)
async def alive() -> Response:
    return PlainTextResponse("ok")


@router.get("/readyz", include_in_schema=False)
async def ready(state: Here) -> Response:
    """200 once the store answers."""
    try:
        async with state.database.reading() as db:
            await db.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return PlainTextResponse("The database does not answer.", 503, {"retry-after": "2"})
    return PlainTextResponse("ready")
