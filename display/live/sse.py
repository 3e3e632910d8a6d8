"""/{event}/live.sse: the socket's words as server-sent events, where no WebSocket gets through. It only tells: a screen
cannot say here what it painted. The hub does the talking, as everywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response, StreamingResponse

from app.errors import StrandError
from app.models import Event
from app.security import same_origin
from app.state import State, state_of
from display.live.hub import Member
from display.live.messages import unframed
from display.live.parts import Live, live_of
from display.live.socket import STRANGER, Question, admit, needed_role, parse, watch_sign_in
from display.live.transport import WRITE_HIGH_WATER

router = APIRouter(include_in_schema=False)

HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",  # nginx would keep our words until its buffer is full
}
AWAY = StrandError("The house cannot reach its records just now. Try again in a moment.")


class Buffer:
    """What was written and not yet sent. The hub must never wait, and an HTTP answer's sending does."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._bell = asyncio.Event()
        self._ends = False

    def write(self, frame: bytes) -> None:
        payload = unframed(frame)
        self._waiting.append(payload)
        self._size += len(payload)
        self._bell.set()

    @property
    def slow(self) -> bool:
        return self._size > WRITE_HIGH_WATER

    def finish(self) -> None:
        """Nothing comes any more; what waits is sent."""
        self._ends = True
        self._bell.set()

    def abort(self) -> None:
        self._waiting.clear()
        self.finish()

    async def payloads(self) -> AsyncIterator[bytes]:
        while True:
            while self._waiting:
                yield (payload := self._waiting.popleft())
                self._size -= len(payload)  # only now: until the next is asked for, it was not sent
            if self._ends:
                return
            self._bell.clear()
            await self._bell.wait()


@router.get("/{slug}/live.sse")
async def live_sse(request: Request, slug: str) -> Response:
    """Refusals are answers with their status; an EventSource then gives up, as it should."""
    state, parts = state_of(request), live_of(request)
    question = parse(_asked(request))
    if _is_strangers(request):
        raise STRANGER
    event = await admit(request, state, slug, question)
    buffer = Buffer()
    member = Member(buffer, event.id, question.audience, question.pace, question.epoch, question.seq)
    try:
        await parts.hub.join(member)
    except (SQLAlchemyError, OSError):
        raise AWAY from None
    return StreamingResponse(_stream(request, state, parts, member, buffer, question, event), headers=HEADERS)


def _is_strangers(request: Request) -> bool:
    """Whether another site's page asks. It could not read the answer; it should not cost us a place either."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    return "origin" in request.headers and not same_origin(request)


def _asked(request: Request) -> dict[str, str]:
    """A browser that comes back by itself says where it stopped in a header."""
    asked = dict(request.query_params)
    epoch, _, seq = request.headers.get("last-event-id", "").rpartition("/")
    return asked | {"epoch": epoch, "seq": seq} if epoch and seq else asked


async def _stream(
    request: Request, state: State, parts: Live, member: Member, buffer: Buffer, question: Question, event: Event
) -> AsyncIterator[bytes]:
    """Ends when they go, may not stay, or the hub says goodbye: its last word is sent first."""
    watching: list[asyncio.Future[int]] = [member.over]
    if role := needed_role(question, event):
        watching.append(asyncio.create_task(watch_sign_in(request, state, event, role)))
    for one in watching:
        one.add_done_callback(lambda _: buffer.finish())
    try:
        yield b"retry: 2000\n\n"
        async for payload in buffer.payloads():
            yield b"id: %b\ndata: %b\n\n" % (_place(payload), payload)  # JSON of ours has no line end in it
    finally:
        parts.hub.leave(member)
        for one in watching:
            one.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*watching, return_exceptions=True)


def _place(payload: bytes) -> bytes:
    """The cursor of a frame, from its first bytes: `encode` writes them first, and a snapshot is long."""
    epoch, seq = payload[: payload.index(b',"messages"')].removeprefix(b'{"epoch":"').split(b'","seq":')
    return b"%b/%b" % (epoch, seq)
