"""The words that the wall's gallery and its page of names say."""

from __future__ import annotations

from collections.abc import Callable


def for_gallery(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "made_up": _("Rehearsal: all of this is made up"),
        "no_pictures": _("No pictures yet. Send the first one: any phone, no account."),
        "undescribed": _("Nobody has put this picture into words yet."),
        "who_is_here": _("Who is here"),
        "just_came": _("Just came: {name}"),
        "came_from_to": _("From {from} to {to}"),
        "nobody_here": _("Nobody has said anything under a name yet. Be the first."),
        "some_nameless": _("and some who gave no name"),
    }
