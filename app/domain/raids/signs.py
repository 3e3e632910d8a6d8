"""The signs of a raid, each with its threshold and the reason for it, in one table. Pure: facts in, signs out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.raids.window import Facts

LEAST = 16  # posts in two minutes: fewer are read faster than this is
USUAL_LEAST = 2.0  # posts a minute: the first voices of a quiet morning are no burst
RATE = 4.0  # times the usual; applause after a keynote is 3 to 10 times. Without it nothing is proposed
PROPOSED_AT = 3  # points: no single sign is enough
OVER_AT_RATE = 2.0  # times the usual: below, it is over


@dataclass(frozen=True, slots=True)
class Sign:
    key: str  # its sentence is display/strings.py's raid_{key}
    points: int
    least: int  # so many, so that a share means something
    share: float
    count: Callable[[Facts], int]
    of: Callable[[Facts], int]


SIGNS = (
    # Thirty people may thank in the same short words: those are not clustered. A quarter of everything, by strangers,
    # is a text that is handed out.
    Sign("alike", 2, 8, 0.25, lambda f: f.alike, lambda f: f.posts),
    # The organiser's own lists hold a few of a thousand good posts; one in seven is somebody's aim.
    Sign("words", 2, 5, 0.15, lambda f: f.hits, lambda f: f.posts),
    # On the first morning all are new, and after a keynote half of them may be: one point, never two.
    Sign("new", 1, 10, 0.6, lambda f: f.authors_new, lambda f: f.authors),
    # A hall comes from a dozen servers, and most of them have been here before. Raiders come from wherever one may
    # sign up.
    Sign("domains", 1, 8, 0.4, lambda f: f.domains_new, lambda f: f.authors),
    # Accounts made for the day. Some visitors do that as well: a third of all is a third too many.
    Sign("young", 1, 6, 0.33, lambda f: f.authors_young, lambda f: f.authors),
)


def signs(facts: Facts) -> list[str]:
    """The keys of those that show, "rate" first; none where nothing bursts."""
    if facts.posts < LEAST or facts.rate < RATE * max(facts.usual, USUAL_LEAST):
        return []
    return ["rate", *(sign.key for sign in SIGNS if _shows(sign, facts))]


def is_raid(facts: Facts) -> bool:
    shown = signs(facts)
    return sum(sign.points for sign in SIGNS if sign.key in shown) >= PROPOSED_AT


def is_over(facts: Facts) -> bool:
    """It came down, not only below where it would be proposed: nothing flickers."""
    return facts.posts < LEAST or facts.rate < OVER_AT_RATE * max(facts.usual, USUAL_LEAST)


def _shows(sign: Sign, facts: Facts) -> bool:
    count, of = sign.count(facts), sign.of(facts)
    return count >= sign.least and count >= sign.share * of
