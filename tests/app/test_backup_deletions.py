"""What left after a backup was taken, or went out of sight, does not come back with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.backup import ledger, reading
from app.backup.problems import Unusable
from app.domain import intake, log, moderation, snapshot
from app.domain.audience import Audience
from app.domain.control import refusals, removals, retention, taking_away
from app.domain.posts import saying
from app.domain.posts.known import know_authors
from app.domain.posts.saying import Words
from app.jobs.leaving import Leaving
from app.models import Account, Copy, Event, Part, Post, Refusal, Verdict
from ingest.types import Batch, Incoming, IncomingAuthorChange, IncomingDeletion, Network
from tests.app.backed_up import LATER, Place, furnish, place, say
from tests.conftest import NOW, Clock
from tests.factories import a_post, an_author

__all__ = ["place"]
Make = Callable[..., Place]
AFTER = NOW + timedelta(minutes=10)
UPSTREAM = "mastodon:https://kueste.example"
WORDS = "A canary sang"
INKA = an_author("Canary", Network.MASTODON)


class Life:
    """A house with a canary's post in it, shown on every wall, and a backup of that moment."""

    def __init__(self, at: Place, file: Path) -> None:
        self.at, self.file = at, file
        self.uri, self.address, self.id = "", a_post(author=INKA, key="canary-1").address, 0
        self.job: Leaving

    async def begin(self) -> None:
        await furnish(self.at)
        async with self.at.acting() as db:
            post = await say(db, await self.event(db), WORDS, author=INKA, key="canary-1")
            self.uri, self.id = post.uri, post.id
            await saying.say(db, await self.event(db), "t2", "r2", "me", Words("I sang by the form", consent=True), NOW)
            form = (await db.scalars(select(Post).where(Post.text == "I sang by the form"))).one()
            kim = (await db.scalars(select(Account))).one()
            await moderation.decide(db, await self.event(db), form.id, form.version, Verdict.APPROVE, kim, NOW)
        await self.at.backup(self.file)

    async def event(self, db: AsyncSession) -> Event:
        return (await db.scalars(select(Event).where(Event.slug == "harbour"))).one()

    async def note(self) -> None:
        async with self.at.opened() as database:
            await Leaving(database, self.at.folder, Clock(AFTER)).note()

    async def act(self, act: Act) -> None:
        async with self.at.acting() as db:
            await act(db, await self.event(db), self)


Act = Callable[[AsyncSession, Event, Life], Awaitable[object]]


@pytest.fixture
async def life(place: Make, tmp_path: Path) -> Life:
    life = Life(place(), tmp_path / "b.zip")
    await life.begin()
    return life


async def shown(at: Place, audience: Audience = Audience.PUBLIC) -> str:
    """All that everybody can read there."""
    async with at.opened() as database, database.reading() as db:
        event = (await db.scalars(select(Event).where(Event.slug == "harbour"))).one()
        return json.dumps((await snapshot.take(db, event.id, audience)).posts, default=str)


async def _hear(db: AsyncSession, event: Event, *items: Incoming) -> None:
    await intake.take(db, event, items, UPSTREAM, await know_authors(db, items), Counter(), AFTER)


async def _decide(db: AsyncSession, event: Event, life: Life, verdict: Verdict, part: Part = Part.POST) -> None:
    post, kim = await db.get_one(Post, life.id), (await db.scalars(select(Account))).one()
    await moderation.decide(db, event, post.id, post.version, verdict, kim, AFTER, part=part)


async def deleted_upstream(db: AsyncSession, event: Event, life: Life) -> None:
    await _hear(db, event, IncomingDeletion(life.address))


async def account_deleted(db: AsyncSession, event: Event, life: Life) -> None:
    await intake.receive(db, Batch(UPSTREAM, (IncomingAuthorChange(INKA.uri, "deleted"),), None), AFTER)


async def account_suspended(db: AsyncSession, event: Event, life: Life) -> None:
    await intake.receive(db, Batch(UPSTREAM, (IncomingAuthorChange(INKA.uri, "suspended"),), None), AFTER)


async def removed_by_its_author(db: AsyncSession, event: Event, life: Life) -> None:
    (begun,) = (await removals.remove_post(db, event, life.id, AFTER)).begun
    while await taking_away.go_on(db, begun, AFTER):
        pass


async def all_of_its_author_removed(db: AsyncSession, event: Event, life: Life) -> None:
    for begun in (await removals.remove_authors(db, event, [INKA.uri], AFTER)).begun:
        while await taking_away.go_on(db, begun, AFTER):
            pass


async def asked_to_be_removed(db: AsyncSession, event: Event, life: Life) -> None:
    for begun in (await removals.ask(db, event, life.uri, "", AFTER)).begun:
        await taking_away.go_on(db, begun, AFTER)


