"""Which posts are in the spotlight and pinned, with enough of their words to know them by. Reads only."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import snapshot
from app.domain.audience import Audience
from app.models import Event
from ingest.text.segments import plain

LONGEST = 90  # letters


async def shown(db: AsyncSession, event: Event) -> dict[str, Any]:
    """{"spotlight": {"id", "name", "words"} or None, "pins": [of the same]}."""
    lit: list[int] = [event.spotlight["post"]] if event.spotlight else []
    wanted = [*lit, *event.pins]
    found = (await snapshot.look(db, event, wanted, [Audience.DESK]))[Audience.DESK] if wanted else {}
    told = {post_id: _told(view) for post_id, view in found.items()}
    return {
        "spotlight": next((told[id] for id in lit if id in told), None),
        "pins": [told[id] for id in event.pins if id in told],
    }


def _told(view: dict[str, Any]) -> dict[str, Any]:
    words = " ".join(plain(view["words"]).split())
    return {"id": view["id"], "name": view["author"]["name"], "words": _short(words)}


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + " …"
