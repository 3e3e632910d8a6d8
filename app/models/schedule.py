"""The programme: Room, Session (a scheduled talk), and where it is imported from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Json, Moment


class Room(Base):
    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    card_code: Mapped[str | None] = mapped_column(String(32))  # on the cards of this room


class Session(Base):
    __tablename__ = "session"
    __table_args__ = (UniqueConstraint("event_id", "guid"), Index(None, "event_id", "starts_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    guid: Mapped[str] = mapped_column(String(255))  # the schedule's own name for it: an import finds it again by this
    number: Mapped[int | None]  # short, for its tag: #event_s12
    title: Mapped[str] = mapped_column(String(300))
    abstract: Mapped[str] = mapped_column(Text, default="")
    speakers: Mapped[list[str]] = mapped_column(Json, default=list)  # names
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    track: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(64), default="")  # talk, workshop, …
    url: Mapped[str | None] = mapped_column(Text)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    closed: Mapped[bool] = mapped_column(default=False)  # do_not_record: no quotes, no pictures
    # what an import changed last, so that a page can say it: {"starts_at": …, "room": …}
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)  # no longer in the schedule

    room: Mapped[Room | None] = relationship(lazy="raise")


class ScheduleFeed(Base):
    """Where an event's schedule is read from, again and again."""

    __tablename__ = "schedule_feed"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(String(255), default="")
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    ok: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(Text, default="")  # one sentence on the last import
