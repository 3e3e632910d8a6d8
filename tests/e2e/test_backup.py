"""Backups of a house at work, restored elsewhere under the eyes of a wall; and restores killed on their way."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import random
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
import websockets
from sqlalchemy import insert, select, text
from websockets.asyncio.client import connect
from websockets.typing import Origin

from app.backup import ledger as ledgers
from app.database import Database
from app.domain.events import find_event
from app.models import Author, Base, Post
from tests.conftest import _execute, postgres_url
from tests.e2e.crowd import Ledger, Moderator, Networks, Visitor
from tests.e2e.house import House
from tests.e2e.oracle import Oracle
from tests.e2e.pages import OURS, until
from tests.e2e.test_kills import _at_work, _connect, _nothing, _opened
from tests.upstream import Upstream, upstream

SLUG = "harbour"
POSTS, KILLS = 2_000, 7


@pytest.fixture
def houses(postgres_server: str, tmp_path: Path) -> Iterator[Any]:
    """Makes houses that are not there yet, on either database, all at one address."""
    made: list[House] = []
    names: list[str] = []

    def make(kind: str) -> House:
        folder = tmp_path / f"house-{len(made)}"
        folder.mkdir()
        address = ""
        if kind == "postgres":
            names.append(f"backup_{uuid4().hex[:12]}")
            asyncio.run(_execute(postgres_server, f"CREATE DATABASE {names[-1]}"))
            address = postgres_url(postgres_server, names[-1]).replace("+asyncpg", "")
        house = House(folder, address)
        house.port = made[0].port if made else house.port
        made.append(house)
        return house

    yield make
    for house in made:
        house.close()
    for name in names:
        asyncio.run(_execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


class Wall:
    """A projector that comes back after every break with what it knew, and remembers all it ever showed."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.cursor: tuple[str, int] | None = None
        self.posts: dict[int, str] = {}
        self.frames: list[tuple[str, list[str], str]] = []  # epoch, kinds of messages, everything in it

    async def watch(self) -> None:
        while True:
            where = "&epoch={}&seq={}".format(*self.cursor) if self.cursor else ""
            url = f"{self._house.base.replace('http', 'ws')}/{SLUG}/live?screen=left{where}"
            with contextlib.suppress(OSError, websockets.WebSocketException, TimeoutError):
                async with connect(url, origin=Origin(self._house.base), max_size=None, open_timeout=3) as socket:
                    async for frame in socket:
                        self._fold(orjson.loads(frame))
            await asyncio.sleep(0.05)

    def _fold(self, frame: dict[str, Any]) -> None:
        kinds = [message["type"] for message in frame["messages"]]
        self.frames.append((frame["epoch"], kinds, json.dumps(frame, ensure_ascii=False)))
        for message in frame["messages"]:
            if message["type"] == "snapshot":
                self.posts = {post["id"]: _plain(post) for post in message["posts"]}
            elif message["type"] == "put":
                self.posts[message["post"]["id"]] = _plain(message["post"])
            elif message["type"] == "drop":
                self.posts.pop(message["id"], None)
        self.cursor = (frame["epoch"], frame["seq"])


