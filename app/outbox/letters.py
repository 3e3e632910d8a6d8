"""The letters we write: what a row of Outgoing says, in the event's language. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import N_
from app.outbox.mail import Mail

SUBJECTS = {
    "silent": N_("Nothing comes from {place} for {event}"),
    "back": N_("{place} is back for {event}"),
    "asked": N_("Everything from {place} is out of sight at {event}"),
    "flooded": N_("Many ask just now to remove others at {event}"),
}
TEXTS = {
    "silent": N_(
        "Since {since} nothing has come from {place} for {event}.\n\n"
        "What we know: {reason}\n\n"
        "We go on trying, and as soon as it works we fetch what was said meanwhile, as far as it is still to be had. "
        "How each source is doing, and a button that tries one, is here:\n{address}\n\n"
        "You get one more mail when it is back, and no other about this silence.\n"
    ),
    "back": N_(
        "{place} is back: posts for {event} come from there again. It had been silent since {since}.\n\n{address}\n"
    ),
    "asked": N_(
        "Somebody asked that everything {place} said at {event} be removed: {count} posts. They did not prove that it "
        "is theirs. All of it has been out of sight since {since}, until somebody at the desk has answered:\n"
        "{address}\n"
    ),
    "flooded": N_(
        "Somebody asks for the removal of many accounts at {event}, and proved of none that it is theirs. The first "
        "are out of sight, as always; the others stay where they are until a moderator has looked. Here they can all "
        "be brought back at once:\n{address}\n\n"
        "You get at most one such mail an hour.\n"
    ),
}
ASKED = ("asked", "flooded")  # letters that lead to what waits for an answer
UNKNOWN = N_("nothing; it does not say why.")


def written(content: Mapping[str, Any], base: str, gettext: Callable[[str], str]) -> Mail:
    """`base`: where our pages are, as the settings say."""
    since = datetime.fromisoformat(content["since"]).astimezone(ZoneInfo(content["zone"]))
    values = {
        "place": content["place"],
        "event": content["event"],
        "since": f"{since:%Y-%m-%d %H:%M %Z}",
        "reason": content["reason"] or gettext(UNKNOWN),
        "count": content.get("count", 0),
        "address": f"{base}/desk/{content['slug']}/{'asked' if content['letter'] in ASKED else 'sources'}",
    }
    letter = content["letter"]
    return Mail(content["to"], gettext(SUBJECTS[letter]).format(**values), gettext(TEXTS[letter]).format(**values))
