"""Removal: somebody asked that a post, or all of an author's, go; Refusal: an address nothing is collected of again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import Account
from app.models.author import Author
from app.models.base import Base, Moment, Word
from app.models.post import Post


class RemovalState(StrEnum):
    ASKED = "asked"  # out of sight already, until a moderator has answered
    QUEUED = "queued"  # many were asked at once: nothing is out of sight for it, a moderator looks first
    REMOVED = "removed"
    KEPT = "kept"  # it came back: whoever asked had no say in it


class Removal(Base):
    """Of one post, or of everything an author said at this event. No words of the post."""

    __tablename__ = "removal"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(500), default="")  # what they told the desk
    proved: Mapped[bool] = mapped_column(default=False)  # by a receipt or by "this is me": done at once
    state: Mapped[RemovalState] = mapped_column(Word(RemovalState), index=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    post: Mapped[Post | None] = relationship(lazy="raise")
    author: Mapped[Author | None] = relationship(lazy="raise")
    closer: Mapped[Account | None] = relationship(lazy="raise")


class Refusal(Base):
    """The do-not-collect list: fingerprints of authors' and posts' addresses, so that it names nobody."""

    __tablename__ = "refusal"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
