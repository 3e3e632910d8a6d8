"""Which language a reader gets: any header may be sent, and each leads to a language we have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from app.pages import LOCALES, locale_of
from tests.app.at_home import House

TAGS = st.sampled_from(["de", "DE", "De-at", "de_CH", "en", "EN-gb", "fr", "*", "", " ", "d", "english", "e" * 300])
WEIGHTS = st.sampled_from(["", ";q=0", ";q=0.0", ";q=1", "; q=0.5", ";Q=0.7", ";q=", ";q=nan", ";q=-1", ";q=²", ";;q"])
HEADERS = st.lists(st.tuples(TAGS, WEIGHTS)).map(lambda parts: ",".join(tag + weight for tag, weight in parts))


def preferred(header: bytes, query: str = "") -> str:
    return locale_of(
        Request({"type": "http", "query_string": query.encode(), "headers": [(b"accept-language", header)]})
    )


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("DE", "de"), ("EN", "en"), ("de-DE", "de"), ("DE-DE", "de"), ("de_AT", "de"),
        ("DE-DE,DE;q=0.9,EN;q=0.8", "de"),
        ("en;q=0.5, de;q=0.8", "de"), ("de;q=0.5, en", "en"), ("de;q=0, fr", "en"), ("de;q=0, en;q=0.1", "en"),
        ("fr, de;q=0.3", "de"), ("fr-FR, en, de", "en"), ("de, en", "de"), ("de;q=0.8, en;q=0.8", "de"),
        ("den, german, deutsch", "en"), ("*", "en"), ("", "en"), ("de;q=many, en;q=0.1", "en"),
    ],
)  # fmt: skip
def test_the_language_asked_for_most_is_taken_of_those_we_have(header: str, language: str) -> None:
    assert preferred(header.encode()) == language


@given(st.one_of(st.binary(max_size=60), HEADERS.map(lambda header: header.encode("latin-1", "replace"))))
def test_no_header_leads_to_a_language_we_do_not_have(header: bytes) -> None:
    assert preferred(header) in LOCALES


def test_what_somebody_chose_comes_before_what_their_browser_says() -> None:
    assert preferred(b"de", "lang=en") == "en"
    assert preferred(b"de", "lang=EN") == "de"


@pytest.mark.parametrize("header", ["DE", "EN", "de-DE", "DE-DE", "Xx", ",;,", "\xff"])
async def test_pages_and_their_errors_stand_whatever_language_is_asked_for(at_home: House, header: str) -> None:
    async with at_home.visitor(headers={"accept": "text/html"}) as visitor:
        raw = [(b"accept-language", header.encode("latin-1"))]
        assert (await visitor.get("/harbour", headers=raw)).status_code == 200
        assert (await visitor.get("/harbour/posts/7", headers=raw)).status_code == 404
