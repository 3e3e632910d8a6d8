"""fold(): words without their disguises, as one run of letters: for comparing whole posts. Pure.

What looks like what is the word filter's knowledge; here gaps, stretched words, figures and numbers go as well, which
would be too much for single words.
"""

from __future__ import annotations

import re

from app.domain.rules.words import folding

_FIGURES = str.maketrans("013457892@$€£|!l", "oieastbgzaseliii")  # inside a word they stand for letters
_NUMBER = re.compile(r"(?<![^\W_])[\d.,]*\d(?![^\W_])")


def fold(text: str) -> str:
    """A number that stands alone becomes one sign: prices and counters vary, the sentence around them does not."""
    plain = _NUMBER.sub("#", folding.fold(text).casefold())
    return folding.squeeze("".join(c for c in plain.translate(_FIGURES) if c.isalnum() or c == "#"))
