"""Screen: one projector by name, and the last thing it said it shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Moment


class Screen(Base):
    __tablename__ = "screen"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(16))  # public or reviewed
    epoch: Mapped[str] = mapped_column(String(32), default="")
    acknowledged: Mapped[int] = mapped_column(BigInteger, default=0)  # the seq it painted last
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
