"""A Mastodon server of the invented network: what it knows, whom it tells, and what goes wrong on demand.

Owns the requests. Shapes are in status.py and instance.py, paging in paging.py, the stream in stream.py.

Faults: unauthorised (422 on timelines), too_many_requests (429), server_error (503), garbage_json, drop_stream,
silent_stream, delete_first (a deletion overtakes its post), duplicate (an event is streamed twice).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ingest.rehearsal import instance, paging, tags
from ingest.rehearsal.accounts import Account
from ingest.rehearsal.budget import Budget
from ingest.rehearsal.faults import Faults
from ingest.rehearsal.pictures import Gallery
from ingest.rehearsal.serving import LOOPBACK, HttpServer, port_of
from ingest.rehearsal.status import local_id, status
from ingest.rehearsal.stream import Channels, frame
from ingest.rehearsal.world import Change, Post, World
from ingest.types import Network

TOKEN = "rehearsal"  # noqa: S105 - opens invented posts on this machine only
_REAL_TIME = timedelta(hours=6)  # what is older when it arrives is not streamed
_LIMIT_PER_MODE = 4
_AT_ONCE = 20  # statuses by their ids


class MastodonServer:
    """`host` is its own domain, whose accounts are local. `knows` names the servers it hears of; None: all of them."""

    def __init__(
        self,
        world: World,
        gallery: Gallery,
        taken: socket.socket,
        *,
        host: str = "hafen.example",
        knows: Collection[str] | None = None,
        heartbeat: float = 15.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.host = host
        self.port = port_of(taken)
        self.base = f"http://{LOOPBACK}:{self.port}"
        self.token: str | None = TOKEN
        self.closed = False  # timelines need a signed-in user
        self.faults = Faults()
        self.budget = Budget()
        self.channels = Channels(self.faults, heartbeat)
        self._world, self._gallery, self._now = world, gallery, now
        self._knows = knows
        self._http = HttpServer(Starlette(routes=self._routes()), taken)
        world.listeners.append(self._hear)

    async def start(self) -> None:
        await self._http.start()

    async def stop(self) -> None:
        self.channels.close()
        await self._http.stop()

    def revoke_token(self) -> None:
        """Ends the streams cleanly; who comes back with the old token is refused."""
        self.token = None
        self.channels.close()

    def drop_streams(self) -> None:
        self.faults.fired["drop_stream"] += len(self.channels)
        self.channels.close()

    def find(self, script_id: str | None) -> Post | None:
        post = self._world.posts.get(script_id or "")
        return post if post and self._hears_of(post.account) else None

    def is_limited(self, account: Account) -> bool:
        return account.handle in self._world.limited

    def _hears_of(self, account: Account) -> bool:
        if account.network is not Network.MASTODON:
            return False
        return self._knows is None or account.host == self.host or account.host in self._knows

    def _hear(self, change: Change) -> None:
        post = change.post
        if not self._hears_of(post.account) or change.what == "boost":
            return
        channels = {tags.normal(tag) for tag in post.tags}
        if change.what == "delete":
            self.channels.publish(channels, *self._deletion(post))
        elif self._is_streamed(change):
            event = frame("update" if change.what == "post" else "status.update", status(post, self))
            self.channels.publish(channels, *[event] * (2 if self.faults.strikes("duplicate") else 1))

    def _is_streamed(self, change: Change) -> bool:
        fresh = change.what == "edit" or change.at - change.post.created_at <= _REAL_TIME
        return fresh and not self.is_limited(change.post.account)

    def _deletion(self, post: Post) -> list[bytes]:
        gone = frame("delete", local_id(post, self))
        if self.faults.strikes("delete_first"):
            return [gone, frame("update", status(post, self))]
        return [gone]

    def _routes(self) -> list[Route]:
        return [
            Route("/api/v2/instance", self._instance_v2),
            Route("/api/v1/instance", self._instance_v1),
            Route("/api/v1/timelines/tag/{tag}", self._timeline),
            Route("/api/v1/statuses", self._statuses),
            Route("/api/v1/statuses/{id}", self._status),
            Route("/api/v1/streaming/health", self._health),
            Route("/api/v1/streaming/{channel:path}", self._stream),
            Route("/system/media_attachments/files/{post}/{n:int}/{file}", self._file),
            Route("/avatars/{handle}.png", self._avatar),
        ]

    @property
    def streaming_url(self) -> str:
        return self.base.replace("http", "ws", 1)

    async def _instance_v2(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse(instance.v2(self.host, self.streaming_url, closed=self.closed))

    async def _instance_v1(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse(instance.v1(self.host, self.streaming_url))

    async def _timeline(self, request: Request) -> Response:
        if refused := self._refusal(request):
            return refused
        if self.faults.strikes("unauthorised") or (self.closed and not _token(request)):
            return _error(422, "This method requires an authenticated user")
        if self.faults.strikes("garbage_json"):
            return Response(b'[{"id": "1", "content": "<p>torn', media_type="application/json")
        tagged = {local_id(post, self): post for post in self._tagged(request)}
        shown = paging.page(tagged, request.query_params)
        link = paging.link_header(f"{self.base}{request.url.path}", request.query_params, shown)
        return JSONResponse([status(tagged[id], self) for id in shown], headers=self._headers(request) | link)

    def _tagged(self, request: Request) -> list[Post]:
        query = request.query_params
        any_of = [request.path_params["tag"], *query.getlist("any[]")][:_LIMIT_PER_MODE]
        all_of, none_of = query.getlist("all[]")[:_LIMIT_PER_MODE], query.getlist("none[]")[:_LIMIT_PER_MODE]
        return [
            post
            for post in self._world.on(Network.MASTODON)
            if self._hears_of(post.account)
            and not self.is_limited(post.account)
            and _matches({tags.normal(tag) for tag in post.tags}, any_of, all_of, none_of)
            and _placed(post.account.host == self.host, query.get("local"), query.get("remote"))
            and (query.get("only_media") != "true" or post.media)
        ]

    async def _status(self, request: Request) -> Response:
        if refused := self._refusal(request):
            return refused
        found = self._among({request.path_params["id"]})
        if not found:
            return _error(404, "Record not found")
        return JSONResponse(status(found[0], self), headers=self._headers(request))

    async def _statuses(self, request: Request) -> Response:
        """In no order, and without those of people who are limited here: these are only told one by one."""
        if refused := self._refusal(request):
            return refused
        wanted = set(request.query_params.getlist("id[]"))
        if len(wanted) > _AT_ONCE:
            return _error(422, "Validation failed")
        told = [status(post, self) for post in self._among(wanted) if not self.is_limited(post.account)]
        return JSONResponse(told, headers=self.budget.headers())

    def _among(self, local_ids: Collection[str]) -> list[Post]:
        there = self._world.on(Network.MASTODON)
        return [post for post in there if self._hears_of(post.account) and local_id(post, self) in local_ids]

    async def _health(self, request: Request) -> Response:
        return PlainTextResponse("OK")

    async def _stream(self, request: Request) -> Response:
        token = _token(request)
        if not token:
            return _error(401, "Missing access token")
        if token != self.token:
            return _error(401, "Invalid access token")
        if request.path_params["channel"] not in ("hashtag", "hashtag/local"):
            return _error(400, "Unknown channel requested")
        if not request.query_params.get("tag"):
            return _error(400, "Missing tag name parameter")
        listening = self.channels.listen(tags.normal(request.query_params["tag"]))
        headers = {"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(listening, media_type="text/event-stream", headers=headers)

    async def _file(self, request: Request) -> Response:
        if request.path_params["file"] not in ("original.jpg", "small.jpg"):
            return PlainTextResponse("Films are only announced in a rehearsal.", status_code=404)
        small = request.path_params["file"] == "small.jpg"
        drawn = await self._gallery.picture(request.path_params["post"], request.path_params["n"], small=small)
        return Response(drawn, media_type="image/jpeg") if drawn else _error(404, "Record not found")

    async def _avatar(self, request: Request) -> Response:
        return Response(await self._gallery.avatar(request.path_params["handle"]), media_type="image/png")

    def _refusal(self, request: Request) -> Response | None:
        """What stands before every call: the server's health, its limits, and whether a token is one of ours."""
        if self.faults.strikes("server_error"):
            return PlainTextResponse("Service Unavailable", status_code=503)
        if not self.budget.spend(self._now()) or self.faults.strikes("too_many_requests"):
            return _error(429, "Too many requests", self.budget.headers(nothing_left=True))
        if (token := _token(request)) and token != self.token:
            return _error(401, "The access token is invalid", self.budget.headers())
        return None

    def _headers(self, request: Request) -> dict[str, str]:
        cached = "public, max-age=15, stale-while-revalidate=30, stale-if-error=86400"
        return self.budget.headers() | {"Cache-Control": "private, no-store" if _token(request) else cached}


def _matches(has: set[str], any_of: Collection[str], all_of: Collection[str], none_of: Collection[str]) -> bool:
    return (
        any(tags.normal(tag) in has for tag in any_of)
        and all(tags.normal(tag) in has for tag in all_of)
        and not any(tags.normal(tag) in has for tag in none_of)
    )


def _placed(local: bool, only_local: str | None, only_remote: str | None) -> bool:
    return not (only_local == "true" and not local) and not (only_remote == "true" and local)


def _token(request: Request) -> str:
    given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    return given or request.query_params.get("access_token", "")


def _error(code: int, words: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": words}, status_code=code, headers=headers)
