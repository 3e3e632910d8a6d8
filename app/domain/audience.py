"""Who may see a post: the one place that answers. Pure; asks nothing but the post and its author.

A screen is PUBLIC or REVIEWED; the people at the desk are DESK. Every surface (wall, strand, feed, search, export)
goes through `may_see`, so that a wish or a verdict needs to be understood once.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, true

from app.models import Author, Post, Verdict
from app.models.author import Standing

HIDDEN_IN_THREAD = "!hidden-in-thread"  # our own word: whoever began the thread hid this answer
HIDING_LABELS = frozenset({"!hide", "!takedown", "!suspend", HIDDEN_IN_THREAD})


class Audience(StrEnum):
    PUBLIC = "public"  # everybody, in the room and outside
    REVIEWED = "reviewed"  # everybody, but only what a person has read
    DESK = "desk"  # those who moderate


def may_see(post: Post, audience: Audience) -> bool:
    """Whether this audience may see this post now. Needs post.author loaded."""
    if not _ours(post):
        return False
    if audience is Audience.DESK:
        return True
    if not _wished(post.author) or HIDING_LABELS & set(post.labels):
        return False
    if post.verdict is not Verdict.APPROVE:
        return False
    return audience is Audience.PUBLIC or post.decided_by is not None


def _ours(post: Post) -> bool:
    """Still said in public, with the event's tag, by an author who stands and did not ask us to stay away."""
    if post.gone_at or post.untagged_at or post.unpublic_at:
        return False
    author = post.author
    return author.standing is Standing.ACTIVE and not author.nobot and not author.limited


def _wished(author: Author) -> bool:
    """A venue's screen and an open page are seen by people who are signed in nowhere."""
    return not author.no_unauthenticated and not HIDING_LABELS & set(author.labels)


def clause(audience: Audience) -> ColumnElement[bool]:
    """`may_see` as far as the store can tell it, for queries that join Author: never narrower than the function.

    Labels are lists, which the two databases search differently; the few posts that have one are left to `may_see`.
    """
    ours = and_(
        Post.gone_at.is_(None),
        Post.untagged_at.is_(None),
        Post.unpublic_at.is_(None),
        Author.standing == Standing.ACTIVE,
        Author.nobot.is_(False),
        Author.limited.is_(False),
    )
    if audience is Audience.DESK:
        return ours
    reviewed = Post.decided_by.is_not(None) if audience is Audience.REVIEWED else true()
    return and_(ours, Author.no_unauthenticated.is_(False), Post.verdict == Verdict.APPROVE, reviewed)
