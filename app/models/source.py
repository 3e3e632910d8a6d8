"""Source: a configured place to read for one event, with its cursor and how it is doing. Tally: what it left out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Moment, Word
from ingest.types import Mode, Network


class Source(Base):
    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Network] = mapped_column(Word(Network))
    url: Mapped[str] = mapped_column(Text, default="")
    upstream: Mapped[str] = mapped_column(String(255), index=True)
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    token_sealed: Mapped[str | None] = mapped_column(Text)
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    # the reader's place: commits with the posts it stands for, never ahead
    cursor: Mapped[str | None] = mapped_column(Text)
    # how it is doing
    mode: Mapped[Mode] = mapped_column(Word(Mode), default=Mode.OFF)
    ok: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime | None] = mapped_column(Moment)
    succeeded_at: Mapped[datetime | None] = mapped_column(Moment)
    lag: Mapped[float | None]
    budget: Mapped[int | None]  # requests its server still allows us now
    seen: Mapped[int] = mapped_column(BigInteger, default=0)
    taken: Mapped[int] = mapped_column(BigInteger, default=0)


class Tally(Base):
    """How often a source's posts were left out for one reason: the answer to "why is my post missing?"."""

    __tablename__ = "tally"

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger, default=0)
