"""What ingest hands to the house, and what it asks of it: plain, still untrusted values and two protocols.

Owns the shapes. Parses nothing, stores nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Protocol

from ingest.carried import AttachmentKind, IncomingAttachment, IncomingCard, IncomingPoll, IncomingQuote
from ingest.text.segments import Segment

__all__ = [  # with what a post carries, so that whoever needs a post finds all of it here
    "OVER", "Address", "AttachmentKind", "AuthorState", "Batch", "Held", "House", "Incoming", "IncomingAttachment",
    "IncomingAuthor", "IncomingAuthorChange", "IncomingCard", "IncomingDeletion", "IncomingMarks", "IncomingPoll",
    "IncomingPost", "IncomingQuote", "Ingester", "Mode", "Network", "SourceConfig", "SourceState",
]  # fmt: skip


class Network(StrEnum):
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    FORM = "form"


class Address(NamedTuple):
    """One post as one server knows it: the key of a Copy.

    Mastodon: (mastodon, "host[:port]" of the server that told us, its local id). Ids never compare across servers.
    Bluesky: (bluesky, "", "did/rkey"). Form: (form, "", the post's own token).
    """

    network: Network
    server: str
    local_id: str


@dataclass(frozen=True, slots=True)
class IncomingAuthor:
    """Who wrote it, on their own service. `uri` is the global identity: ActivityPub actor, DID, or form token."""

    uri: str
    network: Network
    name: str
    handle: str = ""  # "user@host" or "name.example", without a leading @; empty for the form
    url: str | None = None
    avatar_url: str | None = None
    bot: bool = False
    nobot: bool = False  # asked not to be collected (#nobot in the profile)
    limited: bool = False  # suspended or limited on the server that told us
    no_unauthenticated: bool = False  # asked not to be shown to people who are not signed in
    indexable: bool | None = None
    noindex: bool | None = None
    discoverable: bool | None = None
    labels: tuple[str, ...] = ()
    since: datetime | None = None  # when the account was made, as its service says


@dataclass(frozen=True, slots=True)
class IncomingPost:
    """One post as one upstream told it. A known `uri` with another `version` is an edit; a boost never gets here."""

    uri: str  # the global address: ActivityPub id, at:// address, or strand:form/TOKEN
    address: Address
    author: IncomingAuthor
    posted_at: datetime  # by the author's clock, aware, UTC; may lie
    segments: tuple[Segment, ...]
    version: str  # changes whenever text or media change: Bluesky's cid, else a digest (text.segments.digest)
    url: str | None = None  # the page a person can open
    edited_at: datetime | None = None
    rev: str | None = None  # Bluesky: the repository revision; what is older than what we have is a replay, not an edit
    lang: str | None = None
    content_warning: str = ""
    sensitive: bool = False
    public: bool = True  # False: seen by fewer than everybody; never taken, and hides what we already have
    tags: frozenset[str] = frozenset()  # normalised by text.tags
    attachments: tuple[IncomingAttachment, ...] = ()
    card: IncomingCard | None = None
    poll: IncomingPoll | None = None
    quote: IncomingQuote | None = None
    quote_policy: str = ""  # its author's wish about being quoted, as the network says it
    reply_to_uri: str | None = None  # where the network gives the global address
    reply_to: Address | None = None  # where it gives only a local id
    mentions: tuple[str, ...] = ()  # author uris, or handles where there is no uri
    labels: tuple[str, ...] = ()
    bridge_of: str | None = None  # a bridge's copy: the original's uri or page address
    question: bool = False
    in_room: bool | None = None
    card_code: str | None = None
    backfilled: bool = False  # found by catch-up or sweep, not told live


@dataclass(frozen=True, slots=True)
class IncomingDeletion:
    """The post left its upstream. Either key may be missing, never both."""

    address: Address | None = None
    uri: str | None = None
    # True where the upstream can tell of a deletion before the post itself (a Mastodon stream, a Jetstream rewind)
    may_precede: bool = False
    rev: str | None = None  # Bluesky: the repository revision of the deletion, for ordering


AuthorState = Literal["active", "deactivated", "suspended", "deleted"]


@dataclass(frozen=True, slots=True)
class IncomingAuthorChange:
    """Something about an author changed: state (hide, return, purge) or profile (name, wishes)."""

    uri: str
    state: AuthorState | None = None  # None: only the profile changed
    author: IncomingAuthor | None = None


@dataclass(frozen=True, slots=True)
class IncomingMarks:
    """What is said of a post we hold, beside its words. None: nothing is known of that now; it stays as it was."""

    uri: str
    version: str | None = None  # what it was said of; another version keeps its own
    labels: tuple[str, ...] | None = None  # all it has now, its author's own too
    hidden: bool | None = None  # whoever began its thread hid this answer there
    quote: IncomingQuote | None = None  # the quoted post as it may be shown now
    quote_policy: str | None = None  # its author's wish about being quoted, as the network says it


Incoming = IncomingPost | IncomingDeletion | IncomingAuthorChange | IncomingMarks


@dataclass(frozen=True, slots=True)
class Batch:
    """What one read of an upstream gave. `cursor` commits with `items`, or not at all.

    `skipped` counts what was left out, by a reason an organiser can read: {"broken JSON": 2}.
    """

    upstream: str  # SourceConfig.upstream of the sources this is for
    items: tuple[Incoming, ...] = ()
    cursor: str | None = None  # opaque to the house; None leaves the stored one as it is
    skipped: Mapping[str, int] = field(default_factory=dict)
    seen: int = 0  # how many upstream things this batch stands for, taken or not
    checked: tuple[Address, ...] = ()  # posts of ours whose network was just asked whether they still stand


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """A configured place to read, with secrets already opened. One event; its tags normalised."""

    id: int
    event: str  # slug, for people who read logs
    kind: Network
    upstream: str  # sources with the same upstream share one reader
    url: str  # base address; "" where `settings` name the hosts
    tags: tuple[str, ...]
    token: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)  # bluesky: {"jetstream": [ws bases], "appview": base}
    allow_private: tuple[str, ...] = ()  # "host" or "host:port" this source alone may reach in the clear
    over: bool = False  # its event is over: nothing new is taken, what we hold is still looked after


@dataclass(frozen=True, slots=True)
class Held:
    """A live post the house has from one upstream, for sweeps that ask "is it still there?"."""

    uri: str
    address: Address
    version: str


OVER = "The event is over. Its posts are looked after once a day, so that what authors take back leaves it."


class Mode(StrEnum):
    STREAM = "stream"
    POLL = "poll"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a reader is doing, in words an organiser understands."""

    mode: Mode
    ok: bool
    reason: str  # one plain sentence: why this mode, or what is wrong and what to do
    at: datetime
    lag: float | None = None  # seconds behind the upstream, where it can be known
    budget: int | None = None  # requests its server still allows us now, where it sets a limit
    token_ok: bool | None = None  # whether the server takes our token; None: we have none, or cannot tell yet


class House(Protocol):
    """All that ingest sees of the house. `app.house` is the real one; tests pass a list-backed one."""

    async def sources(self) -> Sequence[SourceConfig]:
        """Every enabled source of every event that collects now, and of those that are over."""

    async def cursor(self, source_id: int) -> str | None:
        """The cursor that committed with this source's last batch."""

    async def known(self, uris: Collection[str]) -> set[str]:
        """Which of these post or author uris the house holds. Ask for many at once."""

    async def held(self, upstream: str, limit: int) -> Sequence[Held]:
        """The newest live posts that came from this upstream, newest first."""

    async def due(self, upstream: str, limit: int) -> Sequence[Held]:
        """Posts from this upstream whose turn it is to be looked at again: what is shown now first, then the rest."""

    async def session(self, source_id: int) -> str | None:
        """The session of the account this source reads with, as its reader last left it."""

    async def keep_session(self, source_id: int, session: str | None, problem: str = "") -> None:
        """Keep that account's session. `problem`: one plain sentence, where the account cannot be used any more."""

    async def receive(self, batch: Batch) -> None:
        """Take a batch in, in one transaction with its cursor. Returns after the commit; raises only for our faults."""

    async def report(self, upstream: str, state: SourceState) -> None:
        """Tell how the reader of this upstream is doing."""


class Ingester(Protocol):
    """Reads one upstream for ever. Cancelled to stop; returns only when its upstream cannot be read at all."""

    async def run(self) -> None: ...
