"""What must be in the store, and who may see it, when all is said: worked out from the script alone.

Replays the script on a world of its own and never asks the product. `disagreements` compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.audience import Audience, may_see
from app.models import Post as Stored
from ingest.rehearsal.accounts import Account
from ingest.rehearsal.lines import Line
from ingest.rehearsal.script import Script
from ingest.rehearsal.timeline import Timeline
from ingest.rehearsal.world import Post, World
from ingest.types import Network
from tests.world.cast import KNOWS, LIMITED, hears
from tests.world.generator import TAG

Copies = frozenset[tuple[str, str]]  # (server, uri); the server is "" on Bluesky


@dataclass(frozen=True, slots=True)
class Expected:
    uri: str
    text: str
    alts: tuple[str | None, ...]
    audiences: frozenset[Audience]
    copies: Copies
    parent: str | None = None  # None: nothing is said of that


class Oracle:
    def __init__(self, script: Script, timeline: Timeline, standings: Mapping[str, str]) -> None:
        """`standings`: what became of accounts that moved, by person."""
        self._script, self._standings = script, standings
        self._world = World(script, timeline.opened_at)
        self._ever: dict[str, Post] = {}
        self._answered: dict[str, str] = {}  # whom a post answered when it was said
        self._world.listeners.append(lambda change: self._ever.__setitem__(change.post.id, change.post))
        for line in script.acts():
            self._replay(line, timeline)
        self.expected: dict[str, Expected] = {}
        self.gone: set[str] = set()  # may be in the store, without a word
        self.unseen: set[str] = set()  # may be in the store, for nobody to see
        for id, line in script.posts.items():
            if line.copy_of is None:
                self._settle(self._ever[id], [self._ever[c] for c in self._copies_of(id)])
        self._link()

    def disagreements(self, stored: Sequence[Stored], hosts: Mapping[str, str]) -> list[str]:
        """`hosts`: which server stands behind an address."""
        found = {post.uri: post for post in stored}
        wrong = [f"missing {uri}" for uri in self.expected.keys() - found.keys()]
        wrong += [f"twice {post.uri}" for post in stored if found[post.uri] is not post]
        for uri, post in found.items():
            wrong += [f"{what}: {uri}" for what in self._compared(uri, post, hosts)]
        return sorted(wrong)

    def _compared(self, uri: str, post: Stored, hosts: Mapping[str, str]) -> Iterable[str]:
        audiences = {audience for audience in Audience if may_see(post, audience)}
        if uri in self.gone:
            if audiences or post.text or post.segments or post.attachments or post.gone_at is None:
                copies = [(hosts.get(c.server, c.server), c.gone_at) for c in post.copies]
                yield f"still there {post.text!r} for {sorted(audiences)}, {post.author.standing}, {copies}"
            return
        if uri in self.unseen:
            if audiences:
                yield f"shown to {sorted(audiences)}"
            return
        expected = self.expected.get(uri)
        if expected is None:
            yield f"nobody said {post.text!r}"
            return
        copies = frozenset((hosts.get(c.server, c.server), c.uri) for c in post.copies if c.gone_at is None)
        ours = (post.text, tuple(a.alt or None for a in post.attachments), audiences, copies)
        theirs = (expected.text, expected.alts, expected.audiences, expected.copies)
        for what, is_, should in zip(("text", "alt", "audiences", "copies"), ours, theirs, strict=True):
            if is_ != should:
                yield f"{what} is {is_} should be {should}"
        if expected.parent and (post.reply_to is None or post.reply_to.uri != expected.parent):
            yield f"answers {post.reply_to and post.reply_to.uri} should answer {expected.parent} ({post.reply_key})"

    def _replay(self, line: Line, timeline: Timeline) -> None:
        at = timeline.moment(line.t)
        if line.act == "post":
            if line.reply_to in self._world.posts:
                self._answered[line.id] = line.reply_to
            self._world.post(line, at, timeline.moment(line.t + line.created_offset), {})
        elif line.act == "edit":
            self._world.edit(line, at, {})
        elif line.act == "delete":
            self._world.delete(line, at)

    def _copies_of(self, id: str) -> list[str]:
        return [line.id for line in self._script.posts.values() if line.copy_of == id]

    def _settle(self, original: Post, copies: list[Post]) -> None:
        """One saying, with all that a bridge or its author made of it."""
        everything = [original, *copies]
        alive = [post for post in everything if post.id in self._world.posts and _known(post)]
        uris = {post.uri for post in everything}
        if original.id not in self._world.posts or self._standing(original) == "deleted":
            self.gone |= uris
            return
        first = alive[0] if alive else original
        audiences = self._audiences(original.account) if TAG in first.tags and alive else frozenset()
        if not audiences and self._standing(original) == "active":
            self.unseen |= uris
            return
        self.gone |= {post.uri for post in everything if post.id not in self._world.posts}
        if TAG in first.tags:
            places = frozenset(place for post in alive for place in _places(post))
            alts = tuple(medium.alt or None for medium in first.media)
            self.expected[first.uri] = Expected(first.uri, first.text, alts, audiences, places)

    def _link(self) -> None:
        """Answers to what is seen, where one server knows both."""
        for child, parent in self._answered.items():
            above, answer = self.expected.get(self._ever[parent].uri), self.expected.get(self._ever[child].uri)
            if above and answer and {s for s, _ in above.copies} & {s for s, _ in answer.copies}:
                self.expected[answer.uri] = Expected(
                    answer.uri, answer.text, answer.alts, answer.audiences, answer.copies, above.uri
                )

    def _standing(self, post: Post) -> str:
        on_bluesky = post.network is Network.BLUESKY and not post.account.bridged
        return self._standings.get(post.account.person.id, "active") if on_bluesky else "active"

    def _audiences(self, who: Account) -> frozenset[Audience]:
        if who.person.bio_tags or self._standings.get(who.person.id, "active") != "active":
            return frozenset()
        if who.person.labels:
            return frozenset({Audience.DESK})
        return frozenset({Audience.DESK, Audience.PUBLIC})


def _known(post: Post) -> bool:
    """Whether anybody we read has heard of it."""
    return any(True for _ in _places(post))


def _places(post: Post) -> Iterable[tuple[str, str]]:
    if post.network is Network.BLUESKY:
        return [("", post.uri)]
    if post.account.person.id in LIMITED:
        return []
    return [(server, post.uri) for server in KNOWS if hears(server, post.account.host)]