def _plain(post: dict[str, Any]) -> str:
    return "".join(part.get("text", "") for part in post["words"])


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("of", "into"), [("sqlite", "postgres"), ("postgres", "sqlite")])
async def test_backup_under_load_is_of_one_moment_and_restored_elsewhere_shows_nothing_that_left(
    houses: Any, tmp_path: Path, of: str, into: str
) -> None:
    first, second = await asyncio.to_thread(houses, of), await asyncio.to_thread(houses, into)
    await asyncio.to_thread(first.event, SLUG)
    told, chance = Ledger(), random.Random(11)
    async with upstream() as servers:
        await _connect(first, servers)
        serving = await asyncio.to_thread(first.serve)
        moderator, wall = Moderator(first, SLUG, told), Wall(first)
        await moderator.join()
        async with _at_work(wall.watch()):
            async with _at_work(moderator.watch()):
                crowd = [Visitor(first, SLUG, told, chance, f"Visitor {n}").run() for n in range(3)]
                async with _at_work(Networks(servers, told, chance, pause=0.2).run(), moderator.decide(), *crowd):
                    for number in range(3):
                        before = copy.deepcopy(told)
                        await until(lambda: _busy(told, before), "somebody is at work", 40)
                        before = copy.deepcopy(told)
                        said = await asyncio.to_thread(
                            first.done, "backup", str(tmp_path / f"{number}.zip"), "--with-key"
                        )
                        assert "the house's key is in it" in said
                        _is_of_one_moment(tmp_path / f"{number}.zip", before)
                before.tried |= told.tried  # what came in while the backup began may be in it
                hidden = await _leave(first, moderator, servers, wall)
            await asyncio.to_thread(serving.stop)
            ending = len(wall.frames)
            deletions = str(first.folder / ledgers.FILE)
            done = await asyncio.to_thread(second.done, "restore", str(tmp_path / "2.zip"), "--deletions", deletions)
            assert "because changed or out of sight since: " in done or "deleted or removed since: " in done
            serving = await asyncio.to_thread(second.serve)
            async with _opened(second) as database:
                oracle = Oracle(database, SLUG, servers, before)
                await until(lambda: _nothing(oracle), "what was said in between is here", 60)
                await oracle.nothing_is_lost_or_doubled()
            await until(lambda: _is(len(wall.frames) > ending), "the wall is back", 15)
        _began_anew(wall, ending)
        for words in hidden:
            assert not any(f'"{words}' in frame for _, _, frame in wall.frames[ending:]), words
        await asyncio.to_thread(serving.stop)
        assert "Traceback" not in serving.err


def _is_of_one_moment(file: Path, before: Ledger) -> None:
    """Log without a gap, as many lines as the event counted; each verdict is its newest decision's; all that was
    acknowledged before the backup began is in it."""
    with zipfile.ZipFile(file) as opened:
        tables = {
            name: [json.loads(line) for line in opened.read(f"tables/{name}.jsonl").splitlines()]
            for name in ("event", "entry", "post", "copy", "decision", "author", "receipt")
        }
    (event,) = tables["event"]
    assert [entry["seq"] for entry in tables["entry"]] == list(range(1, event["seq"] + 1))
    posts = {post["id"]: post for post in tables["post"]}
    assert posts.keys() <= {entry["subject_id"] for entry in tables["entry"] if entry["kind"] == "post"}
    assert {copy["post_id"] for copy in tables["copy"]} == posts.keys()
    assert {post["author_id"] for post in posts.values()} <= {author["id"] for author in tables["author"]}
    newest = {decision["post_id"]: decision for decision in tables["decision"] if decision["part"] == "post"}
    assert all(newest[id]["verdict"] == post["verdict"] for id, post in posts.items())
    words = Counter(post["text"] for post in posts.values())
    assert all(words[said] == 1 for said in before.receipts)
    decided = {(decision["post_id"], decision["version"]): decision["verdict"] for decision in tables["decision"]}
    assert before.decided.items() <= decided.items()


async def _leave(house: House, moderator: Moderator, servers: Upstream, wall: Wall) -> list[str]:
    """After the last backup: posts that the wall shows are hidden, and of those one is deleted where it was said."""
    words: list[str] = []
    async with httpx.AsyncClient(base_url=house.base, headers=OURS | {"cookie": moderator._cookie}) as web:

        async def hide_three() -> bool:
            sure = [id for id in _sure(wall, moderator) if wall.posts[id] not in words]
            shown = [(wall.posts[id], id, moderator.posts[id]["version"]) for id in sure]
            for said, id, version in shown[: 3 - len(words)]:
                told = {"post": id, "version": version, "verdict": "hide", "over": True}
                answer = await web.post(f"/desk/{SLUG}/decide", json=told)
                # Its author may have deleted or changed it just now, and the wall not have heard of that yet.
                assert answer.status_code in (200, 404, 409), answer.text
                words.extend([said] if answer.status_code == 200 else [])
            return len(words) >= 3

        await until(hide_three, "three posts of the wall are hidden", 20)
    networks = {post.text: id for id, post in servers.world.posts.items()}
    await until(lambda: _is(not set(wall.posts.values()) & set(words)), "the wall hid them")
    for said in words:
        if said in networks:
            servers.delete(networks[said])
    return words


