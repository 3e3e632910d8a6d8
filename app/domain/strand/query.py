"""What somebody typed into the search field, as terms. Pure; whatever it is, it means something or is left out.

All words must be there · "a phrase" stands together · -word must not be there · word* is how a word begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.text import words

READ = 1_000  # characters; nobody looks for more
TERMS = 24
PHRASE = 24  # words
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»「」『』＂"), '"')
_TERM = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    words: tuple[str, ...]  # one after the other; never empty
    begins: bool = False  # the last of them may go on
    without: bool = False


def parse(typed: str) -> list[Term]:
    """Empty where there is no word in it."""
    found: list[Term] = []
    for match in _TERM.finditer(typed[:READ].translate(_QUOTES)):
        text = match["word"] if match["phrase"] is None else match["phrase"]
        said = tuple(words.asked(text)[:PHRASE])
        if said:
            begins = text.endswith("*") and len(said[-1]) > 1
            found.append(Term(said, begins or words.is_single(said[-1]), bool(match["without"])))
    return found[:TERMS]