async def hidden(db: AsyncSession, event: Event, life: Life) -> None:
    await _decide(db, event, life, Verdict.HIDE)


async def set_aside(db: AsyncSession, event: Event, life: Life) -> None:
    await _decide(db, event, life, Verdict.LATER)


async def changed(db: AsyncSession, event: Event, life: Life) -> None:
    await _hear(db, event, a_post("Nothing sang #HarbourTalks", INKA, "canary-1", edited_at=AFTER))


async def changed_and_read(db: AsyncSession, event: Event, life: Life) -> None:
    await changed(db, event, life)
    await _decide(db, event, life, Verdict.APPROVE)


async def made_private(db: AsyncSession, event: Event, life: Life) -> None:
    (await db.get_one(Post, life.id)).unpublic_at = AFTER
    await log.append_posts(db, event.id, [life.id], AFTER)


GOES: dict[Act, str] = {
    deleted_upstream: "gone", account_deleted: "gone", removed_by_its_author: "gone", all_of_its_author_removed: "gone",
    account_suspended: "held", asked_to_be_removed: "held", hidden: "held", set_aside: "held", changed: "held",
    changed_and_read: "held", made_private: "held",
}  # fmt: skip


@pytest.mark.parametrize("act", GOES, ids=lambda act: act.__name__)
async def test_backup_deletions_what_left_since_is_not_shown_by_a_house_restored_elsewhere(
    life: Life, place: Make, act: Act
) -> None:
    assert WORDS in await shown(life.at)
    plain, other = place(empty=True), place(empty=True)
    await plain.restore(life.file)
    assert WORDS in await shown(plain), "without a list there is nobody to say that it left"
    await life.act(act)
    await life.note()
    assert WORDS not in await shown(life.at)
    told = await other.restore(life.file, deletions=reading.deletions(life.at.folder / ledger.FILE))
    assert WORDS not in await shown(other)
    assert (told.gone, told.held) == ((1, 0) if GOES[act] == "gone" else (0, 1))
    async with other.acting() as db:
        (post,) = (await db.scalars(select(Post).where(Post.uri == life.uri))).all()
        assert (post.text == "") is (GOES[act] == "gone")
        assert post.gone_at or (post.verdict, post.why) == (Verdict.HOLD, "restored")
        event = await life.event(db)
        assert (
            event.seq > 0 and not (await db.scalars(select(Copy.checked_at).where(Copy.checked_at.is_not(None)))).all()
        )


@pytest.mark.parametrize("act", GOES, ids=lambda act: act.__name__)
async def test_backup_deletions_the_house_that_is_replaced_knows_them_without_any_list(life: Life, act: Act) -> None:
    await life.act(act)
    await life.at.restore(life.file, replace=True)
    assert WORDS not in await shown(life.at) and "late again" in await shown(life.at, Audience.DESK)


async def test_backup_deletions_by_the_form_withdrawn_is_gone_and_amended_waits(life: Life, place: Make) -> None:
    async def amend(db: AsyncSession, event: Event, life: Life) -> None:
        await saying.amend(db, event, "r2", Words("Nobody sang", consent=True), AFTER)

    async def withdraw(db: AsyncSession, event: Event, life: Life) -> None:
        await saying.withdraw(db, event, "r2", AFTER)

    assert "by the form" in await shown(life.at)
    for act in (amend, withdraw):
        await life.act(act)
        await life.note()
        other = place(empty=True)
        await other.restore(life.file, deletions=reading.deletions(life.at.folder / ledger.FILE))
        assert "by the form" not in await shown(other)
    assert "by the form" not in await shown(other, Audience.DESK)


async def test_backup_deletions_what_came_back_into_sight_is_shown(life: Life, place: Make) -> None:
    await life.act(hidden)
    await life.note()
    await life.act(lambda db, event, life: _decide(db, event, life, Verdict.APPROVE))
    await life.note()
    other = place(empty=True)
    assert (await other.restore(life.file, deletions=ledger.read_file(life.at.folder / ledger.FILE))).held == 0
    assert WORDS in await shown(other)


async def test_backup_deletions_what_the_backup_knows_itself_it_knows_better(life: Life, place: Make) -> None:
    """An old line about something that was settled long before the backup."""
    async with life.at.acting() as db:
        event = await life.event(db)
        print_ = ledger.post_print(ledger.event_print(event.id, event.created_at), life.uri)
    old = {print_: ledger.Left(NOW - timedelta(hours=2), ledger.AWAY)}
    other = place(empty=True)
    await other.restore(life.file, deletions=old)
    assert WORDS in await shown(other)


async def test_backup_deletions_pictures_taken_from_sight_stay_so(life: Life, place: Make) -> None:
    await life.act(lambda db, event, life: _decide(db, event, life, Verdict.HIDE, Part.MEDIA))
    await life.note()
    other = place(empty=True)
    await other.restore(life.file, deletions=ledger.read_file(life.at.folder / ledger.FILE))
    async with other.acting() as db:
        post = await db.get_one(Post, life.id)
        assert (post.verdict, post.media_verdict) == (Verdict.APPROVE, Verdict.HOLD)


