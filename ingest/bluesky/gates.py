"""Gates: what the author of a post lets others do with it. They take it out of quotes, and hide answers to it.

Pure. A gate counts only where it lies beside the post it is about: in its author's own repository, under its own key.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ingest.bluesky.embeds import POSTS, post_uri
from ingest.types import IncomingMarks, IncomingQuote

POSTGATES = "app.bsky.feed.postgate"
THREADGATES = "app.bsky.feed.threadgate"
NO_QUOTES = f"{POSTGATES}#disableRule"
MAX_NAMED = 300


@dataclass(frozen=True, slots=True)
class Gate:
    post: str  # the address of the post it is about
    detached: frozenset[str] = frozenset()  # quotes that must not show it
    hidden: frozenset[str] = frozenset()  # answers
    quote_policy: str | None = None  # None: it says nothing of quotes

    @property
    def named(self) -> frozenset[str]:
        return self.detached | self.hidden | {self.post}


def read(did: str, rkey: str, collection: str, record: object) -> Gate | None:
    """The gate as it is now; without a record: taken away."""
    post = post_uri(f"at://{did}/{POSTS}/{rkey}")
    said: dict[str, Any] = record if isinstance(record, dict) else {}
    if post is None or said.get("post", post) != post:
        return None
    if collection == THREADGATES:
        return Gate(post, hidden=_posts(said.get("hiddenReplies")))
    if collection == POSTGATES:
        rules = said.get("embeddingRules")
        kinds = [rule.get("$type") for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
        policy = NO_QUOTES if NO_QUOTES in kinds else ""
        return Gate(post, _posts(said.get("detachedEmbeddingUris")), quote_policy=policy)
    return None


def marks(gate: Gate, known: Collection[str]) -> list[IncomingMarks]:
    """What it means for the posts we have. What it gives back the next look at them will find."""
    detached = [IncomingMarks(uri, quote=IncomingQuote(gate.post, "gone")) for uri in gate.detached if uri in known]
    hidden = [IncomingMarks(uri, hidden=True) for uri in gate.hidden if uri in known]
    wish = [IncomingMarks(gate.post, quote_policy=gate.quote_policy)] if gate.quote_policy is not None else []
    return [*detached, *hidden, *(wish if gate.post in known else [])]


def hidden_by(view: dict[str, Any]) -> frozenset[str]:
    """The answers that whoever wrote the post of this view hid."""
    gate = view.get("threadgate")
    record = gate.get("record") if isinstance(gate, dict) else None
    return _posts(record.get("hiddenReplies")) if isinstance(record, dict) else frozenset()


def root_of(record: object) -> str | None:
    """The address of the post that began the thread this one answers in."""
    reply = record.get("reply") if isinstance(record, dict) else None
    root = reply.get("root") if isinstance(reply, dict) else None
    return post_uri(root.get("uri")) if isinstance(root, dict) else None


def _posts(value: object) -> frozenset[str]:
    listed = value[:MAX_NAMED] if isinstance(value, list) else []
    return frozenset(uri for uri in map(post_uri, listed) if uri)
