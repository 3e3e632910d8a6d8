"""Person: somebody who said "this is me", and Claim: one address they said it of. Known by a private address alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Moment, Word
from ingest.types import Network


class ClaimState(StrEnum):
    ASKED = "asked"  # the word has not been found yet
    PROVED = "proved"
    LAPSED = "lapsed"  # not found in time


class Person(Base):
    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)  # of the private address
    word: Mapped[str] = mapped_column(String(64), unique=True)  # what they show in public, once
    expires_at: Mapped[datetime] = mapped_column(Moment)  # the word's
    created_at: Mapped[datetime] = mapped_column(Moment)

    claims: Mapped[list[Claim]] = relationship(lazy="raise", order_by="Claim.id", back_populates="person")


class Claim(Base):
    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(Text)  # as typed: a handle, a profile's address, a page of their own
    network: Mapped[Network | None] = mapped_column(Word(Network))  # None: a page on the web
    handle: Mapped[str] = mapped_column(String(300), default="")
    uri: Mapped[str | None] = mapped_column(Text, index=True)  # the author's global address, once it is known
    state: Mapped[ClaimState] = mapped_column(Word(ClaimState), default=ClaimState.ASKED, index=True)
    how: Mapped[str] = mapped_column(String(16), default="")  # post, bio, page: where the word was found
    reason: Mapped[str] = mapped_column(String(200), default="")  # what the last look found, in a sentence
    asked_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)  # when to look next; None: not by itself
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    proved_at: Mapped[datetime | None] = mapped_column(Moment)

    person: Mapped[Person] = relationship(lazy="raise", back_populates="claims")
