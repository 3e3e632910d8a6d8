"""Two ways to show that a flood would be laborious: a little computing, or the answer to a small sum. Pure.

Both belong to one form's word, and that to one post: nothing can be used twice.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

from app import secrets
from app.errors import N_

BITS = 16  # about 65,000 tries: a second of a cheap phone, while its owner is typing
SUM_LASTS = 60 * 60 * 12
QUESTION = N_("So that no machine floods this page: how much is {a} plus {b}?")
NUMBERS = (N_("two"), N_("three"), N_("four"), N_("five"), N_("six"), N_("seven"), N_("eight"), N_("nine"))
_chance = random.SystemRandom()


def works(challenge: str, answer: str) -> bool:
    """Whether SHA-256 of "challenge:answer" begins with BITS zeros."""
    if not (challenge and answer.isascii() and answer.isdigit() and len(answer) < 16):
        return False
    digest = hashlib.sha256(f"{challenge}:{answer}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - BITS) == 0


def new_sum(key: str, token: str) -> str:
    """A signed sum for this form."""
    return secrets.sign(key, "sum", [token, _chance.randint(2, 9), _chance.randint(2, 9)])


def question(key: str, signed: str, gettext: Callable[[str], str]) -> str:
    """The sum in words; empty where it was not signed here."""
    asked = _opened(key, signed)
    if asked is None:
        return ""
    a, b = (gettext(NUMBERS[n - 2]) for n in asked[1:])
    return gettext(QUESTION).format(a=a, b=b)


def is_answered(key: str, signed: str, token: str, answer: str) -> bool:
    asked = _opened(key, signed)
    given = answer.strip()
    if asked is None or asked[0] != token or not (given.isdecimal() and len(given) < 4):
        return False
    return int(given) == asked[1] + asked[2]


def _opened(key: str, signed: str) -> tuple[str, int, int] | None:
    value = secrets.signed_value(key, "sum", signed, SUM_LASTS)
    if not (isinstance(value, list) and len(value) == 3):
        return None
    return str(value[0]), int(value[1]), int(value[2])
