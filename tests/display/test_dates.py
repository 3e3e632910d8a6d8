"""Days, moments and numbers of things are written as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.errors import TooLong
from app.models import Event
from app.pages import LOCALES, Catalogue, long_day
from display.languages import day_words, moment_words, short_moment
from tests.display.conftest import visitor
from tests.server import Running

MOMENT = datetime(2027, 12, 2, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "long", "day", "moment", "short"),
    [
        ("en", "2 December 2027", "Thursday, 2 December", "Thursday, 2 December, 09:05", "2 Dec, 09:05"),
        ("de", "2. Dezember 2027", "Donnerstag, 2. Dezember", "Donnerstag, 2. Dezember, 09:05", "2. Dez., 09:05"),
    ],
)
def test_each_language_has_its_own_order_and_dots(locale: str, long: str, day: str, moment: str, short: str) -> None:
    assert long_day("2027-12-02", locale) == long
    assert day_words(date(2027, 12, 2), locale) == day
    assert moment_words(MOMENT, locale) == moment
    assert short_moment(MOMENT, locale) == short


@pytest.mark.parametrize(("locale", "one", "two"), [("en", "one letter.", "2 letters."), ("de", "ein ", "2 Zeichen")])
def test_one_letter_is_not_letters(locale: str, one: str, two: str) -> None:
    gettext = Catalogue(locale).gettext
    assert one in TooLong(1, "text").told(gettext)
    assert two in TooLong(2, "text").told(gettext)


async def test_a_page_of_an_erased_event_says_the_day_as_people_do(served: Running, harbour: Event) -> None:
    async with served.database.transaction() as db:
        (await db.get_one(Event, harbour.id)).erased_at = MOMENT
    said = {"en": "erased on 2 December 2027,", "de": "2. Dezember 2027"}
    async with visitor(served) as reader:
        for locale in LOCALES:
            for path in ("/harbour", "/harbour/people"):
                page = (await reader.get(f"{path}?lang={locale}")).text
                assert said[locale] in page
                assert "2027-12-02" not in page.split("</aside>")[0]
