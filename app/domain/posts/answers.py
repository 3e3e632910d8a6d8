"""What a post answers: found when it comes in, or when a server that knows more tells us of it."""

from __future__ import annotations

from app.domain.posts.known import Known, reply_key
from app.models import Post
from ingest.types import IncomingPost


def key(incoming: IncomingPost) -> str | None:
    """How its parent is named by whoever told us."""
    return incoming.reply_to_uri or (reply_key(incoming.reply_to) if incoming.reply_to else None)


def find(known: Known, post: Post, incoming: IncomingPost) -> bool:
    """For a post we have. Not every server knows its parent; one may hear of it later. True where it is found now."""
    named = key(incoming)
    if named is None or post.reply_to is not None or (incoming.bridge_of is not None and not post.bridged):
        return False
    parent = known.posts.get(named)
    if parent is None or parent is post or parent.gone_at is not None:
        post.reply_key = post.reply_key or named
        return False
    post.reply_key, post.reply_to = named, parent
    return True
