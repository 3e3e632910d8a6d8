"""The list of first voices at the desk: answered in one tap, by a reporter too, with a script and without."""

from __future__ import annotations

from html import unescape

import httpx
from sqlalchemy import select

from app.desk.thanks import thanks
from app.domain import intake, moderation
from app.models import Connection, Outgoing, Post, Verdict
from app.models.account import Role
from ingest.types import Batch, Network
from tests.app.desk.conftest import Desk
from tests.factories import a_post, an_author, make_account

PAGE = "/desk/harbour/voices"
INKA, OLE = an_author("Inka Peters", Network.FORM), an_author("Ole Hansen", Network.FORM)


async def shown(desk: Desk, text: str = "Is there tea?", author: object = INKA, **fields: object) -> Post:
    """A first post, shown six minutes ago."""
    incoming = a_post(text, author, **fields)  # type: ignore[arg-type]
    clock = desk.running.clock
    async with desk.running.database.transaction() as db:
        await intake.receive(db, Batch("form:harbour", (incoming,)), clock())
        post = (await db.scalars(select(Post).where(Post.uri == incoming.uri))).one()
        kim = await make_account(db)
        await moderation.decide(db, desk.event, post.id, post.version, Verdict.APPROVE, kim, clock())
    clock.forward(360)
    return post


async def answers(desk: Desk) -> list[Post]:
    async with desk.running.database.reading() as db:
        return list(await db.scalars(select(Post).where(Post.reply_to_id.is_not(None)).order_by(Post.id)))


async def reporter(desk: Desk, name: str = "Kim") -> httpx.AsyncClient:
    async with desk.running.database.transaction() as db:
        account = await make_account(db, name)
    return desk.running.visitor(await desk.running.sign_in(Role.REPORTER, desk.event, account))


async def test_a_reporter_thanks_in_one_tap_with_the_sentence_that_stands_there(desk: Desk) -> None:
    post = await shown(desk, lang="de")
    async with await reporter(desk) as kim:
        page = unescape((await kim.get(PAGE)).text)
        assert "Is there tea?" in page and "Shown 6 minutes ago" in page
        sentence = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
        assert ("Inka Peters" in sentence and "Danke" in sentence) or "danke" in sentence
        answer = await kim.post(PAGE, data={"post": post.id, "words": sentence})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=answered")
        after = unescape((await kim.get(answer.headers["location"])).text)
    (said,) = await answers(desk)
    assert (said.text, said.lang, said.verdict) == (sentence, "de", Verdict.APPROVE)
    assert "Your answer is on the strand" in after and "Nobody waits for an answer." in after
    assert "Kim answered Inka Peters" in after


async def test_everybody_sees_the_mark_and_nobody_sees_who_wrote_it(desk: Desk) -> None:
    post = await shown(desk)
    async with await reporter(desk, "Kimberley") as kim:
        await kim.post(PAGE, data={"post": post.id, "words": "There is tea."})
    async with desk.running.visitor() as anybody:
        strand = (await anybody.get("/harbour", headers={"accept": "text/html"})).text
        said = (await anybody.get("/api/v1/events/harbour/posts")).json()["posts"][-1]
        feeds = [(await anybody.get(f"/harbour/{name}")).text for name in ("feed.atom", "feed.json")]
        people = (await anybody.get("/harbour/people")).text
    assert 'data-note="voice">the event itself<' in strand and "Kimberley" not in strand
    assert said["author"]["voice"] is True and said["author"]["name"] == "Harbour Talks"
    assert "Kimberley" not in str(said) + str(feeds)
    assert all("Harbour Talks (the event itself)" in feed for feed in feeds)
    assert "Inka Peters" in people and "There is tea." not in people


async def test_a_script_gets_the_answer_and_the_slower_one_gets_the_faster_ones(desk: Desk) -> None:
    post = await shown(desk)
    async with await reporter(desk) as kim, await reporter(desk, "Ada") as ada:
        (row,) = (await ada.get(f"{PAGE}.json")).json()["posts"]
        assert (row["post"]["id"], row["lang"]) == (post.id, "en") and "Inka Peters" in row["thanks"]
        first = await kim.post(PAGE, json={"post": post.id, "thank": True})
        assert first.status_code == 200 and first.json()["post"]["reply_to"]["id"] == post.id
        late = await ada.post(PAGE, json={"post": post.id, "words": "Here is mine"})
        assert late.status_code == 409
        assert late.json() == {"error": "Kim has answered already.", "post": first.json()["post"]}
        page = await ada.post(PAGE, data={"post": post.id, "words": "Here is mine"})
        assert page.status_code == 409 and "Kim has answered already." in page.text
        now = (await ada.get(f"{PAGE}.json")).json()
    assert now["posts"] == [] and now["answered"][0]["heading"] == "Kim answered Inka Peters"


