"""What screens report beside acknowledgements: showings, what they do, troubles. Gathered, and written each second.

Apart from presence.py: whoever waits for a freeze to be acknowledged must not wait for these.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.database import Database
from app.domain.audience import Audience
from app.domain.screens import doings, showings
from app.domain.screens.doings import Word
from app.domain.screens.showings import Piece

log = structlog.get_logger(__name__)
EVERY = 1.0  # seconds
AT_ONCE = 300  # in one transaction: a freeze that comes meanwhile waits for no more than these
MOST = 20_000  # kept while they cannot be written
PATIENCE = timedelta(seconds=10)  # until a screen that speaks has painted something, or is forgotten


class Reports:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._pieces: list[Piece] = []
        self._words: list[Word] = []
        self._doing: dict[tuple[int, str], Word] = {}

    def shown(
        self, event_id: int, screen: str, audience: Audience, pieces: Sequence[tuple[int, datetime, datetime]]
    ) -> None:
        room = max(0, MOST - len(self._pieces))
        self._pieces += [Piece(event_id, screen, audience.value, *piece) for piece in pieces[:room]]

    def doing(self, event_id: int, screen: str, audience: Audience, doing: dict[str, Any]) -> None:
        self._doing[event_id, screen] = Word(event_id, screen, audience.value, self._clock(), doing=doing)

    def trouble(self, event_id: int, screen: str, audience: Audience, trouble: dict[str, Any]) -> None:
        if len(self._words) < MOST:
            self._words.append(Word(event_id, screen, audience.value, self._clock(), trouble=trouble))

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.flush()

    async def flush(self) -> None:
        words, self._words = [*self._doing.values(), *self._words], []
        self._doing = {}
        pieces, self._pieces = self._pieces, []
        try:
            while words:
                await self._write(words[:AT_ONCE], [])
                words = words[AT_ONCE:]
            while pieces:
                await self._write([], pieces[:AT_ONCE])
                pieces = pieces[AT_ONCE:]
        except (SQLAlchemyError, OSError) as error:
            self._take_back(words, pieces)
            log.warning("reports.not_written", error=type(error).__name__)

    async def _write(self, words: Sequence[Word], pieces: Sequence[Piece]) -> None:
        try:
            async with self._database.transaction() as db:
                unknown = await doings.keep(db, words)
                await showings.keep(db, pieces)
            # A wall says a trouble once: it waits for the word that makes its screen known.
            self._take_back([word for word in unknown if self._clock() - word.at < PATIENCE], [])
        except IntegrityError:  # of one of them the post, the screen or the event went meanwhile
            if len(words) + len(pieces) > 1:
                for half in (0, 1):
                    await self._write(words[half::2], pieces[half::2])

    def _take_back(self, words: Sequence[Word], pieces: Sequence[Piece]) -> None:
        """They wait until they can be written; what a screen said meanwhile is newer."""
        for word in words:
            if word.doing is not None:
                self._doing.setdefault((word.event_id, word.name), word)
        self._words = [*(word for word in words if word.trouble is not None), *self._words][:MOST]
        self._pieces = [*pieces, *self._pieces][:MOST]
