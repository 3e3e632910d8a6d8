"""How a reader is doing, in sentences: which mode, why, and what an organiser can do about it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ingest.mastodon.pace import Pace
from ingest.types import OVER, Mode, SourceState

LIVE = "Live: new posts arrive within a second."


class Standing:
    def __init__(self, pace: Pace, *, over: bool = False) -> None:
        self._pace, self._over = pace, over
        self._way = LIVE  # how we listen, while we do
        self._waiting: set[str] = {""}  # streams that are not open
        self._broken = ""  # why the last one broke
        self._no_stream: str | None = None  # why there is none at all
        self._refused = False  # there would be one, if somebody did something
        self._notes: dict[str, str] = {}  # what limits what we get, all the time
        self._trouble = ""  # why asking does not work at the moment
        self.token_ok: bool | None = None

    @property
    def streaming(self) -> bool:
        return self._no_stream is None and not self._waiting

    def listens(self, way: str, streams: Collection[str]) -> None:
        """How we are about to listen, and to which streams."""
        self._way, self._waiting, self._broken = way, set(streams), ""
        self._no_stream, self._refused = None, False

    def opened(self, stream: str) -> None:
        self._waiting.discard(stream)
        self._no_stream, self._refused = None, False

    def broke(self, stream: str, why: str) -> None:
        self._waiting.add(stream)
        self._broken = why

    def no_stream(self, why: str, *, refused: bool = False) -> None:
        self._no_stream, self._refused = why, refused

    def note(self, about: str, sentence: str) -> None:
        """One sentence per subject; an empty one takes it back."""
        self._notes[about] = sentence

    def asking_works(self) -> None:
        self._trouble = ""

    def asking_fails(self, why: str) -> None:
        self._trouble = why

    def state(self, now: datetime, budget: int | None = None) -> SourceState:
        mode = Mode.STREAM if self.streaming else Mode.POLL
        waits_for_stream = self._no_stream is None and bool(self._waiting) and bool(self._broken)
        ok = not (self._trouble or waits_for_stream or self._refused or self.token_ok is False)
        reason = " ".join(filter(None, (self._trouble, self._how(), *self._notes.values())))
        return SourceState(mode, ok, reason, now, budget=budget, token_ok=self.token_ok)

    def _how(self) -> str:
        every = f"reading every {self._pace.poll:g} seconds"
        if self._over:
            return OVER
        if self.streaming:
            return self._way
        if self._no_stream is not None:
            return f"{_sentence(every)}: {self._no_stream.rstrip('.')}."
        if self._broken:
            return f"The live stream broke; {every} until it is back ({self._broken.rstrip('.')})."
        return f"{_sentence(every)} until the live stream is open."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
