"""This is me: a word proves the address it was shown from, and no other; several proved addresses are one person."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import Database
from app.domain.control import claims
from app.domain.control.claim_words import DIGITS, WORDS, new_word
from app.domain.control.claimed import claimed
from app.errors import BadInput, Conflict, NotFound
from app.models import Author, Claim, ClaimState, Person, Policy
from ingest.types import Network
from tests.app.test_intake import house, receive
from tests.conftest import NOW
from tests.factories import a_post, an_author

INKA = an_author("Inka")
LEYLA = an_author("Leyla", Network.BLUESKY)


async def begin(database: Database, *addresses: str) -> tuple[str, str]:
    """A person's token and their word."""
    async with database.transaction() as db:
        token = await claims.begin(db, NOW)
    async with database.transaction() as db:
        person = await claims.find_person(db, token)
        for address in addresses:
            await claims.add(db, person, claimed(address), NOW)
        return token, person.word


async def find(database: Database) -> None:
    """As the job does it."""
    async with database.transaction() as db:
        for claim_id, uri in await claims.found_in_posts(db, NOW):
            await claims.prove(db, claim_id, uri, "post", NOW)
        await claims.link_newcomers(db)


async def proved(database: Database, token: str) -> list[str]:
    async with database.reading() as db:
        return await claims.proved_uris(db, token)


async def person_of(database: Database, uri: str) -> int | None:
    async with database.reading() as db:
        return await db.scalar(select(Author.person_id).where(Author.uri == uri))


def test_a_word_is_hard_to_guess_and_easy_to_say() -> None:
    assert len(set(WORDS)) == len(WORDS)
    assert len(WORDS) ** 3 * 10**DIGITS > 2**40
    assert all(re.fullmatch("[a-z]{3,9}", word) for word in WORDS)
    assert re.fullmatch(r"strand-[a-z]+-[a-z]+-[a-z]+-\d{5}", new_word())


@pytest.mark.parametrize(
    ("typed", "network", "handle"),
    [
        ("@kim@social.example", Network.MASTODON, "kim@social.example"),
        ("kim@social.example", Network.MASTODON, "kim@social.example"),
        ("https://social.example/@kim", Network.MASTODON, "kim@social.example"),
        ("https://social.example/users/kim/", Network.MASTODON, "kim@social.example"),
        ("https://far.example/@kim@social.example", Network.MASTODON, "kim@social.example"),
        ("kim.bsky.example", Network.BLUESKY, "kim.bsky.example"),
        ("@Kim.bsky.example", Network.BLUESKY, "kim.bsky.example"),
        ("did:plc:abc234", Network.BLUESKY, "did:plc:abc234"),
        ("https://bsky.app/profile/kim.example", Network.BLUESKY, "kim.example"),
        ("https://kim.example/about?x=strand-a-b-c-12345#y", None, "https://kim.example/about"),
    ],
)
def test_addresses_are_understood(typed: str, network: Network | None, handle: str) -> None:
    said = claimed(typed)
    assert (said.network, said.handle) == (network, handle)


@pytest.mark.parametrize(
    "typed",
    ["", "kim", "@", "javascript:alert(1)", "https://", "https://[", "https://a@b.example/", "\ud800", "x" * 9_000],
)
def test_what_is_no_address_is_told_so(typed: str) -> None:
    with pytest.raises(BadInput):
        claimed(typed)


async def test_a_claim_is_proved_by_a_post_of_that_account(database: Database) -> None:
    await house(database)
    token, word = await begin(database, "@inka@kueste.example", "leyla.sky.example")
    await receive(database, a_post(f"It is me: {word.upper()}. #HarbourTalks", INKA))
    await find(database)
    assert await proved(database, token) == [INKA.uri]
    await receive(database, a_post(f"({word}) #HarbourTalks", LEYLA))
    await find(database)
    assert await proved(database, token) == [INKA.uri, LEYLA.uri]
    assert await person_of(database, INKA.uri) == await person_of(database, LEYLA.uri) is not None


async def test_a_word_in_somebody_else_s_post_proves_nothing(database: Database) -> None:
    await house(database, policy=Policy.OPEN)
    token, word = await begin(database, "@inka@kueste.example", "did:plc:leyla")
    mallory = an_author("Mallory")
    await begin(database, "@mallory@kueste.example")  # who is looked at as well, for a word of their own
    await receive(database, a_post("Moin #HarbourTalks", INKA), a_post(f"@inka says {word} #HarbourTalks", mallory))
    await find(database)
    assert await proved(database, token) == []
    assert await person_of(database, INKA.uri) is await person_of(database, mallory.uri) is None


async def test_somebody_else_s_word_proves_nothing_for_you(database: Database) -> None:
    await house(database)
    _, theirs = await begin(database, "leyla.sky.example")
    mine, _ = await begin(database, "@inka@kueste.example")
    await receive(database, a_post(f"{theirs} #HarbourTalks", INKA))
    await find(database)
    assert await proved(database, mine) == []


