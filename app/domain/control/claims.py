"""Somebody says "this is me": a word of their own, the addresses they say it of, and what was proved.

A word proves the address it was shown from and no other: in a post of that account, in its profile, on that page.
Asks no network; what a look over the network found is handed in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, selectinload

from app import secrets
from app.domain.control.claim_words import PREFIX, new_word
from app.domain.control.claimed import Claimed
from app.errors import N_, BadInput, Conflict, NotFound
from app.models import Author, Claim, ClaimState, Person, Post

LASTS = timedelta(days=7)  # a word's life
MOST = 8  # addresses of one person
LOOKS_FOR = timedelta(hours=24)  # by itself; later only when asked
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=2)
REASONS = {
    "not_there": N_("We looked, and your word is not there yet."),
    "unknown": N_("We found no such account. Is the address right?"),
    "away": N_("It cannot be reached just now. We try again."),
    "elsewhere": N_("It sends us on to another site, so it proves nothing. Give the address where it ends."),
    "taken": N_("Somebody else has proved this address since."),
    "over": N_("The word was not found in time. Ask for a new one."),
}


async def begin(db: AsyncSession, now: datetime) -> str:
    """A new person. Gives the token of their private page, which only they have."""
    token = secrets.new_token()
    db.add(Person(fingerprint=secrets.fingerprint(token), word=new_word(), expires_at=now + LASTS, created_at=now))
    await db.flush()
    return token


async def find_person(db: AsyncSession, token: str) -> Person:
    """With their claims. Raises NotFound."""
    wanted = select(Person).where(Person.fingerprint == secrets.fingerprint(token))
    person = (await db.scalars(wanted.options(selectinload(Person.claims)))).one_or_none()
    if person is None:
        raise NotFound("There is no such page.")
    return person


async def add(db: AsyncSession, person: Person, claimed: Claimed, now: datetime) -> Claim:
    """The same address again is the same claim. Raises BadInput, Conflict."""
    _check_word(person, now)
    for claim in person.claims:
        if (claim.network, claim.handle.lower()) == (claimed.network, claimed.handle.lower()):
            return claim
    if len(person.claims) >= MOST:
        raise Conflict("These are as many addresses as one page takes. Leave one out first.")
    if person.word in claimed.address.lower():
        raise BadInput("The word belongs on the page, not into its address.", "address")
    claim = Claim(
        person_id=person.id, address=claimed.address, network=claimed.network, handle=claimed.handle,
        uri=claimed.uri, state=ClaimState.ASKED, how="", reason="", asked_at=now, due_at=now,
    )  # fmt: skip
    person.claims.append(claim)
    await db.flush()
    return claim


async def leave_out(db: AsyncSession, person: Person, claim_id: int) -> None:
    """One address is not claimed any more; what it wrote is again one voice of its own."""
    claim = _mine(person, claim_id)
    if claim.uri is not None and claim.network is not None:
        theirs = update(Author).where(Author.uri == claim.uri, Author.person_id == person.id)
        await db.execute(theirs.values(person_id=None))
    await db.delete(claim)
    await db.flush()


async def look_now(db: AsyncSession, person: Person, claim_id: int, now: datetime) -> None:
    """Raises Conflict where the word's time is over."""
    _check_word(person, now)
    claim = _mine(person, claim_id)
    if claim.state is ClaimState.ASKED:
        claim.due_at = now


async def renew(db: AsyncSession, person: Person, now: datetime) -> None:
    """A new word; what was proved stays so."""
    person.word, person.expires_at = new_word(), now + LASTS
    for claim in person.claims:
        if claim.state is not ClaimState.PROVED:
            claim.state, claim.asked_at, claim.due_at, claim.reason = ClaimState.ASKED, now, now, ""
    await db.flush()


async def proved_uris(db: AsyncSession, token: str) -> list[str]:
    """The global addresses of the authors that whoever holds this private page has proved to be. Raises NotFound."""
    return uris_of(await find_person(db, token))


def uris_of(person: Person) -> list[str]:
    """A page on the web is nobody's account: others may write on it."""
    proved = (c for c in person.claims if c.state is ClaimState.PROVED and c.network is not None)
    return list(dict.fromkeys(claim.uri for claim in proved if claim.uri))


async def due(db: AsyncSession, now: datetime, limit: int) -> Sequence[Claim]:
    """Those whose turn it is to be looked at, with their person."""
    wanted = select(Claim).join(Claim.person).where(
        Claim.state == ClaimState.ASKED, Claim.due_at <= now, Person.expires_at > now
    )  # fmt: skip
    return (await db.scalars(wanted.options(contains_eager(Claim.person)).order_by(Claim.due_at).limit(limit))).all()


