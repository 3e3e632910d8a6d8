"""How a reader is doing, in sentences: which mode, why, and what an organiser can do about it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ingest.mastodon.pace import Pace
from ingest.types import Mode, SourceState


class Standing:
    def __init__(self, tags: Collection[str], pace: Pace) -> None:
        self._pace = pace
        self._waiting = set(tags)  # streams that are not open
        self._broken = ""  # why the last one broke
        self._no_stream: str | None = None  # why there is none at all
        self._someone_should_act = False
        self._note = ""  # something that limits what we get, all the time
        self._trouble = ""  # why asking does not work at the moment

    @property
    def streaming(self) -> bool:
        return self._no_stream is None and not self._waiting

    def opened(self, tag: str) -> None:
        self._waiting.discard(tag)

    def broke(self, tag: str, why: str) -> None:
        self._waiting.add(tag)
        self._broken = why

    def no_stream(self, why: str, *, someone_should_act: bool = False) -> None:
        self._no_stream = why
        self._someone_should_act = self._someone_should_act or someone_should_act

    def note(self, sentence: str, *, someone_should_act: bool = False) -> None:
        self._note = sentence
        self._someone_should_act = self._someone_should_act or someone_should_act

    def asking_works(self) -> None:
        self._trouble = ""

    def asking_fails(self, why: str) -> None:
        self._trouble = why

    def state(self, now: datetime) -> SourceState:
        mode = Mode.STREAM if self.streaming else Mode.POLL
        waits_for_stream = self._no_stream is None and bool(self._waiting) and bool(self._broken)
        ok = not (self._trouble or waits_for_stream or self._someone_should_act)
        return SourceState(mode, ok, " ".join(filter(None, (self._trouble, self._how(), self._note))), now)

    def _how(self) -> str:
        every = f"reading every {self._pace.poll:g} seconds"
        if self.streaming:
            return "Live: new posts arrive within a second."
        if self._no_stream is not None:
            return f"{_sentence(every)}: {self._no_stream.rstrip('.')}."
        if self._broken:
            return f"The live stream broke; {every} until it is back ({self._broken.rstrip('.')})."
        return f"{_sentence(every)} until the live stream is open."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
