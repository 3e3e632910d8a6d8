"""What the form takes and what it gives back: a person's own words, one plain sentence, and never a fault of ours."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterator
from itertools import count
from urllib.parse import urlencode

import httpx
import pytest

from app import secrets
from app.settings import Settings
from tests.display.phone import proof
from tests.e2e.house import House
from tests.e2e.pages import OURS

WORDS = "Where is the <b>ferry</b> & who is on it?"
FORM = {"content-type": "application/x-www-form-urlencoded"}
_numbers = count(1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Open to all: what is taken stands on the strand at once."""
    house = House(tmp_path_factory.mktemp("forms"))
    house.event("harbour", policy="open")
    house.serve("--no-ingest")
    yield house
    house.close()


@pytest.fixture
async def web(served: House) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that was never here, and wants pages."""
    headers = OURS | {"accept": "text/html"}
    async with httpx.AsyncClient(base_url=served.base, headers=headers, timeout=30) as client:
        yield client


async def nonce(web: httpx.AsyncClient) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', (await web.get("/harbour/say")).text)
    assert found is not None
    return found[1]


async def send(web: httpx.AsyncClient, **fields: str) -> httpx.Response:
    word = await nonce(web)
    form = {"nonce": word, "proof": proof(word), "text": WORDS, "name": "Grete", "consent": "yes"} | fields
    return await web.post("/harbour/say", data=form)


def sentence(page: httpx.Response) -> str:
    """The one thing the page says is wrong."""
    said = re.findall(r'role="alert">([^<]+)<', page.text)
    assert len(said) == 1, page.text
    assert said[0].strip()[-1] in ".!?"
    return html.unescape(said[0])


def given_back(page: httpx.Response) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


async def strand(web: httpx.AsyncClient) -> str:
    return html.unescape((await web.get("/harbour")).text)


@pytest.mark.parametrize(
    ("fields", "status", "beginning"),
    [
        ({"text": ""}, 400, "There is nothing in it yet."),
        ({"text": " \n\t "}, 400, "There is nothing in it yet."),
        ({"text": "a" * 1_001}, 400, "That is too long by one letter."),
        ({"text": "å" * 5_000}, 400, "That is too long by 4000 letters."),
        ({"text": "word " * 10_000}, 400, "That is too long by 49000 letters."),
        ({"name": "n" * 101}, 400, "That name is too long."),
        ({"name": "n" * 3_000}, 400, "That name is too long."),
        ({"cover": "c" * 201}, 400, "That warning is too long."),
        ({"consent": ""}, 400, "Tick that your post may be shown here"),
        ({"website": "https://spam.example"}, 400, "That did not look like a person."),
        ({"nonce": ""}, 400, "This form was open for too long."),
        ({"nonce": "forged"}, 400, "This form was open for too long."),
        ({"nonce": "n" * 3_000}, 400, "This form was open for too long."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_a_form_that_cannot_be_taken_comes_back_with_its_words_and_one_sentence(
    web: httpx.AsyncClient, fields: dict[str, str], status: int, beginning: str
) -> None:
    page = await send(web, **fields)
    assert page.status_code == status
    assert sentence(page).startswith(beginning)
    assert given_back(page) == fields.get("text", WORDS)
    assert page.headers["cache-control"] == "no-store"


async def test_a_form_left_open_since_yesterday_comes_back_with_its_words_and_can_be_sent(
    served: House, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRAND_DATA_DIR", str(served.folder))
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    old = secrets.sign(Settings().key, "say", "some token")
    monkeypatch.undo()
    page = await send(web, nonce=old)
    assert page.status_code == 400 and sentence(page).startswith("This form was open for too long.")
    assert given_back(page) == WORDS
    again = re.search(r'name="nonce" value="([^"]+)"', page.text)
    assert again is not None
    assert (await send(web, nonce=again[1])).status_code == 303


async def test_who_writes_too_fast_gets_the_words_back_and_the_seconds_to_wait(web: httpx.AsyncClient) -> None:
    taken = [await send(web, text=f"post {n} of a quick hand") for n in range(3)]
    assert [page.status_code for page in taken] == [303, 303, 303]
    page = await send(web, text="the fourth")
    assert page.status_code == 429
    assert sentence(page).startswith("That was quick.")
    assert given_back(page) == "the fourth"
    assert 0 < int(page.headers["retry-after"]) <= 60
    assert "the fourth" not in await strand(web)


async def test_a_form_sent_twice_is_one_post_with_one_receipt(web: httpx.AsyncClient) -> None:
    words = f"Said once {next(_numbers)}"
    token = await nonce(web)
    first, second = [await send(web, text=words, nonce=token) for _ in range(2)]
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert (await strand(web)).count(words) == 1


async def test_another_sites_page_cannot_post_for_anybody(web: httpx.AsyncClient) -> None:
    form = {"text": "forged", "consent": "yes", "nonce": await nonce(web)}
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        assert (await web.post("/harbour/say", data=form, headers=headers)).status_code == 403
    assert "forged" not in await strand(web)


HOSTILE: dict[str, tuple[bytes, set[int]]] = {
    "100,000 fields": (b"&".join(b"f%d=1" % n for n in range(100_000)), {400, 413}),
    "100,000 times the same field": (b"text=a&" * 100_000, {400, 413}),
    "a megabyte of words": (urlencode({"text": "a" * 1_000_000}).encode(), {413}),
    "ten megabytes of a field nobody knows": (b"unknown=" + b"a" * 10_000_000, {413}),
    "no equals sign": (b"text", {400}),
    "nothing": (b"", {400}),
    "broken escapes": (b"text=%%%zz%4&consent=yes", {400}),
    "bytes that are no UTF-8": (b"text=\xff\xfe\xfd&consent=yes", {400}),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_form_is_refused_in_one_sentence(web: httpx.AsyncClient, name: str) -> None:
    body, statuses = HOSTILE[name]
    page = await web.post("/harbour/say", content=body, headers=FORM)
    assert page.status_code in statuses
    assert len(page.text) < 200_000 and "Traceback" not in page.text
    if page.headers["content-type"].startswith("text/plain"):
        assert page.text.count("\n") == 0 and page.text.endswith(".")
    assert (await web.get("/healthz")).status_code == 200


async def test_a_body_without_end_is_cut_off(web: httpx.AsyncClient) -> None:
    async def drip() -> AsyncIterator[bytes]:
        yield b"text="
        for _ in range(10_000):
            yield b"a" * 1_000

    page = await web.post("/harbour/say", content=drip(), headers=FORM)
    assert page.status_code == 413
    assert "That is too much at once." in page.text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"before%00after", "beforeafter"),
        (b"lone%ED%A0%80surrogate", "lone"),
        (b"raw\xed\xbf\xbfsurrogate", "raw"),
        (b"no%FFutf8", "no"),
        (b"%E2%80%AEturned round", "turned round"),
        (b"line%0D%0A%0D%0Aend", "line"),
    ],
)
async def test_characters_nobody_should_send_are_cleaned_and_the_rest_is_said(
    web: httpx.AsyncClient, sent: bytes, shown: str
) -> None:
    token = (await nonce(web)).encode()
    body = b"consent=yes&name=Gr%00ete&nonce=" + token + b"&text=" + sent
    page = await web.post("/harbour/say", content=body, headers=FORM)
    assert page.status_code == 303, page.text
    receipt = await web.get(page.headers["location"])
    assert receipt.status_code == 200
    for text in (receipt.text, await strand(web)):
        assert shown in text
        assert not re.search("[\x00\u202e\ud800-\udfff]", text)


@pytest.mark.parametrize("to", ["0", "999999999", "1e3", "-1", "٣", "9" * 400, "\x00", "<script>"])
async def test_an_answer_to_a_post_that_is_not_there_is_a_post_of_its_own(web: httpx.AsyncClient, to: str) -> None:
    page = await send(web, to=to, text=f"Into the blue {next(_numbers)}")
    assert page.status_code == 303


@pytest.mark.parametrize(
    "path", ["/harbour/say/none", "/harbour/say/" + "r" * 3_000, "/nowhere/say", "/harbour/say/%00"]
)
async def test_receipts_and_events_that_are_not_there_are_told_so(web: httpx.AsyncClient, path: str) -> None:
    for page in (await web.get(path), await web.post(path, data={"act": "withdraw"})):
        assert page.status_code in (400, 404), page.text


async def test_a_change_that_cannot_be_taken_keeps_the_new_words_and_the_post(web: httpx.AsyncClient) -> None:
    words = f"As it was {next(_numbers)}"
    receipt = (await send(web, text=words)).headers["location"]
    page = await web.post(receipt, data={"act": "edit", "text": "b" * 1_200})
    assert page.status_code == 400
    assert sentence(page).startswith("That is too long by 200 letters.")
    assert given_back(page) == "b" * 1_200
    assert words in await strand(web)
