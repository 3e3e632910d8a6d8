"""The house that docs/roles.md is asked of: a live event, a draft and another event, with somebody of each kind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app import migrations
from app.domain import accounts, freezing, screens
from app.domain.events import create_event
from app.limits import Limits
from app.models import Account, Author, Event, EventState, Membership, Post, Session, Verdict
from app.models.account import Role
from display.live.transport import EXTENSION
from ingest.types import Network

WHO = ("nobody", "screen", "reporter", "moderator", "organiser", "elsewhere", "house")
HOST = "wall.example"
OURS = f"http://{HOST}"
KEY = "only for the table"
LET_IN = frozenset({400, 409, 410, 413, 415, 422})  # whoever gets as far as a wrong form was let in
# What a route looks at before it asks who somebody is: well-formed, and of nothing there is.
FORMS = {
    "/desk/{slug}/asked/burst": "newest=999", "/desk/{slug}/asked/removal": "removal=999&act=back",
    "/desk/{slug}/asked/report": "post=999&act=fine", "/desk/people/remove": "account=999",
    "/desk/{slug}/people/remove": "account=999", "/desk/{slug}/people/role": "account=999&role=reporter",
    "/desk/{slug}/questions": "post=999&act=answered",
    "/desk/{slug}/sources/{source_id}/switch": "on=1", "/desk/{slug}/sources/bluesky": "jetstream=nowhere",
    "/{slug}/me/{token}/look": "claim=999", "/{slug}/me/{token}/leave-out": "claim=999",
}  # fmt: skip
SENT = {
    "/desk/{slug}/bulk": b'{"verdict": "hold", "posts": [{"post": 999, "version": "1"}]}',
    "/desk/{slug}/decide": b'{"post": 999, "version": "1", "verdict": "hold"}', "/desk/{slug}/undo": b'{"post": 999}',
    "/desk/{slug}/notes": b'{"post": 999, "words": "Hm"}', "/desk/{slug}/pulse": b'{"desk": "d"}',
    "/desk/{slug}/lists": b'{"kind": "author", "post": 999}', "/desk/{slug}/freeze": b'{"on": false}',
}  # fmt: skip
WORDS = {"page": "event", "section": "event", "act": "add", "name": "x.webp", "receipt": "r" * 32}


@dataclass(frozen=True, slots=True)
class Route:
    method: str  # or "SOCKET"
    path: str


class House:
    """A live event, a draft and another event, with somebody of each kind."""

    def __init__(self, app: FastAPI, clock: Callable[[], datetime]) -> None:
        self.app, self.clock = app, clock
        self.database = app.state.strand.database
        self.people: dict[str, Account] = {}
        self.values: dict[str, dict[str, str]] = {}  # by event: what its addresses name
        self.events: dict[str, Event] = {}
        self._cookies: dict[str, str] = {}

    async def furnish(self) -> None:
        await migrations.ensure(self.database)
        async with self.database.transaction() as db:
            for slug, state in (("harbour", EventState.LIVE), ("pier", EventState.DRAFT), ("quay", EventState.LIVE)):
                await self._event(db, slug, state)
            for who in WHO[1:]:
                self.people[who] = account = Account(name=who, password="x", created_at=self.clock())  # noqa: S106
                db.add(account)
                await db.flush()
                db.add_all(self._memberships(who, account))

    def _memberships(self, who: str, account: Account) -> list[Membership]:
        if who == "house":
            return [Membership(account_id=account.id, event_id=None, role=Role.ORGANISER)]
        here = ("quay",) if who == "elsewhere" else ("harbour", "pier")
        role = Role.ORGANISER if who == "elsewhere" else Role(who)
        return [Membership(account_id=account.id, event_id=self.events[slug].id, role=role) for slug in here]

    async def _event(self, db: AsyncSession, slug: str, state: EventState) -> None:
        now = self.clock()
        event = await create_event(db, slug, slug.title(), [slug], now, state=state)
        author = Author(
            uri=f"https://k.example/{slug}", network=Network.MASTODON, name="Inka", handle=f"{slug}@k.example",
            indexable=True, first_seen_at=now,
        )  # fmt: skip
        db.add(author)
        await db.flush()
        post = Post(
            event_id=event.id, author_id=author.id, uri=f"https://k.example/{slug}/1", network=Network.MASTODON,
            posted_at=now, received_at=now, version="1", segments=[{"t": "text", "text": "Hm"}], text="Hm",
            verdict=Verdict.APPROVE,
        )  # fmt: skip
        talk = Session(event_id=event.id, guid="1", number=1, title="A talk", starts_at=now, ends_at=now)
        db.add_all([post, talk])
        await db.flush()
        self.events[slug] = event
        self.values[slug] = WORDS | {
            "slug": slug, "post_id": str(post.id), "author_id": str(author.id), "session_id": str(talk.id),
            "card_id": "999", "source_id": "999", "sponsor_id": "999",
        }  # fmt: skip

    async def ask(self, route: Route, slug: str, who: str) -> int:
        """What an answer before this one left behind must not matter: limits, a sign-in that ended, a used link."""
        self.app.state.strand = replace(self.app.state.strand, limits=Limits(lambda: 0.0))
        values = self.values[slug] | await self._fresh(route, slug)
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values.get(found[1], "1"), route.path)
        status = await asked(self.app, route, path, await self._cookie(who))
        if route.path == "/sign-out":
            self._cookies.clear()
        return 400 if status in LET_IN else status

    async def _cookie(self, who: str) -> str:
        if who in self.people and who not in self._cookies:
            async with self.database.transaction() as db:
                self._cookies[who] = await accounts.sign_in(db, self.people[who], "", self.clock())
        return self._cookies.get(who, "")

    async def _fresh(self, route: Route, slug: str) -> dict[str, str]:
        by, now = self.people["house"], self.clock()
        if "{screen_id}" in route.path or "{which}" in route.path:
            async with self.database.transaction() as db:
                there = await screens.list_screens(db, self.events[slug].id)
                one = there[0] if there else await screens.make(db, self.events[slug], "Hall", "public", by, now)
                return {"screen_id": str(one.id), "which": str(one.id)}
        if route.path.startswith("/freeze/"):
            async with self.database.transaction() as db:
                return {"token": await freezing.renew_link(db, self.events[slug], KEY, by, now)}
        return {"token": "t" * 43}


async def asked(app: FastAPI, route: Route, path: str, cookie: str) -> int:
    """The status of the answer; its body is left, since a stream has no end. A socket that is opened is a 200."""
    address, _, query = path.partition("?")
    if address.endswith(".sse"):
        query = "seq=none&epoch="
    headers = {"host": HOST, "origin": OURS, "sec-fetch-site": "same-origin", "accept": "application/json"}
    headers |= {"cookie": f"strand={cookie}"} if cookie else {}
    sent = SENT.get(route.path, FORMS.get(route.path, "").encode())
    headers["content-type"] = "application/json" if route.path in SENT else "application/x-www-form-urlencoded"
    kind = "websocket" if route.method == "SOCKET" else "http"
    scope: dict[str, Any] = {
        "type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1", "method": route.method, "path": address,
        "raw_path": address.encode(), "query_string": query.encode(), "root_path": "", "server": (HOST, 80),
        "scheme": "ws" if kind == "websocket" else "http", "client": ("127.0.0.1", 1), "state": {},
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "subprotocols": [],
        "extensions": {"websocket.http.response": {}, EXTENSION: _Peer()},
    }  # fmt: skip
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    first = {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": sent}
    coming: Iterator[dict[str, Any]] = iter([first])

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": f"{kind}.disconnect", "code": 1001})

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"].endswith((".start", ".accept")) and not told.done():
            told.set_result(message.get("status", 200))

    asking = asyncio.create_task(app(scope, receive, send))
    both: set[asyncio.Future[Any]] = {asking, told}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if not told.done():
        await asking
    status = told.result()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    return status


class _Peer:
    """As much of a connected browser as an answer needs."""

    slow = False

    def write(self, frame: bytes) -> None: ...
