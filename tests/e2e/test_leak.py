"""The leak test: words that may not stand somewhere are looked for everywhere: on every page that can be reached, in
every feed, file, answer and frame, and in the log. Words that may must be found, or the search would prove nothing.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from sqlalchemy import select, update

from app.domain import moderation
from app.domain.intake import receive
from app.domain.posts import saying
from app.domain.posts.saying import Words
from app.models import Event, Part, Policy, Post, Verdict
from ingest.types import (
    Batch,
    IncomingAttachment,
    IncomingAuthorChange,
    IncomingCard,
    IncomingDeletion,
    IncomingPost,
    Network,
)
from tests.conftest import NOW
from tests.display.saying import UP, harbour
from tests.factories import a_post, an_author, make_account
from tests.server import Running

SHOWN, UNCONSENTING = "shown", "unconsenting"  # the second: to be read, not to be found, copied or indexed
NOWHERE = (
    "waiting", "held", "hidden", "deleted", "withdrawn", "removed", "untagged", "unpublic", "nobot", "limited",
    "deactivated", "signedin", "takendown", "before", "later",
)  # fmt: skip
PICTURELESS, UNPICTURED = "pictureless", "unpictured"  # shown without their picture: from the first, or since a while
HALF = (PICTURELESS, UNPICTURED)
ARRIVING = [fate for fate in (SHOWN, UNCONSENTING, *NOWHERE, *HALF) if fate != "withdrawn"]
KINDS = ("words", "person", "handle", "alt", "cover", "tag", "card")
MOST = 500  # pages
NO_INDEX = '<meta name="robots" content="noindex">'
FOUND_OR_COPIED = ("/harbour/strand.csv", "/harbour/strand.jsonl")
READ = (
    "/harbour", "/harbour/people", "/harbour/feed.atom", "/harbour/feed.json", "/api/v1/events/harbour/posts",
    "/api/v1/events/harbour/people", "socket public", "stream public",
)  # fmt: skip


def canary(fate: str, kind: str) -> str:
    return f"canary{fate}{kind}"


def marked(fate: str, number: int) -> IncomingPost:
    """A post with a word of its own in everything that could be drawn."""
    word = {kind: canary(fate, kind) for kind in KINDS}
    network = Network.BLUESKY if fate in ("signedin", "takendown") else Network.MASTODON
    author = an_author(
        canary(fate, "person"), network, indexable=fate != UNCONSENTING, nobot=fate == "nobot",
        limited=fate == "limited", no_unauthenticated=fate == "signedin",
        labels=("!takedown",) if fate == "takendown" else (),
    )  # fmt: skip
    return a_post(
        f"{word['words']} is said #{word['tag']} #HarbourTalks",
        replace(author, name=canary(fate, "person"), handle=f"{canary(fate, 'handle')}@kueste.example"),
        key=f"k{number}", public=fate != "unpublic", posted_at=NOW - timedelta(minutes=60 - number),
        attachments=(IncomingAttachment("image", "https://files.example/a.png", alt=word["alt"]),),
        content_warning=word["cover"], card=IncomingCard("https://links.example/x", word["card"], word["card"]),
    )  # fmt: skip


@pytest.fixture
async def house(store_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    """An event in which something of everything happened."""
    async with harbour(store_url, tmp_path, metrics_token="tide") as running:
        await say_everything(running)
        await decide(running)
        await take_back(running)
        yield running


async def say_everything(running: Running) -> None:
    form = Words(
        f"{canary('withdrawn', 'words')} #{canary('withdrawn', 'tag')}", canary("withdrawn", "person"), consent=True,
        cover=canary("withdrawn", "cover"),
    )  # fmt: skip
    async with running.database.transaction() as db:
        await db.execute(update(Event).values(policy=Policy.REVIEW))
    async with running.database.transaction() as db:
        await receive(db, Batch(UP, tuple(marked(fate, i) for i, fate in enumerate(ARRIVING))), NOW)
        await saying.say(db, await db.get_one(Event, 1), "token", "receipt", "somebody", form, NOW)


async def decide(running: Running) -> None:
    """Everything is shown, but what a moderator leaves, holds, hides, sets aside or shows without its picture."""
    verdicts = {"held": Verdict.HOLD, "hidden": Verdict.HIDE, "later": Verdict.LATER}
    pictures = {PICTURELESS: Verdict.HOLD}
    async with running.database.transaction() as db:
        event, kim = await db.get_one(Event, 1), await make_account(db)
        for post in (await db.scalars(select(Post))).all():
            fate = re.findall(r"canary(\w+?)words", post.text)[0]
            if fate != "waiting":
                await moderation.decide(
                    db, event, post.id, post.version, verdicts.get(fate, Verdict.APPROVE), kim, NOW,
                    media=pictures.get(fate),
                )  # fmt: skip


async def take_back(running: Running) -> None:
    """What was shown a moment ago, and is not to be any more."""
    was = {fate: marked(fate, number) for number, fate in enumerate(ARRIVING)}
    edited = a_post("other words #HarbourTalks", was["before"].author, "", was["before"].posted_at)
    edited = replace(edited, uri=was["before"].uri, address=was["before"].address, edited_at=NOW)
    without = replace(was["untagged"], tags=frozenset({"else"}), version="2", edited_at=NOW)
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        await receive(db, Batch(UP, (
            IncomingDeletion(was["deleted"].address), edited, without,
            IncomingAuthorChange(was["deactivated"].author.uri, "deactivated"),
        )), NOW)  # fmt: skip
        await saying.withdraw(db, event, "receipt", NOW)
        half = (await db.scalars(select(Post).where(Post.text.contains(canary(UNPICTURED, "words"))))).one()
        kim = await make_account(db)
        await moderation.decide(db, event, half.id, half.version, Verdict.HIDE, kim, NOW, part=Part.MEDIA)
        asked = await db.scalar(select(Post.id).where(Post.text.contains(canary("removed", "words"))))
    async with httpx.AsyncClient(base_url=running.base, headers={"origin": running.base}) as visitor:
        answer = await visitor.post("/harbour/remove", data={"what": f"{running.base}/harbour/posts/{asked}"})
    assert answer.status_code < 400, answer.text


async def everything_read(running: Running) -> dict[str, httpx.Response]:
    """Every page of ours that links lead to, beginning with what nobody links to."""
    async with httpx.AsyncClient(base_url=running.base, trust_env=False, follow_redirects=True) as visitor:
        described = (await visitor.get("/api/v1/openapi.json")).json()
        ways = [path.replace("{slug}", "harbour") for path in described["paths"]]
        numbers = [way.replace("{post_id}", str(n)) for way in ways if "{post_id}" in way for n in range(1, 24)]
        plain = [way for way in ways if "{" not in way]
        begin = ["/", "/robots.txt", "/docs", "/harbour/wall", "/harbour/sessions.json", "/harbour/theme.css"]
        posts = [f"/harbour/posts/{n}{more}" for n in range(1, 24) for more in ("", "/act", "/report")]
        people = [f"/harbour/people/{n}{more}" for n in range(1, 24) for more in ("", "/feed.atom", "/feed.json")]
        waiting = deque([*begin, *FOUND_OR_COPIED, *plain, *numbers, *posts, *people, "/harbour/say/receipt"])
        read: dict[str, httpx.Response] = {}
        while waiting and len(read) < MOST:
            path = waiting.popleft()
            if path not in read:
                read[path] = await visitor.get(path, headers={"accept": "text/html, */*"})
                waiting.extend(_links(path, read[path]))
    return read


def _links(path: str, answer: httpx.Response) -> list[str]:
    if "html" not in answer.headers.get("content-type", ""):
        return []
    found = (
        urlsplit(urljoin(path, html.unescape(link))) for link in re.findall(r'(?:href|src)="([^"]+)"', answer.text)
    )
    return [
        f"{to.path}?{to.query}" if to.query else to.path for to in found
        if not to.netloc and to.scheme in ("", "http") and not to.path.startswith("/static/")
    ]  # fmt: skip


async def everything_heard(running: Running) -> dict[str, str]:
    """What the live line says to those who come now, by socket and by stream."""
    heard = {}
    for audience in ("public", "reviewed"):
        async with running.socket("harbour", audience=audience) as ws:
            heard[f"socket {audience}"] = str(await ws.recv())
        async with (
            httpx.AsyncClient(base_url=running.base, trust_env=False) as visitor,
            visitor.stream("GET", f"/harbour/live.sse?audience={audience}") as answer,
        ):
            lines = answer.aiter_lines()
            heard[f"stream {audience}"] = "".join([await anext(lines) for _ in range(5)])
    async with running.socket("harbour", audience="public", epoch=await _epoch(running), seq=0) as ws:
        heard["socket from the beginning"] = str(await ws.recv())
    return heard


async def _epoch(running: Running) -> str:
    async with running.database.reading() as db:
        return (await db.get_one(Event, 1)).epoch


async def test_no_leak_and_consent_kept_on_any_page_feed_file_answer_frame_and_in_the_log(
    house: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    answers = await everything_read(house)
    texts = {path: html.unescape(answer.text) for path, answer in answers.items()} | await everything_heard(house)
    logged = capfd.readouterr()
    texts["the log"] = logged.out + logged.err
    assert not {p: a.status_code for p, a in answers.items() if a.status_code >= 500}
    for place in READ:
        for fate in (SHOWN, UNCONSENTING, *HALF):
            assert canary(fate, "person") in texts[place], f"{fate} is missing from {place}"
    for place in FOUND_OR_COPIED:
        assert canary(SHOWN, "words") in texts[place], f"missing from {place}"
    leaks = {
        (fate, place) for fate in NOWHERE for place, text in texts.items() if f"canary{fate}" in _unasked(text, place)
    }
    leaks |= {(fate, place) for fate in HALF for place, text in texts.items() if canary(fate, "alt") in text}
    assert leaks == set()
    assert "canary" not in texts["the log"]
    assert breaches_of_consent(answers) == set()
    print(f"\n{len(texts)} places read, {len(NOWHERE)} fates in {len(KINDS)} kinds of words: 0 leaks")


def _unasked(text: str, place: str) -> str:
    """Without what the question itself said."""
    return text.replace(place, "")


def _said(page: str) -> str:
    """Without the tags there are to choose from: a tag is a place, and nobody's words."""
    return re.sub(r'<option value="[^"]*">#[^<]*</option>', "", page)


