"""A server that speaks what we act with: apps, OAuth with its metadata, the account, search, one status, replies.

What it is asked for it notes; what it refuses, a test decides.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ingest.rehearsal.serving import HttpServer, bind, port_of
from tests.ingest.mastodon.captures import synthetic

ME = {"id": "5", "acct": "wall", "username": "wall", "url": "https://near.example/@wall"}


@dataclass
class Fediverse:
    port: int
    modern: bool = True  # tells of its sign-in, and wants PKCE
    may_say_who: bool = True  # the token may read its own account
    may_search: bool = True
    may_write: bool = True
    limited: bool = False  # asks us to wait
    broken: str | None = None  # answers everything with this page
    forgets_apps: bool = False
    client_id: str = ""  # instead of one made up
    endpoints: dict[str, str] = field(default_factory=dict)  # instead of its own
    apps: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    revoked: list[str] = field(default_factory=list)
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    searched: list[dict[str, str]] = field(default_factory=list)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)  # what was posted, by idempotency key
    deaf: int = 0  # so many postings are taken, and their answer is lost
    asked: list[str] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def say(self, local_id: str = "7", **fields: Any) -> str:
        """A post it can find by its address, which is given."""
        uri = f"https://far.example/users/ada/statuses/{local_id}"
        self.statuses[local_id] = synthetic("plain") | {"id": local_id, "uri": uri, "url": uri, **fields}
        return uri

    async def answer(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.url.path}")
        self.bearers.append(request.headers.get("authorization", "").removeprefix("Bearer "))
        if self.broken is not None:
            return PlainTextResponse(self.broken)
        if self.limited:
            return JSONResponse({"error": "Too many requests"}, 429, {"x-ratelimit-remaining": "0"})
        form = dict(parse_qsl((await request.body()).decode()))
        path = request.url.path
        if path == "/.well-known/oauth-authorization-server":
            return self._metadata()
        if path == "/oauth/authorize":  # its owner says yes at once
            return RedirectResponse(self.authorize(dict(request.query_params)), 302)
        if path == "/api/v1/apps":
            return self._app(form)
        if path == "/oauth/token":
            return self._token(form)
        if path == "/oauth/revoke":
            self.revoked.append(form["token"])
            self.tokens.discard(form["token"])
            return JSONResponse({})
        return self._as_somebody(request, form)

    def authorize(self, query: dict[str, str]) -> str:
        """What its page does when its owner says yes: gives a code and leads back."""
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        assert query["redirect_uri"] == self.apps[query["client_id"]]["redirect_uris"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def _metadata(self) -> Response:
        if not self.modern:
            return JSONResponse({"error": "Not Found"}, 404)
        return JSONResponse(
            {
                "issuer": self.base,
                "authorization_endpoint": f"{self.base}/oauth/authorize",
                "token_endpoint": f"{self.base}/oauth/token",
                "revocation_endpoint": f"{self.base}/oauth/revoke",
                "code_challenge_methods_supported": ["S256"],
                **self.endpoints,
            }
        )

    def _app(self, form: dict[str, str]) -> Response:
        id, secret = self.client_id or secrets.token_urlsafe(8), secrets.token_urlsafe(8)
        self.apps[id] = {**form, "secret": secret}
        return JSONResponse({"id": "1", "client_id": id, "client_secret": secret, "name": form["client_name"]})

    def _token(self, form: dict[str, str]) -> Response:
        app, code = self.apps.get(form.get("client_id", "")), self.codes.pop(form.get("code", ""), None)
        if app is None or self.forgets_apps or app["secret"] != form.get("client_secret"):
            return JSONResponse({"error": "invalid_client"}, 401)
        if code is None or form.get("redirect_uri") != app["redirect_uris"] or not self._verified(code, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "scope": code["scope"], "created_at": 1})

    def _verified(self, code: dict[str, str], form: dict[str, str]) -> bool:
        if not self.modern:
            return True
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return code.get("code_challenge_method") == "S256" and code.get("code_challenge") == challenge

    def _as_somebody(self, request: Request, form: dict[str, str]) -> Response:
        path = request.url.path
        if path.startswith("/api/v2/instance"):
            return JSONResponse({"domain": "near.example", "configuration": {"urls": {}}})
        if self.bearers[-1] not in self.tokens:
            return JSONResponse({"error": "The access token is invalid"}, 401)
        if path == "/api/v1/accounts/verify_credentials":
            if not self.may_say_who:
                return JSONResponse({"error": "This action is outside the authorized scopes"}, 403)
            return JSONResponse(ME)
        if path == "/api/v2/search":
            return self._search(dict(request.query_params))
        if path == "/api/v1/statuses":
            return self._post(form, request.headers.get("idempotency-key", ""))
        if path.endswith("/context"):
            answers = [s for s in self.said.values() if s["in_reply_to_id"] == path.split("/")[-2]]
            return JSONResponse({"ancestors": [], "descendants": answers})
        if path.startswith("/api/v1/statuses/") and path.rpartition("/")[2] in self.statuses:
            return JSONResponse(self.statuses[path.rpartition("/")[2]])
        return JSONResponse({"error": "Record not found"}, 404)

    def _post(self, form: dict[str, str], key: str) -> Response:
        if not self.may_write:
            return JSONResponse({"error": "This action is outside the authorized scopes"}, 403)
        if form.get("in_reply_to_id") not in self.statuses:
            return JSONResponse({"error": "The post you are trying to reply to does not appear to exist"}, 404)
        if key not in self.said:
            id = str(900 + len(self.said))
            uri = f"https://near.example/users/wall/statuses/{id}"
            told = {"id": id, "uri": uri, "url": uri, "account": ME, "in_reply_to_id": form["in_reply_to_id"]}
            said = {"visibility": form["visibility"], "language": form.get("language"), "content": form["status"]}
            self.said[key] = synthetic("plain") | told | said
        if self.deaf:
            self.deaf -= 1
            return PlainTextResponse("the line broke", 502)
        return JSONResponse(self.said[key])

    def forget_keys(self) -> None:
        """An hour has passed."""
        self.said = {f"forgotten {n}": status for n, status in enumerate(self.said.values())}

    def _search(self, query: dict[str, str]) -> Response:
        self.searched.append(query)
        if not self.may_search:
            return JSONResponse({"error": "This action is outside the authorized scopes"}, 403)
        found = [status for status in self.statuses.values() if query["q"] in (status["uri"], status["url"])]
        return JSONResponse({"accounts": [], "statuses": found, "hashtags": []})


@contextlib.asynccontextmanager
async def fediverse(**fields: Any) -> AsyncIterator[Fediverse]:
    taken = bind()
    fake = Fediverse(port_of(taken), **fields)

    async def answer(request: Request) -> Response:
        return await fake.answer(request)

    server = HttpServer(Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])]), taken)
    await server.start()
    try:
        yield fake
    finally:
        await server.stop()
