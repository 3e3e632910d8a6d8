"""/{event}/strand.csv and strand.jsonl: the whole strand as a file, for tables and for programs (docs/exports.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from app.domain.strand import export
from app.domain.strand.export import Row
from app.errors import N_, BadInput
from app.fresh import answer, tag
from app.limits import Rate
from app.models import Event
from app.state import State
from app.tables import BOM, harmless
from app.tables import lines as table_lines
from display.asking import Here, base_address, public_event
from ingest.text.clean import href

router = APIRouter(include_in_schema=False)

STRETCH = 200  # posts read at a time: what is in memory, and how long anybody else waits for us
BY_ADDRESS = Rate(burst=30, every=10)  # a hall is one address: this only stops a flood
TOO_MANY = N_("Many files were fetched from here just now. Try again in a minute.")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
COLUMNS = (
    "id", "address", "time_utc", "time_local", "network", "author", "handle", "text", "language", "tags", "session",
    "question", "in_answer_to", "content_warning", "sensitive", "pictures", "original", "edited",
)  # fmt: skip
Write = Callable[[Event, Iterable[Row]], bytes]


@router.get("/{slug}/strand.csv")
async def table(request: Request, state: Here, slug: str, separator: str = "comma") -> Response:
    if separator not in SEPARATORS:
        raise BadInput("Columns are separated by comma, semicolon or tab.", "separator")
    base, between = base_address(request), SEPARATORS[separator]

    def write(event: Event, rows: Iterable[Row]) -> bytes:
        return table_lines([cells(row, event, base) for row in rows], between)

    return await _file(request, state, slug, "csv", "text/csv", BOM.encode() + table_lines([COLUMNS], between), write)


@router.get("/{slug}/strand.jsonl")
async def lines(request: Request, state: Here, slug: str) -> Response:
    def write(event: Event, rows: Iterable[Row]) -> bytes:
        return b"".join(orjson.dumps(row.view, option=orjson.OPT_APPEND_NEWLINE) for row in rows)

    return await _file(request, state, slug, "jsonl", "application/jsonl", b"", write)


def cells(row: Row, event: Event, base: str) -> list[str]:
    """One line of the table, in the order of COLUMNS."""
    post, view = row.post, row.view
    told = [
        str(post.id),
        base + view["url"],
        view["at"],
        f"{post.posted_at.astimezone(event.zone):%Y-%m-%d %H:%M:%S}",
        post.network.value,
        post.author.name,
        post.author.handle,
        post.text,
        post.lang or "",
        " ".join(f"#{tag}" for tag in post.tags),
        view["session"]["title"] if view["session"] else "",
        "yes" if post.question else "",
        f"{base}/{event.slug}/posts/{view['reply_to']['id']}" if view["reply_to"] else "",
        post.content_warning,
        "yes" if view["sensitive"] else "",
        "\n".join(f"{base}{m['src']} {' '.join((m['alt'] or '').split())}".strip() for m in view["media"] if m["src"]),
        href(post.url) or "",
        f"{post.edited_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if post.edited_at else "",
    ]
    return [harmless(cell) for cell in told]


async def _file(
    request: Request, state: State, slug: str, ending: str, kind: str, head: bytes, write: Write
) -> Response:  # fmt: skip
    async with state.database.reading() as db:
        event = await public_event(db, request, slug)
    etag = tag(request, event.epoch, event.seq)
    if unchanged := answer(request, etag):
        return unchanged
    state.limits.spend("export", request.client.host if request.client else "", BY_ADDRESS, TOO_MANY)
    headers = {
        "etag": etag,
        "cache-control": "no-cache",
        "content-disposition": f'attachment; filename="{event.slug}.{ending}"',
        "x-robots-tag": "noindex",  # what was taken back must not live on in a copy of a copy
    }
    return StreamingResponse(_stretches(state, event.id, head, write), media_type=kind, headers=headers)


async def _stretches(state: State, event_id: int, head: bytes, write: Write) -> AsyncIterator[bytes]:
    """Each stretch is a reading of its own: somebody who fetches slowly holds no connection, and what is withdrawn
    while the file is on its way is no longer in what follows.
    """
    yield head
    place, more = None, True
    while more:
        async with state.database.reading() as db:
            event = await db.get(Event, event_id)
            if event is None:
                return
            found = await export.stretch(db, event, STRETCH, place)
            written = write(event, found.rows)
        place, more = found.end, found.end is not None
        if written:
            yield written
