"""What people are told: each part a form that works without a script, and nobody overwrites what they did not see."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.event.event_fields import network
from app.domain.event.parts import PAGES, page_of
from app.errors import BadInput
from app.models import Event
from app.models.account import Role
from tests.app.desk.conftest import Desk
from tests.conftest import NOW

PAGE = "/desk/harbour/settings"
ALL = [section for page in PAGES.values() for section in page]


async def stored(desk: Desk) -> Event:
    async with desk.running.database.reading() as db:
        return await db.get_one(Event, desk.event.id)


def fields(page: str, section: str) -> dict[str, str]:
    """A part's form as a browser would send it."""
    form = page[page.index(f'id="{section}"') :]
    form = form[: form.index("</form>")]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf' {key}="([^"]*)"', tag) for key in ("name", "value"))
        if name is None or value is None or ("checkbox" in tag and " checked" not in tag):
            continue
        before = f"{found[name[1]]} " if found.get(name[1]) else ""  # ticks of one name are sent together
        found[name[1]] = before + unescape(value[1])
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        found[name] = re.search(r'value="([^"]*)" selected', options)[1]  # type: ignore[index]
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = unescape(text)
    return found


async def opened(visitor: httpx.AsyncClient, section: str) -> dict[str, str]:
    return fields((await visitor.get(f"{PAGE}/{page_of(section)}")).text, section)


async def send(visitor: httpx.AsyncClient, section: str, typed: dict[str, str], **changed: str) -> tuple[int, str]:
    answer = await visitor.post(f"{PAGE}/{section}", data=typed | changed)
    return answer.status_code, unescape(answer.text)


async def test_only_organisers_come_in(desk: Desk) -> None:
    async with desk.running.visitor(await desk.running.sign_in(Role.MODERATOR, desk.event)) as moderator:
        assert (await moderator.get(PAGE)).status_code == 403
        assert (await moderator.post(PAGE + "/event", data={"title": "Mine"})).status_code == 403
    assert (await stored(desk)).title == "Harbour Talks"


async def test_a_part_that_is_sent_as_it_was_opened_changes_nothing(desk: Desk) -> None:
    before = await stored(desk)
    async with desk.organiser() as kim:
        for section in ALL:
            status, page = await send(kim, section, await opened(kim, section))
            assert status == 200 and "Saved." in page, section
        assert (await kim.post(PAGE + "/nonsense", data={"title": "x"})).status_code == 404
    after = await stored(desk)
    assert after.seq == before.seq and after.reasons == {} and after.about == {} and after.keep_until is None


async def test_the_event_is_told_in_its_own_time_and_the_screens_hear_of_it(desk: Desk) -> None:
    async with desk.running.database.transaction() as db:
        (await db.get_one(Event, desk.event.id)).time_zone = "Europe/Berlin"
    async with desk.organiser() as kim:
        sent = {"title": " Harbour  Talks 2027 ", "starts_at": "2027-06-11T09:00", "ends_at": "2027-06-12T18:30"}
        assert (await send(kim, "event", await opened(kim, "event"), **sent))[0] == 200
        again = await opened(kim, "event")
    event = await stored(desk)
    assert (event.title, event.starts_at) == ("Harbour Talks 2027", datetime(2027, 6, 11, 7, tzinfo=UTC))
    assert (again["starts_at"], again["ends_at"]) == ("2027-06-11T09:00", "2027-06-12T18:30")
    assert event.seq == desk.event.seq + 1


async def test_words_in_each_language_are_kept_apart(desk: Desk) -> None:
    async with desk.organiser() as kim:
        about = {"about-en": "We read all of it.\r\n\r\nReally.", "about-de": "Wir lesen alles.", "organiser": "A club"}
        assert (await send(kim, "people", await opened(kim, "people"), **about))[0] == 200
        reasons = {"reason-en-1": "First.", "reason-en-3": "Third.", "reason-de-2": "Zwei."}
        assert (await send(kim, "card", await opened(kim, "card"), **reasons))[0] == 200
        assert (await send(kim, "card", await opened(kim, "card"), **{"reason-de-2": ""}))[0] == 200
    event = await stored(desk)
    assert event.about == {"en": "We read all of it.\n\nReally.", "de": "Wir lesen alles."}
    assert event.reasons == {"en": ["First.", "", "Third."]}


