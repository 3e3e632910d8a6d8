"""The words that the wall's modes say: one voice, card, announcement and prompt, now and next."""

from __future__ import annotations

from collections.abc import Callable


def for_modes(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "one_voice": _("One voice"),
        "nth_picture": _("Picture {n} of {all}"),
        "from_the_house": _("From the organisers"),
        "asked_all": _("A question for everybody"),
        "answer_here": _("Answer here,"),
        "from_any_phone": _("from any phone, no account."),
        "or_with": _("Or write with {tag}."),
        "first_answer": _("The first answer stands here."),
        "way_to_form": _("QR code to the form"),
        "now_and_next": _("Now and next"),
        "next": _("Coming next"),
        "until": _("until {time}"),
        "programme": _("Programme"),
        "nothing_on": _("Nothing is on just now."),
        "goes_on_at": _("It goes on at {time}."),
        "nothing_comes": _("Nothing more is planned for now."),
        "more_at_once": _("and {n} more"),
    }


def for_the_card(_: Callable[[str], str]) -> dict[str, str]:
    """In each language of the event, whatever the browser's."""
    return {
        "here": _("Here is a hashtag."),
        "also": _("also"),
        "reasons": _("Connect with it, for these reasons:"),
        "say": _("Say something now."),
        "no_account": _("No account needed:"),
        "networks": _("Or use the tag on Mastodon or Bluesky."),
        "goes_on": _("We go on with"),
        "qr": _("QR code to the form"),
    }


def good_reasons(_: Callable[[str], str]) -> list[str]:
    """Where the organiser gave none; the same that the printed card knows."""
    return [
        _("You hear what is said in the rooms you cannot be in."),
        _("Your question is answered, also when you are shy or far away."),
        _("You find the people here who care about the same thing."),
    ]
