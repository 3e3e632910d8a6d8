"""Account (who signs in here), Membership (their role in an event), SignIn, Invite. Tokens are kept as fingerprints."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Moment, Word


class Role(StrEnum):
    ORGANISER = "organiser"
    MODERATOR = "moderator"
    REPORTER = "reporter"
    SCREEN = "screen"  # a projector: sees walls, also of a draft, and nothing else


class Account(Base):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    password: Mapped[str | None] = mapped_column(
        String(200)
    )  # argon2; None: cannot sign in (the rehearsal's moderator)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Membership(Base):
    """A role. `event_id` None: of the whole house (its organisers)."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))


class SignIn(Base):
    __tablename__ = "sign_in"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    device: Mapped[str] = mapped_column(String(120), default="")

    account: Mapped[Account] = relationship(lazy="raise")


class Invite(Base):
    """A link for one person, once. `event_id` None: an organiser of the house."""

    __tablename__ = "invite"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(Word(Role))
    note: Mapped[str] = mapped_column(String(100), default="")  # for whom, or the name of a screen
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
