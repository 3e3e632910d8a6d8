"""Attendance: an open desk, whose it is, and the post in its hand. Forgotten seconds after it falls silent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import Account
from app.models.base import Base, Moment


class Attendance(Base):
    __tablename__ = "attendance"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    desk: Mapped[str] = mapped_column(String(32), primary_key=True)  # a word its page made up for itself
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    post_id: Mapped[int | None]
    taken_at: Mapped[datetime | None] = mapped_column(Moment)  # since when it has that post in hand
    seen_at: Mapped[datetime] = mapped_column(Moment)

    account: Mapped[Account] = relationship(lazy="raise")
