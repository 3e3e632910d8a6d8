"""Every word a person reads is in the catalogue of every language, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.pages import LOCALES, ROOT

# The errors' constructors count as gettext: their first argument is a sentence that pages translate.
ERRORS = ("BadInput", "Conflict", "NotAllowed", "NotFound", "SignInNeeded", "StrandError", "TooFast", "Withdrawn")
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2), **dict.fromkeys(ERRORS, (1,))}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.atom", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "false", "newstyle_gettext": "true"}}


def messages() -> Iterator[tuple[str, ...]]:
    for folder in ("app", "display"):
        found = extract_from_dir(ROOT / folder, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=())
        for _, _, message, _, _ in found:
            yield message if isinstance(message, tuple) else (message,)


def catalogue(locale: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    path = ROOT / "app" / "locale" / locale / "LC_MESSAGES" / "strand.po"
    with path.open("rb") as file:
        read = read_po(file, locale)
    return {
        (m.id if isinstance(m.id, tuple) else (m.id,)): (m.string if isinstance(m.string, tuple) else (m.string,))
        for m in read
        if m.id and not m.fuzzy
    }


@pytest.mark.parametrize("locale", [each for each in LOCALES if each != "en"])
def test_every_sentence_has_its_translation_and_no_translation_is_left_over(locale: str) -> None:
    wanted, given = set(messages()), catalogue(locale)
    assert sorted(wanted - {k for k, v in given.items() if all(v)}) == []
    assert sorted(given.keys() - wanted) == []


@pytest.mark.parametrize("locale", [each for each in LOCALES if each != "en"])
def test_translations_fill_in_the_same_names(locale: str) -> None:
    for message, texts in catalogue(locale).items():
        for text in texts:
            assert holes(text) == holes(message[-1]), f"{message[0]!r} and {text!r} name different things"


def holes(text: str) -> set[str]:
    """What is filled in: %(name)s in pages, {name} in scripts and errors."""
    import re

    return set(re.findall(r"%\((\w+)\)s|\{(\w+)\}", text))


def test_the_catalogues_are_where_they_are_looked_for() -> None:
    assert Path(ROOT / "app" / "locale").is_dir()
