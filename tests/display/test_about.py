"""The page about says what is true of this event, in both languages, and the organiser's words stand on top."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from app.database import Database
from app.domain.events import create_event
from app.domain.posts import consent
from app.models import Event, EventState, Policy, Source
from app.models.account import Role
from display.about import own_words
from ingest.types import Network
from tests.conftest import NOW
from tests.factories import make_source
from tests.server import Running, serving


@pytest.fixture
async def running(sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(f"sqlite+aiosqlite:///{tmp_path}/only.sqlite", tmp_path) as server:
        async with server.database.transaction() as db:
            event = await create_event(
                db, "harbour", "Harbour Talks", ["HarbourTalks", "ht27"], NOW, time_zone="Europe/Berlin",
                languages=["de", "en"], contact="kim@hafen.example",
            )  # fmt: skip
            await make_source(db, event)
        yield server


async def change(running: Running, **fields: Any) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        for name, value in fields.items():
            setattr(event, name, value)


async def read(running: Running, lang: str = "en", token: str | None = None) -> str:
    async with running.visitor(token) as visitor:
        answer = await visitor.get(f"/harbour/about?lang={lang}")
    assert answer.status_code == 200
    return " ".join(unescape(answer.text).split())


async def test_who_runs_it_is_said_and_that_nobody_said_so(running: Running) -> None:
    assert "has not said who they are" in await read(running)
    await change(running, organiser="Harbour <Society>", imprint="Quay 3\n18055 Rostock")
    page = await read(running)
    assert "Harbour <Society>" in page and "Quay 3<br>18055 Rostock" in page and "mailto:kim@hafen.example" in page
    async with running.visitor() as visitor:
        assert "Harbour &lt;Society&gt;" in (await visitor.get("/harbour/about")).text


async def test_where_posts_come_from_is_what_is_switched_on(running: Running) -> None:
    page = await read(running)
    assert "as seen by <bdi>kueste.example</bdi>" in page and "From the form" in page and "Bluesky, out of" not in page
    assert "#HarbourTalks" in page and "#ht27" in page
    async with running.database.transaction() as db:
        (await db.get_one(Source, 2)).enabled = False
        db.add(Source(event_id=1, kind=Network.BLUESKY, upstream="bluesky:", created_at=NOW))
    page = await read(running)
    assert "kueste.example" not in page and "From Bluesky, out of its public stream" in page
    await change(running, state=EventState.ARCHIVED)
    assert "this event collects no posts at the moment" in await read(running)


SEEN = [
    (Policy.REVIEW, "A moderator reads every post before anybody else"),
    (Policy.TRUSTED, "authors whom the moderators trust are shown at once"),
    (Policy.DELAY, "A post is shown 20 seconds after it came, unless a moderator says no."),
    (Policy.OPEN, "A post is shown at once."),
]


@pytest.mark.parametrize(("policy", "sentence"), SEEN)
async def test_who_sees_a_post_first_is_the_event_s_policy(running: Running, policy: Policy, sentence: str) -> None:
    await change(running, policy=policy)
    page = await read(running)
    assert [said for _, said in SEEN if said in page] == [sentence]


async def test_how_long_it_stays_is_the_organiser_s_day(running: Running) -> None:
    assert "has set no last day" in await read(running)
    await change(running, keep_until=datetime(2027, 12, 31, 23, tzinfo=UTC))
    assert "Until 31 December 2027. In the night after" in await read(running)
    assert "Bis zum 31. Dezember 2027. In der Nacht danach" in await read(running, "de")
    await change(running, erased_at=datetime(2027, 12, 31, 23, 1, tzinfo=UTC), state=EventState.ARCHIVED)
    page = await read(running)
    assert "was erased on 1 January 2028" in page and "It is gone: posts, names" in page and "In the night" not in page


async def test_the_form_s_text_stands_there_with_its_version(running: Running) -> None:
    page = await read(running)
    assert consent.ASKED in page and "The text of 25 November 2026." in page
    assert all(sentence in page for sentence in consent.told(lambda s: s, ""))


async def test_a_rehearsal_and_a_draft_say_what_they_are(running: Running) -> None:
    await change(running, state=EventState.REHEARSAL, rehearsal={"tag": "x", "speed": 1.0, "made": True})
    assert "its posts are invented" in await read(running)
    await change(running, state=EventState.DRAFT, rehearsal=None)
    async with running.visitor() as visitor:
        assert (await visitor.get("/harbour/about")).status_code == 404
    assert "is a draft" in await read(running, token=await running.sign_in(Role.REPORTER))


async def test_the_organiser_s_words_stand_on_top_in_the_reader_s_language(running: Running) -> None:
    await change(running, about={"de": "Wir lesen alles.\n\nWirklich.", "fr": "Bonjour."})
    german, english = await read(running, "de"), await read(running)
    assert german.index("Wir lesen alles.") < german.index("Wer das hier betreibt")
    assert '<div class="own" lang="de"' in english and "Written in German." in english
    assert "Geschrieben auf" not in german


@pytest.mark.parametrize(
    ("about", "languages", "locale", "found"),
    [
        ({"en": "Yes"}, ["de"], "en", ("en", "Yes")),
        ({"en": "Yes", "de": "Ja"}, ["de-AT"], "fr", ("de", "Ja")),
        ({"en": " ", "pl": "Tak"}, [], "en", ("pl", "Tak")),
        ({}, ["de"], "en", ("", "")),
    ],
)
def test_of_several_languages_the_nearest(
    about: dict[str, str], languages: list[str], locale: str, found: tuple[str, str]
) -> None:
    assert own_words(Event(about=about, languages=languages), locale) == found
