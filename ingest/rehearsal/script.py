"""The scripted conference, read once from `data/` and indexed: who, what, when, and what is known of it beforehand.

Pure: plays nothing. The player plays it, the world keeps what came of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import orjson

from ingest.rehearsal import lines
from ingest.rehearsal.addresses import did, number_of
from ingest.rehearsal.lines import Line, Person
from ingest.types import Network

DATA = Path(__file__).parent / "data"

_MASTODON = re.compile(r"https://(?P<host>[^/]+)/users/[^/]+/statuses/(?P<id>p\d+)")
_RECORD = re.compile(r"at://(?P<did>did:plc:\w+)/app\.bsky\.feed\.post/(?P<rkey>\w{13})")
_FORM = "strand:form/rehearsal-"
_BRIDGE = "https://bsky.brid.gy/convert/ap/"


class Script:
    """Everything the data says. `posts` holds the lines that make posts, by id."""

    def __init__(self, folder: Path = DATA) -> None:
        self.event: Mapping[str, Any] = orjson.loads((folder / "event.json").read_bytes())
        self.truth: Mapping[str, Any] = orjson.loads((folder / "truth.json").read_bytes())
        self.people: Mapping[str, Person] = {p.id: p for p in map(lines.person, _rows(folder / "people.jsonl"))}
        self.lines: tuple[Line, ...] = tuple(map(lines.line, _rows(folder / "script.jsonl")))
        self.posts: Mapping[str, Line] = {line.id: line for line in self.lines if line.act == "post"}

    def acts(self) -> Iterator[Line]:
        """In order of time; lines of the same second keep the order they are written in."""
        return iter(sorted(self.lines, key=lambda line: line.t))

    def unfit_ids(self) -> frozenset[str]:
        """What a decent moderator never lets through: spam, trolls, and words from a session behind closed doors."""
        closed = {row["id"] for row in self.truth["never_shown"] if row["why"].startswith("quotes from the closed")}
        raid = {line.id for line in self.posts.values() if line.spam or line.kind == "troll"}
        return frozenset(raid | closed)

    def script_id(self, uri: str) -> str | None:
        """The line that made the post with this uri, on whichever network; None for a post that is not ours."""
        if uri.startswith(_FORM):
            return self._known(uri.removeprefix(_FORM), Network.FORM)
        if uri.startswith(_BRIDGE):
            original = self.script_id(uri.removeprefix(_BRIDGE))
            return self._bridged_copy.get((original, Network.MASTODON)) if original else None
        if found := _MASTODON.fullmatch(uri):
            return self._known(found["id"], Network.MASTODON)
        if found := _RECORD.fullmatch(uri):
            id = self._known(f"p{number_of(found['rkey']):03}", Network.BLUESKY)
            return id if id and did(self.posts[id].handle or "") == found["did"] else None
        return None

    def handle_of(self, person: str, network: Network) -> str | None:
        """The person's handle on that network, be it their first account or another one they claim."""
        who = self.people[person]
        if who.network is Network.FORM:
            return None
        return next((h for h in (who.handle, *who.also) if h and ("@" in h) == (network is Network.MASTODON)), None)

    def card_code(self, line: Line) -> str:
        """The code on the card of the chair: the session's room where there is one, else the first room's."""
        rooms = {room["id"]: room["card_code"] for room in self.event["rooms"]}
        room = next((s["room"] for s in self.event["sessions"] if s["number"] == line.session), None)
        return str(rooms[room] if room else next(iter(rooms.values())))

    def _known(self, id: str, network: Network) -> str | None:
        line = self.posts.get(id)
        return id if line and line.network is network else None

    @cached_property
    def _bridged_copy(self) -> Mapping[tuple[str | None, Network], str]:
        return {(line.copy_of, line.network): line.id for line in self.posts.values() if line.bridged}


@cache
def conference() -> Script:
    """The one script that comes with the product."""
    return Script()


def unfit_ids() -> frozenset[str]:
    return conference().unfit_ids()


def script_id(uri: str) -> str | None:
    return conference().script_id(uri)


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    return (orjson.loads(row) for row in path.read_bytes().splitlines() if row.strip())
