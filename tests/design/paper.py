"""The card, the page about, and the desk's pages of both, with all that can stand on them."""

from __future__ import annotations

from types import SimpleNamespace as Plain
from typing import Any

from markupsafe import Markup

from app.domain.event.cards import Place
from display.card import fit, qr
from tests.design.drawing import page
from tests.design.posts import EVENT

KIM = Plain(name="Kim")
ROOMS = [Plain(id=1, name="Großer Saal im Obergeschoss des alten Speichers"), Plain(id=2, name="the Shed")]
PLACES = [
    Place("SP3", "Großer Saal im Obergeschoss des alten Speichers", 7, 1, True, 41, 12, 9),
    Place("T1", "Table 1", 1, None, False, 3, 1, 1),
    Place("T2", "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsfeier", 2, 2),
    Place("A" * 32, "", 3, 1),
]


def _sheet(template: str, **more: Any) -> Markup:
    tag = str(more.pop("tag", "HarbourTalks"))
    values: dict[str, Any] = {
        "title": "Harbour Talks", "when": "11–12 June 2027", "where": "The old grain store", "tags": [tag, "ht27"],
        "reasons": [], "spare": "HarbourCalm", "goes_on": False,
        "address": "wall.example/harbour/say", "label": "Table 7", "code": "T7",
        "remove": "wall.example/harbour/remove", "fit": fit(tag), "qr": qr("https://wall.example", "QR"),
        "way": "/harbour/say", **more,
    }  # fmt: skip
    return Markup(page(template, **values))


def _card(format: str, place: Place | None, *sheets: Markup) -> str:
    return page("card.html", event=EVENT, format=format, place=place, sheets=sheets, card_languages=["en"])


def _tent() -> Markup:
    far, near = (_sheet("card_tent.html", far=far) for far in (True, False))
    return Markup('<section class="sheet tent">{}{}</section>').format(far, near)


def _about(**more: Any) -> str:
    values: dict[str, Any] = {
        "own": ["We read all of it."], "own_lang": "de", "own_language": "German", "organiser": "Harbour Society",
        "contact": "kim@hafen.example", "imprint": ["Quay 3", "18055 Rostock"], "servers": ["kueste.example"],
        "reads_bluesky": True, "has_form": True, "collects": True, "state": "live", "policy": "delay", "delay": 20,
        "until": "31 December 2027", "erased": "", "asked": "I agree.", "consent": ["It stays."], "version": "1",
        **more,
    }  # fmt: skip
    return page("about.html", event=EVENT, **values)


def _cards(**more: Any) -> str:
    typed = {"count": "12", "code": "", "label": "", "room": "2"}
    values = {"places": PLACES, "rooms": ROOMS, "warnings": ["#740 is none."], "error": "", "form": "", **more}
    return page("desk_cards.html", event=EVENT, account=KIM, typed=typed, **values)


def paper_pages() -> dict[str, str]:
    return {
        "/card": _card(
            "a6", PLACES[1], _sheet("card_a6.html"), _sheet("card_a6.html", tag="w" * 64, spare="", code="")
        ),
        "/card/tent": _card("tent", None, _tent()),
        "/about": _about(),
        "/about/bare": _about(
            own=[],
            own_language="",
            organiser="",
            contact="",
            imprint=[],
            servers=[],
            collects=False,
            until="",
            state="archived",
            erased="1 January 2028",
            has_form=False,
        ),
        "/desk/cards": _cards(),
        "/desk/cards/new": _cards(places=[], rooms=[], warnings=[], error="T7 is taken already.", form="places"),
    }
