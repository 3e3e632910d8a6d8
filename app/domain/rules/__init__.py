"""An event's rules: what they say of a new post, and what of that an organiser may change."""

from app.domain.rules.judging import COVERING_LABELS, HOLDING_LABELS, Facts, Ruling, judge

__all__ = ["COVERING_LABELS", "HOLDING_LABELS", "Facts", "Ruling", "judge"]
