"""Screen: one projector, what it is to show and the last thing it said it shows. Showing: a post on it, from and to.

Pairing: a browser that waits at /screen with a short code, until somebody at a desk says which screen it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Moment


class Screen(Base):
    __tablename__ = "screen"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(16))  # public or reviewed
    made_at: Mapped[datetime | None] = mapped_column(Moment)  # None: nobody made it, it named itself
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"), index=True)

    # what it is to show
    mode: Mapped[str] = mapped_column(String(16), default="strand")
    programme: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # its steps, for the mode "programme"
    look: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # what differs from the defaults
    quiet: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # [{"from", "to"} or {"session"}]
    says: Mapped[dict[str, Any] | None] = mapped_column(Json)  # {"kind", "words", "until"}: announcement or prompt
    paused_at: Mapped[datetime | None] = mapped_column(Moment)

    # what it said last
    epoch: Mapped[str] = mapped_column(String(32), default="")
    acknowledged: Mapped[int] = mapped_column(BigInteger, default=0)  # the seq it painted last
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    shows: Mapped[dict[str, Any] | None] = mapped_column(Json)  # {"mode", "kept", "firsts"}: what it does just now
    troubles: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # the newest: [{"at", "kind", "post"}]


class Showing(Base):
    """A post was legible on a screen from one moment to another, by our clock."""

    __tablename__ = "showing"
    __table_args__ = (
        UniqueConstraint("screen_id", "post_id", "began_at"),
        Index(None, "event_id", "post_id"),
        Index(None, "event_id", "began_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    screen_id: Mapped[int | None] = mapped_column(ForeignKey("screen.id", ondelete="SET NULL"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime] = mapped_column(Moment)


class Pairing(Base):
    __tablename__ = "pairing"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64))  # only the browser that got the code may ask what became of it
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
    screen_id: Mapped[int | None] = mapped_column(ForeignKey("screen.id", ondelete="CASCADE"), index=True)
