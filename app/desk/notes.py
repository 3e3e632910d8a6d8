"""What stands beside one post at the desk: everything about it, and the notes that moderators leave each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from app.desk.asking import Here, at_the_desk
from app.domain.control.reports import REASONS
from app.domain.desk import beside, notes
from app.domain.desk.beside import Beside, Decided
from app.domain.view import MOST
from app.ids import Id
from app.models import Note, Report
from app.pages import locale_of

router = APIRouter(include_in_schema=False)


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    post: Annotated[int, Field(ge=1, le=MOST)]
    words: Annotated[str, Field(max_length=20_000)]


@router.get("/desk/{slug}/posts/{post_id}.json")
async def post(request: Request, state: Here, slug: str, post_id: Id) -> Response:
    _, event = await at_the_desk(request, slug)
    gettext, now = state.pages.catalogues[locale_of(request)].gettext, state.clock()
    async with state.database.reading() as db:
        found = await beside.read(db, event, post_id)
    return JSONResponse(_told(found, gettext, now), headers={"cache-control": "no-store"})


@router.post("/desk/{slug}/notes")
async def leave(request: Request, state: Here, slug: str, said: Annotated[Words, Body()]) -> dict[str, Any]:
    account, event = await at_the_desk(request, slug)
    now = state.clock()
    async with state.database.transaction() as db:
        note = await notes.note(db, event, said.post, said.words, account, now)
        return {"note": _note(note, now)}


def _told(found: Beside, gettext: Callable[[str], str], now: datetime) -> dict[str, Any]:
    return {
        "post": found.post,
        "thread": found.thread,
        "notes": [_note(note, now) for note in found.notes],
        "decisions": [_decision(each, now) for each in found.decisions],
        "reports": [_report(report, gettext, now) for report in found.reports],
        "cluster": found.cluster,
        "author": found.author,
    }


def _note(note: Note, now: datetime) -> dict[str, Any]:
    return {"id": note.id, "by": note.account.name, "words": note.words, **_when(note.created_at, now)}


def _decision(each: Decided, now: datetime) -> dict[str, Any]:
    one = each.decision
    return {
        "by": each.by, "verdict": one.verdict.value, "part": one.part.value, "why": one.why,
        "undo": one.undoes_id is not None, "bulk": one.bulk, **_when(one.created_at, now),
    }  # fmt: skip


def _report(report: Report, gettext: Callable[[str], str], now: datetime) -> dict[str, Any]:
    reason = gettext(REASONS[report.reason]) if report.reason in REASONS else report.reason
    return {"key": report.reason, "reason": reason, "words": report.words, **_when(report.created_at, now)}


def _when(at: datetime, now: datetime) -> dict[str, Any]:
    return {"at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "seconds": max(0, int((now - at).total_seconds()))}