async def test_nothing_typed_is_lost_when_it_is_refused(desk: Desk) -> None:
    post = await shown(desk)
    long = "Too much of it. " * 40
    async with await reporter(desk) as kim:
        page = await kim.post(PAGE, data={"post": post.id, "words": long})
        assert page.status_code == 400
        assert long.strip() in unescape(page.text) and "too long by" in page.text
        empty = await kim.post(PAGE, json={"post": post.id, "words": " "})
    assert (empty.status_code, empty.json()["error"]) == (400, "There is nothing in it yet. Write a few words.")
    assert await answers(desk) == []


async def test_what_makes_no_sense_is_one_sentence(desk: Desk) -> None:
    wrong = (b"", b"{", b'"x"', b'{"post": 0}', b'{"post": "x"}', b'{"post": 1, "more": 2}', b'{"post": 99999999999}')
    async with await reporter(desk) as kim:
        for sent in wrong:
            answer = await kim.post(PAGE, content=sent, headers={"content-type": "application/json"})
            assert answer.status_code == 400 and answer.json()["error"]
        for path in (PAGE, f"{PAGE}/excuse", f"{PAGE}/again"):
            form = await kim.post(path, data={"post": "x", "words": "y"}, headers={"accept": "text/html"})
            assert form.status_code == 400
            gone = await kim.post(path, json={"post": 4711, "words": "y"})
            assert gone.status_code in (404, 409) and gone.json()["error"]


async def test_a_post_that_is_not_shown_or_not_there_is_not_answered(desk: Desk) -> None:
    async with await reporter(desk) as kim:
        answer = await kim.post(PAGE, json={"post": 4711, "thank": True})
    assert answer.status_code == 409 and "not shown" in answer.json()["error"]


async def test_what_needs_no_answer_leaves_and_can_be_taken_back(desk: Desk) -> None:
    post = await shown(desk)
    async with await reporter(desk) as kim:
        away = await kim.post(f"{PAGE}/excuse", data={"post": post.id, "words": "whatever stood there"})
        page = (await kim.get(away.headers["location"])).text
        assert "It needs no answer." in page and f'value="{post.id}">Take that back' in page
        await kim.post(f"{PAGE}/excuse", data={"post": post.id, "on": "false"})
        assert len((await kim.get(f"{PAGE}.json")).json()["posts"]) == 1
        told = await kim.post(f"{PAGE}/excuse", json={"post": post.id})
    assert told.json() == {"excused": True, "told": "It needs no answer."}


async def test_a_script_gone_wild_is_asked_to_wait(desk: Desk) -> None:
    post = await shown(desk)
    async with await reporter(desk) as kim:
        answers = [await kim.post(PAGE, json={"post": post.id, "words": "x"}) for _ in range(12)]
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) > 0


async def test_what_could_not_be_sent_is_told_in_one_sentence_with_a_way_to_try_again(desk: Desk) -> None:
    inka = an_author("Inka Peters")
    async with desk.running.database.transaction() as db:
        db.add(
            Connection(
                event_id=desk.event.id, network=Network.MASTODON, server="https://kueste.example",
                connected_at=desk.running.clock(),
            )
        )  # fmt: skip
    await desk.add(upstream="form:harbour")
    post = await shown(desk, "Is there tea? #HarbourTalks", inka)
    async with await reporter(desk) as kim:
        await kim.post(PAGE, json={"post": post.id, "thank": True})
        assert "On its way to Mastodon." in (await kim.get(PAGE)).text
        async with desk.running.database.transaction() as db:
            owed = (await db.scalars(select(Outgoing))).one()
            told = "{host} does not let our account do this. Connect again, so that it is asked for what is needed."
            owed.tries, owed.content = 3, owed.content | {"words": told, "host": "kueste.example"}
        page = (await kim.get(PAGE)).text
        assert "kueste.example does not let our account do this. Connect again" in page
        assert (await kim.post(f"{PAGE}/again", data={"post": post.id})).status_code == 303
    async with desk.running.database.reading() as db:
        (owed,) = await db.scalars(select(Outgoing))
    assert owed.tries == 1 and owed.due_at == desk.running.clock()


async def test_strangers_and_screens_are_not_let_in(desk: Desk) -> None:
    post = await shown(desk)
    async with desk.running.visitor(await desk.running.sign_in(Role.SCREEN, desk.event)) as screen:
        assert (await screen.get(PAGE)).status_code == 403
        assert (await screen.post(PAGE, json={"post": post.id, "thank": True})).status_code == 403
    async with desk.running.visitor() as stranger:
        assert (await stranger.get(f"{PAGE}.json")).status_code == 401
        assert (await stranger.post(PAGE, json={"post": post.id, "thank": True})).status_code == 401


def test_thanks_are_not_the_same_twice_in_a_row_and_repeat_no_name_that_is_more_than_one() -> None:
    assert thanks(str, "Inka", False, 1) != thanks(str, "Inka", False, 2)
    assert "Inka" in thanks(str, "Inka Peters-O'Brien", False, 3)
    assert "asking" in thanks(str, "", True, 1)
    for name in ("@everybody", "Buy at x.example", "x" * 80, "<b>", "🦀"):
        assert name not in thanks(str, name, False, 1)
