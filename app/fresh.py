"""Revalidation: what is read is as new as its event's log, so the log's number is its tag."""

from __future__ import annotations

import hashlib

from fastapi import Request
from starlette.responses import Response

from app.pages import locale_of
from app.state import state_of


def tag(request: Request, epoch: str, seq: int) -> str:
    """Weak, and of this reader's language and this build: the same address may draw another page for others."""
    parts = (epoch, seq, locale_of(request), state_of(request).pages.build, request.url.path, request.url.query)
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'


def answer(request: Request, etag: str) -> Response | None:
    """304 where the reader has this already."""
    known = {t.strip() for t in request.headers.get("if-none-match", "").split(",")}
    return Response(status_code=304, headers={"etag": etag, "cache-control": "no-cache"}) if etag in known else None
