"""/desk/{event}/lists: who and what is blocked, whom the event trusts. Pages for organisers, one act for the queue.

Works without a script: every list is an address, every act a form that leads back to it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Body, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from app.desk.asking import Here, at_the_desk, words
from app.domain.rules import blocking, compiled, holding, importing, listing
from app.domain.rules.importing import Offered
from app.domain.rules.lists import Row
from app.domain.view import MOST
from app.errors import BadInput, Conflict, NotFound
from app.ids import Count
from app.models import Account, Event, Listed
from app.models.account import Role
from app.models.listed import Kind, Side
from app.pages import locale_of
from app.state import State

router = APIRouter(include_in_schema=False)

ON_A_PAGE = 100
LISTS = {f"{side.value}-{kind.value}": (side, kind) for side in Side for kind in Kind if side is Side.BLOCK or kind in
         listing.FOR_TRUST}  # fmt: skip
_CHUNKS = 100  # of what is here already, held at once from a page


class Blocking(BaseModel):
    """What the desk's script sends; `post`: its author or their server, `bulk`: the act that goes on."""

    model_config = ConfigDict(extra="forbid")
    side: Side = Side.BLOCK
    kind: Kind
    value: Annotated[str | None, Field(max_length=1_000)] = None
    post: Annotated[int | None, Field(ge=1, le=MOST)] = None
    bulk: Annotated[str, Field(max_length=32)] = ""


@dataclass(slots=True)
class Told:
    """What came of an act, for the page."""

    what: str = ""  # "added", "there", "removed", "cleared", "taken"
    n: int = 0
    held: int = 0
    known: int = 0
    offered: Offered | None = None


@router.get("/desk/{slug}/lists")
async def page(
    request: Request, state: Here, slug: str, of: str = "", q: str = "", after: Count = 0, done: str = "",
    n: Count = 0, held: Count = 0,
) -> Response:  # fmt: skip
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    return await _page(request, state, account, event, of, Told(done, n, held), looked=q[:200], after=after)


@router.get("/desk/{slug}/lists/export")
async def export(request: Request, state: Here, slug: str, of: str = "") -> Response:
    """One a line, as it was typed."""
    _, event = await at_the_desk(request, slug, Role.ORGANISER)
    side, kind = _list(of)
    async with state.database.reading() as db:
        lines = await listing.everything(db, event.id, side, kind)
    name = f"{event.slug}-{side.value}-{kind.value}.txt"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return PlainTextResponse("".join(f"{one}\n" for one in lines), headers=headers)


@router.post("/desk/{slug}/lists")
async def block(request: Request, state: Here, slug: str, act: Annotated[Blocking, Body()]) -> dict[str, Any]:
    """From the queue: {side, kind, value | post} → {listed, held, rest, bulk}; what is here already is held as well."""
    account, event = await at_the_desk(request, slug)
    async with state.database.transaction() as db:
        value, key = (act.value or "", "")
        if act.post is not None:
            value, key = await blocking.named_by(db, event, act.post, act.kind)
        listed = await listing.add(db, event, act.side, act.kind, value, account, state.clock(), key)
    async with state.database.transaction() as db:
        done = await holding.hold_here(db, event, [_row(listed)], account, state.clock(), bulk=act.bulk)
    await _make_ready(state, event)
    told = {"id": listed.id, "side": listed.side.value, "kind": listed.kind.value, "value": listed.value}
    return {"listed": told, "held": done.held, "rest": done.rest, "bulk": done.bulk}


@router.post("/desk/{slug}/lists/{act}")
async def change(request: Request, state: Here, slug: str, act: str) -> Response:
    """add {of, value} · remove {of, line} · clear {of} · import {of, text, file}. Leads back to the list."""
    account, event = await at_the_desk(request, slug, Role.ORGANISER)
    form = await request.form(max_fields=2_000, max_part_size=importing.MOST_BYTES)
    of, typed = _text(form, "of"), _text(form, "value")
    acts = {"add": _add, "remove": _remove, "clear": _clear, "import": _import}
    try:
        if act not in acts:
            raise NotFound("There is nothing at this address.")
        told = await acts[act](state, account, event, of, form)
        await _make_ready(state, event)
    except (BadInput, Conflict, NotFound) as error:
        if of not in LISTS or act not in acts:
            raise
        return await _page(request, state, account, event, of, Told(), error, act, typed, _text(form, "text"))
    if told.offered is not None:
        return await _page(request, state, account, event, of, told)
    asked = {"of": of, "done": told.what, "n": told.n, "held": told.held} | (
        {"q": q} if (q := _text(form, "q")) else {}
    )
    return RedirectResponse(f"/desk/{slug}/lists?{urlencode(asked)}", 303)


