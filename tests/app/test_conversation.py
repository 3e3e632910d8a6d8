"""A conversation on both databases: up, down, beside; circles end, hidden posts hold nothing together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.database import Database
from app.domain.audience import Surface
from app.domain.strand import conversation
from app.domain.strand.conversation import Conversation
from app.domain.strand.standing import all_stand
from app.models import Event, Policy, Post, Verdict
from ingest.types import IncomingPost, Network
from tests.app.test_intake import house, receive
from tests.conftest import NOW
from tests.factories import a_post, an_author

SKY = an_author("Leyla", Network.BLUESKY)


def said(text: str, minutes: float, to: IncomingPost | None = None, **fields: Any) -> IncomingPost:
    posted = NOW - timedelta(minutes=minutes)
    author = fields.pop("author", SKY)
    return a_post(f"{text} #HarbourTalks", author, posted_at=posted, reply_to_uri=to.uri if to else None, **fields)


async def read(database: Database, event: Event, text: str) -> Conversation | None:
    async with database.reading() as db:
        found = (await db.scalars(select(Post.id).where(Post.text.startswith(text + " ")))).one()
        return await conversation.read(db, event, found)


def text(view: dict[str, Any] | None) -> str:
    return view["words"][0]["text"].split()[0] if view else ""


def tree(nodes: list[dict[str, Any]]) -> list[Any]:
    return [(text(node["post"]), tree(node["answers"])) for node in nodes]


async def test_up_down_and_beside(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    root = said("root", 9)
    one, two = said("one", 8, root), said("two", 7, root)
    deep = said("deep", 6, one)
    await receive(database, root, one, two, deep)
    talk = await read(database, event, "root")
    assert talk and talk.before == [] and tree(talk.answers) == [("one", [("deep", [])]), ("two", [])]
    assert (text(talk.older), text(talk.newer), talk.cut) == ("", "one", False)
    talk = await read(database, event, "deep")
    assert talk and [text(each) for each in talk.before] == ["root", "one"] and talk.answers == []
    assert (text(talk.older), text(talk.newer)) == ("two", "")


async def test_a_hidden_post_is_no_neighbour_and_holds_nothing_together(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    root = said("root", 9)
    gone = said("gone", 8, root)
    veiled = said("veiled", 7, author=an_author("Cas", labels=("!hide",)))
    await receive(database, root, gone, veiled, said("under", 6, gone))
    async with database.transaction() as db:
        await db.execute(update(Post).where(Post.text.startswith("gone")).values(verdict=Verdict.HIDE))
    talk = await read(database, event, "root")
    assert talk and talk.answers == [] and text(talk.newer) == "under"
    talk = await read(database, event, "under")
    assert talk and talk.before == [] and text(talk.older) == "root"
    assert await read(database, event, "gone") is None


async def test_posts_that_claim_to_answer_each_other_do_not_go_round_for_ever(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    await receive(database, said("aa", 9), said("bb", 8))
    async with database.transaction() as db:
        first, second = (await db.scalars(select(Post).order_by(Post.id))).all()
        first.reply_to_id, second.reply_to_id = second.id, first.id
    talk = await read(database, event, "aa")
    assert talk and [text(each) for each in talk.before] == ["bb"] and tree(talk.answers) == [("bb", [])]


async def test_a_conversation_too_long_for_a_page_says_so(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    root = said("root", 900)
    await receive(database, root, *(said(f"n{n}", 800 - n, root) for n in range(conversation.MOST + 5)))
    talk = await read(database, event, "root")
    assert talk and talk.cut and len(talk.answers) == conversation.MOST - 1


async def test_what_a_page_shows_stands_for_search_engines_only_when_everybody_on_it_agreed(database: Database) -> None:
    event = await house(database, policy=Policy.OPEN)
    open_, shy = an_author("Inka", indexable=True), an_author("Bo", indexable=None)
    mine, theirs = said("mine", 9, author=open_), said("theirs", 8, author=shy)
    await receive(database, mine, theirs, said("answer", 7, theirs, author=open_))
    async with database.reading() as db:

        async def stands(*texts: str) -> bool:
            views = [talk.one for each in texts if (talk := await read(database, event, each))]
            assert len(views) == len(texts)
            return await all_stand(db, event, views, Surface.INDEX)

        assert await stands("mine") and not await stands("theirs") and not await stands("mine", "theirs")
        assert not await stands("answer")  # it names whom it answers
        assert await all_stand(db, event, [], Surface.INDEX)
        assert await all_stand(db, event, [(await _view(database, event, "theirs"))], Surface.STRAND)


async def _view(database: Database, event: Event, which: str) -> dict[str, Any]:
    talk = await read(database, event, which)
    assert talk
    return talk.one
