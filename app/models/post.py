"""Post, and what hangs on it: Copy (the post as one server knows it), Attachment, Tombstone.

A post belongs to one event. Its verdict is the newest Decision's, kept here because every reader asks for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import Account
from app.models.author import Author
from app.models.base import Base, Json, Moment, Word
from app.models.decision import Verdict
from app.models.media import Media
from app.models.schedule import Session
from ingest.types import Network

EMOJI = "emoji"  # the kind of attachment that stands in the words, not below them


class Post(Base):
    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("event_id", "uri"),
        Index(None, "event_id", "posted_at", "id"),
        Index(None, "event_id", "verdict", "posted_at"),
        Index(None, "event_id", "author_id", "posted_at"),
        Index(None, "event_id", "cluster_id"),
        Index(None, "event_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"), index=True)
    uri: Mapped[str] = mapped_column(Text)  # the global address
    url: Mapped[str | None] = mapped_column(Text)
    network: Mapped[Network] = mapped_column(Word(Network))  # where it was written

    posted_at: Mapped[datetime] = mapped_column(Moment)  # the author's time, never later than received_at
    received_at: Mapped[datetime] = mapped_column(Moment)
    edited_at: Mapped[datetime | None] = mapped_column(Moment)

    version: Mapped[str] = mapped_column(String(128))  # of text and media; a verdict is of a version
    segments: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    text: Mapped[str] = mapped_column(Text)  # the words alone
    lang: Mapped[str | None] = mapped_column(String(35))
    content_warning: Mapped[str] = mapped_column(Text, default="")
    sensitive: Mapped[bool] = mapped_column(default=False)
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    card: Mapped[dict[str, Any] | None] = mapped_column(Json)
    poll: Mapped[dict[str, Any] | None] = mapped_column(Json)
    quote: Mapped[dict[str, Any] | None] = mapped_column(Json)
    mentions: Mapped[list[str]] = mapped_column(Json, default=list)
    labels: Mapped[list[str]] = mapped_column(Json, default=list)
    quote_policy: Mapped[str] = mapped_column(
        String(64), default=""
    )  # their wish about being quoted, as the network says it
    reply_key: Mapped[str | None] = mapped_column(Text, index=True)  # the parent's uri, or "server/local id"
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)

    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"), index=True)
    session_how: Mapped[str] = mapped_column(
        String(16), default=""
    )  # tag, variant, parent, card, time: how sure we are

    question: Mapped[bool] = mapped_column(default=False)
    in_room: Mapped[bool | None]
    card_code: Mapped[str | None] = mapped_column(String(32))
    first: Mapped[bool] = mapped_column(default=False)  # its author's first in this event
    late: Mapped[bool] = mapped_column(default=False)  # arrived long after it was said
    bridged: Mapped[bool] = mapped_column(default=False)  # a bridge's copy that stands in for the original

    # why it may be out of sight, whatever the verdict
    untagged_at: Mapped[datetime | None] = mapped_column(Moment)  # its author took the tag away
    unpublic_at: Mapped[datetime | None] = mapped_column(Moment)  # its author made it visible to fewer
    gone_at: Mapped[datetime | None] = mapped_column(Moment)  # deleted upstream or withdrawn here
    withheld_at: Mapped[datetime | None] = mapped_column(Moment)  # its removal was asked for, and not yet answered

    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: a rule
    why: Mapped[str] = mapped_column(String(64), default="")  # the reason's key, see domain/reasons.py
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)  # a waiting post that shows itself then
    media_verdict: Mapped[Verdict] = mapped_column(Word(Verdict), default=Verdict.APPROVE)  # of the pictures alone
    stand: Mapped[int] = mapped_column(default=0)  # how often it was decided: what a desk saw is named by it
    fired: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # rules that hit: [{"key", "detail"}]
    trust: Mapped[str] = mapped_column(String(16), default="")  # the step of the trust ladder its author stood on
    cluster_id: Mapped[int | None]  # the oldest post of those that say nearly the same
    shown_at: Mapped[datetime | None] = mapped_column(Moment)  # first approved then
    answering_at: Mapped[datetime | None] = mapped_column(Moment)  # a question: in the room they speak of it since
    answered_at: Mapped[datetime | None] = mapped_column(Moment)  # and until then
    excused_at: Mapped[datetime | None] = mapped_column(Moment)  # a first post that needs no answer of ours

    author: Mapped[Author] = relationship(lazy="raise")
    decider: Mapped[Account | None] = relationship(lazy="raise")
    session: Mapped[Session | None] = relationship(lazy="raise")
    reply_to: Mapped[Post | None] = relationship(lazy="raise", remote_side=[id])
    copies: Mapped[list[Copy]] = relationship(lazy="raise", order_by="Copy.id", back_populates="post")
    every_attachment: Mapped[list[Attachment]] = relationship(
        lazy="raise", order_by="Attachment.position", cascade="all, delete-orphan"
    )

    @property
    def attachments(self) -> list[Attachment]:
        """Pictures, films and sounds: what hangs below the words."""
        return [one for one in self.every_attachment if one.kind != EMOJI]

    @property
    def emoji(self) -> list[Attachment]:
        """Custom emoji, each once, however often it is said. `alt` is ":shortcode:"."""
        return [one for one in self.every_attachment if one.kind == EMOJI]


class Copy(Base):
    """The post as one server or network knows it. Ids are that server's own: opaque, never compared across servers."""

    __tablename__ = "copy"
    __table_args__ = (
        UniqueConstraint("event_id", "network", "server", "local_id"),
        Index(None, "upstream", "checked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    network: Mapped[Network] = mapped_column(Word(Network))
    server: Mapped[str] = mapped_column(String(255))
    local_id: Mapped[str] = mapped_column(Text)
    uri: Mapped[str] = mapped_column(Text, index=True)
    url: Mapped[str | None] = mapped_column(Text, index=True)
    author_uri: Mapped[str] = mapped_column(Text)  # a bridge's copy has a bridge's author
    upstream: Mapped[str] = mapped_column(String(255))  # the reader that brought it
    crosspost: Mapped[bool] = mapped_column(default=False)  # the author's own second posting of the same words
    bridge_of: Mapped[str | None] = mapped_column(Text, index=True)  # a bridge's copy: the original's uri or page
    version: Mapped[str] = mapped_column(String(128))
    rev: Mapped[str | None] = mapped_column(String(32))
    gone_at: Mapped[datetime | None] = mapped_column(Moment)
    checked_at: Mapped[datetime | None] = mapped_column(
        Moment
    )  # when its network was last asked whether it still stands

    post: Mapped[Post] = relationship(back_populates="copies")  # always in the session when a copy is


class Attachment(Base):
    """A picture, video, sound or custom emoji of a post's newest version. `media` is our own copy, once it is here."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    remote_url: Mapped[str | None] = mapped_column(Text)
    preview_url: Mapped[str | None] = mapped_column(Text)
    alt: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    focus_x: Mapped[float | None]
    focus_y: Mapped[float | None]
    duration: Mapped[float | None]
    media_id: Mapped[str | None] = mapped_column(ForeignKey("media.id"), index=True)
    tries: Mapped[int] = mapped_column(default=0)  # how often fetching failed
    failed: Mapped[str | None] = mapped_column(String(200))  # why we gave it up, in a sentence

    media: Mapped[Media | None] = relationship(lazy="raise")


class Tombstone(Base):
    """A deletion that came before its post, where the upstream can do that. Holds a fingerprint, no address."""

    __tablename__ = "tombstone"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    rev: Mapped[str | None] = mapped_column(String(32))
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
