"""What became of a post, said to whoever wrote it: by the receipt's page and by its script."""

from __future__ import annotations

from collections.abc import Callable

Sentences = tuple[str, str]  # what it is, and what that means


def told(_: Callable[[str], str]) -> dict[str, Sentences]:
    return {
        "waiting": (_("Your words have arrived."), _("A person reads them first.")),
        "shown": (_("It is shown."), ""),
        "withdrawn": (_("You took it back."), _("It is gone from the screens and from the page.")),
        "held": (_("It is held back for now."), _("The people at the desk want to look at it again.")),
        "hidden": (_("It is not shown."), _("The people at the desk decided so. You can change your words.")),
        "withheld": (
            _("It is out of sight."),
            _("Somebody asked for its removal. The people at the desk have not answered yet."),
        ),
    }
