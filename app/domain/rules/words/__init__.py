"""The word filter: which of a list's words somebody wrote, however they wrote them. Pure."""

from app.domain.rules.words.matching import WordFilter

__all__ = ["WordFilter"]
