"""A Jetstream of the invented Bluesky: both wires on one port, from one log; and what goes wrong on demand.

Owns the sockets. What a client may ask is in subscription.py, how events are told in wire.py.

Faults: refuse (503 before the upgrade), too_old (CursorTooOld), drop (the connection is cut), go_away (close 1001),
too_slow (an error frame and a close), silent (nothing is sent), garbage (a torn frame), duplicate (every event twice).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from ingest.rehearsal import chatter, subscription, wire
from ingest.rehearsal.addresses import record_cid, tid
from ingest.rehearsal.faults import Faults
from ingest.rehearsal.firehose import Event, Firehose
from ingest.rehearsal.record import POST, REPOST, Repositories, repost
from ingest.rehearsal.serving import LOOPBACK, port_of
from ingest.rehearsal.status import Json, stamp
from ingest.rehearsal.subscription import Refused, Subscription
from ingest.rehearsal.world import Change, World
from ingest.types import Network

_PROTOCOL = Subprotocol("xrpc.v1.json")
_CHATTER_LAGS = timedelta(seconds=1)  # so that an act of the script never finds its number taken


class JetstreamServer:
    """`every`: seconds between two strangers' commits; None: silence between the acts."""

    def __init__(
        self,
        world: World,
        repositories: Repositories,
        taken: socket.socket,
        *,
        every: float | None = 0.4,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.port = port_of(taken)
        self.base = f"ws://{LOOPBACK}:{self.port}"
        self.faults = Faults()
        self.log = Firehose()
        self.speaks = {subscription.V1, subscription.V2}  # take one away, and it answers 404
        self.clients: dict[ServerConnection, Subscription] = {}
        self._repositories, self._taken = repositories, taken
        self._every, self._now = every, now
        self._server: Server | None = None
        self._chatter: asyncio.Task[None] | None = None
        world.listeners.append(self._hear)

    async def start(self) -> None:
        self._server = await serve(
            self._talk,
            sock=self._taken,
            process_request=self._admit,
            select_subprotocol=lambda _, offered: _PROTOCOL if _PROTOCOL in offered else None,
            compression=None,
            ping_interval=30,
        )
        if self._every is not None:
            self._chatter = asyncio.create_task(self._go_on_chattering(self._every))

    async def stop(self) -> None:
        if self._chatter is not None:
            self._chatter.cancel()
            await asyncio.gather(self._chatter, return_exceptions=True)
        if self._server is not None:
            self._server.close(code=1001, reason="server shutting down")
            await self._server.wait_closed()
        self._taken.close()

    def replay(self, lines: Iterable[str]) -> None:
        """Captured frames, sent byte for byte to whoever is connected, whatever they asked for."""
        for line in lines:
            self.log.append_recorded(line.rstrip("\r\n"), self._now())

    def drop_clients(self) -> None:
        self.faults.fired["drop"] += len(self.clients)
        for client in self.clients:
            client.transport.abort()

    def account(self, did: str, *, active: bool, status: str | None = None) -> None:
        told = {"active": active, "did": did, "seq": self.log.head, "time": stamp(self._now())}
        self.log.append("account", did, told | ({"status": status} if status else {}), self._now())

    def identity(self, did: str, handle: str) -> None:
        told = {"did": did, "handle": handle, "seq": self.log.head, "time": stamp(self._now())}
        self.log.append("identity", did, told, self._now())

    def sync(self, did: str) -> None:
        """The repository was read anew: what follows from the same account are all its records, created again."""
        rev = tid(self._now(), 1023)
        told: Json = {"blocks": {"$bytes": ""}, "did": did, "rev": rev, "seq": 0, "time": ""}
        self.log.append("sync", did, told, self._now())

    def commit(self, did: str, body: Json) -> None:
        """Any commit a test makes up, well-formed or not."""
        self.log.append("commit", did, body, self._now())

    def _hear(self, change: Change) -> None:
        if change.by.network is not Network.BLUESKY:
            return
        body = _commit(change, self._repositories)
        self.log.append("commit", change.by.did, body, change.at)

    async def _go_on_chattering(self, every: float) -> None:
        n = 0
        while True:
            await asyncio.sleep(every)
            at = self._now() - _CHATTER_LAGS
            did, body = chatter.commit(n, at)
            self.log.append("commit", did, body, at, chatter=True)
            n += 1

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        address = urlsplit(request.path)
        query = parse_qs(address.query, keep_blank_values=True)
        try:
            if address.path not in self.speaks:
                raise Refused(404, "404 page not found\n", "text/plain")
            if self.faults.strikes("refuse"):
                raise Refused(503, '{"error":"ServiceUnavailable","message":"not ready"}', "application/json")
            if address.path == subscription.V2 and "cursor" in query and self.faults.strikes("too_old"):
                words = f'{{"error":"CursorTooOld","message":"below the retention floor {self.log.head}"}}'
                raise Refused(400, words, "application/json")
            ask = subscription.v1 if address.path == subscription.V1 else subscription.v2
            self.clients[connection] = ask(query, self.log)
        except Refused as refused:
            return _response(refused)
        return None

    async def _talk(self, client: ServerConnection) -> None:
        asked = self.clients[client]
        feeding = asyncio.create_task(self._feed(client, asked))
        try:
            with contextlib.suppress(ConnectionClosed):
                async for said in client:
                    await self._listen(client, asked, said)
        finally:
            del self.clients[client]
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)

    async def _listen(self, client: ServerConnection, asked: Subscription, said: str | bytes) -> None:
        if asked.version == 2:
            await client.close(1008, "unexpected data")
            return
        try:
            if subscription.update(asked, said if isinstance(said, str) else said.decode()):
                self._wake()
        except Refused as refused:
            await client.close(1008, refused.body.removeprefix("subscribe: "))
        except ValueError:
            await client.close(1007, "invalid options")

    def _wake(self) -> None:
        self.log.changed.set()
        self.log.changed = asyncio.Event()

    async def _feed(self, client: ServerConnection, asked: Subscription) -> None:
        if asked.greeting:
            await client.send(asked.greeting)
        while True:
            changed = self.log.changed
            waiting = [] if asked.must_say_hello else self.log.since(asked.position)
            for event in waiting:
                asked.position = event.seq + 1
                if asked.wants(event) and not await self._send(client, asked, event):
                    return
            if not waiting:
                await changed.wait()

    async def _send(self, client: ServerConnection, asked: Subscription, event: Event) -> bool:
        """False: that was the end of this connection."""
        if self.faults.strikes("drop"):
            client.transport.abort()
            return False
        if self.faults.strikes("go_away"):
            await client.close(1001, "server shutting down")
            return False
        if self.faults.strikes("too_slow"):
            await client.send(wire.error("ConsumerTooSlow", "too far behind the tip"))
            await client.close(1008, "ConsumerTooSlow")
            return False
        if self.faults.strikes("silent"):
            return True
        if self.faults.strikes("garbage"):
            await client.send(asked.frame(event)[:-7])
        for _ in range(2 if self.faults.strikes("duplicate") else 1):
            await client.send(asked.frame(event))
        return True


def _commit(change: Change, repositories: Repositories) -> Json:
    post = change.post
    told: Json = {"rev": tid(change.at, change.line), "operation": "create", "collection": POST, "rkey": post.rkey}
    match change.what:
        case "delete":
            return told | {"operation": "delete"}
        case "boost":
            record = repost(repositories.strong_ref(post.id), stamp(change.at))
            told |= {"collection": REPOST, "rkey": tid(change.at, change.line)}
            return told | {"record": record, "cid": record_cid(record)}
        case "edit":
            told["operation"] = "update"
    return told | {"record": repositories.records[post.id], "cid": repositories.cid(post.id)}


def _response(refused: Refused) -> Response:
    body = refused.body.encode()
    headers = Headers({"Content-Type": refused.content_type, "Content-Length": str(len(body)), "Connection": "close"})
    return Response(refused.status, "Refused", headers, body)
