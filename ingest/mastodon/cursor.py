"""How far each tag of one server has been read, as the one string that the house keeps. Pure.

Ids are opaque, but every server's grow with time: longer is later, and of equal length the greater is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from ingest.mastodon.fields import identifier, record

BACKFILL_PAGES = 150  # of 40 posts: a busy hashtag's past has to end somewhere


def age(local_id: str) -> tuple[int, str]:
    """A key by which ids of one server can be compared."""
    return len(local_id), local_id


@dataclass(frozen=True, slots=True)
class Progress:
    """One tag: what lies between `oldest` and `newest` is in. `pages`: how much further back we still want to go."""

    newest: str
    oldest: str = ""
    pages: int = 0

    def reached(self, local_id: str) -> Progress:
        return replace(self, newest=max(self.newest, local_id, key=age))

    def back_to(self, local_id: str) -> Progress:
        return replace(self, oldest=local_id, pages=max(0, self.pages - 1))

    def complete(self) -> Progress:
        return replace(self, oldest="", pages=0)


def dump(progress: Mapping[str, Progress], readers: Mapping[str, Collection[int]]) -> str:
    """With each tag the sources it was read for: a source added later starts from the beginning."""
    return orjson.dumps(
        {
            tag: {"newest": p.newest, "oldest": p.oldest, "pages": p.pages, "for": sorted(readers.get(tag, ()))}
            for tag, p in sorted(progress.items())
        }
    ).decode()


def load(cursors: Sequence[str | None], readers: Mapping[str, Collection[int]]) -> dict[str, Progress]:
    """The progress that holds for every source. A tag that one of them never read is not in it."""
    stored = [_decoded(cursor) for cursor in cursors]
    found: dict[str, Progress] = {}
    for tag, sources in readers.items():
        entries = [record(cursor.get(tag)) for cursor in stored if tag in cursor]
        known = [p for p in (_progress(entry) for entry in entries if _covers(entry, sources)) if p is not None]
        if known:
            found[tag] = min(known, key=lambda p: age(p.newest))
    return found


def _decoded(cursor: str | None) -> Mapping[str, Any]:
    try:
        return record(orjson.loads(cursor or "{}"))
    except ValueError:
        return {}


def _covers(entry: Mapping[str, Any], sources: Collection[int]) -> bool:
    covered = entry.get("for")
    return isinstance(covered, list) and set(sources) <= {n for n in covered if isinstance(n, int)}


def _progress(entry: Mapping[str, Any]) -> Progress | None:
    newest, pages = identifier(entry.get("newest")), entry.get("pages")
    if newest is None:
        return None
    left = min(pages, BACKFILL_PAGES) if isinstance(pages, int) and pages > 0 else 0
    return Progress(newest, identifier(entry.get("oldest")) or "", left)
