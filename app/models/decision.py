"""Decision: a verdict on one version of a post, with who, when and why. Append-only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Moment, Word

if TYPE_CHECKING:
    from app.models.post import Post  # which keeps its newest verdict, and so imports us


class Verdict(StrEnum):
    WAITING = "waiting"  # nobody has judged this version
    APPROVE = "approve"
    HOLD = "hold"
    HIDE = "hide"
    LATER = "later"  # set aside by a person; out of sight until somebody comes back to it


class Part(StrEnum):
    """What a verdict is of."""

    POST = "post"  # the words, and the pictures with them
    MEDIA = "media"  # the pictures alone


class Decision(Base):
    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    version: Mapped[str] = mapped_column(String(128))
    part: Mapped[Part] = mapped_column(Word(Part), default=Part.POST)
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: a rule of the event
    why: Mapped[str] = mapped_column(String(64))  # a reason's key
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id", ondelete="SET NULL"))
    bulk: Mapped[str | None] = mapped_column(String(32), index=True)  # the act on many that it was part of
    created_at: Mapped[datetime] = mapped_column(Moment)

    post: Mapped[Post] = relationship(lazy="raise")
