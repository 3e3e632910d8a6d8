"""What an import did, as counts and as one sentence. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.programme import Reason


@dataclass(slots=True)
class Imported:
    sessions: int
    added: int = 0
    moved: int = 0  # another time or room
    renamed: int = 0
    permitted: int = 0  # closed, or opened
    touched: int = 0  # something else: the abstract, who speaks
    cancelled: int = 0
    back: int = 0  # was cancelled and is there again
    skipped: Mapping[Reason, int] = field(default_factory=dict)

    def count(self, changed: Mapping[str, Any]) -> None:
        """One session's changes, by field."""
        self.moved += bool(changed.keys() & {"starts_at", "ends_at", "room"})
        self.renamed += "title" in changed
        self.permitted += "closed" in changed

    @property
    def places(self) -> bool:
        """Whether posts may belong elsewhere now."""
        return bool(self.added or self.moved or self.cancelled or self.back or self.touched)

    @property
    def changes(self) -> bool:
        return bool(self.places or self.renamed or self.permitted)

    def told(self, gettext: Callable[[str], str] = str) -> str:
        """One line for people: 16 sessions: 1 new, 2 moved. Left out: 1 without a title."""
        _ = gettext
        named = (
            (self.added, _("{n} new")), (self.moved, _("{n} moved")), (self.renamed, _("{n} renamed")),
            (self.permitted, _("{n} with other permissions")), (self.touched, _("{n} with other details")),
            (self.cancelled, _("{n} cancelled")), (self.back, _("{n} back again")),
        )  # fmt: skip
        parts = [words.format(n=n) for n, words in named if n] or [_("nothing new")]
        head = _("1 session") if self.sessions == 1 else _("{n} sessions").format(n=self.sessions)
        line = f"{head}: {', '.join(parts)}."
        left = [sentence.format(n=self.skipped[r]) for r, sentence in _reasons(_).items() if self.skipped.get(r)]
        return line + " " + _("Left out: {what}.").format(what=", ".join(left)) if left else line


def _reasons(_: Callable[[str], str]) -> dict[Reason, str]:
    return {
        "no_row": _("{n} that cannot be read"),
        "no_title": _("{n} without a title"),
        "no_start": _("{n} without a time"),
        "no_length": _("{n} without an end"),
        "twice": _("{n} that stand there twice"),
        "too_many": _("{n} above the limit"),
    }
