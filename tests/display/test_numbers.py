"""/{event}/numbers: told in words, a few where they are few, kept for some seconds, and of nobody."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from app.domain import intake
from app.domain.numbers.acts import Span
from app.domain.numbers.numbers import Numbers
from app.domain.numbers.people import Heard
from app.domain.numbers.posts import Waits
from app.models import Event, EventState, Policy
from app.models.removal import RemovalState
from app.pages import Catalogue
from display.numbers_told import WIDE, bars, told
from ingest.types import Batch
from tests.conftest import NOW
from tests.factories import a_post, an_author, make_source
from tests.server import Running

EVENT = Event(slug="harbour", title="Harbour Talks", time_zone="Europe/Berlin")


def in_words(locale: str = "en", **given: Any) -> dict[str, Any]:
    blank = {"days": {}, "fates": {}, "waits": Waits(None, None), "heard": Heard(0, 0, 0, 0)}
    numbers = Numbers(**{**blank, "removals": {}, "skipped": {}, "spans": [], **given})
    return told(numbers, EVENT, Catalogue(locale), locale)


def test_fewer_than_three_are_a_few_and_many_are_written_as_people_write_them() -> None:
    found = in_words(heard=Heard(1_234, 2, 5, 3), removals={RemovalState.REMOVED: 3, RemovalState.KEPT: 1})
    assert (found["people"], found["new"], found["answered"], found["unanswered"]) == ("1,234", "a few", "3", "a few")
    assert found["removals"] == {"asked": "4", "done": "3", "kept": "a few", "open": "none"}
    assert in_words("de", heard=Heard(1_234, 1, 0, 0))["people"] == "1.234"


def test_reasons_are_sentences_and_what_nobody_knows_any_more_is_a_rule() -> None:
    fates = {("hold", "label"): 4, ("hold", "person"): 9, ("hide", "old_rule"): 3, ("shown", "person"): 20}
    rows = {row["key"]: row for row in in_words(fates=fates)["fates"]["rows"]}
    assert rows["hold"]["n"] == "13"
    assert rows["hold"]["why"] == [("A person decided.", "9"), ("Its network put a warning label on it.", "4")]
    assert rows["hide"]["why"] == [("A rule of the event.", "3")]


def test_how_long_it_took_is_told_as_one_would_say_it() -> None:
    found = in_words(waits=Waits(0, 95))
    assert (found["median"], found["most"]) == ("at once", "2 minutes")


def test_a_freeze_is_told_with_day_hours_and_length_and_one_that_lasts_too() -> None:
    spans = [Span("freeze", NOW, NOW + timedelta(minutes=7)), Span("raid", NOW, None)]
    freeze, raid = in_words(spans=spans)["spans"]
    assert (freeze["when"], freeze["long"]) == ("Friday, 11 June, 11:00–11:07", "7 minutes")
    assert (raid["when"], raid["long"]) == ("Friday, 11 June, 11:00", "until now")


def test_many_days_become_months() -> None:
    days = {date(2027, 5, 1) + timedelta(days=n): {"form": 3} for n in range(40)}
    assert [(row["name"], row["total"]) for row in in_words(days=days)["days"]] == [
        ("May 2027", "93"),
        ("June 2027", "27"),
    ]


@pytest.mark.parametrize("parts", [[("a", 5), ("b", 1), ("c", 0)], [("a", 1)], [("a", 100_000), ("b", 1)], []])
def test_bars_stand_side_by_side_and_within_their_picture(parts: list[tuple[str, int]]) -> None:
    drawn = bars(parts, sum(n for _, n in parts))
    assert [one["key"] for one in drawn] == [key for key, n in parts if n]
    assert all(one["width"] >= 0 for one in drawn)
    assert all(one["x"] + one["width"] <= next_["x"] + 0.1 for one, next_ in itertools.pairwise(drawn))
    assert all(one["x"] + one["width"] <= WIDE + 0.2 for one in drawn)


async def said(served: Running, *texts: str) -> None:
    async with served.database.transaction() as db:
        event = (await db.scalars(select(Event))).one()
        event.policy = Policy.OPEN
        await make_source(db, event, "mastodon:https://kueste.example")
        posts = [a_post(f"{text} #HarbourTalks", an_author(f"Voice{n}")) for n, text in enumerate(texts)]
        await intake.receive(db, Batch("mastodon:https://kueste.example", tuple(posts)), served.clock())


async def test_the_page_has_a_table_behind_every_picture_and_names_nobody(served: Running, harbour: Event) -> None:
    await said(served, *(f"Word {n}" for n in range(5)))
    async with served.visitor() as web:
        page = await web.get("/harbour/numbers")
    text = unescape(page.text)
    assert page.status_code == 200 and "Voice1" not in text and "<dd>5</dd>" in text
    assert text.count("<table>") == 2 and "This event shows every post at once." in text
    assert not re.search(r'style="|<script(?! type="application/json")[^>]*>[^<]', text)


async def test_it_is_worked_out_once_for_some_seconds_and_revalidated(served: Running, harbour: Event) -> None:
    await said(served, "One", "Two", "Three")
    async with served.visitor() as web:
        first = await web.get("/harbour/numbers")
        same = await web.get("/harbour/numbers", headers={"if-none-match": first.headers["etag"]})
        async with served.database.transaction() as db:
            posts = tuple(a_post(f"{n} #HarbourTalks", an_author(f"Late{n}")) for n in range(4))
            await intake.receive(db, Batch("mastodon:https://kueste.example", posts), served.clock())
        assert "<dd>3</dd>" in (await web.get("/harbour/numbers")).text
        served.clock.forward(31)
        later = await web.get("/harbour/numbers", headers={"if-none-match": first.headers["etag"]})
    assert same.status_code == 304 and later.status_code == 200 and "<dd>7</dd>" in later.text


async def test_of_an_event_before_its_first_post_it_says_so_and_a_draft_has_no_page(
    served: Running, harbour: Event
) -> None:
    async with served.visitor() as web:
        assert "Nobody has said anything yet." in (await web.get("/harbour/numbers")).text
        async with served.database.transaction() as db:
            (await db.scalars(select(Event))).one().state = EventState.DRAFT
        assert (await web.get("/harbour/numbers")).status_code == 404
        assert (await web.get("/nobody/numbers")).status_code == 404


async def test_it_is_linked_from_the_strand_and_from_about(served: Running, harbour: Event) -> None:
    async with served.visitor() as web:
        for path in ("/harbour", "/harbour/about"):
            assert 'href="/harbour/numbers"' in (await web.get(path)).text
