"""What machines ask a site for: /robots.txt, /.well-known/security.txt, /favicon.ico."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from app.errors import NotFound
from app.pages import ROOT
from display.asking import Here, base_address

router = APIRouter(include_in_schema=False)

DAY = {"cache-control": "public, max-age=86400"}
VALID = timedelta(days=180)
# Politeness, not protection: nothing here is secret, and what is private has no address to name. Pages that may be read
# and not kept say "noindex" themselves, so they must stay open to whoever would keep them.
ROBOTS = """User-agent: *
Disallow: /desk
Disallow: /sign-in
Disallow: /*/live
Disallow: /*/say
"""


@router.get("/robots.txt")
async def robots() -> Response:
    return PlainTextResponse(ROBOTS, headers=DAY)


@router.get("/favicon.ico")
async def icon() -> Response:
    return FileResponse(ROOT / "static" / "art" / "icon-180.png", media_type="image/png", headers=DAY)


@router.get("/.well-known/security.txt")
async def security(request: Request, state: Here) -> Response:
    """RFC 9116. Where nobody is named, there is no such file: an address nobody reads is worse than none."""
    contact = state.settings.security_contact
    if not contact:
        raise NotFound("There is nothing at this address.")
    expires = (state.clock() + VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {contact if ':' in contact else f'mailto:{contact}'}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, de",
        f"Canonical: {base_address(request)}/.well-known/security.txt",
    )
    return PlainTextResponse("\n".join(lines) + "\n", headers=DAY)
