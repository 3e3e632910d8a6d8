"""What people agreed to: the text and its version belong together, for ever."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import select

from app.database import Database
from app.domain.control import own_data
from app.domain.posts import consent, saying
from app.domain.posts.saying import Words
from app.models import Event, Policy, Receipt
from tests.conftest import NOW
from tests.factories import make_event

# What each version said, as a digest. A new text gets a new version and a new line; no line is ever changed.
VERSIONS = {"2026-11-25": "b5ba2505fb784dc16d27d1e8db791586cfead7344e3ee044e8b03384f196e5e0"}


def test_a_new_consent_text_is_a_new_version() -> None:
    digest = hashlib.sha256("\n".join(consent.ALL).encode()).hexdigest()
    assert VERSIONS.get(consent.VERSION) == digest, "the text changed: give it a new version, and a line in this test"


def test_consent_says_how_long_it_is_kept_and_how_to_take_it_back() -> None:
    until = consent.told(str, "24 December 2027")
    assert until[1] == "They stay until 24 December 2027. Then everything said here is erased."
    assert consent.told(str, "")[1] == "They stay as long as this page does."
    assert len(until) == len(set(until)) == 4


async def test_the_receipt_keeps_the_version_of_the_consent_that_was_given(
    database: Database,
) -> None:
    async with database.transaction() as db:
        event = await make_event(db, policy=Policy.OPEN)
        await saying.say(db, event, "token", "receipt", "author", Words("Said", consent=True), NOW)
    async with database.transaction() as db:
        later = NOW + timedelta(minutes=1)
        await saying.amend(db, event, "receipt", Words("Said otherwise", consent=True), later)
    async with database.reading() as db:
        assert list(await db.scalars(select(Receipt.consent))) == [consent.VERSION]


async def test_what_an_organiser_adds_is_kept_with_whoever_agreed_to_it_also_when_it_changes(
    database: Database,
) -> None:
    async with database.transaction() as db:
        event = await make_event(db, policy=Policy.OPEN, languages=["de"])
        await saying.say(db, event, "token", "before", "author", Words("Said", consent=True), NOW)

    async def said(token: str, **consented: str) -> str:
        async with database.transaction() as db:
            stored = await db.get_one(Event, event.id)
            rest = {key: value for key, value in stored.consent.items() if key == consent.AGREED}
            stored.consent = consented | rest
            post = await saying.say(db, stored, token, token, f"author {token}", Words("Said", consent=True), NOW)
            return (await db.scalars(select(Receipt.consent).where(Receipt.post_id == post.id))).one()

    filmed = await said("a", en="It is filmed.", de="Es wird gefilmt.")
    again = await said("b", en="It is filmed.", de="Es wird gefilmt.")
    other = await said("c", en="It is filmed, and kept.")
    plain = await said("d")
    assert filmed == again and filmed.startswith(f"{consent.VERSION}+") and len({filmed, other, plain}) == 3
    assert plain == consent.VERSION
    async with database.reading() as db:
        stored = await db.get_one(Event, event.id)
        assert consent.addition_of(stored, filmed) == {"de": "Es wird gefilmt.", "en": "It is filmed."}
        assert consent.addition_of(stored, other) == {"en": "It is filmed, and kept."}
        assert consent.addition_of(stored, plain) == {} and consent.added(stored, "en") == ("", "")
        post = (await db.scalars(select(Receipt).where(Receipt.consent == filmed).limit(1))).one().post_id
        told = await own_data.of_receipt(db, post, NOW, str)
    assert told["consent"]["added_by_the_event"]["de"] == "Es wird gefilmt."


async def test_an_addition_is_said_in_the_reader_s_language_else_in_the_event_s(sqlite: Database) -> None:
    async with sqlite.transaction() as db:
        event = await make_event(db, languages=["de", "en"], consent={"de": "Es wird gefilmt.", "fr": "On filme."})
        assert consent.added(event, "fr") == ("fr", "On filme.")
        assert consent.added(event, "en") == ("de", "Es wird gefilmt.")