async def test_backup_deletions_who_asked_not_to_be_collected_is_not_collected_again(life: Life, place: Make) -> None:
    await life.act(all_of_its_author_removed)
    await life.note()
    other = place(empty=True)
    await other.restore(life.file, deletions=ledger.read_file(life.at.folder / ledger.FILE))
    async with other.acting() as db:
        assert refusals.print_of(INKA.uri) in set(await db.scalars(select(Refusal.fingerprint)))
        await _hear(db, await life.event(db), a_post(WORDS + " #HarbourTalks", INKA, "canary-2"))
    assert WORDS not in await shown(other, Audience.DESK)


async def test_backup_deletions_an_event_that_was_erased_stays_erased(life: Life, place: Make) -> None:
    async def erase(db: AsyncSession, event: Event, life: Life) -> None:
        event.keep_until = AFTER
        await db.flush()
        while await retention.erase(db, event.id, AFTER):
            pass

    await life.act(erase)
    await life.note()
    for target, told in ((life.at, {}), (place(empty=True), ledger.read_file(life.at.folder / ledger.FILE))):
        await target.restore(life.file, replace=True, deletions=told)
        async with target.acting() as db:
            event = await life.event(db)
            assert event.erased_at == LATER
            assert not (await db.scalars(select(Post).where(Post.event_id == event.id))).all()
        assert WORDS.encode() not in b"".join(path.read_bytes() for path in target.folder.glob("strand.sqlite*"))


async def test_backup_deletions_a_quote_of_what_left_loses_its_words(life: Life, place: Make) -> None:
    quote = {"uri": life.uri, "state": "accepted", "name": "Canary", "words": [{"t": "text", "text": WORDS}]}
    async with life.at.acting() as db:
        await db.execute(update(Post).where(Post.text.contains("late again")).values(quote=quote))
    await life.at.backup(life.file)
    await life.act(deleted_upstream)
    await life.note()
    other = place(empty=True)
    await other.restore(life.file, deletions=ledger.read_file(life.at.folder / ledger.FILE))
    for table in (await other.rows()).values():
        assert WORDS not in json.dumps(table, default=str, ensure_ascii=False)


async def test_backup_deletions_of_a_newer_backup_can_be_taken(life: Life, place: Make, tmp_path: Path) -> None:
    await life.act(hidden)
    await life.note()
    await life.at.backup(tmp_path / "newer.zip")
    other = place(empty=True)
    await other.restore(life.file, deletions=reading.deletions(tmp_path / "newer.zip"))
    assert WORDS not in await shown(other)


async def test_backup_deletions_the_list_names_nobody_and_says_a_thing_once(life: Life) -> None:
    await life.act(deleted_upstream)
    async with life.at.opened() as database:
        job = Leaving(database, life.at.folder, Clock(AFTER))
        for _ in range(3):
            await job.note()
        await Leaving(database, life.at.folder, Clock(AFTER)).note()  # another process, later
    told = (life.at.folder / ledger.FILE).read_text()
    assert "kueste" not in told and "harbour" not in told
    assert len(told.splitlines()) == len(set(told.splitlines()))
    assert sum(" gone " in line for line in told.splitlines()) == 1


async def test_backup_deletions_the_log_is_followed_from_where_it_was_read(life: Life) -> None:
    """Also what goes while the job sleeps, and nothing twice; an entry of before is not read again."""
    async with life.at.opened() as database:
        job = Leaving(database, life.at.folder, Clock(AFTER))
        await job.note()
        before = (life.at.folder / ledger.FILE).read_bytes() if (life.at.folder / ledger.FILE).exists() else b""
        async with database.transaction() as db:
            await deleted_upstream(db, await life.event(db), life)
        await job.note()
        after = (life.at.folder / ledger.FILE).read_bytes()
    assert after.startswith(before) and after[len(before) :].count(b"\n") == 1


def test_backup_deletions_a_torn_last_line_is_passed_over_and_ended(tmp_path: Path) -> None:
    path, print_ = tmp_path / ledger.FILE, "a" * 32
    ledger.append(path, {print_: ledger.Left(NOW, ledger.GONE)})
    with path.open("ab") as file:
        file.write(b"2027-06-11T09:00:00+00:00 go")
    assert set(ledger.read_file(path)) == {print_}
    ledger.append(path, {"b" * 32: ledger.Left(NOW, ledger.AWAY)})
    assert [left.state for left in ledger.read_file(path).values()] == ["gone", "away"]
    path.write_text("garbage\n")
    with pytest.raises(Unusable, match="Line 1"):
        ledger.read_file(path)
