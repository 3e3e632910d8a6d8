"""What people agree to in the form: its text and the version of it, in one place. A new text is a new version.

Every sentence must be true of what the house does; a test holds that this text goes with this version.
"""

from __future__ import annotations

from collections.abc import Callable

from app.errors import N_

VERSION = "2026-11-25"  # stored with every receipt
ASKED = N_("My words, my name and my pictures may be shown on the screens and on the public page of this event.")
PUBLIC = N_(
    "Everybody can read them there, in feeds and in files of the whole strand, and find them by our search and by"
    " search engines."
)
KEPT_UNTIL = N_("They stay until {date}. Then everything said here is erased.")
KEPT = N_("They stay as long as this page does.")
YOURS = N_(
    "On your private page you can change them or take them back, at any time. Taken back, they are gone from here"
    " within a minute. Copies that others made stay with others."
)
COOKIE = N_("Your browser keeps one cookie for 30 days, so that what you say belongs together. We ask for no address.")
ALL = (ASKED, PUBLIC, KEPT_UNTIL, KEPT, YOURS, COOKIE)


def told(gettext: Callable[[str], str], until: str) -> list[str]:
    """What happens with a post, in sentences. `until`: the day everything is erased, or empty."""
    kept = gettext(KEPT_UNTIL).format(date=until) if until else gettext(KEPT)
    return [gettext(PUBLIC), kept, gettext(YOURS), gettext(COOKIE)]
