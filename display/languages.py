"""What a language is called, in the reader's own."""

from __future__ import annotations

from babel.core import Locale, UnknownLocaleError


def language_name(code: str, locale: str) -> str:
    """ "German" for "de"; the code itself where nobody has a word for it."""
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name(locale)
    except (UnknownLocaleError, ValueError, TypeError):
        return code
    return name or code


def calendar(locale: str) -> Locale:
    """How days are written: in English as the British do, the day before the month."""
    return Locale.parse("en_GB" if locale == "en" else locale)
