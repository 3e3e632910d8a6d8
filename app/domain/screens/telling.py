"""What screens are told from the desk: one act for several, a line of the audit log and an entry for each of them.

The entry names the screen, so that its wall asks anew at once. What it is told, a wall reads in `wished`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import audit, log
from app.domain.audit import Line
from app.domain.screens import looks, quiet, steps
from app.domain.screens.making import GONE
from app.errors import N_, BadInput, Conflict, NotFound, TooLong
from app.models import Account, EntryKind, Event, Screen
from ingest.text.clean import is_visible, scrub

KINDS = ("announcement", "prompt")
MOST_LETTERS = 280
NO_WORDS = N_("Write what the screen is to say.")
OVER = N_("This time is over already. Choose a later one.")
NO_PROGRAMME = N_("“{screen}” has no programme yet.")
SAYS_NOTHING = N_("Write first what “{screen}” is to say.")
Ids = Collection[int]


async def tell_mode(db: AsyncSession, event: Event, ids: Ids, mode: str, by: Account, now: datetime) -> list[Screen]:
    """Raises BadInput, Conflict, NotFound."""
    mode = looks.check_mode(mode)

    def change(screen: Screen) -> None:
        if mode == "programme" and not screen.programme:
            raise Conflict(NO_PROGRAMME, screen=screen.name)
        if mode == "says" and not screen.says:
            raise Conflict(SAYS_NOTHING, screen=screen.name)
        screen.mode = mode

    return await _tell(db, event, ids, change, Line("screen mode", detail={"mode": mode}), by, now)


async def tell_programme(
    db: AsyncSession, event: Event, ids: Ids, programme: Sequence[Mapping[str, Any]], by: Account, now: datetime
) -> list[Screen]:
    """From now on they follow it. Raises BadInput, NotFound."""
    kept = steps.checked(programme)

    def change(screen: Screen) -> None:
        screen.programme, screen.mode = kept, "programme"

    return await _tell(db, event, ids, change, Line("screen mode", detail={"mode": "programme"}), by, now)


async def tell_look(
    db: AsyncSession, event: Event, ids: Ids, look: Mapping[str, Any], by: Account, now: datetime
) -> list[Screen]:
    """Only what is given changes. Raises BadInput, with the key as its field, and NotFound."""

    def change(screen: Screen) -> None:
        screen.look = looks.changed(screen.look, look)

    return await _tell(db, event, ids, change, Line("screen look", detail={"fields": sorted(look)}), by, now)


async def tell_quiet(
    db: AsyncSession, event: Event, ids: Ids, windows: Sequence[Mapping[str, Any]], by: Account, now: datetime
) -> list[Screen]:
    """In the place of those it had. Raises BadInput, NotFound."""
    kept = await quiet.checked(db, event.id, windows)

    def change(screen: Screen) -> None:
        screen.quiet = kept

    return await _tell(db, event, ids, change, Line("screen quiet", detail={"windows": len(kept)}), by, now)


async def tell_says(
    db: AsyncSession, event: Event, ids: Ids, says: Mapping[str, Any] | None, by: Account, now: datetime
) -> list[Screen]:
    """An announcement, or a prompt to say something; None: no more of it. Raises BadInput, NotFound."""
    kept = _says(says, now) if says is not None else None

    def change(screen: Screen) -> None:
        screen.says = kept
        if kept is None and screen.mode == "says":
            screen.mode = "strand"

    act = Line("screen says", detail={"kind": kept["kind"]}) if kept else Line("screen silent")
    return await _tell(db, event, ids, change, act, by, now)


async def tell_pause(db: AsyncSession, event: Event, ids: Ids, on: bool, by: Account, now: datetime) -> list[Screen]:
    """What comes meanwhile waits, and is counted on the screen. Raises NotFound."""

    def change(screen: Screen) -> None:
        screen.paused_at = (screen.paused_at or now) if on else None

    return await _tell(db, event, ids, change, Line("screen pause" if on else "screen goes"), by, now)


def _says(says: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    if says.get("kind") not in KINDS:
        raise BadInput("Choose whether it is an announcement or an invitation to say something.", "kind")
    words = scrub(str(says.get("words") or "")[: MOST_LETTERS * 4]).strip()
    if not is_visible(words):
        raise BadInput(NO_WORDS, "words")
    if len(words) > MOST_LETTERS:
        raise TooLong(len(words) - MOST_LETTERS, "words")
    until = quiet.moment(says.get("until"))
    if says.get("until") and until is None:
        raise BadInput("Write the time it ends like 14:30, or leave it empty.", "until")
    if until is not None and until <= now:
        raise BadInput(OVER, "until")
    # `at`: what is said from then on may be an answer
    return {"kind": says["kind"], "words": words, "until": quiet.told(until) if until else None, "at": quiet.told(now)}


async def _tell(
    db: AsyncSession, event: Event, ids: Ids, change: Callable[[Screen], None], line: Line, by: Account, now: datetime
) -> list[Screen]:
    """One act on all of these, or on none."""
    await log.lock(db, [event.id])
    wanted = select(Screen).where(Screen.event_id == event.id, Screen.id.in_(ids)).with_for_update()
    # By name, as acknowledgements are written: no deadlock.
    screens = list((await db.scalars(wanted.order_by(Screen.name))).all())
    if not ids or {screen.id for screen in screens} != set(ids):
        raise NotFound(GONE)
    for screen in screens:
        change(screen)
    await db.flush()
    await log.append(db, event.id, EntryKind.SCREEN, [screen.id for screen in screens], now)
    await audit.note(db, event.id, by, [_of(line, screen) for screen in screens], now)
    return screens


def _of(line: Line, screen: Screen) -> Line:
    return Line(line.act, detail={"screen": screen.name} | line.detail)
