"""The form without a browser: what it remembers, proposes and promises, for whoever comes, with or without cookies."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from app import secrets
from app.domain import moderation
from app.models import Author, Event, Policy, Post, Verdict
from display import typed
from tests.display.conftest import visitor
from tests.display.phone import Form, Phone, proof, told
from tests.factories import make_account
from tests.server import Running


async def posts(served: Running) -> list[Post]:
    async with served.database.reading() as db:
        return list(await db.scalars(select(Post).order_by(Post.id)))


async def test_everything_typed_arrives_as_it_was_meant(served: Running, phone: Phone) -> None:
    answer = await phone.say(
        "Two lines,\r\nand a #HarbourTalks", name="Grete", question="yes", where="elsewhere", cover="Nets", lang="de"
    )
    assert answer.status_code == 303, told(answer)
    (post,) = await posts(served)
    assert (post.text, post.question, post.in_room) == ("Two lines,\nand a #HarbourTalks", True, False)
    assert (post.content_warning, post.sensitive, post.lang, post.card_code) == ("Nets", True, "de", None)


@pytest.mark.parametrize(("accept", "lang"), [("de", "de"), ("en-GB", "en"), ("fr", "en")])
async def test_the_language_of_a_post_is_the_pages_unless_changed(
    served: Running, harbour: Event, accept: str, lang: str
) -> None:
    async with served.visitor(headers={"accept": "text/html", "accept-language": accept}) as web:
        assert (await Phone(web, "/harbour/say").say("Moin")).status_code == 303
        assert (await Phone(web, "/harbour/say").say("こんにちは", lang="")).status_code == 303
        assert (await Phone(web, "/harbour/say").say("Hm", lang="<b>")).status_code == 303
    assert [post.lang for post in await posts(served)] == [lang, None, None]


async def test_another_language_of_the_page_keeps_the_card_and_what_is_answered(served: Running, phone: Phone) -> None:
    await phone.say("The question")
    (post,) = await posts(served)
    page = await phone.open(f"?to={post.id}&lang=de")
    assert f'href="?lang=en&amp;to={post.id}"' in page.text
    assert "The question" in page.text


async def test_an_answer_finds_what_it_answers_and_not_what_nobody_may_see(served: Running, phone: Phone) -> None:
    await phone.say("The question")
    asked = (await posts(served))[0]
    assert (await phone.say("Nine", query=f"?to={asked.id}")).status_code == 303
    async with served.database.transaction() as db:
        event, kim = await db.get_one(Event, asked.event_id), await make_account(db)
        await moderation.decide(db, event, asked.id, asked.version, Verdict.HIDE, kim, served.clock())
    page = await phone.open(f"?to={asked.id}")
    assert page.status_code == 200 and "The question" not in page.text and 'name="to"' not in page.text
    assert [post.reply_to_id for post in await posts(served)] == [None, asked.id]


async def test_one_browser_is_one_voice_by_its_name_and_strangers_are_many(served: Running, harbour: Event) -> None:
    async with visitor(served) as web:
        grete = Phone(web, "/harbour/say")
        for name in ("Grete", "grete ", "Another"):
            assert (await grete.say("Said", name=name)).status_code == 303
    async with visitor(served) as web:
        nobody = Phone(web, "/harbour/say", keeps_cookies=False)
        for _ in range(2):
            assert (await nobody.say("Said", name="Grete")).status_code == 303
    async with served.database.reading() as db:
        authors = (await db.scalars(select(Author.name))).all()
    assert sorted(authors) == ["Another", "Grete", "Grete", "grete"] or len(authors) == 4


async def test_a_cookie_nobody_gave_makes_no_voice_known(served: Running, harbour: Event) -> None:
    async with served.visitor(headers={"accept": "text/html"}, follow_redirects=False) as web:
        web.cookies.set("strand-me", "invented")
        answer = await Phone(web, "/harbour/say").say("Said")
        assert answer.status_code == 303 and "strand-me=" in answer.headers["set-cookie"]


async def test_the_form_says_what_is_true_of_this_event_and_its_consent(served: Running, phone: Phone) -> None:
    assert "They stay as long as this page does." in (await phone.open()).text
    async with served.database.transaction() as db:
        (await db.scalars(select(Event))).one().keep_until = served.clock() + timedelta(days=30)
    assert "They stay until 11 July 2027." in re.sub(r"July 11, 2027", "11 July 2027", (await phone.open()).text)
    german = await phone.open("?lang=de")
    assert "Sie bleiben bis zum 11. Juli 2027." in german.text


async def test_without_consent_nothing_is_stored_and_everything_comes_back(served: Running, phone: Phone) -> None:
    page = await phone.say("My words", consent="", name="Grete", cover="Nets", where="room", question="yes", lang="de")
    form = Form(page.text, "say").fields
    assert page.status_code == 400 and told(page).startswith("Tick that your post may be shown here")
    assert {name: form[name] for name in ("text", "name", "cover", "where", "question", "lang")} == {
        "text": "My words", "name": "Grete", "cover": "Nets", "where": "room", "question": "yes", "lang": "de",
    }  # fmt: skip
    assert not await posts(served)


async def test_a_script_gets_the_receipts_address_and_a_plain_form_is_led_there(served: Running, phone: Phone) -> None:
    page = await phone.open()
    fields = Form(page.text, "say").fields | {"text": "Said", "consent": "yes"}
    scripted = await phone._web.post("/harbour/say", data=fields, headers={"accept": "application/json"})
    plain = await phone.fill(page, text="Said", consent="yes")
    assert scripted.status_code == 200 and scripted.json() == {"receipt": plain.headers["location"]}
    assert scripted.headers["cache-control"] == plain.headers["cache-control"] == "no-store"
    assert len(await posts(served)) == 1


async def test_back_and_sent_once_more_with_other_words_is_a_change_and_not_lost(served: Running, phone: Phone) -> None:
    page = await phone.open()
    await phone.fill(page, text="First", consent="yes")
    assert (await phone.fill(page, text="Second thoughts", consent="yes")).status_code == 303
    (post,) = await posts(served)
    assert post.text == "Second thoughts" and post.edited_at is not None


async def test_an_event_that_is_over_keeps_the_words_of_who_came_late(served: Running, phone: Phone) -> None:
    page = await phone.open()
    async with served.database.transaction() as db:
        (await db.scalars(select(Event))).one().state = "archived"  # type: ignore[assignment]
    late = await phone.fill(page, text="Too late?", consent="yes")
    assert late.status_code == 409 and told(late).startswith("This event is over")
    assert Form(late.text, "say").fields["text"] == "Too late?"


async def test_a_form_of_twelve_hours_ago_comes_back_gently_and_can_be_sent(
    served: Running, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: 1_000_000_000.0)
        old = secrets.sign("only for tests", "say", "token")
    page = await phone.fill(await phone.open(), text="Still here", consent="yes", nonce=old)
    assert page.status_code == 400 and told(page).startswith("This form was open for too long.")
    assert (await phone.fill(page)).status_code == 303


PART = b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nv\r\n'
HOSTILE: dict[str, tuple[bytes, int]] = {
    "100,000 parts": (b"".join(PART % n for n in range(100_000)) + b"--x--\r\n", 413),
    "150 fields": (b"".join(PART % n for n in range(150)) + b"--x--\r\n", 413),
    "a field of a megabyte": (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"a" * 1_000_000, 413),
    "no end": (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc', 400),
    "no beginning": (b"abc\r\n" * 100, 400),
    "a header of 100 kB": (b"--x\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\nv\r\n--x--\r\n", 400),
    "a part without a name": (b"--x\r\nContent-Type: text/plain\r\n\r\nv\r\n--x--\r\n", 400),
    "nothing": (b"", 400),
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_body_gets_the_right_status_and_a_sentence(served: Running, phone: Phone, kind: str) -> None:
    body, status = HOSTILE[kind]
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await phone._web.post("/harbour/say", content=body, headers=headers)
    assert answer.status_code == status, answer.text[:300]
    said = re.sub(r"<[^>]+>", " ", answer.text)
    assert re.search(r"[A-Z][^.]+\.", said) and "Traceback" not in answer.text
    assert typed._Room.taken == 0 and not await posts(served)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "text/plain", "", "a/b; x=\xff"]
)
async def test_a_body_of_no_kind_we_know_is_answered_in_words(phone: Phone, kind: str) -> None:
    answer = await phone._web.post(
        "/harbour/say", content=b"text=abc", headers={"content-type": kind.encode("latin-1")}
    )
    assert answer.status_code == 400 and "Traceback" not in answer.text


async def test_a_review_policy_shows_nothing_before_a_person_has_read_it(served: Running, phone: Phone) -> None:
    async with served.database.transaction() as db:
        (await db.scalars(select(Event))).one().policy = Policy.REVIEW
    assert (await phone.say("canary of the unread")).status_code == 303
    page: httpx.Response = await phone._web.get("/harbour")
    assert "canary of the unread" not in page.text


async def test_a_proof_belongs_to_one_form(served: Running, phone: Phone) -> None:
    first, second = [Form((await phone.open()).text, "say").fields["nonce"] for _ in range(2)]
    from display.proof import works

    assert works(first, proof(first)) and not works(second, proof(first))


UNSEEN = ["\u200b", "\u2800", "\u3164", "\ufe0f", "\U000e0041", "\u200e\u200f", "\u0301\u0302", "\u115f \uffa0"]


@pytest.mark.parametrize("text", UNSEEN)
async def test_what_nobody_can_see_is_neither_said_nor_a_name(served: Running, phone: Phone, text: str) -> None:
    page = await phone.say(text)
    assert page.status_code == 400 and told(page).startswith("There is nothing in it yet.")
    assert (await phone.say("Moin", name=text)).status_code == 303
    (post,) = await posts(served)
    async with served.database.reading() as db:
        assert [a.name for a in await db.scalars(select(Author))] == [""]
    assert f"/people/{post.author_id}" not in (await phone._web.get("/harbour")).text
