"""What a screen says it does just now, and the troubles it noticed: for the desk, the newest of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.screens.looks import MODES
from app.domain.screens.quiet import told
from app.models import Screen
from ingest.text.clean import line

KINDS = frozenset({"picture", "frame", "order", "theme", "script", "clock", "storage"})
SHOWN = frozenset({*MODES, "dark"}) - {"programme"}
KEPT = 20  # troubles of one screen
LONGEST = 120  # letters of one: its words come from a browser, and anybody's can name itself like a screen
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Word:
    """Of one screen: what it does, or one trouble it had."""

    event_id: int
    name: str
    audience: str
    at: datetime
    doing: dict[str, Any] | None = None
    trouble: dict[str, Any] | None = None


def doing(said: object) -> dict[str, Any] | None:
    """As it is kept; None where it is none. Pure."""
    mode = said.get("mode") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(mode, str) or mode not in SHOWN:
        return None
    return {"mode": mode} | {key: _count(said.get(key)) for key in ("kept", "firsts", "wait")}


def trouble(said: object) -> dict[str, Any] | None:
    """As it is kept; None where it is none. Pure."""
    kind = said.get("kind") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(kind, str) or kind not in KINDS:
        return None
    post = said.get("post")
    words = line(said.get("words"), LONGEST)
    return {"kind": kind, "post": post if type(post) is int and 0 < post < 2**31 else None, "words": words}


async def keep(db: AsyncSession, words: Iterable[Word]) -> list[Word]:
    """Write them to the screens they are of. A word of another audience is nobody's.

    Gives back those of screens that nobody knows: one that just opened speaks before it has painted anything.
    """
    its, unknown = list(words), []
    for event_id in sorted({word.event_id for word in its}):
        mine = [word for word in its if word.event_id == event_id]
        named = select(Screen).where(Screen.event_id == event_id, Screen.name.in_({word.name for word in mine}))
        # By name, as acknowledgements are written: no deadlock.
        screens = {s.name: s for s in await db.scalars(named.order_by(Screen.name).with_for_update())}
        for word in mine:
            screen = screens.get(word.name)
            if screen is None:
                unknown.append(word)
            elif screen.audience == word.audience:
                _note(screen, word)
    await db.flush()
    return unknown


def _note(screen: Screen, word: Word) -> None:
    if word.doing is not None:
        screen.shows = word.doing
    if word.trouble is not None:
        # What happens again and again is one trouble, and hides no other.
        others = [one for one in screen.troubles if {k: v for k, v in one.items() if k != "at"} != word.trouble]
        screen.troubles = [*others, {"at": told(word.at)} | word.trouble][-KEPT:]


def _count(said: object) -> int:
    return min(int(said), MOST) if isinstance(said, int | float) and 0 <= said < float("inf") else 0
