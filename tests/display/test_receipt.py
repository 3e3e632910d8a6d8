"""The receipt: one's own private page, true at every moment, from which words, pictures and all can change or go."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from app.domain import moderation
from app.domain.intake import receive
from app.jobs.pictures import Pictures
from app.lease import Holder
from app.models import Attachment, Event, Policy, Post, Verdict
from app.shelf import Shelf
from ingest.types import Batch
from tests.app.jobs.drawings import DUSK, SEA, jpeg
from tests.display.phone import Form, Phone, told
from tests.factories import a_post, make_account, make_source
from tests.server import Running


async def receipt_of(phone: Phone, text: str = "As it was", **more: object) -> httpx.Response:
    answer = await phone.say(text, **more)  # type: ignore[arg-type]
    assert answer.status_code == 303, told(answer)
    return await phone._web.get(answer.headers["location"])


async def again(phone: Phone, page: httpx.Response) -> httpx.Response:
    return await phone._web.get(page.url.path)


async def news(phone: Phone, page: httpx.Response) -> dict[str, object]:
    answer = await phone._web.get(page.url.path, headers={"accept": "application/json"})
    found: dict[str, object] = answer.json()
    return found


async def stored(served: Running) -> Post:
    async with served.database.reading() as db:
        return (await db.scalars(select(Post).order_by(Post.id))).first() or pytest.fail("no post")


async def decide(served: Running, verdict: Verdict) -> None:
    post = await stored(served)
    async with served.database.transaction() as db:
        event = await db.get_one(Event, post.event_id)
        kim = await make_account(db)
        await moderation.decide(db, event, post.id, post.version, verdict, kim, served.clock())


async def reviewed(served: Running) -> None:
    async with served.database.transaction() as db:
        (await db.scalars(select(Event))).one().policy = Policy.REVIEW


async def test_the_receipt_says_what_became_of_it_at_every_turn(served: Running, phone: Phone) -> None:
    await reviewed(served)
    page = await receipt_of(phone)
    for verdict, fate, sentence in (
        (None, "waiting", "Your words have arrived."),
        (Verdict.APPROVE, "shown", "It is shown."),
        (Verdict.HOLD, "held", "It is held back for now."),
        (Verdict.HIDE, "hidden", "It is not shown."),
        (Verdict.APPROVE, "shown", "It is shown."),
    ):
        if verdict:
            await decide(served, verdict)
        told_now, seen = await news(phone, page), await again(phone, page)
        assert (told_now["fate"], told_now["title"]) == (fate, sentence)
        assert sentence in seen.text
        assert ("See it on the strand" in seen.text) and (
            f'id="seen"{"" if fate == "shown" else " hidden"}' in seen.text
        )
    assert told_now["url"] == f"/harbour/posts/{(await stored(served)).id}"


async def test_a_receipt_whose_removal_was_asked_for_says_so(served: Running, phone: Phone) -> None:
    page = await receipt_of(phone)
    async with served.database.transaction() as db:
        (await db.scalars(select(Post))).one().withheld_at = served.clock()
    assert (await news(phone, page))["fate"] == "withheld"
    assert "Somebody asked for its removal." in (await again(phone, page)).text


async def test_answers_reach_the_receipt_as_they_come(served: Running, phone: Phone) -> None:
    page = await receipt_of(phone)
    before = await news(phone, page)
    assert before["answers"] == [] and (await news(phone, page))["mark"] == before["mark"]
    post = await stored(served)
    async with served.database.transaction() as db:
        source = await make_source(db, await db.get_one(Event, post.event_id))
        reply = a_post("Nine, I think. #HarbourTalks", reply_to_uri=post.uri)
        await receive(db, Batch(source.upstream, (reply,)), served.clock())
    after = await news(phone, page)
    assert after["mark"] != before["mark"] and len(after["answers"]) == 1  # type: ignore[arg-type]
    assert "Nine, I think." in (await again(phone, page)).text


async def test_a_receipt_is_kept_from_everybody_else(served: Running, phone: Phone) -> None:
    page = await receipt_of(phone)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex">' in page.text
    assert str(page.url) in page.text  # "keep this address", whole
    public = (await phone._web.get("/harbour")).text + (await phone._web.get("/harbour/feed.atom")).text
    assert page.url.path.rpartition("/")[2] not in public


async def test_words_warning_and_pictures_can_be_changed(served: Running, phone: Phone) -> None:
    page = await receipt_of(
        phone, files={"picture1": jpeg(above=SEA), "picture2": jpeg(above=DUSK)}, alt1="Sea", alt2="Dusk", lang="de",
        question="yes", where="room",
    )  # fmt: skip
    kept = {a.alt: a.media_id for a in await pictures_of(served)}
    served.clock.forward(30)
    done = await phone.fill(
        page, "change", files={"picture3": jpeg((90, 60))}, act="edit", text="As it is", cover="Nets", drop1="yes",
        alt2="The dusk", alt3="New",
    )  # fmt: skip
    assert done.status_code == 303, told(done)
    found = await pictures_of(served)
    assert [a.alt for a in found] == ["The dusk", "New"] and found[0].media_id == kept["Dusk"]
    post = await stored(served)
    assert (post.text, post.content_warning, post.lang) == ("As it is", "Nets", "de")
    assert (post.question, post.in_room, post.edited_at) == (True, True, served.clock())
    seen = (await again(phone, page)).text
    assert "As it is" in seen and "As it was" not in seen and "Under the warning: Nets" in seen


async def test_a_change_that_cannot_be_taken_loses_nothing_of_it(served: Running, phone: Phone) -> None:
    page = await receipt_of(phone, files={"picture1": jpeg()}, alt1="A net")
    bad = await phone.fill(
        page, "change", files={"picture2": jpeg((50, 50)), "picture3": b"<svg/>"}, act="edit", text="New words",
        alt1="Another net", alt2="Second",
    )  # fmt: skip
    assert bad.status_code == 400 and told(bad).startswith("Picture 3 is not a picture")
    form = Form(bad.text, "change")
    assert (form.fields["text"], form.fields["alt1"], form.fields["alt2"]) == ("New words", "Another net", "Second")
    assert (await stored(served)).text == "As it was"
    good = await phone.fill(bad, "change", act="edit")
    assert good.status_code == 303
    assert [a.alt for a in await pictures_of(served)] == ["Another net", "Second"]


async def test_nobody_puts_another_posts_picture_on_their_own(served: Running, phone: Phone) -> None:
    await receipt_of(phone, files={"picture1": jpeg()})
    theirs = (await pictures_of(served))[0].remote_url or ""
    page = await receipt_of(phone, "Mine")
    await phone.fill(page, "change", act="edit", had1=theirs)
    assert len(await pictures_of(served)) == 1


async def test_an_answer_stays_an_answer_when_it_is_changed(served: Running, phone: Phone) -> None:
    await receipt_of(phone, "The question")
    asked = await stored(served)
    page = await receipt_of(phone, "The answer", query=f"?to={asked.id}")
    await phone.fill(page, "change", act="edit", text="A better answer")
    async with served.database.reading() as db:
        changed = (await db.scalars(select(Post).where(Post.text == "A better answer"))).one()
    assert changed.reply_to_id == asked.id


async def test_the_receipt_says_whom_it_answers_that_it_asks_and_whose_change_it_was(
    served: Running, phone: Phone
) -> None:
    async with served.database.transaction() as db:
        (await db.scalars(select(Event))).one().policy = Policy.OPEN
    await phone.say("First words", name="Grete & Co")
    page = await receipt_of(phone, query="?to=1", question="yes")
    assert "You answer Grete &amp; Co." in page.text and "It is a question" in page.text
    async with served.database.transaction() as db:
        (await db.scalars(select(Event))).one().policy = Policy.REVIEW
    await phone.fill(page, "change", act="edit", text="Other words")
    seen = (await again(phone, page)).text
    assert "You changed them. The new words wait; the old ones are gone." in seen
    page = await phone._web.get(str(page.url.path), headers={"accept-language": "de"})
    assert "Du hast sie geändert." in page.text


async def test_taking_it_back_is_one_confirming_step_and_then_it_is_gone_everywhere(
    served: Running, phone: Phone
) -> None:
    canary = "canary words of somebody who thought again"
    page = await receipt_of(phone, canary, files={"picture1": jpeg()}, name="Canary Grete")
    (picture,) = await pictures_of(served)
    address = f"/media-files/{picture.media_id}.webp"
    assert canary in (await phone._web.get("/harbour")).text
    assert (await phone._web.get(address)).status_code == 200
    assert re.search(r"<details[^>]*>\s*<summary>Take it back</summary>\s*<form", page.text)
    for _ in range(2):  # twice is once
        gone = await phone._web.post(page.url.path, data={"act": "withdraw"})
        assert gone.status_code == 303
    seen = await again(phone, page)
    assert "You took it back." in seen.text and canary not in seen.text and "Keep this address" not in seen.text
    assert canary not in (await phone._web.get("/harbour")).text
    assert (await phone._web.get(address)).status_code == 404
    late = await phone._web.post(page.url.path, data={"act": "edit", "text": "Back again"})
    assert late.status_code == 409 and told(late) == "You took this post back. Write a new one if you like."
    settings = served.app.state.strand.settings
    lease = Holder(served.database, "ingest", served.clock)
    await lease._set(await lease._acquire())
    job = Pictures(served.database, lease, settings, served.clock)
    await job.purge()
    assert not Shelf(settings.data_dir).names()


async def test_an_older_browser_that_says_no_origin_there_is_not_turned_away(served: Running, phone: Phone) -> None:
    """A page without referrers sends "Origin: null"; those that say more are believed."""
    page = await receipt_of(phone)
    null = {"origin": "null"}
    edit = {"act": "edit", "text": "From an older phone"}
    assert (await phone._web.post(page.url.path, data=edit, headers=null)).status_code == 303
    worse = null | {"sec-fetch-site": "cross-site"}
    assert (await phone._web.post(page.url.path, data=edit, headers=worse)).status_code == 403
    assert (await phone._web.post("/harbour/say", data=edit, headers=null)).status_code == 403
    assert (await phone.open()).headers["referrer-policy"] == "same-origin"  # so the form's own origin is said


@pytest.mark.parametrize("word", ["none", "0" * 32, "r" * 3000, "%00"])
async def test_a_receipt_that_is_not_there_is_told_so(phone: Phone, word: str) -> None:
    for accept in ("text/html", "application/json"):
        page = await phone._web.get(f"/harbour/say/{word}", headers={"accept": accept})
        assert page.status_code in (400, 404)
    assert (await phone._web.post(f"/harbour/say/{word}", data={"act": "withdraw"})).status_code in (400, 404)


async def test_the_receipt_of_one_event_opens_nothing_in_another(served: Running, phone: Phone) -> None:
    page = await receipt_of(phone)
    async with served.database.transaction() as db:
        harbour = (await db.scalars(select(Event))).one()
        other = {c.key: getattr(harbour, c.key) for c in Event.__table__.columns if c.key not in ("id", "slug")}
        db.add(Event(slug="other", **other))
    assert (await phone._web.get(page.url.path.replace("harbour", "other"))).status_code == 404


async def pictures_of(served: Running) -> list[Attachment]:
    async with served.database.reading() as db:
        return list(await db.scalars(select(Attachment).order_by(Attachment.post_id, Attachment.position)))


async def test_the_receipt_says_that_words_were_changed_by_time(served: Running, phone: Phone) -> None:
    """A changed post under review waits again, and its receipt says why."""
    await reviewed(served)
    page = await receipt_of(phone)
    await decide(served, Verdict.APPROVE)
    served.clock.forward(timedelta(minutes=5).total_seconds())
    assert (await phone.fill(page, "change", act="edit", text="Other words")).status_code == 303
    now = await news(phone, page)
    assert now["fate"] == "waiting"
    assert now["hint"] == "You changed them. The new words wait; the old ones are gone."
