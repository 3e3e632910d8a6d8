"""Lease: who does what only one may do (ingest and jobs), until when. The token fences off a former owner."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Moment


class Lease(Base):
    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    token: Mapped[int] = mapped_column(BigInteger)  # rises with every new owner
    expires_at: Mapped[datetime] = mapped_column(Moment)
