"""/{event}/wall/worker.js: the service worker of an event's walls. The script is static; here it gets its scope."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from app.pages import ROOT

router = APIRouter(include_in_schema=False)
_SCRIPT = (ROOT / "static" / "js" / "wall" / "worker.js").read_bytes()


@router.get("/{slug}/wall/worker.js")
async def worker(slug: str) -> Response:
    """The same for every event, and for those that are none: a browser that has it keeps asking for it."""
    headers = {"cache-control": "no-cache", "service-worker-allowed": f"/{slug}/wall"}
    return Response(_SCRIPT, media_type="text/javascript", headers=headers)
