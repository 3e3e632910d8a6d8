"""Who may see a post: the one place that answers. Pure; asks nothing but the post and its author.

A screen is PUBLIC or REVIEWED; the people at the desk are DESK. Every surface goes through `may_see`, and those that
need more than to be seen through `may_stand`, so that a wish or a verdict needs to be understood once. The table of
surfaces and wishes is docs/wishes.md; a test compares.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, true

from app.models import Author, Post, Verdict
from app.models.author import Standing
from ingest.types import Network

HIDDEN_IN_THREAD = "!hidden-in-thread"  # our own word: whoever began the thread hid this answer
HIDING_LABELS = frozenset({"!hide", "!takedown", "!suspend", HIDDEN_IN_THREAD})


class Audience(StrEnum):
    PUBLIC = "public"  # everybody, in the room and outside
    REVIEWED = "reviewed"  # everybody, but only what a person has read
    DESK = "desk"  # those who moderate


class Surface(StrEnum):
    """Where a post can stand, beyond the desk."""

    WALL = "wall"
    STRAND = "strand"  # the strand, a post's own page, a session's
    PEOPLE = "people"
    FEED = "feed"
    API = "api"  # what the pages show, for programs
    SEARCH = "search"  # ours, by words
    EXPORT = "export"  # whole strands as a file
    INDEX = "index"  # search engines: a page without this says "noindex"


# To be read where it was said is one thing; to be found by words, copied as a whole or kept by search engines is more:
# that needs its author's consent. Missing is no (FEP-5feb); the form asks for it, and Bluesky's posts are open data.
NEEDING_CONSENT = frozenset({Surface.SEARCH, Surface.EXPORT, Surface.INDEX})


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


def may_see_pictures(post: Post, audience: Audience) -> bool:
    """Whether this audience, which may see the post, may see its pictures too, and what is said in their place."""
    return audience is Audience.DESK or (post.media_verdict or Verdict.APPROVE) is Verdict.APPROVE  # not stored yet


def may_stand(post: Post, surface: Surface) -> bool:
    """Whether this post may stand on this surface now. Needs post.author loaded."""
    return may_see(post, Audience.PUBLIC) and (surface not in NEEDING_CONSENT or consents(post.author))


def consents(author: Author) -> bool:
    """To be found and copied, beyond being read."""
    return author.noindex is not True and (author.indexable is True or author.network is not Network.MASTODON)


def _ours(post: Post) -> bool:
    """Still said in public, with the event's tag, by an author who stands and did not ask us to stay away."""
    if post.gone_at or post.untagged_at or post.unpublic_at or post.withheld_at:
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
        Post.withheld_at.is_(None),
        Author.standing == Standing.ACTIVE,
        Author.nobot.is_(False),
        Author.limited.is_(False),
    )
    if audience is Audience.DESK:
        return ours
    reviewed = Post.decided_by.is_not(None) if audience is Audience.REVIEWED else true()
    return and_(ours, Author.no_unauthenticated.is_(False), Post.verdict == Verdict.APPROVE, reviewed)


def standing_clause(surface: Surface) -> ColumnElement[bool]:
    """`may_stand` as far as the store can tell it, like `clause`."""
    if surface not in NEEDING_CONSENT:
        return clause(Audience.PUBLIC)
    asked = or_(Author.indexable.is_(True), Author.network != Network.MASTODON)
    return and_(clause(Audience.PUBLIC), Author.noindex.is_not(True), asked)
