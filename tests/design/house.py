"""The organiser's house with all that can stand in it: setup, the settings' home, and each page of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace as Plain
from typing import Any

from app.desk.choices import language_choices
from app.desk.settings_page import worn_words
from app.domain.event.colours import worn
from app.domain.event.founding import NAMES
from app.domain.event.parts import PAGES, sections
from app.domain.event.todo import Todo
from tests.design.drawing import page
from tests.design.posts import EVENT

KIM = Plain(name="Kim")
ZONES = [("", [("UTC", "UTC")]), ("Europe", [("Europe/Berlin", "Berlin"), ("Europe/Rome", "Rome")])]
CHOICES = language_choices(["en", "de"])
DRAFT = EVENT | {"state": "draft", "rehearsal": False, "logo": "/pictures/quay.svg"}
KEYS = ("sources", "tried", "people", "look", "programme", "card", "live", "screen", "post")
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsfeier"


def _home(done: Mapping[str, bool], **more: Any) -> str:
    told = {"organiser": "", "contact": "", "imprint": False, "about": False, "consent": False, "reasons": False}
    values = {
        "made": False, "when": "", "place": "", "zone": "UTC", "tags": ["#HarbourTalks"], "spare": "", "spoken": "",
        "policy": "review", "delay": 20, "told": told, "has_logo": False, "colours": [], "live_at": "",
        "archive_at": "", "until": "", "event": DRAFT, **more,
    }  # fmt: skip
    todos = {key: Todo(key, done.get(key, False), key not in ("look", "programme", "card")) for key in KEYS}
    return page("desk_settings.html", account=KIM, role="organiser", todos=todos, **values)


def _page(name: str, errors: Mapping[str, str] = {}, overtaken: Mapping[str, str] = {}, **more: Any) -> str:
    names = [field.name for part in PAGES[name] for field in sections(["en", "de"])[part]]
    stored = dict.fromkeys(names, "") | {"time_zone": "UTC", "languages": "en", "title": LONG} | more.pop("stored", {})
    values = {
        "section": "", "saved": False, "error": "", "kept": {}, "better": {}, "erased_at": None, "zone": "UTC",
        "event": DRAFT, "zones": ZONES, "choices": CHOICES, "address": "2001:db8::1", "base": "wall.example",
        "given_out": False, "promises": "All of it may be shown.", "most_consent": 400, "ways": [], "is_made": False,
        "has_posts": False, "worn": {"colour": None, "colour_2": None}, **more,
    }  # fmt: skip
    return page(
        f"desk_settings_{name}.html", account=KIM, stored=stored, seen=dict.fromkeys(names, "x"), errors=errors,
        overtaken=overtaken, in_languages=["en", "de"], named={"en": "English", "de": "German"}, **values,
    )  # fmt: skip


def _setup(errors: Mapping[str, str] = {}, **typed: str) -> str:
    blank = dict.fromkeys(NAMES, "") | {"time_zone": "UTC", "policy": "review", "languages": "en"} | typed
    return page(
        "setup.html", typed=blank, errors=errors, zones=ZONES, choices=CHOICES, base="wall.example",
        guesses=not errors, rehearsal="" if errors else "harbour-talks", delay=20, event=None,
    )  # fmt: skip


def house_pages() -> dict[str, str]:
    wrong = {
        "title": "An event needs a title.",
        "slug": "Taken.",
        "tags": "None.",
        "policy": "Choose.",
        "ends_at": "No.",
    }
    yellow = {"colour": "#ffd400", "colour_2": "#a83a17"}
    worn_now = {"colour": None, "colour_2": worn_words(worn("#a83a17"), "en")}
    return {
        "/setup": _setup(),
        "/setup/again": _setup(wrong, title=LONG, slug="desk", spare_tag="w" * 64),
        "/desk/settings": _home({}, made=True),
        "/desk/settings/done": _home(
            dict.fromkeys(KEYS, True), event=EVENT | {"state": "live"}, when="11 June 2027, 09:00", place=LONG,
            spare="Calm", live_at="then", archive_at="later", until="31 December 2027", has_logo=True,
            colours=["#0e5468", "#a83a17"],
        ),
        "/desk/settings/event": _page("event", section="event", saved=True, kept={"place": "x"}),
        "/desk/settings/event/again": _page(
            "event", {"tags": "#ev-12 is two.", "languages": "No."}, {"title": "By somebody else"}, section="address",
            error="It stays.", stored={"slug": "desk"},
        ),
        "/desk/settings/texts": _page("texts", {"contact": "That is no address."}, {"imprint": ""}, section="people"),
        "/desk/settings/look": _page("look", section="logo", error="That is no picture."),
        "/desk/settings/look/refused": _page(
            "look", {"colour": "Not to be read."}, better={"colour": "#786200"}, stored=yellow, worn=worn_now,
        ),
        "/desk/settings/life": _page("life", ways=[("live", False), ("rehearsal", False)]),
        "/desk/settings/life/rehearsal": _page(
            "life", ways=[("live", True), ("draft", True)], event=EVENT | {"state": "rehearsal"}, section="life",
            error="Say that you are sure.", stored={"to": "draft"},
        ),
    }  # fmt: skip
