"""Pairing: a browser at /screen shows a short code, an organiser types it, and the browser becomes that screen.

The code is for eyes and lives a quarter of an hour; what the browser does with it needs its secret, which nobody sees.
"""

from __future__ import annotations

import secrets as chance
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import secrets
from app.domain import accounts, audit, log
from app.domain.audit import Line
from app.domain.screens.making import find
from app.errors import N_, BadInput, Conflict, NotFound
from app.models import Account, Event, Pairing, Screen
from app.models.account import Role

LIVES = timedelta(minutes=15)
LETTERS = 6
# No two of these look alike from the back row, in capitals or not, and no word can be spelt.
ALPHABET = "CDFGHJKMNPQRTWXY3479"
MOST = 1_000  # that wait at once, so that a typed code meets a screen by chance once in 64,000 tries
MOST_TYPED = 40
NOT_A_CODE = N_("A code has six letters and digits, as the screen shows them.")
NO_CODE = N_("No screen shows this code now. A code lasts a quarter of an hour; the screen has a new one then.")
TAKEN = N_("This code is used already.")
FULL = N_("Too many screens wait for a code. Try again in a quarter of an hour.")
NOT_YET = N_("Nobody has typed this code yet.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How it stands with a browser's code."""

    code: str
    until: datetime
    screen: str = ""  # the name of the screen it is, once somebody said so
    event_id: int = 0


async def begin(db: AsyncSession, now: datetime) -> tuple[str, str]:
    """A new code, and the secret by which its browser comes back. Raises Conflict."""
    await db.execute(delete(Pairing).where(Pairing.made_at <= now - LIVES))
    if (await db.scalar(select(func.count()).select_from(Pairing)) or 0) >= MOST:
        raise Conflict(FULL)
    code, secret = await _free_code(db), secrets.new_token()
    db.add(Pairing(code=code, secret_hash=secrets.fingerprint(secret), made_at=now))
    await db.flush()
    return code, secret


async def pair(db: AsyncSession, event: Event, code: str, screen_id: int, by: Account, now: datetime) -> Screen:
    """The browser that shows this code becomes this screen. Raises BadInput, Conflict, NotFound."""
    await log.lock(db, [event.id])
    screen = await find(db, event.id, screen_id, lock=True)
    wanted = select(Pairing).where(Pairing.code == normalised(code), Pairing.made_at > now - LIVES)
    waiting = await db.scalar(wanted.with_for_update())
    if waiting is None:
        raise NotFound(NO_CODE)
    if waiting.screen_id is not None and waiting.screen_id != screen.id:
        raise Conflict(TAKEN)
    waiting.screen_id, screen.made_at = screen.id, screen.made_at or now
    await audit.note(db, event.id, by, Line("pair screen", detail={"screen": screen.name}), now)
    return screen


async def find_waiting(db: AsyncSession, secret: str, now: datetime) -> Waiting | None:
    """Of the browser with this secret; None where its code is over, or never was."""
    wanted = select(Pairing, Screen).outerjoin(Screen, Screen.id == Pairing.screen_id)
    mine = wanted.where(Pairing.secret_hash == secrets.fingerprint(secret), Pairing.made_at > now - LIVES)
    found = (await db.execute(mine)).one_or_none()
    if found is None:
        return None
    pairing, screen = found
    until = pairing.made_at + LIVES
    return Waiting(pairing.code, until, screen.name, screen.event_id) if screen else Waiting(pairing.code, until)


async def become(db: AsyncSession, secret: str, device: str, now: datetime) -> str:
    """The word of the long sign-in by which the browser is a screen of the event. The code is used up by `use`."""
    waiting = await find_waiting(db, secret, now)
    if waiting is None or not waiting.screen:
        raise NotFound(NOT_YET)
    event = await db.get_one(Event, waiting.event_id)
    token = await accounts.invite(db, event, Role.SCREEN, now, note=waiting.screen)
    return (await accounts.become_screen(db, token, device, now))[0]


async def use(db: AsyncSession, secret: str) -> None:
    """Its browser has gone to its wall."""
    await db.execute(delete(Pairing).where(Pairing.secret_hash == secrets.fingerprint(secret)))


def normalised(typed: str) -> str:
    """As it was shown, however it was typed. Raises BadInput."""
    code = "".join(letter for letter in typed[:MOST_TYPED].upper() if letter.isalnum())
    if len(code) != LETTERS or set(code) - set(ALPHABET):
        raise BadInput(NOT_A_CODE, "code")
    return code


async def _free_code(db: AsyncSession) -> str:
    while True:
        code = "".join(chance.choice(ALPHABET) for _ in range(LETTERS))
        if await db.get(Pairing, code) is None:
            return code
