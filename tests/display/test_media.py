"""/media-files/…: our pictures for browsers, and nothing else from the disk."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.database import Database
from app.domain import accounts, intake
from app.domain.posts import pictures
from app.domain.posts.departure import purge
from app.models import Media, Membership, Policy, Post, Verdict
from app.models.account import Role
from app.seen import Seen
from app.settings import Settings
from app.shelf import Shelf
from display import media
from ingest.types import Batch, IncomingAttachment, Network
from tests.conftest import NOW
from tests.factories import a_post, make_account, make_event, make_source

NAME = "ab" + "0" * 62
BODY = b"RIFF\x04\x00\x00\x00WEBP"


async def hung(database: Database, verdict: Verdict = Verdict.APPROVE) -> Post:
    """A post with the picture."""
    async with database.transaction() as db:
        event = await make_event(db, policy=Policy.OPEN)
        source = await make_source(db, event)
        shown = (IncomingAttachment("image", f"upload:{NAME}"),)
        await intake.receive(db, Batch(source.upstream, (a_post(attachments=shown),)), NOW)
        post = (await db.scalars(select(Post).where(Post.event_id == event.id))).one()
        media = Media(id=NAME, width=8, height=6, size=len(BODY), colour="#aabbcc", widths=[], created_at=NOW)
        await pictures.hang(db, post, [media])
        post.verdict = verdict
    return post


@pytest.fixture
async def browser(tmp_path: Path, sqlite: Database) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "secret.key").write_text("canary")
    Shelf(tmp_path).put(f"{NAME}.webp", BODY)
    await hung(sqlite)
    app = FastAPI()
    app.state.strand = SimpleNamespace(
        settings=Settings(data_dir=tmp_path), database=sqlite, clock=lambda: NOW, seen=Seen()
    )
    app.include_router(media.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wall.example") as client:
        yield client


async def test_a_picture_is_served_for_ever_and_can_do_nothing(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/media-files/{NAME}.webp")
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["../secret.key", "%2e%2e/secret.key", "..%2fsecret.key", "%2e%2e%2fsecret.key", "%c0%ae%c0%ae/secret.key",
     "..%5csecret.key", "/etc/passwd", "%2fetc%2fpasswd", f"{NAME}.webp%00", f"{NAME}.webp%0a", f"{NAME}.webp/", NAME,
     f"ab/{NAME}.webp", f"{NAME.upper()}.webp", f"{'f' * 64}.webp", "c:secret.key", "x" * 5000],
)  # fmt: skip
async def test_every_other_name_is_not_there(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(f"/media-files/{path}")
    assert answer.status_code in (404, 307)
    assert "canary" not in answer.text and "root:" not in answer.text


async def test_a_missing_picture_is_said_in_one_plain_sentence_that_nobody_keeps(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/media-files/{'f' * 64}.webp")
    assert (answer.status_code, answer.text) == (404, "There is no such picture here.")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-3", "bytes=-1", "bytes=9-2", "bytes=" + ",".join(f"{i}-" for i in range(5000)), "bytes=0-" + "9" * 4000,
     "lines=1", "bytes=,,,,"],
)  # fmt: skip
async def test_no_range_gets_anything_but_the_whole(browser: httpx.AsyncClient, asked: str) -> None:
    began = time.perf_counter()
    answer = await browser.get(f"/media-files/{NAME}.webp", headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, BODY)
    assert time.perf_counter() - began < 0.5


async def test_a_picture_nobody_may_see_is_not_there_and_back_when_its_post_is_leak(
    browser: httpx.AsyncClient, sqlite: Database
) -> None:
    """By its exact address: whoever saw it once knows that."""
    out_of_sight = [verdict for verdict in Verdict if verdict is not Verdict.APPROVE]
    for verdict in (*out_of_sight, Verdict.APPROVE):
        for field in ("verdict", "media_verdict"):
            async with sqlite.transaction() as db:
                setattr((await db.scalars(select(Post))).one(), field, verdict)
            answer = await browser.get(f"/media-files/{NAME}.webp")
            status = 200 if (verdict, field) == (Verdict.APPROVE, "media_verdict") else 404
            assert (answer.status_code, answer.content == BODY) == (status, status == 200)


@pytest.mark.parametrize("verdict", [Verdict.WAITING, Verdict.HOLD, Verdict.LATER, Verdict.HIDE])
async def test_a_picture_that_was_not_let_through_is_not_there_though_its_words_are_shown_leak(
    browser: httpx.AsyncClient, sqlite: Database, verdict: Verdict
) -> None:
    assert (await browser.get(f"/media-files/{NAME}.webp")).status_code == 200
    async with sqlite.transaction() as db:
        (await db.scalars(select(Post))).one().media_verdict = verdict
    assert (await browser.get(f"/media-files/{NAME}.webp")).status_code == 404


async def test_the_holder_of_a_receipt_sees_a_picture_until_it_was_shown_once_and_taken_back(
    browser: httpx.AsyncClient, sqlite: Database
) -> None:
    for shown_at, status in ((None, 200), (NOW, 404)):
        async with sqlite.transaction() as db:
            post = (await db.scalars(select(Post))).one()
            post.network, post.verdict, post.shown_at = Network.FORM, Verdict.HOLD, shown_at
        assert (await browser.get(f"/media-files/{NAME}.webp")).status_code == status


async def test_the_desk_of_its_event_and_no_other_looks_at_what_waits(
    browser: httpx.AsyncClient, sqlite: Database
) -> None:
    async with sqlite.transaction() as db:
        post, other = (await db.scalars(select(Post))).one(), await make_event(db)
        post.media_verdict = Verdict.WAITING
    theirs = (Role.MODERATOR, post.event_id), (Role.MODERATOR, other.id), (Role.REPORTER, post.event_id)
    for (role, event_id), status in zip(theirs, (200, 404, 404), strict=True):
        async with sqlite.transaction() as db:
            account = await make_account(db)
            db.add(Membership(account_id=account.id, event_id=event_id, role=role))
            token = await accounts.sign_in(db, account, "a test", NOW)
        answer = await browser.get(f"/media-files/{NAME}.webp", headers={"cookie": f"strand={token}"})
        assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")


async def test_a_picture_of_a_withdrawn_post_is_gone_at_once_leak(browser: httpx.AsyncClient, sqlite: Database) -> None:
    assert (await browser.get(f"/media-files/{NAME}.webp")).status_code == 200
    async with sqlite.transaction() as db:
        await purge(db, (await db.scalars(select(Post))).one(), NOW)
    assert (await browser.get(f"/media-files/{NAME}.webp")).status_code == 404


async def test_of_two_posts_with_one_picture_the_shown_one_keeps_it(
    browser: httpx.AsyncClient, sqlite: Database
) -> None:
    await hung(sqlite, Verdict.HIDE)
    assert (await browser.get(f"/media-files/{NAME}.webp")).status_code == 200


async def test_a_file_without_a_post_is_served_to_nobody_leak(browser: httpx.AsyncClient, tmp_path: Path) -> None:
    Shelf(tmp_path).put(f"{'cd' * 32}.webp", BODY)
    assert (await browser.get(f"/media-files/{'cd' * 32}.webp")).status_code == 404
