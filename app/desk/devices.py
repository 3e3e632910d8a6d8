"""Pure: a browser's name for itself, as a person would say it. Rough on purpose: it tells one's own devices apart."""

from __future__ import annotations

from collections.abc import Callable

# In this order: each of the later ones calls itself like some before it, or they like it.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def told(user_agent: str, gettext: Callable[[str], str]) -> str:
    """ "Firefox, Android"; what calls itself nothing known is told so."""
    found = [next((word for sign, word in kind if sign in user_agent), "") for kind in (_BROWSERS, _SYSTEMS)]
    return ", ".join(word for word in found if word) or gettext("a browser we do not know")
