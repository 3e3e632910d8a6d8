"""The words that the scripts of questions say: on phones, and on the wall beside a speaker."""

from __future__ import annotations

from collections.abc import Callable


def for_questions(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "me_too": _("Me too"),
        "me_too_of": _("Me too: the question by {name}"),
        "votes_one": _("So far it is only you."),
        "votes_many": _("{n} want to hear it, and you are one of them."),
        "vote_lost": _("That did not reach the server. Tap again."),
        "questions": _("Questions"),
        "questions_to": _("Questions to"),
        "questions_about": _("Questions about"),
        "being_answered": _("Being answered now"),
        "answered": _("Answered"),
        "not_heard": _("not heard yet"),
        "place_until": _("{place}, until {time}"),
        "until": _("until {time}"),
        "ask_yours": _("Ask yours"),
        "ask_where": _("from the room or from afar. No account needed."),
        "vote_there": _("And tap “Me too” where you want to hear the answer as well."),
        "qr_questions": _("QR code to the questions"),
        "ask_first": _("Nobody has asked anything yet. Ask the first question."),
    }
