"""/static/{build}/…: our own files, kept by browsers for ever because their address changes when they do."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.pages import ROOT

FOR_EVER = "public, max-age=31536000, immutable"


class Immutable:
    def __init__(self, build: str) -> None:
        self._prefix = f"/{build}"
        self._files = StaticFiles(directory=ROOT / "static")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = scope.get("root_path", "")
        path = str(scope["path"]).removeprefix(root)
        if not path.startswith(self._prefix + "/"):
            await _missing()(scope, receive, send)
            return
        inner = dict(scope, root_path=root + self._prefix)
        response: Response = await self._files.get_response(path.removeprefix(self._prefix).lstrip("/"), inner)
        response.headers["cache-control"] = FOR_EVER
        await response(inner, receive, send)


def _missing() -> Response:
    return PlainTextResponse("There is no such file.", 404)
