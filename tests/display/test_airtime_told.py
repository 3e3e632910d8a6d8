"""Equal voices in words: one plain sentence for what was measured, nobody's name, and a few where they are few."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

from sqlalchemy import select

from app.domain.numbers.airtime import Airtime, Firsts
from app.models import Event, Post, Screen, Showing
from app.pages import Catalogue
from display.airtime_told import equal
from tests.display.test_numbers import said
from tests.server import Running


def in_words(airtime: Airtime, locale: str = "en") -> dict[str, object]:
    found = equal(airtime, Catalogue(locale), locale)
    assert found is not None
    return found


def test_without_a_screen_that_showed_anything_there_is_no_word_of_airtime() -> None:
    assert equal(Airtime(), Catalogue("en"), "en") is None


def test_airtime_beside_posts_is_one_sentence_that_says_which_was_shared_more_evenly() -> None:
    lit = {"Hall": 60.0}
    more, less, same = (in_words(Airtime(9, time, 0.4, screens=lit))["sentence"] for time in (0.2, 0.6, 0.4004))
    assert "more evenly than posts" in str(more) and "less evenly than posts" in str(less)
    assert "as evenly as posts" in str(same)


def test_two_people_are_not_compared() -> None:
    found = in_words(Airtime(2, 0.2, 0.4, Firsts(1, 1, 0, 20.0), {"Hall": 60.0}))
    assert found["pair"] == [] and "too few to compare" in str(found["sentence"])
    firsts = found["firsts"]
    assert isinstance(firsts, dict) and firsts["share"] == "" and {n for _, _, n in firsts["rows"]} == {"a few"}


def test_numbers_are_written_as_people_write_them_and_screens_of_nobody_come_last() -> None:
    found = in_words(
        Airtime(9, 0.176, 0.4, Firsts(97, 2, 1, 734.0), {"": 20.0, "Hall": 98_700.0, "Zum See": 61.0}), "de"
    )
    assert [row["n"] for row in found["pair"]] == ["0,18", "0,40"]  # type: ignore[attr-defined]
    firsts = found["firsts"]
    assert isinstance(firsts, dict) and (firsts["share"], firsts["longest"]) == ("97\N{NO-BREAK SPACE}%", "12 Minuten")
    assert found["screens"] == [("Hall", "1.645 Minuten"), ("Zum See", "1 Minute"), ("andere Leinwände", "1 Minute")]


def test_nearly_all_is_not_all() -> None:
    firsts = in_words(Airtime(900, 0.1, 0.4, Firsts(997, 3, 0, 700.0), {"Hall": 60.0}))["firsts"]
    assert isinstance(firsts, dict) and firsts["share"] == "99%"


async def test_the_page_tells_airtime_and_names_neither_people_nor_a_screen_nobody_made(
    served: Running, harbour: Event
) -> None:
    await said(served, *(f"Word {n}" for n in range(4)))
    async with served.database.transaction() as db:
        now = served.clock()
        screen = Screen(event_id=harbour.id, name="Buy this now", audience="public")
        db.add(screen)
        await db.flush()
        for post in await db.scalars(select(Post.id)):
            ends = now + timedelta(seconds=9)
            db.add(Showing(event_id=harbour.id, screen_id=screen.id, post_id=post, began_at=now, ended_at=ends))
    async with served.visitor() as web:
        text = unescape((await web.get("/harbour/numbers")).text)
    assert "<h2>Equal voices</h2>" in text and "<dd>100%</dd>" in text and "other screens" in text
    assert "Voice1" not in text and "Buy this" not in text
