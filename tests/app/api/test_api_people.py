"""One person in the API is who they are on their page: all their addresses, what they said from each, whom they met."""

from __future__ import annotations

import httpx
from sqlalchemy import update

from app.models import Author, Person
from ingest.types import IncomingDeletion
from tests.app.api.test_api import API, get, said, say
from tests.conftest import NOW
from tests.factories import an_author
from tests.server import Running

BO, HERE = an_author("Bo Lind", indexable=True), an_author("Bo2 Lind", indexable=True)


async def one_of_both(running: Running) -> None:
    async with running.database.transaction() as db:
        person = Person(fingerprint="f", word="w", expires_at=NOW, created_at=NOW)
        db.add(person)
        await db.flush()
        await db.execute(update(Author).where(Author.name.startswith("Bo")).values(person_id=person.id))


async def test_one_person_with_whom_they_met_and_what_they_said_from_every_address(running: Running) -> None:
    asked = said("Who knows?", 9, question=True)
    mine = said("The ferry does", 8, author=BO, reply_to_uri=asked.uri)
    thanks = said("Thanks", 7, reply_to_uri=mine.uri)
    await say(running, asked, mine, thanks, said("From the ferry #boats", 6, author=HERE))
    everybody = {p["author"]["name"]: p["author"] for p in (await get(running, f"{API}/people"))["people"]}
    first, second = everybody["Bo Lind"], everybody["Bo2 Lind"]
    assert len((await get(running, f"{API}/posts?author={second['id']}"))["posts"]) == 1
    await one_of_both(running)
    for id_ in (first["id"], second["id"]):
        person = await get(running, f"{API}/people/{id_}")
        assert person["author"] == first
        assert person["addresses"] == [first, second]
        inka = {"people": [everybody["Inka Peters"]], "nameless": False}
        assert (person["answered"], person["answered_by"]) == (inka, inka)
        for narrowed, count in (("", 2), ("&q=ferry", 2), ("&tag=boats", 1), ("&questions=true", 0)):
            assert len((await get(running, f"{API}/posts?author={id_}{narrowed}"))["posts"]) == count, narrowed
    assert [p["author"]["id"] for p in (await get(running, person["posts"]))["posts"]] == [first["id"], second["id"]]
    one = await get(running, f"{API}/posts?author={second['id']}&limit=1")
    assert len((await get(running, one["older"]))["posts"]) == 1
    for nobody in (7777, 0, 2**31):
        assert (await get(running, f"{API}/people/{nobody}", 404))["error"]
        assert nobody == 0 or nobody > 7777 or (await get(running, f"{API}/posts?author={nobody}"))["posts"] == []


async def test_what_did_not_change_is_not_sent_again(running: Running) -> None:
    gone = said("First", 3)
    await say(running, gone, said("Second", 2, reply_to_uri=gone.uri, author=BO))
    posts = (await get(running, f"{API}/posts"))["posts"]
    session = (await get(running, f"{API}/sessions"))["sessions"][0]["id"]
    told_by_posts = [
        "/posts", "/posts?q=second", "/people", f"/posts/{posts[1]['id']}", f"/posts/{posts[0]['id']}/answers",
        f"/people/{posts[1]['author']['id']}", f"/posts?author={posts[1]['author']['id']}",
    ]  # fmt: skip
    tags: dict[str, str] = {}
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        for path in (*told_by_posts, "", "/sessions", f"/sessions/{session}", "/../../events"):
            tags[path] = (await client.get(API + path)).headers["etag"]
            known = await client.get(API + path, headers={"if-none-match": tags[path]})
            assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tags[path]), path
            assert known.headers["access-control-allow-origin"] == "*"
        assert len(set(tags.values())) == len(tags)
        await say(running, said("Third", 1))
        for path in told_by_posts:
            assert (await client.get(API + path, headers={"if-none-match": tags[path]})).status_code == 200, path
        await say(running, IncomingDeletion(gone.address))
        for path in ("", "/answers"):
            answer = await client.get(f"{API}/posts/{posts[0]['id']}{path}", headers={"if-none-match": "x"})
            assert answer.status_code == 410
            assert "taken back" in answer.json()["error"]


async def test_what_is_code_in_a_description_is_drawn_as_code(running: Running) -> None:
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        page = (await client.get("/docs", headers={"accept": "text/html"})).text
    assert "`" not in page
    assert "post&#39;s <code>order</code>." in page
