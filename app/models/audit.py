"""AuditLine: one act of a person, chained to the one before by its hash. Chain: how far each chain is.

Holds ids and words of our own, never a post's text. Nothing points from here to what may be erased.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Moment


class Chain(Base):
    """`id`: the event's, or 0 for the house. Its row is the lock under which a line is added."""

    __tablename__ = "chain"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int] = mapped_column(BigInteger, default=0)
    head: Mapped[str] = mapped_column(String(64), default="")


class AuditLine(Base):
    __tablename__ = "audit_line"
    __table_args__ = (UniqueConstraint("chain_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chain_id: Mapped[int]
    number: Mapped[int] = mapped_column(BigInteger)  # from 1, without a gap
    at: Mapped[datetime] = mapped_column(Moment)
    account_id: Mapped[int | None]  # None: the command line, or time
    act: Mapped[str] = mapped_column(String(32))
    post_id: Mapped[int | None]
    verdict: Mapped[str] = mapped_column(String(32), default="")
    why: Mapped[str] = mapped_column(String(64), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    hash: Mapped[str] = mapped_column(String(64))