WRONG = [
    ("event", {"title": "  "}, "An event needs a title.", "title"),
    ("event", {"subtitle": "x" * 301}, "at most 300 letters", "subtitle"),
    ("event", {"starts_at": "tomorrow"}, "2027-06-11T09:00", "starts_at"),
    ("event", {"starts_at": "0001-01-01T00:00", "ends_at": "9999-12-31T23:59", "place": "y" * 201}, "200", "place"),
    ("event", {"starts_at": "2027-06-12T09:00", "ends_at": "2027-06-11T09:00"}, "ends before it begins", "ends_at"),
    ("people", {"contact": "no mail"}, "no address for mail", "contact"),
    ("people", {"imprint": "z" * 4_001}, "at most 4000 letters", "imprint"),
    ("people", {"about-de": "z" * 4_001}, "at most 4000 letters", "about-de"),
    ("card", {"reason-en-2": "z" * 101}, "does not fit on a card", "reason-en-2"),
    ("hashtags", {"spare_tag": "ev-12"}, "#ev_12 is one on both", "spare_tag"),
    ("hashtags", {"spare_tag": "harbourtalks"}, "a tag of the event already", "spare_tag"),
    ("hashtags", {"tags": " "}, "An event needs a hashtag.", "tags"),
    ("hashtags", {"tags": "#Hafen-Tage"}, "#Hafen_Tage is one on both", "tags"),
    ("hashtags", {"tags": "a1 b2 c3 d4 e5 f6 g7 h8 i9"}, "At most 8 hashtags", "tags"),
    ("agreed", {"consent-en": "z" * 401}, "at most 400 letters", "consent-en"),
    ("colours", {"colour": "#ffd400"}, "#786200 is the nearest that works", "colour"),
    ("colours", {"colour_2": "dusk"}, "dusk is no colour", "colour_2"),
    ("times", {"live_at": "2027-06-01T09:00"}, "That moment is over", "live_at"),
    (
        "times",
        {"live_at": "2027-07-01T09:00", "archive_at": "2027-06-30T09:00"},
        "over before it is live",
        "archive_at",
    ),
    ("hall", {"venue_addresses": "203.0.113.7 the hall"}, "the is no network", "venue_addresses"),
    ("hall", {"venue_addresses": "0.0.0.0/0"}, "far more than one hall", "venue_addresses"),
    ("keeping", {"keep_until": "2027-06-10"}, "That day is over", "keep_until"),
    ("keeping", {"keep_until": "soon"}, "2027-12-31", "keep_until"),
]


@pytest.mark.parametrize(("section", "typed", "sentence", "field"), WRONG)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    desk: Desk, section: str, typed: dict[str, str], sentence: str, field: str
) -> None:
    before = await stored(desk)
    async with desk.organiser() as kim:
        status, page = await send(kim, section, await opened(kim, section), **typed)
        assert status == 400 and f'id="{field}-wrong"' in page and sentence in page
        kept = fields(page, section)
    assert {name: kept[name] for name in typed} == typed
    after = await stored(desk)
    assert (after.title, after.seq, after.keep_until) == (before.title, before.seq, None)


async def test_what_no_list_offers_is_refused(desk: Desk) -> None:
    async with desk.organiser() as kim:
        for name, value, sentence in (
            ("time_zone", "Mars/Olympus", "is not a time zone"), ("languages", "en klingon!", "from the list"),
        ):  # fmt: skip
            status, page = await send(kim, "event", await opened(kim, "event"), **{name: value})
            assert status == 400 and sentence in page
    event = await stored(desk)
    assert (event.time_zone, event.languages) == ("UTC", [])


