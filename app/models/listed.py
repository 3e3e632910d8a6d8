"""Listed: one line of an event's block or trust lists: a word, an author, a domain, a link."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Moment, Word


class Side(StrEnum):
    BLOCK = "block"  # holds; never deletes
    TRUST = "trust"


class Kind(StrEnum):
    WORD = "word"  # or several, with * for any letters
    AUTHOR = "author"  # a handle or a global address
    DOMAIN = "domain"  # of an author's server, and all below it
    LINK = "link"  # where a post may not lead: a host, or a host and the beginning of a path


class Listed(Base):
    __tablename__ = "listed"
    __table_args__ = (UniqueConstraint("event_id", "side", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(Word(Side))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    value: Mapped[str] = mapped_column(String(300))  # as it was typed
    key: Mapped[str] = mapped_column(String(300))  # as it is compared
    added_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
