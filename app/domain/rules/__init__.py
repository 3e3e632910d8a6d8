"""An event's rules: what they say of a new post, and what of that an organiser may change."""

from app.domain.rules.judging import COVERING_LABELS, HOLDING, HOLDING_LABELS, Facts, Hit, Ruling, judge
from app.domain.rules.options import Options, options_of

__all__ = ["COVERING_LABELS", "HOLDING", "HOLDING_LABELS", "Facts", "Hit", "Options", "Ruling", "judge", "options_of"]
