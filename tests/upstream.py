"""The rehearsal's servers without its script: a test says, edits and deletes single posts on either network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count

from ingest.rehearsal import tags
from ingest.rehearsal.lines import Act, Line
from ingest.rehearsal.rehearsal import Rehearsal
from ingest.rehearsal.script import Script
from ingest.rehearsal.status import local_id
from ingest.types import Network

VOICES = {Network.MASTODON: ("inka", "inka@kueste.example"), Network.BLUESKY: ("bo", "bo-kjaergaard.sky.example")}


class Upstream:
    """A Mastodon server, a Jetstream and an AppView on 127.0.0.1, with the rehearsal's people on them."""

    def __init__(self, *, chatter: float | None = 0.2) -> None:
        script = Script()
        script.lines, script.posts = (), {}
        self.rehearsal = Rehearsal(script=script, prelude=0, chatter=chatter, heartbeat=5)
        self.world = self.rehearsal.world
        self.mastodon = self.rehearsal.mastodon
        self.jetstream = self.rehearsal.jetstream
        self.appview = self.rehearsal.appview
        self._numbers = count(1)

    def say(self, network: Network, text: str) -> str:
        """Publish a post; gives the id by which to edit or delete it."""
        person, handle = VOICES[network]
        id = f"p{next(self._numbers)}"
        now = datetime.now(UTC)
        self.world.post(self._line("post", id, network, person, text, handle=handle), now, now, {})
        return id

    def edit(self, id: str, text: str) -> None:
        who = self.world.posts[id].account
        line = self._line("edit", f"e{next(self._numbers)}", who.network, who.person.id, text, target=id)
        self.world.edit(line, datetime.now(UTC), {})

    def delete(self, id: str) -> None:
        who = self.world.posts[id].account
        line = self._line("delete", f"d{next(self._numbers)}", who.network, who.person.id, target=id)
        self.world.delete(line, datetime.now(UTC))

    def uri(self, id: str) -> str:
        return self.world.posts[id].uri

    def local_id(self, id: str) -> str:
        """What the Mastodon server calls the post."""
        return local_id(self.world.posts[id], self.mastodon)

    def name(self, network: Network) -> str:
        return self.rehearsal.script.people[VOICES[network][0]].display_name

    @staticmethod
    def _line(act: Act, id: str, network: Network, person: str, text: str = "", **more: str) -> Line:
        marked = tuple(word[1:].strip(".,:!?") for word in text.split() if word.startswith("#"))
        return Line(
            t=0, act=act, id=id, author=person, network=network, text=text, lang="en", kind="remark",
            tags=tuple(map(tags.normal, marked)), **more,
        )  # fmt: skip


@asynccontextmanager
async def upstream(*, chatter: float | None = 0.2) -> AsyncIterator[Upstream]:
    opened = Upstream(chatter=chatter)
    async with opened.rehearsal:
        yield opened
