"""Author: who wrote it, on their own service. Known by a global address; holds their wishes, no bio and no counts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Moment, Word
from ingest.types import Network


class Standing(StrEnum):
    """What their own service says of the account."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str] = mapped_column(Text, unique=True)
    network: Mapped[Network] = mapped_column(Word(Network))
    name: Mapped[str] = mapped_column(String(200), default="")
    handle: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str | None] = mapped_column(Text)
    avatar_url: Mapped[str | None] = mapped_column(Text)
    bot: Mapped[bool] = mapped_column(default=False)
    # wishes
    nobot: Mapped[bool] = mapped_column(default=False)
    no_unauthenticated: Mapped[bool] = mapped_column(default=False)
    indexable: Mapped[bool | None]
    noindex: Mapped[bool | None]
    discoverable: Mapped[bool | None]
    # what their service says
    limited: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[Standing] = mapped_column(Word(Standing), default=Standing.ACTIVE)
    labels: Mapped[list[str]] = mapped_column(Json, default=list)
    since: Mapped[datetime | None] = mapped_column(Moment)  # when the account was made, as its service says
    voice_of: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), index=True
    )  # the event's own voice
    # whoever proved that several addresses are theirs
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    first_seen_at: Mapped[datetime] = mapped_column(Moment)
