"""What a proposal to guard an event says for itself: its signs as sentences, with its figures in braces."""

from __future__ import annotations

from collections.abc import Callable


def for_raids(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "raid_why_rate": _("{rate} posts a minute; usually it is about {usual}."),
        "raid_why_alike": _("{alike} posts of the last two minutes say nearly the same."),
        "raid_why_words": _("Many hit words or links on the event’s lists."),
        "raid_why_new": _("{authors_new} of {authors} people never spoke here before."),
        "raid_why_domains": _("Many come from servers from which nobody came before."),
        "raid_why_young": _("Many of their accounts were made this week."),
    }