async def _add(state: State, account: Account, event: Event, of: str, form: FormData) -> Told:
    side, kind = _list(of)
    async with state.database.transaction() as db:
        before = (await listing.counts(db, event.id)).get((side, kind), 0)
        listed = await listing.add(db, event, side, kind, _text(form, "value"), account, state.clock())
        after = (await listing.counts(db, event.id)).get((side, kind), 0)
    held = await _hold(state, account, event, [_row(listed)])
    return Told("added" if after > before else "there", 1, held)


async def _remove(state: State, account: Account, event: Event, of: str, form: FormData) -> Told:
    ids = [int(v) for v in form.getlist("line") if isinstance(v, str) and v.isascii() and v.isdigit() and len(v) < 10]
    async with state.database.transaction() as db:
        return Told("removed", await listing.remove(db, event, ids, account, state.clock()))


async def _clear(state: State, account: Account, event: Event, of: str, form: FormData) -> Told:
    async with state.database.transaction() as db:
        return Told("cleared", await listing.clear(db, event, *_list(of), account, state.clock()))


async def _import(state: State, account: Account, event: Event, of: str, form: FormData) -> Told:
    side, kind = _list(of)
    text, file = _text(form, "text"), form.get("file")
    if isinstance(file, UploadFile) or hasattr(file, "read"):
        text = importing.decoded(await file.read()) or text  # type: ignore[union-attr]
    offered = await asyncio.to_thread(importing.understood, kind, text)
    if not (offered.lines or offered.left_out):
        raise BadInput("There is nothing in it yet. Paste lines, or choose a file.", "text")
    async with state.database.transaction() as db:
        taken = await listing.take_in(db, event, side, kind, offered, account, state.clock())
    rows = [Row(side, kind, value, key) for key, value in offered.lines.items()] if taken.new else []
    held = await _hold(state, account, event, rows, unread=True)
    return Told("taken", taken.new, held, taken.known, offered)


async def _hold(state: State, account: Account, event: Event, rows: list[Row], unread: bool = False) -> int:
    """In chunks, each a transaction, so that desk and wall stay alive."""
    held, bulk = 0, ""
    for _ in range(_CHUNKS if any(row.side is Side.BLOCK for row in rows[:1]) else 0):
        async with state.database.transaction() as db:
            done = await holding.hold_here(db, event, rows, account, state.clock(), bulk=bulk, unread=unread)
        held, bulk = held + done.held, done.bulk
        if not done.rest:
            break
    return held


async def _make_ready(state: State, event: Event) -> None:
    """Now, so that the next post does not wait for it."""
    async with state.database.reading() as db:
        await compiled.lists_of(db, await db.get_one(Event, event.id))


def _row(listed: Listed) -> Row:
    return Row(listed.side, listed.kind, listed.value, listed.key)


def _text(form: FormData, name: str) -> str:
    given = form.get(name)
    return given if isinstance(given, str) else ""


def _list(of: str) -> tuple[Side, Kind]:
    if of not in LISTS:
        raise BadInput("Choose one of the lists.", "of")
    return LISTS[of]


async def _page(
    request: Request, state: State, account: Account, event: Event, of: str, told: Told,
    error: BadInput | Conflict | NotFound | None = None, act: str = "", typed: str = "", pasted: str = "",
    looked: str = "", after: int = 0,
) -> Response:  # fmt: skip
    locale = locale_of(request)
    of = of if of in LISTS else next(iter(LISTS))
    side, kind = LISTS[of]
    async with state.database.reading() as db:
        counts = await listing.counts(db, event.id)
        lines = await listing.search(db, event.id, side, kind, looked.strip(), ON_A_PAGE + 1, after)
    values: dict[str, Any] = {
        "of": of, "side": side.value, "kind": kind.value, "counts": {k: counts.get(v, 0) for k, v in LISTS.items()},
        "lines": lines[:ON_A_PAGE], "next": lines[ON_A_PAGE - 1].id if len(lines) > ON_A_PAGE else 0, "after": after,
        "looked": looked, "told": told, "act": act, "typed": typed, "pasted": pasted,
        "error": error.told(state.pages.catalogues[locale].gettext) if error else "",
    }  # fmt: skip
    return state.pages.page(
        "desk_lists.html", locale, error.status if error else 200, {"cache-control": "no-store"}, account=account,
        **values, **words(request, event),
    )  # fmt: skip
