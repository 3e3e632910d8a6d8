"""Connection: an account of the event's own on another service, secrets sealed. OAuthApp: us, as a server knows us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Moment, Word
from ingest.types import Network


class OAuthApp(Base):
    __tablename__ = "oauth_app"

    server: Mapped[str] = mapped_column(String(255), primary_key=True)  # base address
    client_id: Mapped[str] = mapped_column(Text)
    client_secret_sealed: Mapped[str] = mapped_column(Text)
    redirect_uri: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Connection(Base):
    __tablename__ = "connection"
    __table_args__ = (UniqueConstraint("event_id", "network", "server"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    network: Mapped[Network] = mapped_column(Word(Network))
    server: Mapped[str] = mapped_column(String(255))  # base address: the Mastodon server, or the account's PDS
    handle: Mapped[str] = mapped_column(String(300), default="")
    secret_sealed: Mapped[str | None] = mapped_column(Text)  # access token, or app password
    session_sealed: Mapped[str | None] = mapped_column(Text)  # Bluesky: the refreshable session
    ok: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(Text, default="")  # connected, or expired and why
    connected_at: Mapped[datetime] = mapped_column(Moment)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
