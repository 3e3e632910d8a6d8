"""Report: somebody outside the desk says that a post should be looked at again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import Account
from app.models.base import Base, Moment
from app.models.post import Post


class Report(Base):
    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("post_id", "browser"), Index(None, "event_id", "closed_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(32))  # one of a short list
    words: Mapped[str] = mapped_column(String(500), default="")
    browser: Mapped[str] = mapped_column(String(64))  # a keyed hash: one browser reports a post once
    created_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)  # a moderator has seen to it
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    post: Mapped[Post] = relationship(lazy="raise")
    closer: Mapped[Account | None] = relationship(lazy="raise")
