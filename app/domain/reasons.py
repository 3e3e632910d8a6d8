"""The reasons a decision can have, each in one sentence. Pure. Keys are kept in the store, sentences are shown.

What a rule found in particular (the list's line, a number) is its detail: told at the desk, never to a post's author.
"""

from __future__ import annotations

from collections.abc import Callable


def sentences(_: Callable[[str], str]) -> dict[str, str]:
    """Key to sentence, in the language of the gettext given."""
    return {
        "review": _("Every new post is read by a person first."),
        "changed": _("Its author changed it. The new words wait, the old ones are gone."),
        "untrusted": _("A voice that is new here is read by a person first."),
        "trusted": _("Its author has been approved here before."),
        "delay": _("It shows itself after a short wait, unless somebody acts."),
        "open": _("This event shows every post at once."),
        "hidden": _("An earlier version was hidden by a person."),
        "person": _("A person decided."),
        "undo": _("A decision was taken back."),
        "label": _("Its network put a warning label on it."),
        "reported": _("Several people asked that a person look at it."),
        "restored": _("After the backup this house was restored from it was changed, or taken from sight."),
        "raid": _("The desk is on its guard: a person reads this first."),
        "trusted_listed": _("Its author is on this event’s trust list."),
        "trusted_earlier": _("Its author was approved at an earlier event of this house."),
        "trusted_replied": _("Somebody who is trusted here has answered its author."),
        "trusted_card": _("It was written from a card that lies in the house."),
        "blocked_author": _("Its author is on this event’s block list."),
        "blocked_domain": _("Its author’s server is on this event’s block list."),
        "blocked_word": _("There is something in it that is on this event’s word list."),
        "blocked_link": _("It leads to an address on this event’s block list."),
        "cap_author": _("Its author has posted a lot in a short time."),
        "cap_domain": _("A lot comes from its author’s server in a short time."),
        "young": _("Its author’s account is very new."),
        "only_marks": _("There are only tags, mentions or links in it."),
        "warning": _("Its author put a content warning on it."),
        "pictures": _("A person looks at every picture first."),
        "pictures_new": _("A person looks at the pictures of somebody new here first."),
    }


def detailed(_: Callable[[str], str]) -> dict[str, str]:
    """The same for those who moderate, where there is a {detail}."""
    return {
        "blocked_author": _("Its author is on the block list: {detail}."),
        "blocked_domain": _("Its author’s server is on the block list: {detail}."),
        "blocked_word": _("A line of the word list is in it: {detail}."),
        "blocked_link": _("It leads to an address on the block list: {detail}."),
        "cap_author": _("Its author posts faster than the rules allow: {detail}."),
        "cap_domain": _("Its author’s server posts faster than the rules allow: {detail}."),
        "young": _("Its author’s account is only so many days old: {detail}."),
    }


def sentence(key: str, _: Callable[[str], str]) -> str:
    return sentences(_).get(key, "")
