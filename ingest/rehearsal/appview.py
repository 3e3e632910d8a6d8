"""Bluesky's AppView for the invented accounts: profiles, posts, and the pictures in them."""

from __future__ import annotations

import socket

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ingest.rehearsal.accounts import Account
from ingest.rehearsal.faults import Faults
from ingest.rehearsal.pictures import Gallery
from ingest.rehearsal.record import Repositories
from ingest.rehearsal.serving import LOOPBACK, HttpServer, port_of
from ingest.rehearsal.views import PostViews, profile_detailed
from ingest.rehearsal.world import World
from ingest.types import Network

_MOST = 25


class AppViewServer:
    """Faults: server_error (502 with a page of HTML), too_many_requests (429)."""

    def __init__(self, world: World, repositories: Repositories, gallery: Gallery, taken: socket.socket) -> None:
        self.port = port_of(taken)
        self.base = f"http://{LOOPBACK}:{self.port}"
        self.faults = Faults()
        self._world, self._gallery = world, gallery
        self._views = PostViews(world, repositories, self.base)
        self._http = HttpServer(Starlette(routes=self._routes()), taken)

    async def start(self) -> None:
        await self._http.start()

    async def stop(self) -> None:
        await self._http.stop()

    def _routes(self) -> list[Route]:
        return [
            Route("/xrpc/app.bsky.actor.getProfiles", self._profiles),
            Route("/xrpc/app.bsky.feed.getPosts", self._posts),
            Route("/xrpc/com.atproto.sync.getBlob", self._blob),
            Route("/img/{preset}/plain/{did}/{cid}", self._image),
            Route("/vid/{did}/{cid}/thumbnail.jpg", self._poster),
        ]

    async def _profiles(self, request: Request) -> Response:
        actors = request.query_params.getlist("actors")
        if refused := self._refusal(actors, "actors"):
            return refused
        found = (self._account(actor) for actor in actors)
        told = [profile_detailed(who, self._world, self.base) for who in found if who]
        return JSONResponse({"profiles": told})

    async def _posts(self, request: Request) -> Response:
        uris = request.query_params.getlist("uris")
        if refused := self._refusal(uris, "uris"):
            return refused
        wanted = {uri: n for n, uri in enumerate(uris)}
        posts = [post for post in self._world.on(Network.BLUESKY) if post.uri in wanted]
        posts = [post for post in posts if post.account.handle not in self._world.gone]
        posts.sort(key=lambda post: wanted[post.uri])
        return JSONResponse({"posts": [self._views.of(post) for post in posts]})

    async def _image(self, request: Request) -> Response:
        cid = request.path_params["cid"].partition("@")[0]
        if request.path_params["preset"] == "avatar":
            who = self._account(request.path_params["did"])
            drawn = await self._gallery.avatar(who.handle) if who else None
            return Response(drawn, media_type="image/png") if drawn else _missing()
        return await self._drawn(cid, small=request.path_params["preset"] == "feed_thumbnail")

    async def _poster(self, request: Request) -> Response:
        return await self._drawn(request.path_params["cid"])

    async def _blob(self, request: Request) -> Response:
        return await self._drawn(request.query_params.get("cid", ""))

    async def _drawn(self, cid: str, *, small: bool = False) -> Response:
        drawn = await self._gallery.blob(cid, small=small)
        return Response(drawn, media_type="image/jpeg") if drawn else _missing()

    def _account(self, actor: str) -> Account | None:
        who = self._world.by_did.get(actor) or self._world.accounts.get(actor)
        if who is None or who.network is not Network.BLUESKY or who.handle in self._world.gone:
            return None
        return who

    def _refusal(self, asked: list[str], name: str) -> Response | None:
        if self.faults.strikes("server_error"):
            return PlainTextResponse("<html><h1>502 Bad Gateway</h1></html>", status_code=502, media_type="text/html")
        if self.faults.strikes("too_many_requests"):
            return JSONResponse({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, status_code=429)
        if not asked:
            return _invalid(f'Error: Params must have the property "{name}"')
        if len(asked) > _MOST:
            return _invalid(f"Error: {name} must not have more than {_MOST} elements")
        return None


def _invalid(words: str) -> Response:
    return JSONResponse({"error": "InvalidRequest", "message": words}, status_code=400)


def _missing() -> Response:
    return PlainTextResponse("not found", status_code=404)
