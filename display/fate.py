"""What became of a post, said to whoever wrote it: by the receipt's page and by its script."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.reasons import sentence

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


def why(key: str, _: Callable[[str], str]) -> str:
    """The reason of a decision, as its author is told: of their own change they need not be told whose it was."""
    return _("You changed them. The new words wait; the old ones are gone.") if key == "changed" else sentence(key, _)