def breaches_of_consent(answers: dict[str, httpx.Response]) -> set[str]:
    """Where words that are only to be read are copied, or on a page that search engines may keep."""
    standing = {p: a for p, a in answers.items() if f"canary{UNCONSENTING}" in _said(a.text) and "/api/" not in p}
    assert len(standing) > 5
    return {
        path for path, answer in standing.items()
        if path in FOUND_OR_COPIED
        or not (NO_INDEX in answer.text or "noindex" in answer.headers.get("x-robots-tag", ""))
        or f"canary{UNCONSENTING}" in "".join(re.findall(r"<meta [^>]*>", answer.text))
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_leak_search_finds_what_consents_and_nothing_else(house: Running, kind: str) -> None:
    async with httpx.AsyncClient(base_url=house.base, trust_env=False) as visitor:

        async def found(fate: str) -> int:
            page = await visitor.get("/harbour", params={"q": canary(fate, kind)})
            told = (await visitor.get("/api/v1/events/harbour/posts", params={"q": canary(fate, kind)})).json()
            assert len(re.findall(r"<article", page.text)) == len(told["posts"]), fate
            return len(told["posts"])

        assert await found(SHOWN) == 1
        assert [await found(fate) for fate in HALF] == ([0, 0] if kind == "alt" else [1, 1])
        assert {fate: n for fate in (UNCONSENTING, *NOWHERE) if (n := await found(fate))} == {}


async def test_leak_the_page_where_is_my_post_tells_nothing_of_what_it_said(house: Running) -> None:
    async with httpx.AsyncClient(base_url=house.base, trust_env=False) as visitor:
        for number, fate in enumerate(NOWHERE):
            handle = f"{canary(fate, 'handle')}@kueste.example"
            for asked in (handle, marked(fate, number + 2).uri):
                page = await visitor.get("/harbour/where", params={"q": asked})
                text = html.unescape(page.text).replace(asked, "")
                assert not re.findall(rf"canary{fate}(?:words|alt|cover|card|tag)", text), (fate, asked)


async def test_a_deletion_leaves_the_log_of_frames_without_its_words(house: Running) -> None:
    """Whoever comes back from before gets a drop with a number, and nothing else."""
    async with house.socket("harbour", epoch=await _epoch(house), seq=1) as ws:
        frame = json.loads(await asyncio.wait_for(ws.recv(), 3))
    drops = [message for message in frame["messages"] if message["type"] == "drop"]
    assert len(drops) >= len(NOWHERE) - 4
    assert all(set(message) == {"type", "id"} for message in drops)
