"""A post for ever: its conversation, what is beside it, gone and missing; and what a shared link says, with no leak."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from app.domain import moderation
from app.domain.control import removals, retention, taking_away
from app.models import Event, Post, Verdict
from display import sharing
from ingest.text.segments import Segment
from ingest.types import (
    IncomingAttachment,
    IncomingAuthorChange,
    IncomingDeletion,
    IncomingPost,
    IncomingQuote,
    Network,
)
from tests.conftest import NOW
from tests.design.making import EVENT, picture, plain
from tests.display.conftest import visitor
from tests.display.strand_house import hrefs, id_of, in_order, link, robots, say, words
from tests.factories import an_author, make_account
from tests.server import Running

HOST = "wall.example"
OPEN = an_author("Inka Peters", indexable=True)
SHY = an_author("Bo Canaryshy", indexable=False)
SKY = an_author("Leyla", Network.BLUESKY)


@pytest.fixture
async def reader(served: Running, harbour: Event) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(served) as web:
        yield web


def answering(text: str, to: IncomingPost, **fields: object) -> IncomingPost:
    return words(text, minutes=0.5, reply_to_uri=to.uri, **fields)


def preview(page: httpx.Response) -> str:
    """All that a chat app or a search engine takes from the head of a page."""
    head = page.text.partition("</head>")[0]
    return " ".join(re.findall(r'content="([^"]*)"', head) + re.findall(r"<title>(.*?)</title>", head))


async def test_a_conversation_is_read_up_to_its_first_word_and_down_as_a_tree(
    served: Running, reader: httpx.AsyncClient
) -> None:
    root = words("root", minutes=9, author=OPEN)
    middle = answering("middle", root, author=SKY)
    one, two = answering("one", middle, author=OPEN), answering("two", middle, author=an_author("Kim"))
    deep = answering("deep", one, author=an_author("Kim"))
    await say(served, root, middle, one, two, deep)
    page = await reader.get(f"/harbour/posts/{await id_of(served, 'middle')}")
    assert in_order(page.text, "root #", "middle #", "one #", "deep #", "two #")
    lists = re.findall(r"<ol class=\"replies\">|</ol>|(?:one|deep|two) #", page.text.partition("middle #")[2])
    assert lists[:6] == ['<ol class="replies">', "one #", '<ol class="replies">', "deep #", "</ol>", "two #"]


async def test_an_answer_to_a_hidden_post_hangs_on_nothing_and_names_nobody(
    served: Running, reader: httpx.AsyncClient
) -> None:
    root = words("root", minutes=9, author=OPEN)
    hidden = answering("secret", root, author=an_author("Cas Canary", labels=("!hide",)))
    await say(served, root, hidden, answering("under", hidden, author=SKY))
    page = await reader.get(f"/harbour/posts/{await id_of(served, 'root')}")
    assert "secret" not in page.text and "Canary" not in page.text
    assert '<ol class="replies">' not in page.text
    assert "secret" not in (await reader.get(f"/harbour/posts/{await id_of(served, 'under')}")).text
    assert (await reader.get(f"/harbour/posts/{await id_of(served, 'secret')}")).status_code == 404


async def test_who_spoke_before_and_after_and_its_place_on_the_strand(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await say(served, *(words(text, minutes=9 - n, author=OPEN) for n, text in enumerate(("aa", "bb", "cc"))))
    page = await reader.get(f"/harbour/posts/{await id_of(served, 'bb')}")
    assert link(page, "<span>Before it") == f"/harbour/posts/{await id_of(served, 'aa')}"
    assert link(page, "<span>After it") == f"/harbour/posts/{await id_of(served, 'cc')}"
    place = await reader.get(link(page, "In its place on the strand").partition("#")[0])
    assert in_order(place.text, "bb #", "cc #") and "aa #" not in place.text


async def test_taken_back_is_gone_and_what_never_was_is_missing(served: Running, reader: httpx.AsyncClient) -> None:
    post = words("leaving", author=OPEN)
    await say(served, post)
    address = f"/harbour/posts/{await id_of(served, 'leaving')}"
    for path in (address, address + "/act"):
        assert (await reader.get(path)).status_code == 200
    await say(served, IncomingDeletion(address=post.address))
    for path in (address, address + "/act"):
        gone = await reader.get(path)
        assert gone.status_code == 410 and "taken back by its author" in gone.text and "leaving" not in gone.text
        assert not robots(gone)[0]
    for path in ("/harbour/posts/999", "/harbour/posts/x", "/harbour/posts/999/act", "/nowhere/posts/1"):
        assert (await reader.get(path)).status_code == 404, path
    assert (await reader.get("/harbour/posts/" + "9" * 60)).status_code in (400, 404)


async def test_only_what_its_author_took_back_is_said_to_be(served: Running, reader: httpx.AsyncClient) -> None:
    await say(served, *(words(f"{who}-went", author=an_author(who)) for who in ("Desk", "Proved", "Everything", "Old")))
    number = {who: await id_of(served, f"{who}-went") for who in ("Desk", "Proved", "Everything", "Old")}
    async with served.database.transaction() as db:
        event = (await db.scalars(select(Event))).one()
        kim = await make_account(db)
        asked = await removals.ask(db, event, f"https://{HOST}/harbour/posts/{number['Desk']}", "", NOW, {HOST})
        await removals.agree(db, event, asked.begun[0], kim, NOW)
        one = await removals.remove_post(db, event, number["Proved"], NOW)
        uris = [an_author("Everything").uri]
        all_ = await removals.remove_authors(db, event, uris, NOW)
        old = await db.get_one(Post, number["Old"])
        await moderation.decide(db, event, old.id, old.version, Verdict.HIDE, kim, NOW)
        event.ends_at = NOW - timedelta(days=1)
    for removal in (*asked.begun, *one.begun, *all_.begun):
        await taking_away.finish(served.database, removal, lambda: NOW)
    async with served.database.transaction() as db:
        await retention.empty_unshown(db, event.id, NOW + timedelta(days=40))
    for who, status in {"Proved": 410, "Everything": 410, "Desk": 404, "Old": 404}.items():
        for path in ("", "/act", "/report"):
            page = await reader.get(f"/harbour/posts/{number[who]}{path}")
            assert page.status_code == status and ("taken back" in page.text) is (status == 410), (who, path)
        assert (await reader.get(f"/api/v1/events/harbour/posts/{number[who]}")).status_code == status
        assert f"{who}-went" not in page.text


async def test_a_page_that_has_not_changed_is_not_sent_again(served: Running, reader: httpx.AsyncClient) -> None:
    await say(served, words("still", author=OPEN))
    address = f"/harbour/posts/{await id_of(served, 'still')}"
    etag = (await reader.get(address)).headers["etag"]
    assert (await reader.get(address, headers={"if-none-match": etag})).status_code == 304
    await say(served, IncomingAuthorChange(OPEN.uri, author=replace(OPEN, name="Inka P.")))
    assert "Inka P." in (await reader.get(address, headers={"if-none-match": etag})).text


async def test_a_shared_link_shows_the_words_and_the_name_of_who_agreed(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await say(served, words('A quay, <b>and</b> "a ferry".', author=OPEN))
    page = await reader.get(f"/harbour/posts/{await id_of(served, 'A quay')}")
    assert "A quay, &lt;b&gt;and&lt;/b&gt; &#34;a ferry&#34;." in preview(page) and "Inka Peters" in preview(page)
    assert robots(page) == (True, True)
    assert f'<meta property="og:url" content="{page.url}">' in page.text and "twitter:card" in page.text


@pytest.mark.parametrize("sensitive", [False, True])
def test_a_preview_shows_no_picture_that_is_marked(sensitive: bool) -> None:
    post = plain(1, "11:00", "Inka", "Words.", media=[picture()], sensitive=sensitive)
    told = sharing.of_post(post, EVENT, "https://wall.example", "", str, consents=True)
    assert (told["image"].endswith("quay.svg"), "dusk" in told["image_alt"]) == (not sensitive, not sensitive)
    assert told["description"] == "Words."


async def test_previews_leak_neither_words_nor_name_nor_picture_of_who_did_not_agree(
    served: Running, reader: httpx.AsyncClient
) -> None:
    picture = IncomingAttachment("image", "https://kueste.example/1.png", alt="canaryalt")
    shy = words("canaryword", author=SHY, attachments=(picture,))
    said: tuple[Segment, ...] = ({"t": "text", "text": "canaryquote"},)
    quoting = IncomingQuote("https://kueste.example/users/bo/statuses/7", "accepted", "Bo Canaryshy", said)
    await say(served, shy, answering("agreed", shy, author=OPEN), words("quotes", author=OPEN, quote=quoting))
    for text in ("canaryword", "agreed", "quotes"):
        page = await reader.get(f"/harbour/posts/{await id_of(served, text)}")
        assert page.status_code == 200 and "anary" in page.text  # it is there to be read, and nowhere else
        assert "anary" not in preview(page), text
        assert robots(page) == (False, False), text
    act = await reader.get(f"/harbour/posts/{await id_of(served, 'canaryword')}/act")
    assert "anary" not in preview(act) and robots(act) == (False, False)
    for path in ("/harbour", "/harbour?q=canaryword", "/harbour?author=1"):
        page = await reader.get(path)
        assert "anaryshy" not in preview(page) and robots(page) == (False, False), path


async def test_previews_leak_nothing_that_lies_under_a_cover(served: Running, reader: httpx.AsyncClient) -> None:
    await say(served, words("canaryunder", author=OPEN, content_warning="Fish being gutted"))
    page = await reader.get(f"/harbour/posts/{await id_of(served, 'canaryunder')}")
    assert "Fish being gutted" in preview(page) and "canaryunder" not in preview(page)


async def test_the_page_of_acts_leads_to_the_reader_s_own_server_and_nowhere_by_itself(
    served: Running, reader: httpx.AsyncClient
) -> None:
    await say(served, words("hello", author=OPEN, key="77"))
    address = f"/harbour/posts/{await id_of(served, 'hello')}"
    assert "authorize_interaction" not in "".join(hrefs(await reader.get(address + "/act")))
    for typed in ("social.example", "https://Social.example/@kim", "@kim@social.example", " kim@social.example. "):
        page = await reader.get(address + "/act", params={"server": typed})
        wanted = "https://social.example/authorize_interaction?uri=https%3A%2F%2Fkueste.example%2Fusers%2Finka%2Fstatuses%2F77"
        assert page.status_code == 200 and wanted in hrefs(page), typed
        assert f'href="{wanted}" target="_blank" rel="noopener noreferrer nofollow"' in page.text
    assert link(page, "Answer Inka") == f"/harbour/say?to={address.rpartition('/')[2]}"
    assert {f"{address}/report", f"/harbour/remove?post={address.rpartition('/')[2]}"} <= set(hrefs(page))
    assert f'value="{served.base}{address}"' in page.text


@pytest.mark.parametrize(
    "server",
    [
        "javascript:alert(1)", "social", "127.0.0.1", "[::1]", "a.b/../x", "social.example:8080",
        "evil.example\\@ok.example", "\u202egro.example",
        "x.example?y", "x.example#", "-a.example", "a..example", "<b>.example", "é" * 400, "a" * 300 + ".example",
    ],
)  # fmt: skip
async def test_what_is_no_server_s_name_becomes_no_link(
    served: Running, reader: httpx.AsyncClient, server: str
) -> None:
    await say(served, words("hello", author=OPEN))
    page = await reader.get(f"/harbour/posts/{await id_of(served, 'hello')}/act", params={"server": server})
    assert page.status_code == 400 and 'role="alert"' in page.text
    assert not [href for href in hrefs(page) if "authorize_interaction" in href]


async def test_posts_of_other_networks_are_opened_where_they_are(served: Running, reader: httpx.AsyncClient) -> None:
    await say(served, words("sky", author=SKY, key="3kabc"))
    page = await reader.get(f"/harbour/posts/{await id_of(served, 'sky')}/act?server=social.example")
    assert "https://bsky.app/profile/did:plc:leyla/post/3kabc" in hrefs(page)
    assert any(href.startswith("https://social.example/share?text=http") for href in hrefs(page))
