"""Entry: one numbered line of an event's log. Ids only: a deletion leaves no text behind."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Moment, Word


class EntryKind(StrEnum):
    POST = "post"
    EVENT = "event"
    SCREEN = "screen"


class Entry(Base):
    __tablename__ = "entry"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[EntryKind] = mapped_column(Word(EntryKind))
    subject_id: Mapped[int]  # the post, event or screen that is now different
    created_at: Mapped[datetime] = mapped_column(Moment)
