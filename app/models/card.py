"""Card: a code printed on cards, the place where those lie, and how often its form was opened. Nobody is followed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Moment


class Card(Base):
    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("event_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(32))  # as printed, capital letters and digits
    label: Mapped[str] = mapped_column(String(200), default="")  # "Table 7", in the organiser's words
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"), index=True)
    opened: Mapped[int] = mapped_column(default=0)  # how often the form was opened by it
    created_at: Mapped[datetime] = mapped_column(Moment)
