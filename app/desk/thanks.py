"""A good sentence of thanks for somebody's first words, to be sent as it is or changed. Pure."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import N_

# More than one, so that two who are thanked in a row do not read the same.
NAMED = (
    N_("Thank you, {name}. Good to have you here."),
    N_("Welcome, {name}, and thank you for your words."),
    N_("Glad you spoke up, {name}. Thank you."),
)
NAMELESS = (
    N_("Thank you. Good to have you here."),
    N_("Welcome, and thank you for your words."),
    N_("Glad you spoke up. Thank you."),
)
ASKED = N_("Thank you for asking, {name}. Good that you are here.")
ASKED_NAMELESS = N_("Thank you for asking. Good that you are here.")
LONGEST = 40


def thanks(gettext: Callable[[str], str], name: str, question: bool, number: int) -> str:
    """`number`: any that belongs to the post, so that its sentence stays the same."""
    name = name.strip() if _is_plain(name) else ""
    usual = (NAMED if name else NAMELESS)[number % len(NAMED)]
    sentence = (ASKED if name else ASKED_NAMELESS) if question else usual
    return gettext(sentence).format(name=name)


def _is_plain(name: str) -> bool:
    """What the event says in its own voice must not be what somebody put into their name."""
    return 0 < len(name.strip()) <= LONGEST and all(letter.isalpha() or letter in " -'’" for letter in name)
