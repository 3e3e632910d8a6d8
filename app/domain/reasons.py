"""The reasons a decision can have, each in one sentence. Pure. Keys are kept in the store, sentences are shown."""

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
    }


def sentence(key: str, _: Callable[[str], str]) -> str:
    return sentences(_).get(key, "")
