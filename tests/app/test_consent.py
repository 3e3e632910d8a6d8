"""What people agreed to: the text and its version belong together, for ever."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import select

from app.database import Database
from app.domain.posts import consent, saying
from app.domain.posts.saying import Words
from app.models import Policy, Receipt
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