def _sure(wall: Wall, moderator: Moderator) -> list[int]:
    """Shown on the wall by a decision in the last backup: those that were said first."""
    return sorted(id for id in wall.posts if moderator.posts.get(id, {}).get("verdict") == "approve")


async def _busy(told: Ledger, before: Ledger) -> bool:
    return all(told.told[kind] - before.told[kind] >= 2 for kind in ("form", "decision"))


async def _is(so: bool) -> bool:
    return so


def _began_anew(wall: Wall, ending: int) -> None:
    old, new = wall.frames[ending - 1][0], wall.frames[-1][0]
    assert old != new
    told = [kinds for epoch, kinds, _ in wall.frames[ending:] if epoch == new]
    assert told and "reset" in told[0] and "snapshot" in told[0]
    assert all(epoch == new for epoch, _, _ in wall.frames[ending:])


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_backup_a_restore_that_is_killed_leaves_the_old_house_or_the_new(
    houses: Any, tmp_path: Path, kind: str
) -> None:
    source, target = await asyncio.to_thread(houses, "sqlite"), await asyncio.to_thread(houses, kind)
    spare = await asyncio.to_thread(houses, kind)
    await asyncio.to_thread(source.event, SLUG)
    async with _opened(source) as database:
        await _fill(database, POSTS)
    file = str(tmp_path / "b.zip")
    await asyncio.to_thread(source.done, "backup", file)
    await asyncio.to_thread(target.event, "quay")
    began = time.monotonic()
    await asyncio.to_thread(spare.done, "restore", file)
    whole = time.monotonic() - began
    old, chance, killed, half = await _state(target), random.Random(3), 0, 0
    assert old == {"events": ["quay"], "posts": 0, "words": 0}
    for n in range(KILLS):
        running = await asyncio.to_thread(target.begin, "restore", file, "--replace")
        await asyncio.sleep(whole * (0.3 + n * 0.6 / KILLS + chance.uniform(0, 0.07)))
        if running.alive:
            await asyncio.to_thread(running.kill)
            killed += 1
            half += (target.folder / "strand.sqlite-journal").exists()  # SQLite's own note of what to take back
        now = await _state(target)
        assert now == old or now == {"events": [SLUG], "posts": POSTS, "words": POSTS}, f"after {killed} kills"
        if now != old:
            break
    assert killed >= 2 and (half or kind == "postgres")
    print(f"{killed} restores of {whole:.1f} s killed on {kind}, {half} of them with the store half written")
    if now == old:
        await until(lambda: _restored(target, file), "the dead one's lock is gone", 60)
    assert (await _state(target))["posts"] == POSTS
    assert "look here" not in await asyncio.to_thread(_database_line, target)


async def _restored(house: House, file: str) -> bool:
    done = await asyncio.to_thread(house.cli, "restore", file, "--replace", seconds=120)
    assert done.code == 0 or "Another process has this house open" in done.err, done.err
    return done.code == 0


def _database_line(house: House) -> str:
    return next(line for line in house.cli("doctor").out.splitlines() if " database " in line)


async def _state(house: House) -> dict[str, Any]:
    """What is in the store; of the search too, which is written last."""
    async with _opened(house) as database, database.reading() as db:
        return {
            "events": list(await db.scalars(select(Base.metadata.tables["event"].c.slug))),
            "posts": len((await db.scalars(select(Post.id))).all()),
            "words": await db.scalar(text("SELECT count(*) FROM post_search")),
        }


async def _fill(database: Database, count: int) -> None:
    now = datetime.now(UTC)
    async with database.transaction() as db:
        event = await find_event(db, SLUG)
        author = Author(uri="https://a.example/u", network="mastodon", name="Inka", first_seen_at=now, labels=[])
        db.add(author)
        await db.flush()
        row = {
            "event_id": event.id, "author_id": author.id, "network": "mastodon", "posted_at": now, "received_at": now,
            "version": "1", "verdict": "approve", "tags": [], "mentions": [], "labels": [],
        }  # fmt: skip
        rows = [
            {
                **row,
                "uri": f"https://a.example/{n}",
                "text": f"Tide {n}",
                "segments": [{"t": "text", "text": f"Tide {n}"}],
            }
            for n in range(count)
        ]
        for start in range(0, count, 500):
            await db.execute(insert(Post), rows[start : start + 500])
