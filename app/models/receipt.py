"""Receipt: the private address from which somebody without an account follows, edits or withdraws their own post."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Moment


class Receipt(Base):
    __tablename__ = "receipt"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), unique=True)
    consent: Mapped[str] = mapped_column(String(32))  # the version of the text they agreed to
    created_at: Mapped[datetime] = mapped_column(Moment)
