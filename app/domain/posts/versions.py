"""Whose words and tags count, of all that servers and bridges tell of one post. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from app.models import Copy, Post
from ingest.text.segments import plain
from ingest.types import IncomingPost, Network

_NEVER = datetime.min.replace(tzinfo=UTC)


def is_replay(copy: Copy, incoming: IncomingPost) -> bool:
    """An older revision than the one we have: it overrules nothing, neither words nor tags."""
    return (incoming.rev or "~") < (copy.rev or "")


def speaks(post: Post, incoming: IncomingPost) -> bool:
    """A bridge's copy has a say only while it stands in for an original that we do not have."""
    return incoming.bridge_of is None or post.bridged


def is_outdated(post: Post, incoming: IncomingPost) -> bool:
    """Whether another server still tells what its author has edited since: also its tags are of yesterday."""
    theirs, ours = incoming.edited_at or _NEVER, post.edited_at or _NEVER
    return incoming.address.network is Network.MASTODON and post.network is Network.MASTODON and theirs < ours


def applies(post: Post, copy: Copy | None, incoming: IncomingPost) -> bool:
    """Whether these words replace ours.

    Two servers render one post differently, so another server's words are news only if its author edited since.
    """
    if not speaks(post, incoming) or (copy is not None and copy.version == incoming.version):
        return False
    theirs, ours = incoming.edited_at or _NEVER, post.edited_at or _NEVER
    if incoming.address.network is not Network.MASTODON:
        return incoming.version != post.version
    if theirs < ours or (theirs == ours != _NEVER and plain(incoming.segments) == post.text):
        return False
    return theirs > ours or (copy is not None and copy is post.copies[0])