async def test_the_later_of_two_organisers_is_told_what_changed(desk: Desk) -> None:
    async with desk.organiser() as kim, desk.organiser() as ole:
        hers, his = await opened(kim, "event"), await opened(ole, "event")
        assert (await send(kim, "event", hers, title="By Kim", place="Kim's place"))[0] == 200
        status, page = await send(ole, "event", his, title="By Ole", subtitle="Ole's line")
        assert status == 409 and "By Kim" in page and "Somebody else wrote something else here" in page
        kept = fields(page, "event")
        assert (kept["title"], kept["subtitle"]) == ("By Ole", "Ole's line")
        assert ((await stored(desk)).title, (await stored(desk)).subtitle) == ("By Kim", "")
        assert (await send(ole, "event", kept))[0] == 200  # now he knows
    event = await stored(desk)
    assert (event.title, event.subtitle) == ("By Ole", "Ole's line")


async def test_what_only_the_other_changed_stays_as_they_wrote_it(desk: Desk) -> None:
    async with desk.organiser() as kim, desk.organiser() as ole:
        hers, his = await opened(kim, "event"), await opened(ole, "event")
        await send(kim, "event", hers, place="The grain store")
        status, page = await send(ole, "event", his, subtitle="Ole's line")
    assert status == 200 and "It stays as they wrote it." in page
    event = await stored(desk)
    assert (event.place, event.subtitle) == ("The grain store", "Ole's line")


async def test_the_hall_s_network_is_kept_and_my_own_address_said(desk: Desk) -> None:
    async with desk.organiser() as kim:
        assert "127.0.0.1" in (await kim.get(PAGE + "/event")).text
        typed = {"venue_addresses": "203.0.113.77/24, 2001:db8::1\n203.0.113.0/24"}
        assert (await send(kim, "hall", await opened(kim, "hall"), **typed))[0] == 200
    event = await stored(desk)
    assert event.venue_addresses == ["203.0.113.0/24", "2001:db8::1/128"] and event.seq == desk.event.seq


async def test_a_day_lasts_until_midnight_where_the_event_is(desk: Desk) -> None:
    async with desk.running.database.transaction() as db:
        (await db.get_one(Event, desk.event.id)).time_zone = "Europe/Berlin"
    async with desk.organiser() as kim:
        assert (await send(kim, "keeping", {}, keep_until="2027-12-31"))[0] == 200
        assert (await opened(kim, "keeping"))["keep_until"] == "2027-12-31"
        event = await stored(desk)
        assert event.keep_until == datetime(2027, 12, 31, 23, tzinfo=UTC)
        status, page = await send(kim, "event", await opened(kim, "event"), ends_at="2028-01-02T10:00")
        assert status == 400 and "By then everything is erased." in page
        assert (await send(kim, "keeping", {}, keep_until=""))[0] == 200
    assert (await stored(desk)).keep_until is None


async def test_what_is_erased_cannot_be_set(desk: Desk) -> None:
    async with desk.running.database.transaction() as db:
        (await db.get_one(Event, desk.event.id)).erased_at = NOW - timedelta(days=1)
    async with desk.organiser() as kim:
        status, page = await send(kim, "event", {}, title="Again")
        assert status == 409 and "has been erased" in page
        assert "has been erased" in (await kim.get(PAGE + "/life")).text


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_network_or_said_to_be_none(typed: str) -> None:
    try:
        assert network(network(typed)) == network(typed)
    except BadInput as error:
        assert error.field == "venue_addresses"


async def test_the_home_says_in_words_what_is_set_and_texts_are_named_in_the_reader_s_language(desk: Desk) -> None:
    async with desk.organiser() as kim:
        english, german = [(await kim.get(PAGE, params={"lang": lang})).text for lang in ("en", "de")]
        texts = [(await kim.get(PAGE + "/texts", params={"lang": lang})).text for lang in ("en", "de")]
    assert "A moderator reads every post" in english and "wird von der Moderation gelesen" in german
    assert "In your own words, in German" in texts[0] and "auf Englisch" in texts[1]


async def test_the_name_of_a_part_leads_to_its_page(desk: Desk) -> None:
    async with desk.organiser() as kim:
        answer = await kim.get(PAGE + "/keeping")
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE + "/life#keeping")
        assert (await kim.get(PAGE + "/nothing")).status_code == 404
