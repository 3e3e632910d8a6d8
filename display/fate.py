"""What became of a post, said to whoever wrote it: by the receipt's page and by its script."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.reasons import sentence
from app.models import Post, Verdict

Sentences = tuple[str, str]  # what it is, and what that means


def told(_: Callable[[str], str]) -> dict[str, Sentences]:
    return {
        "waiting": (_("Your words have arrived."), _("A person reads them first.")),
        "shown": (_("It is shown."), ""),
        "withdrawn": (_("You took it back."), _("It is gone from the screens and from the page.")),
        "held": (_("It is held back for now."), _("The moderators want to look at it again.")),
        "hidden": (_("It is not shown."), _("The moderators decided so. You can change your words.")),
        "withheld": (
            _("It is out of sight."),
            _("Somebody asked for its removal. The moderators have not answered yet."),
        ),
    }


def why(post: Post, _: Callable[[str], str]) -> str:
    """Why it is not shown, as its author is told; empty where `told` says it already.

    In their words, not in ours: of a list they hear that there is one, never what stands on it.
    """
    if post.verdict in (Verdict.APPROVE, Verdict.LATER) or post.why in _SAID_ALREADY:
        return ""
    return _own(_).get(post.why) or sentence(post.why, _)


def pictures(post: Post, _: Callable[[str], str]) -> str:
    """Of a post that is shown: what became of its pictures. Needs its attachments loaded."""
    if not post.attachments or post.media_verdict is Verdict.APPROVE:
        return ""
    return {
        Verdict.HOLD: _(
            "The words are. The pictures are held back for now: the moderators want to look at them again."
        ),
        Verdict.HIDE: _("The words are, the pictures are not. The moderators decided so."),
    }.get(post.media_verdict, _("The words are. A person looks at the pictures first."))


_SAID_ALREADY = frozenset({"person", "undo", "trusted", "trusted_listed", "trusted_earlier", "trusted_replied"})


def _own(_: Callable[[str], str]) -> dict[str, str]:
    """Where the moderators' sentence is not the author's."""
    from_there = _("What comes from there is read by a person first.")
    pictures_first = _("A person looks at the pictures first.")
    return {
        "changed": _("You changed them. The new words wait; the old ones are gone."),
        "untrusted": _("You are new here, so a person reads your words first. It is the same for everybody."),
        "delay": _("It shows itself after a short wait."),
        "raid": _("Very much comes in just now, so a person reads everything first."),
        "blocked_author": from_there,
        "blocked_domain": from_there,
        "blocked_word": _("There is something in it that a person looks at first. You can change your words."),
        "blocked_link": _("It leads somewhere a person looks at first. You can change it."),
        "cap_author": _("You said a lot in a short time, so a person looks before more of it is shown."),
        "cap_domain": _("Very much comes from one place just now, so a person looks first."),
        "young": _("Your account is very new, so a person reads it first."),
        "only_marks": _("There are only tags, mentions or links in it. A few words of your own help."),
        "warning": _("You put a warning on it, so a person looks whether it suits the room."),
        "pictures": pictures_first,
        "pictures_new": pictures_first,
    }
