"""One connection to /{event}/live: who is asking, where they stopped, what they painted. The hub does the talking."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.domain.audience import Audience
from app.domain.events import find_event
from app.domain.screens import doings
from app.errors import BadInput, NotAllowed, NotFound, StrandError
from app.models import Event
from app.models.account import Role
from app.security import may_enter, same_origin, visitor_in
from app.state import State, state_of
from display.live import said
from display.live.hub import COME_BACK, Member
from display.live.parts import Live, live_of
from display.live.transport import EXTENSION

MESSAGES_A_MINUTE = 200
RECHECK = 0.5  # seconds: how long a revoked sign-in, or a role that is gone, can go on listening
RULE_BROKEN, SIGNED_OUT = 1008, 4003
STRANGER = NotAllowed("This socket answers only pages of this house.")


@dataclass(frozen=True, slots=True)
class Question:
    """What the address of the socket asks for."""

    audience: Audience
    pace: Literal["wall", "follow"]
    epoch: str
    seq: int
    screen: str


def parse(query: dict[str, str]) -> Question:
    """Raises BadInput for anything docs/wire.md does not know."""
    try:
        audience = Audience(query.get("audience", "public"))
    except ValueError:
        raise BadInput("audience must be public, reviewed or desk.", "audience") from None
    seq, epoch = query.get("seq", ""), query.get("epoch", "")
    if bool(seq) != bool(epoch) or (seq and not (seq.isascii() and seq.isdigit() and len(seq) < 19)) or len(epoch) > 32:
        raise BadInput("epoch and seq belong together, and seq is a whole number.", "seq")
    screen = query.get("screen", "")[:64]
    follows = query.get("pace", "wall" if screen or audience is Audience.DESK else "follow") == "follow"
    return Question(audience, "follow" if follows else "wall", epoch, int(seq) if seq else -1, screen)


async def live(websocket: WebSocket, slug: str) -> None:
    """The endpoint. Refusals come before the upgrade, as plain HTTP."""
    state, parts = state_of(websocket), live_of(websocket)
    try:
        question = parse(dict(websocket.query_params))
        if not same_origin(websocket):
            raise STRANGER
        event = await admit(websocket, state, slug, question)
    except StrandError as refusal:
        await _refuse(websocket, refusal)
        return
    await websocket.accept()
    peer = websocket.scope["extensions"][EXTENSION]
    member = Member(peer, event.id, question.audience, question.pace, question.epoch, question.seq)
    try:
        await parts.hub.join(member)
    except (SQLAlchemyError, OSError):  # the database went away just now, or the event did
        await websocket.close(COME_BACK)
        return
    await _end(websocket, member, await _listen(websocket, state, parts, member, question, event))


async def _listen(
    websocket: WebSocket, state: State, parts: Live, member: Member, question: Question, event: Event
) -> set[int | None]:
    """Until they go, break a rule, may not stay, or the hub says goodbye: the codes to close with, None for gone."""
    watching: set[asyncio.Future[Any]] = {asyncio.create_task(_read(websocket, parts, member, question)), member.over}
    if needed := needed_role(question, event):
        watching.add(asyncio.create_task(watch_sign_in(websocket, state, event, needed)))
    try:
        done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
        return {ended.result() for ended in done}
    finally:
        parts.hub.leave(member)
        for one in watching:
            one.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


async def _end(websocket: WebSocket, member: Member, codes: set[int | None]) -> None:
    if None in codes:
        return
    if member.peer.slow:  # a goodbye would wait for a reader who does not read
        member.peer.abort()
        return
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(max(code for code in codes if code is not None))


def needed_role(question: Question, event: Event) -> Role | None:
    """Which role it takes to listen here; None: anybody may. A draft's walls are for its screens too."""
    if question.audience is Audience.DESK:
        return Role.MODERATOR
    return None if event.is_public else Role.SCREEN


async def admit(connection: HTTPConnection, state: State, slug: str, question: Question) -> Event:
    """The event, if whoever asks may listen to it like this. Raises NotAllowed, NotFound."""
    async with state.database.reading() as db:
        visitor = await visitor_in(db, connection)
        event = await find_event(db, slug)
        needed = needed_role(question, event)
        if needed and not await may_enter(db, visitor, event, needed):
            if not event.is_public:
                raise NotFound("There is no event at this address.")
            raise NotAllowed("The desk's socket is for those who moderate this event.")
    return event


async def _refuse(websocket: WebSocket, refusal: StrandError) -> None:
    body = orjson.dumps({"error": refusal.sentence})
    await websocket.send(
        {"type": "websocket.http.response.start", "status": refusal.status,
         "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]}
    )  # fmt: skip
    await websocket.send({"type": "websocket.http.response.body", "body": body})


async def _read(websocket: WebSocket, parts: Live, member: Member, question: Question) -> int | None:
    """What screens say. Returns the code to close with, or None when they went by themselves.

    A handler that only wrote would never notice that its peer is gone, and would hang our own shutdown.
    """
    loop, clock = asyncio.get_running_loop(), state_of(websocket).clock
    screen = _Screen(parts, member, question, clock(), said.Pace())
    minute, count = loop.time(), 0
    while (message := await websocket.receive())["type"] != "websocket.disconnect":
        if loop.time() - minute > 60:
            minute, count = loop.time(), 0
        count += 1
        if count > MESSAGES_A_MINUTE:
            return RULE_BROKEN
        if question.screen:
            screen.hear(said.opened(message.get("text")), loop.time(), clock())
    return None


@dataclass(frozen=True, slots=True)
class _Screen:
    """What one screen says goes to those who write it down. What makes no sense, or comes too often, goes nowhere."""

    parts: Live
    member: Member
    question: Question
    since: datetime
    pace: said.Pace

    def hear(self, words: dict[str, Any], at: float, now: datetime) -> None:
        of = (self.member.event_id, self.question.screen, self.question.audience)
        seq = said.acknowledged(words)
        if seq is not None and seq <= max(self.member.seq, 0):
            self.parts.presence.acknowledge(*of, self.member.epoch, seq)
        if "shown" in words and self.pace.allows("shown", at):
            self.parts.reports.shown(*of, said.shown(words, self.since, now))
        if "doing" in words and self.pace.allows("doing", at) and (doing := doings.doing(words["doing"])):
            self.parts.reports.doing(*of, doing)
        if "trouble" in words and self.pace.allows("trouble", at) and (trouble := doings.trouble(words["trouble"])):
            self.parts.reports.trouble(*of, trouble)


async def watch_sign_in(connection: HTTPConnection, state: State, event: Event, needed: Role) -> int:
    """Ends, with the code to close with, when the person may not listen here any more."""
    while True:
        await asyncio.sleep(RECHECK)
        with contextlib.suppress(SQLAlchemyError, OSError):  # while the database is away nothing is told either
            async with state.database.reading() as db:
                visitor = await visitor_in(db, connection)
                if not await may_enter(db, visitor, event, needed):
                    return SIGNED_OUT