@pytest.mark.parametrize("around", ["x{}", "{}1", "-{}", "{}-2"])
async def test_a_piece_of_another_word_is_not_the_word(database: Database, around: str) -> None:
    await house(database)
    token, word = await begin(database, "@inka@kueste.example")
    await receive(database, a_post(f"{around.format(word)} #HarbourTalks", INKA))
    await find(database)
    assert await proved(database, token) == []


async def test_who_first_speaks_after_the_proof_is_their_person_too(database: Database) -> None:
    await house(database)
    token, _ = await begin(database, "did:plc:leyla")
    async with database.transaction() as db:
        await claims.prove(db, (await db.scalars(select(Claim.id))).one(), "did:plc:leyla", "bio", NOW)
    async with database.reading() as db:
        assert not await claims.is_behind(db, NOW)
    await receive(database, a_post("Moin #HarbourTalks", LEYLA))
    async with database.reading() as db:
        assert await claims.is_behind(db, NOW)
    await find(database)
    assert await person_of(database, LEYLA.uri) == 1
    assert await proved(database, token) == [LEYLA.uri]


async def test_the_newest_proof_holds(database: Database) -> None:
    await house(database)
    first, word = await begin(database, "@inka@kueste.example")
    await receive(database, a_post(f"{word} #HarbourTalks", INKA))
    await find(database)
    second, word = await begin(database, "@inka@kueste.example")
    await receive(database, a_post(f"{word} #HarbourTalks", INKA))
    await find(database)
    assert (await proved(database, first), await proved(database, second)) == ([], [INKA.uri])
    assert await person_of(database, INKA.uri) == 2


async def test_a_page_of_one_s_own_is_nobody_s_account(database: Database) -> None:
    await house(database)
    token, _ = await begin(database, "https://blog.example/inka")
    await receive(database, a_post("Moin #HarbourTalks", an_author("Blog", url="https://blog.example/inka")))
    async with database.transaction() as db:
        await claims.prove(db, 1, "https://blog.example/inka", "page", NOW)
    assert await proved(database, token) == []


async def test_a_word_s_time_ends(database: Database) -> None:
    await house(database)
    token, word = await begin(database, "@inka@kueste.example")
    late = NOW + claims.LASTS
    await receive(database, a_post(f"{word} #HarbourTalks", INKA))
    async with database.transaction() as db:
        assert await claims.is_behind(db, late)
        assert await claims.found_in_posts(db, late) == []
        await claims.lapse(db, late)
        person = await claims.find_person(db, token)
        with pytest.raises(Conflict):
            await claims.look_now(db, person, 1, late)
        with pytest.raises(Conflict):
            await claims.add(db, person, claimed("kim.example"), late)
        await db.refresh(person, ["claims"])
        assert [c.state for c in person.claims] == [ClaimState.LAPSED]
        await claims.renew(db, person, late)
        assert (person.word != word, person.claims[0].state) == (True, ClaimState.ASKED)


async def test_looks_grow_rarer_and_end_after_a_day(database: Database) -> None:
    await begin(database, "@inka@kueste.example")
    now, pauses = NOW, []
    while True:
        async with database.transaction() as db:
            if not await claims.due(db, now, 10):
                break
            await claims.note_look(db, 1, "not_there", now)
            due = (await db.get_one(Claim, 1)).due_at
        if due is None:
            break
        pauses.append(due - now)
        now = due
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1], len(pauses) < 30) == (timedelta(minutes=1), timedelta(hours=2), True)
    assert now - NOW >= claims.LOOKS_FOR
    async with database.transaction() as db:
        person = (await db.scalars(select(Person))).one()
        await db.refresh(person, ["claims"])
        await claims.look_now(db, person, 1, now)
        assert [c.id for c in await claims.due(db, now, 10)] == [1]


async def test_one_page_takes_so_many_addresses_each_once(database: Database) -> None:
    token, word = await begin(database, *[f"@kim{n}@social.example" for n in range(claims.MOST)] * 2)
    async with database.transaction() as db:
        person = await claims.find_person(db, token)
        assert len(person.claims) == claims.MOST
        with pytest.raises(Conflict):
            await claims.add(db, person, claimed("kim.example"), NOW)
        await claims.leave_out(db, person, person.claims[0].id)
        await db.refresh(person, ["claims"])
        with pytest.raises(BadInput):
            await claims.add(db, person, claimed(f"https://kim.example/{word}"), NOW)
        with pytest.raises(NotFound):
            await claims.leave_out(db, person, 999)


async def test_what_is_left_out_is_one_voice_of_its_own_again(database: Database) -> None:
    await house(database)
    token, word = await begin(database, "@inka@kueste.example")
    await receive(database, a_post(f"{word} #HarbourTalks", INKA))
    await find(database)
    async with database.transaction() as db:
        await claims.leave_out(db, await claims.find_person(db, token), 1)
    assert await person_of(database, INKA.uri) is None


async def test_a_private_page_is_known_by_its_address_alone(database: Database) -> None:
    token, _ = await begin(database)
    async with database.reading() as db:
        person = (await db.scalars(select(Person))).one()
        assert token not in str(vars(person))
        with pytest.raises(NotFound):
            await claims.find_person(db, token[:-1])
