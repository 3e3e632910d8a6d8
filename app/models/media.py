"""Media: a picture as we keep and serve it, named by what is in it. The files lie in the data folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Moment


class Media(Base):
    __tablename__ = "media"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the re-encoded file
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]  # bytes, of all its files
    widths: Mapped[list[int]] = mapped_column(Json, default=list)  # smaller files of the same picture, in pixels
    colour: Mapped[str] = mapped_column(String(7))  # its average, "#rrggbb": what stands there while it loads
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def files(self) -> list[str]:
        return media_files(self.id, self.widths)


def media_files(media_id: str, widths: Sequence[int]) -> list[str]:
    """The names of a picture's files: the largest first, then one for each smaller width."""
    return [f"{media_id}.webp", *(f"{media_id}-{width}.webp" for width in widths)]