async def note_look(db: AsyncSession, claim_id: int, reason: str, now: datetime) -> None:
    """A look found nothing. `reason`: a key of REASONS. The next one comes later than the one before."""
    claim = await db.get(Claim, claim_id)
    if claim is None or claim.state is not ClaimState.ASKED:
        return
    claim.reason, claim.checked_at = reason, now
    age = now - claim.asked_at
    claim.due_at = now + min(max(age, _FIRST), _LONGEST) if age < LOOKS_FOR else None


async def prove(db: AsyncSession, claim_id: int, uri: str, how: str, now: datetime) -> None:
    """The word was found. Whoever proved this address before has it no longer."""
    claim = await db.get(Claim, claim_id)
    if claim is None or claim.state is ClaimState.PROVED:
        return
    if claim.network is not None:
        others = update(Claim).where(
            Claim.uri == uri, Claim.network.is_not(None), Claim.state == ClaimState.PROVED,
            Claim.person_id != claim.person_id,
        )  # fmt: skip
        await db.execute(others.values(state=ClaimState.LAPSED, reason="taken", due_at=None))
        await db.execute(update(Author).where(Author.uri == uri).values(person_id=claim.person_id))
    claim.state, claim.uri, claim.how, claim.reason = ClaimState.PROVED, uri, how, ""
    claim.checked_at = claim.proved_at = now
    claim.due_at = None
    await db.flush()


async def found_in_posts(db: AsyncSession, now: datetime) -> list[tuple[int, str]]:
    """(claim, author's address) of words that stand in a post of ours, written by the very account."""
    asked = select(Claim, Person.word).join(Claim.person).where(
        Claim.state == ClaimState.ASKED, Claim.network.is_not(None), Person.expires_at > now
    )  # fmt: skip
    open_ = (await db.execute(asked)).all()
    if not open_:
        return []
    handles, uris = {claim.handle.lower() for claim, _ in open_}, {claim.uri for claim, _ in open_ if claim.uri}
    whose = select(Author).where(or_(Author.uri.in_(uris), func.lower(Author.handle).in_(handles)))
    authors = (await db.scalars(whose)).all()
    like_a_word = func.lower(Post.text).contains(f"{PREFIX}-")
    said = select(Post.author_id, Post.text).where(Post.author_id.in_([a.id for a in authors]), like_a_word)
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for author_id, text in await db.execute(said):
        texts[author_id].append(text)
    pairs = ((claim, word, author) for claim, word in open_ for author in authors if _is_of(claim, author))
    return [(c.id, author.uri) for c, word, author in pairs if any(says(text, word) for text in texts[author.id])]


async def is_behind(db: AsyncSession, now: datetime) -> bool:
    """Whether `link_newcomers` or `lapse` has anything to do. Takes no lock, so it can be asked often."""
    loose = select(Claim.id).join(Author, Author.uri == Claim.uri).where(
        Claim.state == ClaimState.PROVED, Claim.network.is_not(None), Author.person_id.is_(None)
    )  # fmt: skip
    return bool(await db.scalar(select(or_(loose.exists(), _over(now).exists()))))


async def link_newcomers(db: AsyncSession) -> None:
    """Authors who first spoke after their address was proved become their person's."""
    newest = _prover().order_by(Claim.proved_at.desc()).limit(1).scalar_subquery()
    loose = update(Author).where(Author.person_id.is_(None), _prover().exists())
    await db.execute(loose.values(person_id=newest).execution_options(synchronize_session=False))


async def lapse(db: AsyncSession, now: datetime) -> None:
    """Words whose week is over prove nothing any more."""
    asked = update(Claim).where(Claim.id.in_(_over(now)))
    lapsed = asked.values(state=ClaimState.LAPSED, reason="over", due_at=None)
    await db.execute(lapsed.execution_options(synchronize_session=False))


def _prover() -> Select[int]:
    """Of an author: the person who has proved this address."""
    return select(Claim.person_id).where(
        Claim.uri == Author.uri, Claim.state == ClaimState.PROVED, Claim.network.is_not(None)
    )


def _over(now: datetime) -> Select[int]:
    return select(Claim.id).join(Claim.person).where(Claim.state == ClaimState.ASKED, Person.expires_at <= now)


def says(text: str, word: str) -> bool:
    """Whether this word, whole, is in a text."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE) is not None


def _is_of(claim: Claim, author: Author) -> bool:
    if claim.uri is not None:
        return author.uri == claim.uri
    return author.network is claim.network and author.handle.lower() == claim.handle.lower()


def _check_word(person: Person, now: datetime) -> None:
    if person.expires_at <= now:
        raise Conflict("The time of this word is over. Ask for a new one.")


def _mine(person: Person, claim_id: int) -> Claim:
    for claim in person.claims:
        if claim.id == claim_id:
            return claim
    raise NotFound("There is no such address on this page.")
